"""Inviting many people at once, and mending an invitation that was not delivered."""

import io

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import WrongState
from app.core.tables import Formula, Sheet
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails
from app.meetings import operations
from app.meetings.enums import DelegationRole, Stage
from app.meetings.inviting import correct_member_address, read_lines
from app.meetings.models import DelegationMember
from app.people.enums import LinkPurpose, Standing
from app.people.links import make_link
from app.people.models import User
from app.people.queries import usable_link
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting
from tests.personas import make_user

PAGE = "/sessions/cam-2026/manage/delegations/invite"
FILE = f"{PAGE}/file"


@pytest.fixture
def office(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def meeting(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    for code in ("PE", "CL", "RCM"):
        make_delegation(meeting, code)
    return meeting


@pytest.fixture
def member(meeting):
    delegation = make_delegation(make_meeting("bounced"), "PE")
    return operations.invite_member(
        delegation, email="wrong@example.org", name="Ana", role=DelegationRole.HEAD, language="es", by=SYSTEM
    )


def bounce(user: User) -> Mail:
    mail = db.session.scalars(sa.select(Mail).where(Mail.user_id == user.id).order_by(Mail.id.desc())).first()
    approve_mails([mail.id], by=SYSTEM)
    mail.state, mail.reason, mail.error = MailState.FAILED, MailReason.REFUSED, "550 no such mailbox"
    db.session.commit()
    return mail


def mails() -> list[tuple[str, MailState]]:
    db.session.expire_all()
    return [tuple(row) for row in db.session.execute(sa.select(Mail.to_address, Mail.state).order_by(Mail.id))]


def names_of_lines(page: str) -> dict[str, str]:
    """Legend of a line -> the name its fields begin with."""
    return {
        row.xpath("legend")[0].text_content(): row.xpath(".//input[@type='email']")[0].name.rpartition("-")[0]
        for row in html.document_fromstring(page).xpath("//fieldset[@class='row']")
    }


def upload(client, text: str):
    return post_form(client, PAGE, {"file": (io.BytesIO(text.encode()), "people.csv")}, action=FILE)


def test_a_bounced_invitation_is_shown_beside_the_person_and_mended_there(office, member):
    page = f"/manage/delegations/{member.delegation_id}"
    assert "Not delivered" not in office.get(page).text
    failed = bounce(member.user)
    shown = office.get(page).text
    assert "The invitation was not delivered: The mail server refused it for good." in shown
    assert f'href="/desk/mail/{failed.id}"' in shown
    action = f"/manage/delegations/members/{member.id}/address"
    refused = post_form(office, page, {f"m{member.id}-email": "not an address"}, action=action)
    assert refused.status_code == 422
    assert "This is not an e-mail address." in refused.text
    assert "not an address" in refused.text
    post_form(office, page, {f"m{member.id}-email": "Right@example.org"}, action=action)
    assert mails() == [("wrong@example.org", MailState.FAILED), ("right@example.org", MailState.HELD)]
    shown = office.get(page).text
    assert "was not delivered" not in shown
    assert "right@example.org" in shown


def test_the_link_that_went_to_the_wrong_address_no_longer_works(member):
    mail_id = db.session.scalars(sa.select(Mail.id)).one()
    token = make_link(mail_id)["link"].rsplit("/", 1)[1]
    assert usable_link(token, LinkPurpose.SET_UP)
    correct_member_address(member, email="right@example.org", by=SYSTEM)
    assert usable_link(token, LinkPurpose.SET_UP) is None


def test_the_account_that_has_the_right_address_takes_the_place(member, app):
    eva = make_user("Eva")
    correct_member_address(member, email="EVA@example.org", by=SYSTEM)
    db.session.commit()
    [now_there] = db.session.scalars(sa.select(DelegationMember))
    assert (now_there.user, now_there.role) == (eva, DelegationRole.HEAD)
    assert mails() == [("wrong@example.org", MailState.CANCELLED), ("eva@example.org", MailState.HELD)]


@pytest.mark.parametrize("change", [{"standing": Standing.ADMINISTRATOR}, {"set_up_at": "now"}])
def test_nobody_takes_over_an_account_by_correcting_its_address(member, change):
    for name, value in change.items():
        setattr(member.user, name, member.user.created_at if value == "now" else value)
    with pytest.raises(WrongState):
        correct_member_address(member, email="mine@example.org", by=SYSTEM)


def test_all_delegations_without_anybody_are_on_one_page(office, meeting):
    lines = names_of_lines(office.get(PAGE).text)
    assert len(lines) == 3
    assert "Peru" in lines
    assert "3 delegations have nobody yet." in office.get("/sessions/cam-2026/manage/delegations").text
    peru, chile = (lines[name] for name in ("Peru", "Chile"))
    given = {
        f"{peru}-name": "Ana",
        f"{peru}-email": "ana@example.org",
        f"{peru}-language": "es",
        f"{chile}-name": "Luis",
        f"{chile}-email": "luis@example.org",
    }
    answer = post_form(office, PAGE, given)
    assert "2 invitations wait in the outbox for approval." in office.get(answer.location).text
    assert mails() == [("luis@example.org", MailState.HELD), ("ana@example.org", MailState.HELD)]
    assert len(names_of_lines(office.get(PAGE).text)) == 1


def test_sent_twice_it_invites_once(office, meeting):
    form = html.document_fromstring(office.get(PAGE).text).xpath("//main//form")[1]
    given = {**dict(form.fields), "line0-name": "Ana", "line0-email": "ana@example.org"}
    for said in ("1 invitation waits", "0 invitations wait"):
        assert said in office.get(office.post(PAGE, data=given).location).text
    assert len(mails()) == 1


def test_what_is_wrong_is_said_at_its_line_and_nothing_is_lost(office, meeting):
    make_user("Closed", closed_at=meeting.starts_at)
    db.session.commit()
    given = {
        "line0-name": "Ana",
        "line0-email": "ana@",
        "line1-name": "Luis",
        "line1-email": "luis@example.org",
        "line2-name": "Luis again",
        "line2-email": "LUIS@example.org",
    }
    answer = post_form(office, PAGE, given)
    assert answer.status_code == 422
    for said in (
        "Nobody was invited yet: mend the lines that are marked.",
        "This is not an e-mail address.",
        "This address stands in a line above already.",
        "Luis again",
    ):
        assert said in answer.text
    answer = post_form(office, PAGE, {**given, "line0-email": "closed@example.org", "line2-email": "eva@example.org"})
    assert "The account with this address was closed." in answer.text
    assert mails() == []
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User).where(User.name == "Luis")) == 0
    assert "Write the name and the address of at least one person." in post_form(office, PAGE, action=PAGE).text


def test_a_file_fills_in_the_lines_and_invites_nobody(office, meeting):
    answer = upload(
        office,
        "delegation,name,email,role,language\n"
        "Perú,Ana,ana@example.org,Head of delegation,Español\n"
        "Atlantis,Luis,luis@,chief,Klingon\n"
        "CL,Eva,ana@example.org,,\n",
    )
    assert answer.status_code == 422
    for said in (
        "No delegation of this session is called “Atlantis”. Choose it.",
        "“chief” is none of these. Choose one.",
        "“Klingon” is none of these. Choose one.",
        "This is not an e-mail address.",
        "This address stands in a line above already.",
        "Nobody is invited before you press the button.",
    ):
        assert said in answer.text
    assert mails() == []
    form = html.document_fromstring(answer.text).xpath("//main//form")[1]
    assert (form.fields["line0-role"], form.fields["line0-language"]) == ("head", "es")
    chile = next(row.id for row in meeting_delegations(meeting) if row.party.code == "CL")
    mended = {"line1-delegation": str(chile), "line1-email": "luis@example.org", "line2-email": "eva@example.org"}
    answer = office.post(PAGE, data={**dict(form.fields), **mended})
    assert "3 invitations wait in the outbox" in office.get(answer.location).text
    again = upload(office, "delegation;name;email\nPE;Ana;ana@example.org\nPE;Max;max@example.org\n")
    assert again.status_code == 200
    assert "1 person of the file is in the delegation already" in again.text
    assert list(names_of_lines(again.text)) == ["Peru"]


def meeting_delegations(meeting):
    from app.meetings.queries import delegations_of_meeting

    return delegations_of_meeting(meeting.id)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "The file is empty."),
        ("delegation,name,email\n", "There is nobody in this table."),
        ("delegation,name,post\nPE,Ana,x\n", "“post”: no column is called so here."),
        ("delegation,name\nPE,Ana\n", "Columns are missing, or there twice."),
        ("delegation,name,email,email\nPE,Ana,a,b\n", "Columns are missing, or there twice."),
        ("delegation,name,email\n" + "PE,Ana,a@example.org\n" * 151, "The table has more than 150 rows."),
    ],
)
def test_a_file_that_is_no_table_of_ours_is_refused_with_the_reason(office, meeting, text, said):
    answer = upload(office, text)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_formula_is_not_taken_and_the_table_to_fill_in_is_read_again(office, meeting):
    from openpyxl import load_workbook

    sheet = Sheet(["delegation", "name", "email"], [(2, ["PE", Formula("=1+1"), "a@example.org"])])
    [line] = read_lines(sheet, meeting_delegations(meeting))
    assert "formula" in str(line.wrong["name"])
    book = load_workbook(io.BytesIO(office.get(f"{PAGE}/table.xlsx").data)).active
    rows = [[cell.value for cell in row] for row in book.iter_rows()]
    assert rows[0][:3] == ["Delegation", "Name", "E-mail"]
    lines = read_lines(Sheet(rows[0], list(enumerate(rows[1:], start=2))), meeting_delegations(meeting))
    assert all(line.delegation for line in lines)

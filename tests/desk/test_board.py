"""The board of a session, and its reminders."""

import csv
import io
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html
from openpyxl import load_workbook

from app.audit.models import AuditEvent
from app.core import clock
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import WrongState
from app.desk import board_columns
from app.desk.board import Cell, Column, board_of
from app.directory.enums import PartyKind
from app.directory.models import Mechanism, Party
from app.mail.enums import MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails, cancel_mails
from app.meetings.enums import DelegationRole, QuestionAudience, Stage
from app.meetings.models import Delegation, DelegationMember, GuidingQuestion
from app.practices.enums import IntakeMeans, PracticeState
from app.practices.models import Call, Extension, Intake
from app.practices.reminding import AWAITED
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.models import Presentation
from app.presentations.reminding import COMPLETE
from app.presentations.slots import slot_of
from app.reminders.operations import remind, remind_now
from tests.client import post_form, sign_in
from tests.factories.summaries import (
    CONTENT,
    NOON,
    everywhere,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
)
from tests.personas import make_user
from tests.statements import count_statements

BOARD = "/desk/cam-2026/board"
REMIND = f"{BOARD}/remind"
CALL_CLOSES = NOON - timedelta(days=30)


@pytest.fixture
def desk(client, personas):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def meeting(app):
    """A session whose call is open, with two questions put to everybody."""
    return make_meeting(stage=Stage.CALL_OPEN)


class Now:
    """The product's clock, which stands where a test puts it; cookies live on the real one."""

    def move_to(self, moment) -> None:
        clock._stopped_at.set(moment)


@pytest.fixture(autouse=True)
def before_the_deadline():
    with clock.standing_at(CALL_CLOSES - timedelta(days=5)):
        yield Now()


def join(meeting, code: str, *people: tuple[str, str], role=DelegationRole.FOCAL_POINT) -> Delegation:
    """A delegation with people of a name and a language."""
    delegation = make_delegation(meeting, code)
    if delegation.party.kind is PartyKind.MECHANISM:
        slot_of(delegation).state = InvitationState.INVITED
    for name, language in people:
        user = make_user(name, language=language)
        delegation.members.append(DelegationMember(user=user, role=role, added_at=NOON))
    db.session.flush()
    return delegation


def shown(desk, path: str = BOARD) -> dict[str, list[str]]:
    """Contributor -> the texts of its cells."""
    db.session.commit()
    page = html.document_fromstring(desk.get(path).text)
    rows = page.xpath("//table[@class='matrix']/tbody/tr")
    return {
        row.xpath("string(th/text())").strip(): [
            *("".join(cell.itertext()).strip() for cell in row.xpath("td")),
            row.xpath("string(th/a)") or "–",
        ]
        for row in rows
    }


def mails() -> list[Mail]:
    db.session.rollback()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def test_what_came_by_its_state_and_words(desk, meeting):
    peru = join(meeting, "PE", ("Ana", "es"))
    make_practice(peru, state=PracticeState.ACCEPTED, number=1)
    make_practice(peru, state=PracticeState.SUBMITTED, number=2)
    make_practice(peru, state=PracticeState.SUBMITTED, number=3, content={**CONTENT, "answers": {}})
    make_practice(join(meeting, "CL"), state=PracticeState.RETURNED, number=1)
    make_practice(join(meeting, "MX"), state=PracticeState.WITHDRAWN, number=1)
    make_presentation(join(meeting, "RCM"), answers={"1": "Data are shared."})
    make_presentation(join(meeting, "SACM"), answers={"2": "One calendar."}).published_at = NOON
    slot_of(join(meeting, "OCAM")).state = InvitationState.DECLINED
    assert shown(desk) == {
        "Chile": ["Returned with comments", "14 April 2026: the revision", "9 words", "5 words", "–", "no recipient"],
        "Mexico": ["Withdrawn", "–", "no answer", "no answer", "–", "–"],
        "OCAM": ["Invitation declined", "–", "no answer", "no answer", "–", "–"],
        "Peru": ["Accepted, Submitted (2)", "–", "18 words", "10 words", "–", "–"],
        "RCM": [
            "Filed; still missing: the answer to guiding question 2, the slides",
            "14 May 2026",
            "3 words",
            "no answer",
            "–",
            "no recipient",
        ],
        "SACM": [
            "Published; still missing: the answer to guiding question 1, the slides",
            "14 May 2026",
            "no answer",
            "2 words",
            "–",
            "no recipient",
        ],
    }


def test_a_draft_is_there_and_its_text_is_not(desk, meeting):
    secret = {**CONTENT, "title": "Secret title", "answers": {"1": "Secret answer"}}
    make_practice(join(meeting, "PE", ("Ana", "es")), state=PracticeState.DRAFT, content=secret)
    make_practice(join(meeting, "MX"), state=PracticeState.WITH_CAPITAL, content=secret)
    make_practice(join(meeting, "BO"), state=PracticeState.RETURNED)
    join(meeting, "CL", ("Luz", "es"))
    mechanism = join(meeting, "RCM", ("Rosa", "es"))
    draft = Presentation(meeting=meeting, delegation=mechanism, language="en", content={"answers": {"1": "Secret"}})
    db.session.add(draft)
    join(meeting, "SACM", ("Iris", "es"))
    rows = shown(desk)
    assert rows["Chile"] == ["nothing yet", "14 April 2026", "–", "–", "–", "Remind"]
    assert rows["Peru"] == ["Draft", *rows["Chile"][1:]]
    page = desk.get(BOARD)
    assert "Secret " not in page.text
    assert "Draft: 1" in page.text
    for state, state_party in (
        ("nothing", "Chile"),
        ("draft", "Peru"),
        ("with_capital", "Mexico"),
        ("returned", "Bolivia"),
    ):
        assert list(shown(desk, f"{BOARD}?state={state}")) == [state_party]
    assert rows["RCM"] == rows["SACM"] == ["nothing yet", "14 May 2026", "–", "–", "–", "Remind"]
    draft.state = PresentationState.WITHDRAWN  # before it was ever filed
    assert shown(desk)["RCM"] == rows["SACM"]


def test_what_a_state_has_besides_what_came_is_seen_and_counted_and_what_is_late_is_said(desk, meeting):
    secret = {**CONTENT, "title": "Secret title", "answers": {"1": "Secret answer"}}
    colombia, peru, bolivia = (join(meeting, code) for code in ("CO", "PE", "BO"))
    for state in (PracticeState.DRAFT, PracticeState.DRAFT, PracticeState.WITH_CAPITAL):
        make_practice(colombia, state=state, content=secret)
    make_practice(colombia, state=PracticeState.SUBMITTED, number=1)
    for number, state in enumerate((PracticeState.ACCEPTED, PracticeState.RETURNED), start=1):
        make_practice(peru, state=state, number=number)
    make_practice(bolivia, state=PracticeState.SUBMITTED, number=1)
    recorded = make_practice(bolivia, state=PracticeState.WITH_CAPITAL, content=secret)
    at = clock.now()
    db.session.add(
        Intake(
            practice=recorded,
            means=IntakeMeans.EMAIL,
            sender="The ministry",
            received_at=at,
            language="es",
            content=secret,
            leftovers=[],
            recorded_at=at,
            asked_at=at,
            confirm_by=at - timedelta(days=1),
        )
    )
    join(meeting, "CL")
    rows = shown(desk)
    assert rows["Colombia"][:2] == ["Submitted, Draft (2), With the capital", "–"]
    confirmation = "late since 8 April 2026: the confirmation of what was recorded"
    assert rows["Bolivia"][:2] == ["Submitted, Recorded, to be confirmed", confirmation]
    page = html.document_fromstring(desk.get(BOARD).text)
    assert "Secret " not in page.text_content()
    counted = page.xpath("string(//h2[contains(., 'State by State')]/following-sibling::p[1])")
    assert counted == "4 States. 3 of them have texts in several of these states and are counted in each."
    numbers = page.xpath("//h2[contains(., 'State by State')]/following-sibling::ul[1]/li")
    assert [one.text_content() for one in numbers] == [
        "Nothing: 1",
        "Recorded, to be confirmed: 1",
        "Draft: 1",
        "With the capital: 1",
        "Submitted: 2",
        "Returned with comments: 1",
        "Accepted: 1",
    ]
    for state, party in (("recorded", "Bolivia"), ("with_capital", "Colombia"), ("draft", "Colombia")):
        assert list(shown(desk, f"{BOARD}?state={state}")) == [party]
    facts = [one.text_content().split() for one in page.xpath("(//dl)[1]/div/dd")]
    assert facts == [["4"], ["1"], ["2"], ["1"], ["0"], ["1"]], "all; whole, in part, nothing, neither: add up; late"


def test_what_a_delegation_writes_after_a_return_stays_its_own(desk, meeting):
    practice = make_practice(join(meeting, "PE"), state=PracticeState.RETURNED)
    practice.content = {**CONTENT, "answers": {"1": "many " * 300}}
    assert shown(desk)["Peru"][2] == "9 words"


def test_what_is_late_by_the_call_the_extension_and_the_session(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    chile = join(meeting, "CL", ("Luz", "es"))
    call = db.session.scalars(sa.select(Call)).one()
    db.session.add(
        Extension(
            call=call, delegation=chile, until=CALL_CLOSES + timedelta(days=10), reason="A reason.", granted_at=NOON
        )
    )
    join(meeting, "RCM", ("Rosa", "es"))
    before_the_deadline.move_to(CALL_CLOSES)
    rows = shown(desk)
    assert rows["Peru"][1] == "late since 14 April 2026"
    assert rows["Chile"][1] == "24 April 2026"
    assert rows["RCM"][1] == "14 May 2026"
    before_the_deadline.move_to(NOON)
    assert {name: row[1].split()[0] for name, row in shown(desk).items()} == dict.fromkeys(rows, "late")


def test_questions_are_put_to_some_only(desk, meeting):
    for number, audience in ((3, QuestionAudience.STATES), (4, QuestionAudience.MECHANISMS)):
        db.session.add(GuidingQuestion(meeting=meeting, number=number, text=everywhere("Which?"), audience=audience))
    join(meeting, "PE")
    join(meeting, "RCM")
    assert shown(desk)["Peru"][4:6] == ["–", "not asked"]
    assert shown(desk)["RCM"][4:6] == ["not asked", "–"]


def test_before_anything_can_be_expected_nobody_is_asked(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    before_the_deadline.move_to(NOON - timedelta(days=91))
    assert shown(desk)["Peru"][0] == "not asked yet"
    meeting.stage = Stage.PREPARING
    assert shown(desk)["Peru"][0] == "not asked yet"
    meeting.stage = Stage.PUBLISHED
    assert shown(desk)["Peru"][0] == "nothing"
    db.session.execute(sa.delete(Call))
    meeting.stage = Stage.CALL_OPEN
    assert shown(desk)["Peru"][:2] == ["not asked yet", "–"]


def test_filters_and_what_they_leave(desk, meeting, before_the_deadline):
    make_practice(join(meeting, "PE"), state=PracticeState.SUBMITTED)
    make_practice(join(meeting, "BO"), state=PracticeState.RETURNED)
    join(meeting, "CL")
    join(meeting, "RCM")
    before_the_deadline.move_to(CALL_CLOSES)
    assert list(shown(desk, f"{BOARD}?who=states")) == ["Bolivia", "Chile", "Peru"]
    assert list(shown(desk, f"{BOARD}?who=mechanisms")) == ["RCM"]
    assert list(shown(desk, f"{BOARD}?state=late")) == ["Bolivia", "Chile"]
    assert list(shown(desk, f"{BOARD}?state=missing")) == ["Bolivia", "Chile", "RCM"]
    assert list(shown(desk, f"{BOARD}?state=came")) == ["Bolivia", "Peru"]
    assert list(shown(desk, f"{BOARD}?who=none&state=none")) == ["Bolivia", "Chile", "Peru", "RCM"]
    assert "No contributor matches" in desk.get(f"{BOARD}?who=mechanisms&state=late").text


def test_an_empty_board_says_what_to_do(desk, meeting):
    assert "Nobody is asked for anything yet" in desk.get(BOARD).text


def test_the_board_as_a_sheet(desk, meeting):
    make_practice(join(meeting, "PE"), state=PracticeState.SUBMITTED)
    join(meeting, "RCM")
    answer = desk.get(f"{BOARD}?format=csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows == [
        ["Contributor", "Kind", "What came", "Due", "Question 1", "Question 2", "Last reminder", "Reminder"],
        ["Peru", "State", "Submitted", "–", "9", "5", "–", "–"],
        ["RCM", "Mechanism", "nothing yet", "14 May 2026", "–", "–", "–", "no recipient"],
    ]
    sheet = load_workbook(io.BytesIO(desk.get(f"{BOARD}?format=xlsx&who=states").data)).active
    assert [cell.value for cell in sheet[2]] == ["Peru", "State", "Submitted", "–", 9, 5, "–", "–"]
    assert sheet.max_row == 2


def test_one_contributor_is_reminded_each_in_their_language(desk, meeting):
    peru = join(meeting, "PE", ("Ana", "es"), ("Jean", "fr"))
    peru.members.append(DelegationMember(user=make_user("Otto"), role=DelegationRole.OBSERVER, added_at=NOON))
    peru.members.append(
        DelegationMember(user=make_user("Gone", closed_at=NOON), role=DelegationRole.HEAD, added_at=NOON)
    )
    join(meeting, "CL", ("Luz", "es"))
    page = desk.get(f"{REMIND}?to={peru.id}").text
    assert "Ana (Español), Jean (Français)" in page
    assert "Write 2 reminders?" in page
    assert not any(name in page for name in ("Otto", "Gone", "Luz"))
    assert mails() == []
    answer = post_form(desk, f"{REMIND}?to={peru.id}", action=REMIND)
    assert (answer.status_code, answer.location) == (303, BOARD)
    page = desk.get(BOARD).text
    assert "2 reminders were written. They wait in the outbox for approval." in page
    waiting = html.document_fromstring(page).xpath("//a[contains(., '2 reminders wait for approval')]/@href")
    assert waiting == ["/desk/mail?session=cam-2026&message=practices/call_closes"]
    outbox = desk.get(waiting[0]).text
    assert "Ana" in outbox
    assert "Jean" in outbox
    assert [(mail.to_address, mail.language, mail.message) for mail in mails()] == [
        ("ana@example.org", "es", "practices/call_closes"),
        ("jean@example.org", "fr", "practices/call_closes"),
    ]
    assert "14 de abril de 2026" in mails()[0].body
    assert "14 avril 2026" in mails()[1].body
    assert shown(desk)["Peru"][-2:] == ["9 April 2026, by Secretariat; waits in the outbox", "–"]
    approve_mails([mail.id for mail in mails()], by=SYSTEM)
    assert shown(desk)["Peru"][-2:] == ["9 April 2026, by Secretariat", "–"]


def test_all_that_are_late_or_missing_are_reminded_once_a_day(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    make_practice(join(meeting, "CL", ("Luz", "en")), state=PracticeState.RETURNED)
    make_practice(join(meeting, "MX", ("Beatriz", "es")), state=PracticeState.SUBMITTED)
    join(meeting, "BR")
    join(meeting, "RCM", ("Rosa", "en"))
    page = desk.get(REMIND).text
    assert "Nobody writes yet for these. Invite somebody:" in page
    brazil = db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code="BR")).one()
    assert f'<a href="/manage/delegations/{brazil.id}#invite">Brazil</a>' in page
    assert f'href="/manage/delegations/{brazil.id}#invite"' in desk.get(BOARD).text, "no recipient is no dead end"
    assert "Beatriz" not in page
    post_form(desk, REMIND, action=REMIND)
    assert sorted(mail.to_address for mail in mails()) == ["ana@example.org", "luz@example.org", "rosa@example.org"]
    assert "awaits its revision" in next(mail.body for mail in mails() if mail.to_address == "luz@example.org")
    rosa = next(mail.body for mail in mails() if mail.to_address == "rosa@example.org")
    parts = ("the speakers", "the answers to guiding questions 1, 2", "the slides", "who may read it")
    assert "\n".join(f"- {part}" for part in parts) in rosa
    actions = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.subject_kind == "delegations")).all()
    assert actions == ["remind_delegation"] * 3
    page = desk.get(REMIND).text
    assert "Nobody to remind" in page
    assert "A reminder waits in the outbox or left today for: Chile, Peru, RCM." in page
    before_the_deadline.move_to(clock.now() + timedelta(hours=1))
    approve_mails([mail.id for mail in mails()], by=SYSTEM)
    db.session.commit()
    assert "Nobody to remind" in desk.get(REMIND).text
    before_the_deadline.move_to(clock.now() + timedelta(days=1))
    assert "Write 3 reminders?" in desk.get(REMIND).text


def test_a_second_click_and_a_text_that_came_meanwhile_write_nothing(desk, meeting):
    peru = join(meeting, "PE", ("Ana", "es"))
    chile = join(meeting, "CL", ("Luz", "es"))
    db.session.commit()
    page = html.document_fromstring(desk.get(REMIND).text)
    form = next(form for form in page.forms if form.action == REMIND)
    data: dict[str, list] = {}
    for name, value in form.form_values():
        data.setdefault(name, []).append(value)
    make_practice(chile, state=PracticeState.SUBMITTED)
    db.session.commit()
    desk.post(REMIND, data=data)
    desk.post(REMIND, data=data)
    assert [mail.to_address for mail in mails()] == ["ana@example.org"]
    assert "Nobody was reminded" in desk.get(BOARD).text
    assert remind_now(peru.meeting, AWAITED, [], by=SYSTEM) == 0


def test_what_the_schedule_wrote_and_what_somebody_presses_know_of_each_other(desk, meeting, before_the_deadline):
    join(meeting, "PE", ("Ana", "es"))
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=8))
    remind()
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=7))
    assert remind() == 1
    db.session.commit()
    assert shown(desk)["Peru"][-2:] == ["7 April 2026, scheduled; waits in the outbox", "–"]
    assert "Nobody to remind" in desk.get(REMIND).text
    assert len(mails()) == 1
    cancel_mails([mails()[0].id], by=SYSTEM)
    db.session.commit()
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=7, hours=-1))
    post_form(desk, REMIND, action=REMIND)
    assert [mail.state for mail in mails()] == [MailState.CANCELLED, MailState.HELD], "a person wants it after all"
    before_the_deadline.move_to(CALL_CLOSES - timedelta(days=2))
    assert remind() == 0, "the one of five days ago waits still"
    assert shown(desk)["Peru"][-2] == "7 April 2026, by Secretariat; waits in the outbox"


@pytest.mark.parametrize("stage", [Stage.PREPARING, Stage.PUBLISHED])
def test_nobody_is_reminded_while_nothing_is_taken_in(meeting, stage):
    peru = join(meeting, "PE", ("Ana", "es"))
    meeting.stage = stage
    with pytest.raises(WrongState):
        remind_now(meeting, AWAITED, [peru.id], by=SYSTEM)
    assert AWAITED.owed(meeting) == {}
    assert COMPLETE.owed(meeting) == {}


def test_a_late_delegation_is_told_what_it_can_do(meeting, before_the_deadline):
    peru = join(meeting, "PE", ("Ana", "en"))
    rcm = join(meeting, "RCM", ("Rosa", "en"))
    before_the_deadline.move_to(NOON)
    assert [remind_now(meeting, subject, [peru.id, rcm.id], by=SYSTEM) for subject in (AWAITED, COMPLETE)] == [1, 1]
    db.session.commit()
    assert "write to the secretariat, which can grant a later one" in mails()[0].body
    assert "can still be completed" in mails()[1].body
    remind()
    remind()
    assert {mail.state for mail in mails()} == {MailState.HELD}, "what says that it is late stays true"


def test_a_later_feature_adds_its_columns(desk, meeting, monkeypatch):
    join(meeting, "PE")

    def spoken(board):
        return [Column("Spoken", lambda contributor: Cell(f"{contributor.name} spoke"))]

    monkeypatch.setattr(board_columns, "COLUMNS", (*board_columns.COLUMNS, spoken))
    assert shown(desk)["Peru"][-2] == "Peru spoke"


@pytest.mark.parametrize(("parties", "questions"), [(1, 1), (3, 2), (35, 8)])
def test_as_many_statements_whatever_the_size(desk, meeting, parties, questions):
    db.session.execute(sa.delete(GuidingQuestion))
    for number in range(1, questions + 1):
        text = everywhere(f"Question {number}?")
        db.session.add(GuidingQuestion(meeting=meeting, number=number, text=text, audience=QuestionAudience.BOTH))
    states = db.session.scalars(sa.select(Party).where(Party.kind == "state").order_by(Party.code).limit(parties))
    for place, party in enumerate(states.all()):
        delegation = join(meeting, party.code, (f"Person {place}", "es"))
        if place % 2:
            make_practice(delegation, state=PracticeState.SUBMITTED, number=1)
    mechanisms = db.session.scalars(sa.select(Mechanism).order_by(Mechanism.code).limit(min(parties, 8)))
    for party in mechanisms.all():
        make_presentation(join(meeting, party.code), answers={"1": "Data are shared."})
    db.session.commit()
    desk.get(BOARD)
    with count_statements() as counted:
        assert desk.get(BOARD).status_code == 200
    assert counted.number == 17
    db.session.expire_all()
    assert len(board_of(meeting).contributors) == parties + min(parties, 8)

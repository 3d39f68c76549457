"""Who presents: invited, answered, ordered, reminded, delivered, with a recording."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings import parts
from app.meetings.enums import DelegationRole, ItemRole, Stage
from app.meetings.models import Delegation, GuidingQuestion
from app.presentations import operations, queries, slots
from app.presentations.enums import InvitationState
from app.presentations.models import PresentationSlot
from app.presentations.reminding import COMPLETE, missing_parts
from app.reminders.operations import remind_now
from tests.client import post_form, sign_in
from tests.documents.test_uploads import PDF, upload
from tests.factories.library import publish_presentation
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, publish_agenda
from tests.meetings.agendas import add
from tests.personas import add_member, make_user

BEFORE = NOON - timedelta(days=3)
MANAGE = "/sessions/cam-2026/manage/presentations"
EDIT = "/sessions/cam-2026/presentations/RCM/edit"
ANSWERS = {"1": "Said.", "2": "Said too."}


@pytest.fixture
def meeting(personas):
    with standing_at(BEFORE):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(meeting)
        db.session.commit()
        yield meeting


@pytest.fixture
def rcm(meeting) -> Delegation:
    return delegation("RCM")


def delegation(code: str) -> Delegation:
    return db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code=code)).one()


def mails() -> list[Mail]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Mail).order_by(Mail.id)))


def test_an_invitation_goes_once_to_all_who_write_in_the_language_of_each(rcm, personas):
    personas.representative.language = "es"
    second = make_user("Second", language="fr")
    add_member(rcm.meeting, second, DelegationRole.DRAFTER, rcm.party_id)
    add_member(rcm.meeting, make_user("Observer"), DelegationRole.OBSERVER, rcm.party_id)
    add_member(rcm.meeting, make_user("Gone", closed_at=NOON), DelegationRole.DRAFTER, rcm.party_id)
    db.session.refresh(rcm)
    assert slots.invite(rcm, by=SYSTEM) is True
    assert slots.invite(rcm, by=SYSTEM) is False
    told = mails()
    assert [(mail.to_address, mail.language) for mail in told] == [
        ("representative@example.org", "es"),
        ("second@example.org", "fr"),
    ]
    assert all(EDIT in mail.body for mail in told)
    with pytest.raises(Refusal, match="Nobody writes for SACM"):
        slots.invite(make_delegation(rcm.meeting, "SACM"), by=SYSTEM)


def test_after_the_publication_nobody_is_invited(client, rcm, personas):
    rcm.meeting.stage = Stage.PUBLISHED
    db.session.commit()
    with pytest.raises(WrongState, match="published"):
        slots.invite(rcm, by=SYSTEM)
    page = sign_in(client, personas.secretariat).get("/sessions/cam-2026/manage/presentations").text
    assert "RCM" in page
    assert "/presentations/invite" not in page
    assert "/RCM/invite" not in page


def test_an_answer_can_be_changed_and_a_no_says_why(rcm):
    with pytest.raises(WrongState):
        slots.answer_invitation(rcm, InvitationState.ACCEPTED, reason="", by=SYSTEM)
    slots.invite(rcm, by=SYSTEM)
    with pytest.raises(Refusal) as refusal:
        slots.answer_invitation(rcm, InvitationState.DECLINED, reason="", by=SYSTEM)
    assert refusal.value.field == "reason"
    with pytest.raises(Refusal):
        slots.answer_invitation(rcm, InvitationState.DECLINED, reason="x" * 1001, by=SYSTEM)
    slots.answer_invitation(rcm, InvitationState.DECLINED, reason="Another meeting.", by=SYSTEM)
    slot = slots.slot_of(rcm)
    assert (slot.state, slot.reason) == (InvitationState.DECLINED, "Another meeting.")
    assert missing(rcm) == ()
    slots.answer_invitation(rcm, InvitationState.ACCEPTED, reason="ignored", by=SYSTEM)
    assert slot.reason == ""
    slots.answer_invitation(rcm, InvitationState.DECLINED, reason="Again.", by=SYSTEM)
    assert slots.invite(rcm, by=SYSTEM) is True
    assert (slot.state, slot.reason, slot.answered_at) == (InvitationState.INVITED, "", None)


def missing(delegation: Delegation) -> tuple[str, ...]:
    db.session.flush()
    return missing_parts(delegation.meeting).get(delegation.id, ())


def test_a_no_takes_back_what_would_have_reminded(rcm, personas):
    assert remind_now(rcm.meeting, COMPLETE, [rcm.id], by=personas.secretariat) == 0  # nobody has asked it yet
    slots.invite(rcm, by=SYSTEM)
    remind_now(rcm.meeting, COMPLETE, [rcm.id], by=personas.secretariat)
    slots.answer_invitation(rcm, InvitationState.DECLINED, reason="Another meeting.", by=SYSTEM)
    assert [(mail.message, mail.state) for mail in mails()] == [
        ("presentations/invitation", MailState.CANCELLED),
        ("presentations/missing", MailState.CANCELLED),
    ]


def test_what_is_missing_is_what_was_not_filed(rcm):
    everything = ("speakers", "answers:1,2", "slides", "consent")
    assert missing(rcm) == ()  # nobody has asked for it
    slots.invite(rcm, by=SYSTEM)
    assert missing(rcm) == everything
    presentation = operations.start_presentation(rcm, language="en", by=SYSTEM)
    more = {"language": "en", "by": SYSTEM}
    operations.save_presentation(presentation, answers=ANSWERS, speakers=["Chair; Presidency"], consent=None, **more)
    operations.attach_slides(presentation, upload(PDF), by=SYSTEM)
    assert missing(rcm) == everything  # a draft is the mechanism's own
    operations.remove_slides(presentation, presentation.slides[0], by=SYSTEM)
    with pytest.raises(Refusal) as refusal:
        operations.file_presentation(presentation, by=SYSTEM)
    assert refusal.value.field == "consent"
    operations.save_presentation(presentation, answers=ANSWERS, speakers=[" ; "], consent=Audience.PUBLIC, **more)
    operations.file_presentation(presentation, by=SYSTEM)
    assert missing(rcm) == ("speakers", "slides")
    operations.save_presentation(presentation, answers=ANSWERS, speakers=["Chair"], consent=Audience.PUBLIC, **more)
    operations.file_presentation(presentation, by=SYSTEM)
    with standing_at(BEFORE + timedelta(minutes=1)):
        operations.attach_slides(presentation, upload(PDF), by=SYSTEM)
        assert missing(rcm) == ("slides",)
        operations.file_presentation(presentation, by=SYSTEM)
        assert missing(rcm) == ()
    db.session.add(GuidingQuestion(meeting=rcm.meeting, number=3, text=everywhere("?"), audience="mechanisms"))
    assert missing(rcm) == ("answers:3",)
    operations.withdraw_presentation(presentation, by=SYSTEM)
    assert missing(rcm) == (), "that is an answer"


def test_speakers_are_a_name_or_function_with_an_institution(rcm):
    presentation = operations.start_presentation(rcm, language="en", by=SYSTEM)
    lines = ["Presidency pro tempore; Ministry of Foreign Affairs", "Secretariat", "; IOM", ""]
    operations.save_presentation(
        presentation, answers={}, speakers=lines, language="en", consent=Audience.PUBLIC, by=SYSTEM
    )
    assert presentation.content["speakers"] == [
        {"function": "Presidency pro tempore", "institution": "Ministry of Foreign Affairs"},
        {"function": "Secretariat"},
        {"function": "IOM"},
    ]
    kept = operations.working_text(presentation)["speakers"].split("\n")
    assert kept == ["Presidency pro tempore; Ministry of Foreign Affairs", "Secretariat", "IOM"]


def test_the_order_is_kept_and_what_has_no_place_comes_last(rcm):
    meeting = rcm.meeting
    for code in ("SACM", "MIRPS", "OCAM"):
        make_delegation(meeting, code)

    def order() -> list[str]:
        db.session.expire_all()
        return [row.delegation.party.code for row in queries.presenting_delegations(meeting.id)]

    assert order() == ["MIRPS", "OCAM", "RCM", "SACM"]
    slots.move(delegation("SACM"), up=True, by=SYSTEM)
    assert order() == ["MIRPS", "OCAM", "SACM", "RCM"]
    slots.move(delegation("MIRPS"), up=False, by=SYSTEM)
    slots.move(delegation("OCAM"), up=True, by=SYSTEM)
    assert order() == ["OCAM", "MIRPS", "SACM", "RCM"]
    slots.place(delegation("OCAM"), position=99, by=SYSTEM)
    assert order() == ["MIRPS", "SACM", "RCM", "OCAM"]
    make_delegation(meeting, "FEM")
    assert order()[-1] == "FEM"
    positions = db.session.scalars(sa.select(PresentationSlot.position).order_by(PresentationSlot.position)).all()
    assert positions == [1, 2, 3, 4]


def test_inviting_moves_nobody_and_those_in_the_order_of_business_come_first_as_there(rcm, personas):
    meeting = rcm.meeting
    for code in ("SACM", "MIRPS", "OCAM"):
        make_delegation(meeting, code)

    def order() -> list[str]:
        db.session.expire_all()
        return [row.delegation.party.code for row in queries.presenting_delegations(meeting.id)]

    slots.invite(rcm, by=SYSTEM)
    assert order() == ["MIRPS", "OCAM", "RCM", "SACM"]
    agenda = [add(meeting, title) for title in ("First", "Second")]
    for item, code, role in zip(
        [*agenda, agenda[0]],
        ["SACM", "RCM", "OCAM"],
        [ItemRole.SPEAKER, ItemRole.SPEAKER, ItemRole.CHAIR],
        strict=True,
    ):
        parts.add_item_person(item, role=role, delegation=delegation(code), function=LocalizedText(), by=SYSTEM)
    assert order() == ["MIRPS", "OCAM", "RCM", "SACM"]  # a draft orders nothing
    publish_agenda(meeting)
    assert order() == ["SACM", "RCM", "MIRPS", "OCAM"]
    with pytest.raises(WrongState, match="order of business says"):
        slots.move(delegation("RCM"), up=True, by=SYSTEM)
    slots.place(delegation("OCAM"), position=1, by=SYSTEM)
    assert order() == ["SACM", "RCM", "OCAM", "MIRPS"]


def test_delivery_is_noted_from_the_session_on_and_can_be_taken_back(rcm):
    with pytest.raises(WrongState, match="not begun"):
        slots.mark_delivered(rcm, True, by=SYSTEM)
    slots.invite(rcm, by=SYSTEM)
    with standing_at(NOON):
        slots.mark_delivered(rcm, True, by=SYSTEM)
        slots.mark_delivered(rcm, True, by=SYSTEM)
        assert slots.slot_of(rcm).delivered_at == NOON
        with pytest.raises(WrongState, match="delivered already"):
            slots.answer_invitation(rcm, InvitationState.DECLINED, reason="Late.", by=SYSTEM)
        slots.mark_delivered(rcm, False, by=SYSTEM)
        assert slots.slot_of(rcm).delivered_at is None


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/recording",
        "javascript:alert(1)",
        "https://",
        "https://localhost/x",
        "https://user:secret@example.org/x",
        "https://example.org/a b",
        'https://example.org/"><script>',
        "https://[example.org/",
        "//example.org/x",
        "https://example.org/" + "x" * 500,
    ],
)
def test_a_recording_is_at_an_encrypted_address(rcm, address):
    with pytest.raises(Refusal) as refusal:
        slots.attach_recording(rcm, address, by=SYSTEM)
    assert refusal.value.field == "address"
    slots.attach_recording(rcm, "https://example.org/recordings/1?t=3", by=SYSTEM)
    slots.attach_recording(rcm, "", by=SYSTEM)
    assert slots.slot_of(rcm).recording_url == ""


def seen(client) -> str:
    """The order that the page shows, as a drop sends it."""
    return html.document_fromstring(client.get(MANAGE).text).xpath("//li[@data-sort-id]/@data-version")[0]


def test_the_secretariat_invites_orders_reminds_and_notes(client, personas, meeting, approved_mails):
    make_delegation(meeting, "SACM")
    sign_in(client, personas.secretariat)
    page = client.get(MANAGE).text
    assert "2 mechanisms are not invited yet. 1 of them has nobody to write to." in page
    assert "Invite 1 mechanism to present" in page
    sacm = db.session.scalars(sa.select(Delegation).join(Delegation.party).filter_by(code="SACM")).one()
    assert f'<a href="/manage/delegations/{sacm.id}#invite">Nobody to write to: invite somebody' in page
    assert "Invite SACM to present" not in page
    everything = "the speakers, the answers to guiding questions 1, 2, the slides, who may read it"
    assert "Still missing" not in page
    assert "Mark as delivered" not in page
    at = "/sessions/cam-2026/presentations"
    post_form(client, MANAGE, action=f"{MANAGE}/invite")
    page = client.get(MANAGE).text
    assert "Invited" in page
    assert f"Still missing: {everything}" in page
    post_form(client, MANAGE, {"direction": "down"}, action=f"{at}/RCM/move")
    post_form(client, MANAGE, action=f"{at}/RCM/remind")
    page = client.get(MANAGE).text
    assert "1 reminder was written. It waits in the outbox for approval." in page
    assert 'href="/desk/mail?session=cam-2026&amp;message=presentations/missing">1 reminder waits for approval' in page
    assert "Last reminder: 11 May 2026, by Secretariat; waits in the outbox" in page
    post_form(client, MANAGE, action=f"{at}/RCM/remind")
    assert "Nobody was reminded" in client.get(MANAGE).text
    assert [mail["To"].split("<")[-1].strip(">") for mail in approved_mails()] == ["representative@example.org"] * 2
    sacm = delegation("SACM").id
    drop = {"item": str(sacm), "position": "2"}
    assert post_form(client, MANAGE, {**drop, "version": "another order"}, action=f"{MANAGE}/place").status_code == 409
    assert post_form(client, MANAGE, {**drop, "version": seen(client)}, action=f"{MANAGE}/place").status_code == 303
    db.session.expire_all()
    assert [row.delegation.party.code for row in queries.presenting_delegations(meeting.id)] == ["RCM", "SACM"]
    elsewhere = make_delegation(make_meeting("2030"), "SACM").id
    wrong = post_form(client, MANAGE, {"item": str(elsewhere), "position": "1"}, action=f"{MANAGE}/place")
    assert wrong.status_code == 404
    with standing_at(NOON):
        post_form(client, MANAGE, {"delivered": "yes"}, action=f"{at}/RCM/delivered")
        field = f"d{delegation('RCM').id}-address"
        refused = post_form(client, MANAGE, {field: "http://example.org"}, action=f"{at}/RCM/recording")
        assert refused.status_code == 422
        assert "begins with https://" in refused.text
        too_long = post_form(client, MANAGE, {field: "https://e.org/" + "x" * 600}, action=f"{at}/RCM/recording")
        assert too_long.status_code == 422
        assert (
            post_form(client, MANAGE, {field: "https://example.org/r"}, action=f"{at}/RCM/recording").status_code == 303
        )
        page = client.get(MANAGE).text
        assert "Not delivered after all" in page
        post_form(client, MANAGE, action=f"{at}/RCM/delivered")
        assert "Not delivered after all" not in client.get(MANAGE).text


def test_a_mechanism_answers_its_invitation(client, personas, meeting):
    sign_in(client, personas.representative)
    assert "Invitation to present" not in client.get(EDIT).text
    slots.invite(delegation("RCM"), by=SYSTEM)
    answer = "/sessions/cam-2026/presentations/RCM/invitation"
    bare = post_form(client, EDIT, {"invitation-answer": "declined"}, action=answer)
    assert bare.status_code == 422
    assert "Say why" in bare.text
    assert post_form(client, EDIT, {}, action=answer).status_code == 422
    post_form(client, EDIT, {"invitation-answer": "declined", "invitation-reason": "Elsewhere."}, action=answer)
    assert "Change the answer" in client.get(EDIT).text
    sign_in(client, personas.secretariat)
    page = client.get(MANAGE).text
    assert "Invitation declined" in page
    assert "Reason: Elsewhere." in page
    assert "Still missing" not in page
    post_form(client, MANAGE, action="/sessions/cam-2026/presentations/RCM/invite")
    sign_in(client, personas.representative)
    post_form(client, EDIT, {"invitation-answer": "accepted"}, action=answer)
    assert "Invitation accepted" in client.get(EDIT).text


def test_readers_see_order_delivery_and_recording(client, app):
    meeting = make_meeting(stage=Stage.CONSOLIDATING)
    for code in ("RCM", "SACM"):
        publish_presentation(meeting, code)
    db.session.commit()
    with standing_at(NOON):
        slots.move(delegation("SACM"), up=True, by=SYSTEM)
        slots.mark_delivered(delegation("SACM"), True, by=SYSTEM)
        slots.attach_recording(delegation("SACM"), "https://example.org/recordings/1", by=SYSTEM)
    page = client.get("/sessions/cam-2026").text
    assert page.index("/presentations/SACM") < page.index("/presentations/RCM")
    assert 'href="https://example.org/recordings/1"' in page
    assert "delivered" in page
    one = client.get("/sessions/cam-2026/presentations/SACM").text
    assert "Delivered on 14 May 2026" in one
    assert 'href="https://example.org/recordings/1"' in one
    other = client.get("/sessions/cam-2026/presentations/RCM").text
    assert "Recording" not in other

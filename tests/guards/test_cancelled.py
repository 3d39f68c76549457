"""A cancelled session says so on each of its pages, takes nothing in and asks for nothing."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import url_for

from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import WrongState
from app.desk.telling import OCCASIONS, offer
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails, queue_mail
from app.meetings import operations, undoing
from app.meetings.emails import ADDED, invitation
from app.meetings.enums import DelegationRole, Stage
from app.practices.calls import grant_extension
from app.practices.operations import start_practice
from app.practices.queries import call_of
from app.presentations import operations as presenting
from app.presentations import slots
from app.presentations.enums import InvitationState
from app.presentations.queries import presentation_of_delegation
from app.reminders.operations import remind_now
from app.reminders.registry import subjects
from tests.client import post_form, sign_in
from tests.factories.summaries import NOON, make_delegation, make_meeting, make_presentation, publish_agenda
from tests.guards.test_access import SPECIAL
from tests.guards.world import make_world
from tests.personas import add_member

BANNER = "was cancelled on"
OF_NO_SESSION = ("api.", "people.", "map.", "jobs.", "mail.", "coordination.")
# Of these an address names something else than a session, or what is kept of a body.
ELSEWHERE = {
    "desk.mail", "desk.mail_text", "desk.mail_texts", "floor.body_rules", "library.health", "library.mechanism",
    "following.stop", "library.body", "library.objective", "library.organization", "library.state", "library.theme",
    "meetings.participant_rules", "open_data.release", "meetings.start_from_template",
    "practices.criteria", "register.settings", "summaries.body_rules",
}  # fmt: skip


@pytest.mark.parametrize("role", ["representative", "secretariat"])
def test_each_page_of_a_cancelled_session_says_so(app, client, personas, role):
    world = make_world(personas)
    undoing.cancel_meeting(world.meeting, by=personas.secretariat)
    db.session.commit()
    sign_in(client, getattr(personas, role))
    silent = []
    with app.test_request_context():
        rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.arguments]
        chosen = [
            rule for rule in rules if not rule.endpoint.startswith(OF_NO_SESSION) and rule.endpoint not in ELSEWHERE
        ]
        known = world.path_values("-")
        addresses = {
            rule.endpoint: url_for(
                rule.endpoint,
                **{name: known[SPECIAL.get(rule.endpoint, {}).get(name, name)] for name in rule.arguments},
            )
            for rule in chosen
        }
    pages = 0
    for endpoint, address in addresses.items():
        response = client.get(address)
        if response.status_code == 200 and response.mimetype == "text/html" and "<!doctype html>" in response.text:
            pages += 1
            if BANNER not in response.text:
                silent.append(endpoint)
            assert len(re.findall(BANNER, response.text)) <= 1, endpoint
    assert ", ".join(silent) == ""
    assert pages > 5


def held(*messages: str) -> list[Mail]:
    return list(db.session.scalars(sa.select(Mail).where(Mail.message.in_(messages)).order_by(Mail.id)))


def test_it_takes_nothing_in_and_asks_for_nothing(client, personas):
    with standing_at(NOON - timedelta(days=3)):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        rcm = add_member(meeting, personas.representative, DelegationRole.FOCAL_POINT)
        peru = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
        add_member(meeting, personas.delegate_b, DelegationRole.FOCAL_POINT)
        call_of(meeting.id).closes_at = NOON
        version = publish_agenda(meeting)
        presentation = make_presentation(rcm, answers={"1": "One.", "2": "Two."})
        presentation.content = {**presentation.content, "answers": {"1": "New.", "2": "Two."}}
        slots.invite(rcm, by=personas.secretariat)
        queue_mail(ADDED.name, personas.delegate_a, invitation(peru, DelegationRole.HEAD), meeting_id=meeting.id)
        queue_mail("desk/letter", personas.delegate_a, {**invitation(peru, DelegationRole.HEAD), "meeting": meeting,
                   "delegation": peru, "written": ("Word", "Words")}, meeting_id=meeting.id)  # fmt: skip
        db.session.commit()
        assert (offer("call", meeting, 1).number, offer("agenda", meeting, version.id).number) == (2, 3)
        sign_in(client, personas.secretariat)
        asked = client.get("/sessions/cam-2026/manage/stages").text
        assert "2 mails that wait ask for something; they never leave." in " ".join(asked.split())
        undoing.cancel_meeting(meeting, by=personas.secretariat)
        db.session.commit()

        stopped = held("presentations/invitation", ADDED.name)
        assert {(mail.state, mail.reason) for mail in stopped} == {(MailState.CANCELLED, MailReason.DONE)}
        assert [mail.state for mail in held("desk/letter")] == [MailState.HELD]
        assert [offer(name, meeting, version.id).number for name in ("call", "agenda")] == [0, 0]
        assert set(OCCASIONS) == {"call", "agenda", "document", "summary"}
        assert all(subject.owed(meeting) == {} for subject in subjects())
        late = queue_mail(ADDED.name, personas.delegate_a, invitation(peru, DelegationRole.HEAD), meeting_id=meeting.id)
        db.session.flush()
        assert approve_mails([late.id], by=personas.secretariat) == []
        assert late.state is MailState.CANCELLED
        db.session.commit()

        by = {"by": personas.secretariat}
        text = presentation_of_delegation(rcm.id)
        refused = [
            lambda: presenting.file_presentation(text, **by),
            lambda: presenting.save_presentation(
                text, answers={}, speakers=[], language="en", consent=None, by=personas.representative
            ),
            lambda: presenting.attach_slides(text, None, **by),
            lambda: presenting.start_presentation(make_delegation(meeting, "SACM"), language="en", **by),
            lambda: slots.invite(make_delegation(meeting, "RIAM"), **by),
            lambda: slots.answer_invitation(rcm, InvitationState.ACCEPTED, reason="", by=personas.representative),
            lambda: start_practice(call_of(meeting.id), peru, language="en", by=personas.delegate_a),
            lambda: grant_extension(call_of(meeting.id), peru, until=NOON + timedelta(days=9), reason="Late.", **by),
            lambda: operations.invite_member(
                peru, email="n@example.org", name="N", role=DelegationRole.HEAD, language="es", **by
            ),
        ]
        for act in refused:
            with pytest.raises(WrongState):
                act()
            db.session.rollback()
        for subject in subjects():
            with pytest.raises(WrongState):
                remind_now(meeting, subject, [rcm.id], **by)
            db.session.rollback()

        assert "/board/remind" not in client.get("/desk/cam-2026/board").text
        assert "nothing is taken in or asked for any more." in client.get("/desk/cam-2026/board/remind").text
        panel = client.get("/sessions/cam-2026/manage/presentations").text
        assert "/presentations/RIAM/invite" not in panel
        assert "/presentations/RCM/remind" not in panel
        assert "Before “" not in client.get("/sessions/cam-2026/manage/stages").text
        sign_in(client, personas.representative)
        page_of = "/sessions/cam-2026/presentations/RCM/edit"
        page = client.get(page_of).text
        assert "File with the secretariat" not in page
        assert "Send the answer" not in page
        assert "Add the slides" not in page
        sent = post_form(client, page_of, {}, action=page_of)
        assert sent.status_code == 409
        assert "The session was cancelled: nothing is taken in or asked for any more." in sent.text
        sign_in(client, personas.delegate_a)
        people = client.get("/sessions/cam-2026/delegations/PE/participants").text
        assert "registration closed on" not in people

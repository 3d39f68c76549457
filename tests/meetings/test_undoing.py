"""What was begun by mistake is taken back while nothing hangs on it; a session that was seen is cancelled instead."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import WrongState
from app.library.calendar import session_calendar
from app.meetings import operations, queries, undoing
from app.meetings.enums import ItemRole, Stage
from app.meetings.models import Delegation, ItemPerson, Meeting
from app.meetings.policies import registration_is_open
from app.practices.enums import PracticeState
from app.practices.models import Call
from app.practices.queries import call_of
from app.presentations.enums import InvitationState
from app.presentations.models import PresentationSlot
from app.reminders.operations import set_schedule
from app.reminders.queries import running_meetings
from app.reminders.registry import subject_of
from tests.client import post_form, sign_in
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, make_practice
from tests.meetings.test_views import NEW

STAGES = "/sessions/cam-2026/manage/stages"
BEFORE = NOON - timedelta(days=3)


def count(model) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(model))


@pytest.fixture
def begun(app):
    """A session in preparation with everything that a set-up has."""
    meeting = make_meeting(stage=Stage.PREPARING)
    peru, rcm = make_delegation(meeting, "PE"), make_delegation(meeting, "RCM")
    item = queries.agenda_of(meeting.id)[0]
    item.people = [ItemPerson(role=ItemRole.SPEAKER, delegation=peru, function=everywhere("Minister"))]
    operations.add_agenda_item(
        meeting, title=everywhere("Sub"), description=everywhere(""), kind=item.kind, day=1, minutes=5, parent=item,
        by=SYSTEM,
    )  # fmt: skip
    db.session.add(PresentationSlot(delegation=rcm, position=1))
    set_schedule(meeting, subject_of("practices/call_closes"), active=True, days=[3], hour=9, by=SYSTEM)
    db.session.commit()
    return meeting


def delegation(meeting, code) -> Delegation:
    return next(row for row in queries.delegations_of_meeting(meeting.id) if row.party.code == code)


def test_a_delegation_with_nothing_attached_goes_with_its_people_and_parts(client, personas, begun):
    peru = delegation(begun, "PE")
    operations.invite_member(
        peru, email="ana@example.org", name="Ana", role="focal_point", language="es", by=personas.secretariat
    )
    sign_in(client, personas.secretariat)
    page = f"/manage/delegations/{peru.id}"
    text = client.get(page).text
    assert "These people lose their way into this session" in text
    assert "Ana" in text
    answer = post_form(client, page, action=f"{page}/remove")
    assert answer.location == "/sessions/cam-2026/manage/delegations"
    assert [row.party.code for row in queries.delegations_of_meeting(begun.id)] == ["RCM"]
    assert count(ItemPerson) == 0
    trail = client.get("/desk/cam-2026/trail").text
    assert "Removed a delegation" in trail
    undoing.remove_delegation(delegation(begun, "RCM"), by=SYSTEM)
    assert count(PresentationSlot) == 0


@pytest.mark.parametrize("what", ["draft", "person", "invited"])
def test_a_delegation_that_something_hangs_on_stays_whole(begun, what):
    row = delegation(begun, "RCM" if what == "invited" else "PE")
    if what == "draft":
        make_practice(row, state=PracticeState.DRAFT)
    elif what == "person":
        with standing_at(BEFORE):
            make_person(row, "Ana")
    else:
        db.session.scalars(sa.select(PresentationSlot)).one().state = InvitationState.INVITED
    db.session.commit()
    with pytest.raises(WrongState) as refusal:
        undoing.remove_delegation(row, by=SYSTEM)
    db.session.rollback()
    assert "draft" not in str(refusal.value)  # that there is one is its delegation's alone
    assert count(Delegation) == 2
    assert (count(ItemPerson), count(PresentationSlot)) == (1, 1)


def test_a_session_begun_by_mistake_is_deleted_with_its_set_up(client, personas, begun):
    sign_in(client, personas.secretariat)
    assert post_form(client, STAGES, action="/sessions/cam-2026/manage/delete").location == "/desk"
    assert (count(Meeting), count(Delegation), count(Call), count(PresentationSlot)) == (0, 0, 0, 0)
    event = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "delete_meeting")).one()
    assert event.changes["code"] == ["2026", None]
    # SQLite gives the next one the same number: its trail is its own all the same.
    post_form(client, "/sessions/new/blank", NEW)
    again = db.session.scalars(sa.select(Meeting)).one()
    assert [row.action for row in queries.trail_of(again.id).items] == ["create_meeting"]


@pytest.mark.parametrize("what", ["draft", "person", "part", "opened"])
def test_a_session_that_something_hangs_on_is_not_deleted(begun, what):
    peru = delegation(begun, "PE")
    if what == "draft":
        make_practice(peru, state=PracticeState.DRAFT)
    elif what == "person":
        with standing_at(BEFORE):
            make_person(peru, "Ana")
    elif what == "part":
        make_meeting("2027", parent=begun)
    else:
        begun.stage = Stage.CALL_OPEN
    db.session.commit()
    with pytest.raises(WrongState):
        undoing.delete_meeting(begun, by=SYSTEM)
    db.session.rollback()
    assert db.session.get(Meeting, begun.id) is not None
    assert (count(ItemPerson), count(PresentationSlot)) == (1, 1)


def test_a_cancelled_session_says_so_and_takes_nothing_in(client, personas, app):
    with standing_at(BEFORE):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(meeting)
        call_of(meeting.id).closes_at = NOON
        db.session.commit()
        sign_in(client, personas.secretariat)
        answer = post_form(client, STAGES, action="/sessions/cam-2026/manage/cancel")
        assert answer.location == "/desk/cam-2026"
        db.session.expire_all()
        assert "“Annual session (en)” was cancelled on 11 May 2026. It is not held" in client.get("/desk/cam-2026").text
        readers = sign_in(client, personas.delegate_a).get("/sessions/cam-2026").text
        assert "was cancelled on 11 May 2026. It is not held: nothing is taken in or asked for." in readers
        assert "The call for good practices is open" not in readers
        assert "Submit a good practice" not in client.get("/desk").text
        peru = delegation(meeting, "PE")
        assert not call_of(meeting.id).is_open_for(peru.id, BEFORE)
        assert not registration_is_open(meeting)
        assert running_meetings() == []
        with app.test_request_context():
            assert b"STATUS:CANCELLED" in session_calendar(meeting, personas.delegate_a).content
        with pytest.raises(WrongState):
            operations.move_to_stage(meeting, Stage.IN_SESSION, by=SYSTEM)
        db.session.rollback()
        sign_in(client, personas.secretariat)
        post_form(client, STAGES, action="/sessions/cam-2026/manage/restore")
        db.session.expire_all()
        assert meeting.cancelled_at is None
        assert call_of(meeting.id).is_open_for(peru.id, BEFORE)
        assert "Cancelled the session" in client.get("/desk/cam-2026/trail").text


def test_the_list_of_parties_begins_with_none_and_names_them_in_full(client, personas, begun):
    sign_in(client, personas.secretariat)
    page = "/sessions/cam-2026/manage/delegations"
    text = client.get(page).text
    form = next(form for form in html.document_fromstring(text).forms if "party" in form.fields)
    assert form.fields["party"] == ""
    assert "SACM: South American Conference on Migration" in text
    answer = post_form(client, page, {"party": ""})
    assert answer.status_code == 422
    assert "Choose a State, organization or mechanism from the list." in answer.text
    assert count(Delegation) == 2

"""Whom delegations registered is proposed to them for the next session: once, and only as long as it is held."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.directory.models import Party
from app.meetings import carrying, operations, participants, retention
from app.meetings.enums import Attendance, ParticipantRole, Stage
from app.meetings.models import Delegation, Participant
from tests.client import post_form, sign_in
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, make_meeting
from tests.meetings.starts import start

BEFORE = NOON - timedelta(days=3)
KEYS = ["delegations", "people", "participants"]
PAGE = "/sessions/cam-2027/delegations/PE/participants"


@pytest.fixture
def old(app, personas):
    with standing_at(BEFORE):
        meeting = make_meeting()
        personas.join(meeting)
        peru = delegation_of(meeting)
        more = {"email": "ana@example.org", "access_needs": "Captions", "attendance": Attendance.VIRTUAL}
        make_person(peru, "Ana", role=ParticipantRole.HEAD, user_id=personas.delegate_a.id, **more)
        make_person(peru, "Luis")
        db.session.commit()
    return meeting


def delegation_of(meeting, code="PE") -> Delegation:
    party = db.session.scalars(sa.select(Party).where(Party.code == code)).one()
    return operations.add_delegation(meeting, party, by=SYSTEM)


def test_participants_are_proposed_and_nothing_of_them_is_copied(old):
    with standing_at(NOON):
        new = start(old, keys=KEYS)
        assert [row.name for row in participants.proposed(delegation_of(new))] == ["Ana", "Luis"]
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 2
        assert participants.proposed(delegation_of(new, "BR")) == []


def test_they_need_their_delegations_and_no_template_holds_them(old):
    with standing_at(NOON):
        set_up = carrying.set_up_of(old)
        assert len(set_up["parts"]["participants"]) == 2
        assert "participants" not in carrying.impersonal(set_up)["parts"]
        assert participants.proposed(delegation_of(start(old, keys=["delegations"]))) == []


def test_those_ticked_are_registered_once_without_what_was_of_that_session(client, personas, old):
    with standing_at(NOON):
        new = start(old, keys=KEYS)
        new.stage = Stage.CALL_OPEN
        db.session.commit()
        sign_in(client, personas.delegate_a)
        assert "Registered in the last session" in client.get(PAGE).text
        ana = db.session.scalars(sa.select(Participant.id).where(Participant.name == "Ana")).one()
        for _twice in range(2):
            assert post_form(client, PAGE, {"people": [ana]}, action=f"{PAGE}/proposed").status_code == 303
        here = delegation_of(new).id
        again = db.session.scalars(sa.select(Participant).where(Participant.delegation_id == here)).one()
        assert (again.name, again.role, again.email) == ("Ana", ParticipantRole.HEAD, "ana@example.org")
        assert (again.access_needs, again.user_id) == ("Captions", personas.delegate_a.id)
        assert (again.attendance, again.note_id) == (Attendance.IN_PERSON, None)
        assert [row.name for row in participants.proposed(delegation_of(new))] == ["Luis"]


def test_observers_and_others_are_proposed_nobody(client, personas, old):
    with standing_at(NOON):
        new = start(old, keys=KEYS)
        new.stage = Stage.CALL_OPEN
        db.session.commit()
        sign_in(client, personas.delegate_b)
        assert client.get(PAGE).status_code == 404
        member = delegation_of(new).members[0]
        member.role = "observer"
        db.session.commit()
        text = sign_in(client, personas.delegate_a).get(PAGE).text
        assert "Luis" not in text


def test_an_address_that_is_taken_here_stays_behind(old):
    with standing_at(NOON):
        new = start(old, keys=KEYS)
        make_person(delegation_of(new, "BR"), "Eva", email="ana@example.org")
        peru = delegation_of(new)
        assert participants.register_proposed(peru, participants.proposed(peru), by=SYSTEM) == 2
        emails = sa.select(Participant.email).where(Participant.delegation_id == peru.id)
        assert set(db.session.scalars(emails)) == {""}


def test_what_is_no_longer_kept_is_neither_carried_nor_proposed(old):
    with standing_at(NOON):
        new = start(old, keys=KEYS)
    due = retention.due_at(old, retention.KEEP_MONTHS)
    with standing_at(due - timedelta(minutes=1)):
        assert len(participants.proposed(delegation_of(new))) == 2
    with standing_at(due):  # also before the job has run
        assert participants.proposed(delegation_of(new)) == []
        assert "participants" not in carrying.set_up_of(old)["parts"]
        retention.forget_participants(old, by=SYSTEM)
    with standing_at(NOON):
        assert participants.proposed(delegation_of(new)) == []
        assert "participants" not in carrying.set_up_of(old)["parts"]
        assert start(old, keys=["delegations"], code="2028", first_day=date(2028, 5, 11)).people_from_id is None


def test_the_register_says_who_is_proposed_and_where(client, personas, old):
    with standing_at(NOON):
        new = start(old, keys=KEYS)
        new.stage = Stage.CALL_OPEN
        new_delegation = delegation_of(new)
        db.session.commit()
        assert participants.proposed_to(new) == {new_delegation.id: 2}
        assert participants.proposed_to(old) == {}
        sign_in(client, personas.secretariat)
        page = client.get("/sessions/cam-2027/manage/participants").text
        assert "2 people of the session before are proposed to their delegations" in page
        assert PAGE in page
        answer = post_form(client, PAGE, action=f"{PAGE}/proposed")
        assert "Nobody was ticked, so nobody was registered." in client.get(answer.location).text
        participants.register_proposed(new_delegation, participants.proposed(new_delegation)[:1], by=SYSTEM)
        assert participants.proposed_to(new) == {new_delegation.id: 1}

"""The data of participants go when their time is over, once, with their files, and the trail tells."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import WrongState
from app.core.storage import storage
from app.documents.models import StoredFile
from app.jobs.models import Job
from app.meetings import operations, participants, retention
from app.meetings.enums import ParticipantRole, Stage
from app.meetings.models import NoteVerbale, Participant, ParticipantRules
from app.register.enums import DocumentClass
from app.register.models import FileVersion
from tests.documents.test_uploads import PDF, upload
from tests.factories.participants import make_person
from tests.factories.register import issue
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.personas import make_user

BEFORE = NOON - timedelta(days=3)
ENDS = NOON + timedelta(days=1)


@pytest.fixture
def meeting(app):
    with standing_at(BEFORE):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        peru = make_delegation(meeting, "PE")
        note = participants.add_note(peru, number="1", dated=None, upload=upload(PDF), by=SYSTEM)
        user = make_user("Delegate")
        peru.members = []
        person = make_person(peru, "Ana", email="ana@example.org", access_needs="Captions", note_id=note.id)
        person.user = user
        make_person(peru, "Head", role=ParticipantRole.HEAD)
        db.session.commit()
    return meeting


def people() -> list[Participant]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Participant).order_by(Participant.id)))


def set_months(meeting, months: int) -> None:
    rules = retention.rules_of(meeting.mechanism_id)
    retention.set_rules(meeting.mechanism, rules, keep_months=months, audience=Audience.RESTRICTED, by=SYSTEM)


@pytest.mark.parametrize(
    ("ends", "months", "due"),
    [
        (datetime(2026, 5, 15, 14, tzinfo=UTC), 24, datetime(2028, 5, 15, 14, tzinfo=UTC)),
        (datetime(2026, 10, 31, 14, tzinfo=UTC), 4, datetime(2027, 2, 28, 14, tzinfo=UTC)),
        (datetime(2027, 11, 30, 14, tzinfo=UTC), 3, datetime(2028, 2, 29, 14, tzinfo=UTC)),
        (datetime(2026, 12, 31, 14, tzinfo=UTC), 1, datetime(2027, 1, 31, 14, tzinfo=UTC)),
    ],
)
def test_months_are_those_of_the_calendar(meeting, ends, months, due):
    meeting.starts_at, meeting.ends_at = ends - timedelta(days=1), ends
    assert retention.due_at(meeting, months) == due


def test_nothing_is_forgotten_before_its_day_and_all_of_it_after(meeting, run_jobs):
    with time_machine.travel(ENDS + timedelta(days=720), tick=False):
        run_jobs()
    assert [person.name for person in people()] == ["Ana", "Head"]
    sha256 = db.session.scalars(sa.select(StoredFile.sha256)).one()
    with time_machine.travel(ENDS + timedelta(days=732), tick=False):
        run_jobs()
        gone = people()
        for person in gone:
            held = (person.name, person.title, person.function, person.institution, person.email, person.access_needs)
            assert held == ("",) * 6
            assert (person.name_key, person.user_id, person.note_id) == (None, None, None)
            assert person.forgotten_at is not None
        assert [person.role for person in gone] == [ParticipantRole.DELEGATE, ParticipantRole.HEAD]
        assert db.session.scalars(sa.select(NoteVerbale)).all() == []
        assert db.session.scalars(sa.select(StoredFile)).all() == []
        with pytest.raises(FileNotFoundError):
            storage().open(sha256)
        told = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "forget_participants")).all()
        assert [event.changes for event in told] == [{"number": [2, 0]}]
        assert retention.forget_participants(meeting, by=SYSTEM) == 0
        retention.forget_when_due({"meeting_id": meeting.id})
        again = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "forget_participants")).all()
        assert len(again) == 1
        with pytest.raises(WrongState, match="no longer kept"):
            make_person(gone[0].delegation, "Late")
    retention.forget_when_due({"meeting_id": 999_999})


def test_a_job_that_comes_too_early_waits_for_the_day(meeting, run_jobs):
    set_months(meeting, 36)
    with time_machine.travel(ENDS + timedelta(days=740), tick=False):
        run_jobs()  # the one that was set for 24 months
        assert people()[0].name == "Ana"
    with time_machine.travel(ENDS + timedelta(days=1100), tick=False):
        run_jobs()
        assert people()[0].name == ""


def test_a_shorter_rule_and_an_earlier_end_take_hold_at_once(meeting, run_jobs):
    with time_machine.travel(ENDS + timedelta(days=200), tick=False):
        told = retention.consequence(meeting.mechanism_id, 3)
        assert [(line["people"], line["now"]) for line in told] == [(2, True)]
        assert [line["now"] for line in retention.consequence(meeting.mechanism_id, 12)] == [False]
        set_months(meeting, 3)
        run_jobs()
        assert people()[0].name == ""
        assert retention.consequence(meeting.mechanism_id, 3) == []
    rules = db.session.scalars(sa.select(ParticipantRules)).one()
    assert (rules.keep_months, rules.version) == (3, 1)


def test_a_session_that_moves_moves_the_day(meeting, run_jobs):
    values = operations.fields_of(meeting)
    earlier = {"starts_at": NOON - timedelta(days=400), "ends_at": NOON - timedelta(days=399)}
    operations.edit_meeting(meeting, by=SYSTEM, **{**values, **earlier})
    db.session.commit()
    with time_machine.travel(ENDS + timedelta(days=400), tick=False):
        run_jobs()
        assert people()[0].name == ""


def test_each_day_has_one_job(meeting):
    keys = db.session.scalars(sa.select(Job.key).where(Job.kind == retention.JOB)).all()
    assert len(keys) == 1


def test_lists_of_participants_go_too_and_leave_a_note(meeting, client, run_jobs, monkeypatch):
    monkeypatch.setattr("app.documents.operations.IDLE", timedelta(0))
    paper = issue(meeting)
    listed = issue(meeting, content=PDF + b"% names", document_class=DocumentClass.PARTICIPANTS)
    (kept,) = listed.in_language("es").files
    sha256, address = kept.file.sha256, f"/documents/{listed.slug}"
    assert client.get(f"{address}/files/es.pdf").status_code == 200
    for _time in range(2):
        retention.forget_participants(meeting, by=SYSTEM)
        run_jobs()
    page = client.get(address)
    assert page.status_code == 410
    assert "The names of participants are kept for a time only, and that time is over." in page.text
    assert db.session.scalars(sa.select(FileVersion.language_version_id)).all() == [paper.in_language("es").id]
    with pytest.raises(FileNotFoundError):
        storage().open(sha256)
    told = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.action == "withdraw_document")).all()
    assert len(told) == 1

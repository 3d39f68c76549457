"""The data of participants go when their time is over, once, with their files, and the trail tells."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import time_machine

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import Base, db
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.core.storage import storage
from app.core.texts import fold
from app.documents.models import StoredFile
from app.jobs.models import Job
from app.mail.enums import MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails
from app.meetings import operations, participants, parts, programme, queries, retention
from app.meetings.emails import tell_added
from app.meetings.enums import DelegationRole, ItemRole, ParticipantRole, Stage
from app.meetings.models import (
    AgendaItem,
    ItemPerson,
    NoteVerbale,
    Participant,
    ParticipantRules,
)
from app.presentations.models import Presentation
from app.register import operations as register
from app.register.enums import DocumentClass
from app.register.models import Document, FileVersion
from tests.documents.test_uploads import PDF, upload
from tests.factories.participants import make_person
from tests.factories.register import issue
from tests.factories.summaries import NOON, join, make_delegation, make_meeting, make_presentation, publish_agenda
from tests.personas import make_user
from tests.summaries.test_documents import docx_text

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


def test_the_order_of_business_keeps_delegation_and_function_alone(meeting):
    item = queries.agenda_of(meeting.id)[0]
    ana = people()[0]
    with standing_at(BEFORE):
        for function in (LocalizedText(), LocalizedText(en="Keynote")):
            parts.add_item_person(
                item, role=ItemRole.SPEAKER, participant=ana, delegation=None, function=function, by=SYSTEM
            )
        version = publish_agenda(meeting)
        assert "Ana, Director of migration" in str(version.content)
        before = version.sha256
        retention.forget_participants(meeting, by=SYSTEM)
        db.session.commit()
    db.session.expire_all()
    assert "Ana" not in str([row.content for row in queries.agendas_of(meeting.id)])
    (first,) = version.content["items"]
    assert [person["function"] for person in first["people"]] == [{}, {"en": "Keynote"}]
    assert version.sha256 != before
    assert publish_agenda(meeting).number == version.number  # the draft says the same as what was published


NAME = "Ana Lucía Pérez-Gómez"
CALENDAR = "/sessions/cam-2026/calendar.ics"


def everything_kept(app) -> str:
    """All text in all tables and all files, without accents and capitals; what a person signs in with is no part."""
    kept = []
    for table in Base.metadata.sorted_tables:
        kept += [str(row) for row in db.session.execute(sa.select(table))]
    for path in Path(app.config["STORAGE"]).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            kept.append(docx_text(content) if content[:2] == b"PK" else content.decode())
    return fold(" ".join(kept).replace("\\r\\n ", "")).replace("-", " ")  # calendars fold their lines


def test_after_forgetting_a_name_is_in_no_table_and_no_file(meeting, app, client, run_jobs, monkeypatch):
    monkeypatch.setattr("app.documents.operations.IDLE", timedelta(0))
    monkeypatch.setattr("app.register.jobs.printed_pdf", lambda printed: str(printed).encode())
    monkeypatch.setattr("app.mail.transports.FolderTransport.send", lambda *_: None)
    name = "ana lucia perez gomez"
    with standing_at(BEFORE):
        peru = people()[0].delegation
        meeting.languages = ["en"]
        make_person(peru, NAME, email="alp@example.org", function="Directora", institution="Cancillería")
        item = db.session.scalars(sa.select(AgendaItem)).first()
        for function in ({"es": f"{NAME}, Ministra"}, {"en": "Ana Lucia Perez Gomez"}, {"en": "The Chair"}):
            parts.add_item_person(
                item, role=ItemRole.SPEAKER, delegation=None, function=LocalizedText(function), by=SYSTEM
            )
        words = {"kind": item.kind, "day": item.day, "minutes": item.minutes}
        title, description = LocalizedText(en=f"Statement of {NAME}"), LocalizedText(en=f"With {NAME}")
        operations.edit_agenda_item(item, title=title, description=item.description, **words, by=SYSTEM)
        chair = LocalizedText(en=f"{NAME}, Peru", es=NAME)
        operations.edit_meeting(meeting, by=SYSTEM, **{**operations.fields_of(meeting), "chair": chair})
        gone = operations.add_agenda_item(meeting, title=title, description=description, **words, by=SYSTEM)
        operations.delete_agenda_item(gone, by=SYSTEM)
        publish_agenda(meeting)
        assert NAME in client.get(CALENDAR).text.replace("\r\n ", "")
        operations.edit_agenda_item(item, title=title, description=description, **words, by=SYSTEM)
        publish_agenda(meeting)
        client.get(CALENDAR)  # what it showed before is known, and nothing of its words
        presentation = make_presentation(make_delegation(meeting, "RCM"), answers={"1": "One.", "2": "Two."})
        speakers = [{"function": f"{NAME} (Chair)"}, {"function": "Head of unit", "institution": "OAS"}]
        presentation.content = {**presentation.content, "speakers": speakers}
        presentation.latest.content = presentation.content
        for kind in (DocumentClass.PARTICIPANTS, DocumentClass.ORDER_OF_BUSINESS, DocumentClass.QUESTIONS):
            register.register_generated(meeting, kind, seen=0, by=SYSTEM)
        receiver = make_user("receiver")
        join(peru, receiver)
        for state in (MailState.HELD, MailState.APPROVED):
            tell_added(receiver, peru, DelegationRole.HEAD)
            mail = db.session.scalars(sa.select(Mail).order_by(Mail.id.desc())).first()
            mail.subject, mail.body, mail.to_address = NAME, f"Dear {NAME}", "alp@example.org"
            if state is MailState.APPROVED:
                approve_mails([mail.id], by=SYSTEM)
        run_jobs()
    assert everything_kept(app).count(name) > 5
    with time_machine.travel(ENDS + timedelta(days=740), tick=False):
        run_jobs()
    db.session.expire_all()
    kept = everything_kept(app)
    assert name not in kept
    assert "statement of" in kept
    assert dict(meeting.chair) == {"en": "Peru"}
    deleted = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "delete_agenda_item")).one()
    assert deleted.changes == {"number": ["2", None], "kind": [words["kind"].value, None], "title": []}
    assert "alp@example.org" not in kept
    functions = [dict(row.function) for row in db.session.scalars(sa.select(ItemPerson).order_by(ItemPerson.id))]
    assert functions == [{"es": "Ministra"}, {"en": "The Chair"}]
    version = queries.latest_agenda(meeting.id)
    assert [row["function"] for row in version.content["items"][0]["people"]] == functions
    draft = programme.draft_items(meeting, queries.agenda_with_people(meeting.id))
    assert version.sha256 == programme.mark_of(meeting, draft)  # nothing waits to be published
    told = [{"function": "Chair"}, {"function": "Head of unit", "institution": "OAS"}]
    presentation = db.session.scalars(sa.select(Presentation)).one()
    assert [presentation.content["speakers"], presentation.latest.content["speakers"]] == [told, told]
    withdrawn = {row.document_class: bool(row.withdrawn_at) for row in db.session.scalars(sa.select(Document))}
    assert withdrawn == {
        DocumentClass.PARTICIPANTS: True, DocumentClass.ORDER_OF_BUSINESS: True, DocumentClass.QUESTIONS: False,
    }  # fmt: skip
    mails = db.session.scalars(sa.select(Mail).order_by(Mail.id)).all()
    assert [(mail.state.value, mail.to_address, mail.subject) for mail in mails[-2:]] == [
        ("cancelled", "–", "No longer kept"), ("sent", "–", "No longer kept"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ANA LUCIA PEREZ GOMEZ", ""),
        ("Panel: Ana Lucía Pérez-Gómez, Ministra", "Panel: , Ministra"),
        ("Ana, the Head", "Ana, the Head"),
        ("Luz", "Luz"),
    ],
)
def test_names_of_two_words_are_taken_out_of_texts(text, left):
    names = retention.Names([NAME, "Luz", "Head"])
    assert names.without({"a": [text, 1]}) == {"a": [left, 1]}

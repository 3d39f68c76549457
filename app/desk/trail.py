"""The audit trail in words that people read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.audit.labels import ACTIONS
from app.audit.models import AuditEvent
from app.audit.value_labels import FIELDS, VALUED, VALUES
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.wording import in_reader_language, moment_text
from app.directory.models import Party
from app.floor.models import SpeakerEntry, Speech
from app.floor.statement_models import FloorStatement, FloorStatementCode
from app.meetings.models import AgendaItem, Delegation, GuidingQuestion, NoteVerbale, Participant
from app.people.models import User
from app.practices.after_models import Correction, Withdrawal
from app.practices.models import Extension, Intake, Practice, PracticeVersion
from app.practices.review_models import Assessment
from app.practices.translation_models import PracticeLanguage
from app.presentations.models import Presentation, PresentationSlot, PresentationVersion
from app.register.models import Document, LanguageVersion
from app.summaries.models import Paragraph, Section

LONGEST = 200
PARTY_FIELDS = ("party_id", "mechanism_id", "on_behalf_id")
Pairs = list[tuple[str, Any, Any]]
# How what an event is about is told from its like: table -> (id, text) of its rows.
SUBJECTS: dict[str, sa.Select[Any, Any]] = {
    "agenda_items": sa.select(AgendaItem.id, AgendaItem.title),
    "guiding_questions": sa.select(GuidingQuestion.id, GuidingQuestion.text),
    "delegations": sa.select(Delegation.id, Party.short_names).join(Delegation.party),
    "participants": sa.select(Participant.id, Party.short_names).join(Participant.delegation).join(Delegation.party),
    "notes_verbales": sa.select(NoteVerbale.id, Party.short_names).join(NoteVerbale.delegation).join(Delegation.party),
    "extensions": sa.select(Extension.id, Party.short_names).join(Extension.delegation).join(Delegation.party),
    "practices": sa.select(Practice.id, Practice.reference),
    "practice_languages": sa.select(PracticeLanguage.id, Practice.reference).join(PracticeLanguage.practice),
    "intakes": sa.select(Intake.id, Party.short_names)
    .join(Intake.practice)
    .join(Practice.delegation)
    .join(Delegation.party),
    "assessments": sa.select(Assessment.id, Practice.reference)
    .join(Assessment.practice_version)
    .join(PracticeVersion.practice),
    "withdrawals": sa.select(Withdrawal.id, Practice.reference).join(Withdrawal.practice),
    "corrections": sa.select(Correction.id, Practice.reference).join(Correction.practice),
    "presentations": sa.select(Presentation.id, Party.short_names).join(Presentation.delegation).join(Delegation.party),
    "presentation_slots": sa.select(PresentationSlot.id, Party.short_names)
    .join(PresentationSlot.delegation)
    .join(Delegation.party),
    "presentation_versions": sa.select(PresentationVersion.id, Party.short_names)
    .join(PresentationVersion.presentation)
    .join(Presentation.delegation)
    .join(Delegation.party),
    "documents": sa.select(Document.id, Document.symbol),
    "language_versions": sa.select(LanguageVersion.id, Document.symbol).join(LanguageVersion.document),
    "speaker_entries": sa.select(SpeakerEntry.id, Party.short_names)
    .join(SpeakerEntry.delegation)
    .join(Delegation.party),
    "speeches": sa.select(Speech.id, Party.short_names)
    .join(Speech.entry)
    .join(SpeakerEntry.delegation)
    .join(Delegation.party),
    "floor_statements": sa.select(FloorStatement.id, Party.short_names)
    .join(FloorStatement.delegation)
    .join(Delegation.party),
    "floor_statement_codes": sa.select(FloorStatementCode.id, Party.short_names)
    .join(FloorStatementCode.delegation)
    .join(Delegation.party),
    "summary_sections": sa.select(Section.id, Section.title),
    "summary_paragraphs": sa.select(Paragraph.id, Paragraph.text),
}


@dataclass(frozen=True)
class Line:
    """One event: when, who, what was done to which subject, and each changed field from what to what."""

    at: datetime
    who: str
    action: str
    subject: str
    changes: list[tuple[str, str, str]]


def _pairs(event: AuditEvent) -> Pairs:
    """The changed fields that people know: those with a name on screens and both values told."""
    return [
        (name, pair[0], pair[1])
        for name, pair in event.changes.items()
        if name in FIELDS and isinstance(pair, list) and len(pair) == 2
    ]


def _shown(field: str, value: Any, zone: str, named: Mapping[str, Mapping[int, str]]) -> str:
    if field in named:
        return named[field].get(value, "")
    if field in VALUED and isinstance(value, str) and value in VALUES:
        return str(VALUES[value])
    if field.endswith(("_at", "until")) and value:
        return moment_text(datetime.fromisoformat(value), zone)
    return _short(value)


def _short(value: Any) -> str:
    if isinstance(value, Mapping):
        value = in_reader_language({code: str(text) for code, text in value.items() if code in LANGUAGES})
    elif isinstance(value, list):
        value = ", ".join(str(item) for item in value)
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _subjects(events: Sequence[AuditEvent]) -> dict[tuple[str, int], str]:
    """(table, id) -> how the row is told from its like; one statement a table. What was deleted is absent."""
    ids: dict[str, set[int]] = {}
    for event in events:
        ids.setdefault(event.subject_kind, set()).add(event.subject_id)
    return {
        (kind, row[0]): _short(row[1])
        for kind, statement in SUBJECTS.items()
        if kind in ids
        for row in db.session.execute(statement.where(statement.selected_columns[0].in_(ids[kind])))
    }


def readable(events: Sequence[AuditEvent], zone: str) -> list[Line]:
    """Return events as lines, moments in `zone`. Two statements name people and parties, one a table the subjects."""
    subjects = _subjects(events)
    pairs = [_pairs(event) for event in events]
    told = {(name, value) for line in pairs for name, *values in line for value in values if name.endswith("_id")}
    users = {event.actor_id for event in events if event.actor_id} | {item for name, item in told if name == "user_id"}
    names = {row.id: row.name for row in db.session.execute(sa.select(User.id, User.name).where(User.id.in_(users)))}
    chosen = {item for name, item in told if name in PARTY_FIELDS}
    rows = db.session.execute(sa.select(Party.id, Party.short_names).where(Party.id.in_(chosen)))
    parties = {row.id: in_reader_language(row.short_names) for row in rows}
    named = {"user_id": names, **dict.fromkeys(PARTY_FIELDS, parties)}
    return [
        Line(
            at=event.at,
            who=names.get(event.actor_id, "Plenaria") if event.actor_id else "Plenaria",
            action=str(ACTIONS[event.action]),
            subject=subjects.get((event.subject_kind, event.subject_id), ""),
            changes=[
                (str(FIELDS[name]), _shown(name, before, zone, named), _shown(name, after, zone, named))
                for name, before, after in line
            ],
        )
        for event, line in zip(events, pairs, strict=True)
    ]

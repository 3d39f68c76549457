"""How long the data of participants are kept: a body's rules, when they fall due, and forgetting them.

For each session with participants a job waits for the day on which they fall due. It looks again at the rules and the
session when it runs, so a job that comes too early puts itself off, and one that comes twice finds nothing.
"""

import calendar
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.texts import fold
from app.directory.models import Mechanism
from app.documents.operations import forget_file
from app.jobs.operations import queue_job
from app.mail.forgetting import forget_mails
from app.meetings.models import (
    AgendaItem,
    AgendaVersion,
    Delegation,
    Meeting,
    NoteVerbale,
    Participant,
    ParticipantRules,
)
from app.meetings.programme import forget_names, marked

_WORD = re.compile(r"\w+")


class Names:
    """The names that are to be forgotten, and texts without them.

    Only names of two words and more are looked for: one word may be a function, a place, or anything.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self.known = {words for name in names if len(words := tuple(fold(word) for word in _WORD.findall(name))) > 1}
        self.longest = max(map(len, self.known), default=0)

    def in_text(self, text: str) -> list[tuple[int, int]]:
        """Where names stand in a text, from its end on; accents and capitals do not count."""
        found = list(_WORD.finditer(text))
        words = [fold(word[0]) for word in found]
        places, at = [], 0
        while at < len(words):
            ends = range(min(at + self.longest, len(words)), at + 1, -1)
            end = next((end for end in ends if tuple(words[at:end]) in self.known), None)
            if end is not None:
                places.append((found[at].start(), found[end - 1].end()))
            at = end or at + 1
        return places[::-1]

    def without(self, value: Any) -> Any:
        """Return a text, or all that lists and dictionaries hold, without the names."""
        if isinstance(value, str):
            places = self.in_text(value)
            for start, end in places:
                value = value[:start] + value[end:]
            return value.strip(" ,;:()-–") if places else value
        if isinstance(value, list):
            return [self.without(item) for item in value]
        if isinstance(value, dict):
            return {key: self.without(item) for key, item in value.items()}
        return value


def names_held(meeting: Meeting) -> Names:
    """The names of a session's participants."""
    held = sa.select(Participant.name).join(Participant.delegation)
    return Names(
        db.session.scalars(held.where(Delegation.meeting_id == meeting.id, Participant.forgotten_at.is_(None))).all()
    )


Forgetter = Callable[[Meeting, Names, Actor], None]

_forgetters: list[Forgetter] = []

JOB = "meetings.forget_participants"
KEEP_MONTHS = 24


def also_forgets(function: Forgetter) -> Forgetter:
    """Register what forgets, with a session's participants, where else their names are kept."""
    if function not in _forgetters:
        _forgetters.append(function)
    return function


def rules_of(mechanism_id: int) -> ParticipantRules:
    """Return a body's rules; those of a body that has set none are not in the session."""
    statement = sa.select(ParticipantRules).where(ParticipantRules.mechanism_id == mechanism_id)
    found = db.session.scalars(statement).one_or_none()
    return found or ParticipantRules(
        mechanism_id=mechanism_id, keep_months=KEEP_MONTHS, audience=Audience.RESTRICTED, version=0
    )


def due_at(meeting: Meeting, keep_months: int) -> datetime:
    """Return the moment from which nothing personal of a session's participants is kept."""
    ends = meeting.ends_at
    years, month = divmod(ends.month - 1 + keep_months, 12)
    year, month = ends.year + years, month + 1
    return ends.replace(year=year, month=month, day=min(ends.day, calendar.monthrange(year, month)[1]))


def is_due(meeting: Meeting, rules: ParticipantRules) -> bool:
    """Whether the data of a session's participants are no longer kept."""
    return due_at(meeting, rules.keep_months) <= now()


def schedule(meeting: Meeting) -> None:
    """Have the session's participants forgotten when they fall due; once for each day on which they may."""
    due = max(now(), due_at(meeting, rules_of(meeting.mechanism_id).keep_months))
    queue_job(kind=JOB, key=f"{JOB}:{meeting.id}:{due.isoformat()}", payload={"meeting_id": meeting.id}, run_after=due)


def _held(mechanism_id: int) -> sa.Select[Meeting, int]:
    """The sessions of a body of whose participants something is held, and of how many."""
    return (
        sa.select(Meeting, sa.func.count(Participant.id))
        .join(Delegation, Delegation.meeting_id == Meeting.id)
        .join(Participant, Participant.delegation_id == Delegation.id)
        .where(Meeting.mechanism_id == mechanism_id, Participant.forgotten_at.is_(None))
        .group_by(Meeting.id)
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )


def consequence(mechanism_id: int, keep_months: int) -> list[dict[str, Any]]:
    """What a rule means for each session of a body: how many people, until when they are kept, whether they go now."""
    lines = []
    for meeting, people in db.session.execute(_held(mechanism_id)):
        due = due_at(meeting, keep_months)
        lines.append({"meeting": meeting, "people": people, "due": due, "now": due <= now()})
    return lines


def set_rules(
    mechanism: Mechanism, rules: ParticipantRules, *, keep_months: int, audience: Audience, by: Actor
) -> None:
    """Change a body's rules; what then falls due at once is forgotten by a job after the commit."""
    rules.mechanism = mechanism
    rules.keep_months = keep_months
    rules.audience = audience
    if rules.id is None:
        rules.version = 1
    record("set_participant_rules", rules, by=by)
    for meeting, _people in db.session.execute(_held(mechanism.id)):
        schedule(meeting)


def forget_when_due(payload: dict[str, Any]) -> None:
    """Job: forget the participants of a session if they are due, else wait for the day. Commits."""
    meeting = db.session.get(Meeting, payload["meeting_id"])
    if meeting is None:
        return
    if is_due(meeting, rules_of(meeting.mechanism_id)):
        forget_participants(meeting, by=SYSTEM)
    else:
        schedule(meeting)
    db.session.commit()


def forget_participants(meeting: Meeting, *, by: Actor) -> int:
    """Keep of a session's participants their delegation, role and attendance alone; return how many were forgotten.

    Their notes verbales go with their files, their names in the order of business, chosen or written, the mails of the
    session, and what later packages keep of their names. Doing it again changes nothing.
    """
    forget_names(meeting)
    people = db.session.scalars(
        sa.select(Participant)
        .join(Participant.delegation)
        .where(Delegation.meeting_id == meeting.id, Participant.forgotten_at.is_(None))
    ).all()
    names = Names(person.name for person in people)
    for person in people:
        person.name = person.title = person.function = person.institution = person.email = person.access_needs = ""
        person.name_key = person.note_id = person.user_id = None
        person.forgotten_at = now()
    db.session.flush()
    notes = db.session.scalars(
        sa.select(NoteVerbale)
        .join(NoteVerbale.delegation)
        .where(Delegation.meeting_id == meeting.id)
        .options(orm.joinedload(NoteVerbale.file))
    ).all()
    files = [note.file for note in notes if note.file]
    for note in notes:
        db.session.delete(note)
    db.session.flush()
    for file in files:
        forget_file(file, by=by)
    for forget in _forgetters:
        forget(meeting, names, by)
    _forget_in_agenda(meeting, names)
    forget_mails(meeting.id)
    if people or notes:
        changes = {"number": [len(people), 0]}
        record("forget_participants", meeting, by=by, meeting_id=meeting.id, changes=changes)
    return len(people)


def agenda_names(meeting: Meeting, names: Names) -> bool:
    """Whether a published order of business names one of them."""
    contents = db.session.scalars(sa.select(AgendaVersion.content).where(AgendaVersion.meeting_id == meeting.id))
    return any(names.without(content) != content for content in contents)


def _forget_in_agenda(meeting: Meeting, names: Names) -> None:
    """Functions stay, names go: from the chair, from the draft, and from what was published of it."""
    if (chair := _texts_without(meeting.chair, names)) != meeting.chair:
        meeting.chair = chair
    items = (
        sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting.id).options(orm.selectinload(AgendaItem.people))
    )
    for item in db.session.scalars(items).all():
        item.title, item.description = _texts_without(item.title, names), _texts_without(item.description, names)
        for person in item.people[:]:
            person.function = _texts_without(person.function, names)
            if person.delegation_id is None and not person.function:
                item.people.remove(person)
    for version in db.session.scalars(sa.select(AgendaVersion).where(AgendaVersion.meeting_id == meeting.id)).all():
        content = names.without(version.content)
        if content == version.content:
            continue
        for item in (*content["items"], *content["cancelled"]):
            item["people"] = [row for row in item["people"] if row["party"] or any(row["function"].values())]
        version.content, version.changes = content, names.without(version.changes)
        version.sha256 = marked(content["zone"], content["items"])
    db.session.flush()


def _texts_without(texts: LocalizedText, names: Names) -> LocalizedText:
    return LocalizedText({code: kept for code, text in texts.items() if (kept := names.without(text))})

"""Reading the record."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import FRESH, db
from app.floor.enums import FloorPart
from app.floor.models import PartGiven, SpeakerEntry, SpeakersList, Speech
from app.floor.queries import ENTRY, Floor, Item, come, has_part, items_of, lists_of
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.meetings.queries import meeting_visible_to
from app.meetings.timing import day_count
from app.record.enums import Half, Kept, MinutesState
from app.record.models import (
    FollowUp,
    Minutes,
    MinutesCorrection,
    MinutesText,
    MinutesVersion,
    Note,
    Points,
    Sitting,
)
from app.record.texts import joined, key_of

HEARD_WHOLE = (*ENTRY, orm.joinedload(SpeakerEntry.speech))


@dataclass(frozen=True)
class Record(Floor):
    """A session's record as one person comes to it: whether they keep it."""

    keeps: bool


@dataclass(frozen=True)
class Intervention(Record):
    """What somebody said, or says. `delegation` is whose it is."""

    entry: SpeakerEntry

    @property
    def delegation(self) -> Delegation:
        return self.entry.delegation


@dataclass(frozen=True)
class ItemOfRecord(Record):
    """An item of the order of business."""

    item: Item


@dataclass(frozen=True)
class HalfDay(Record):
    """A half of a day of the session, with what was noted of it."""

    day: int
    half: Half
    sitting: Sitting | None


@dataclass(frozen=True)
class Proposed(Intervention):
    """A correction of an intervention."""

    correction: MinutesCorrection


@dataclass(frozen=True)
class OldMinutes(Record):
    """A version of the minutes."""

    version: MinutesVersion


def _come(actor: Actor, meeting: Meeting) -> Record:
    found = Floor(**come(actor, meeting))
    keeps = actor.is_staff or has_part(actor, found.own, FloorPart.RAPPORTEUR)
    return Record(found.meeting, found.manages, found.own, keeps)


def record_of(actor: Actor, slug: str) -> Record:
    """Load the record of a session that the person may see; raises NotFound otherwise."""
    return _come(actor, meeting_visible_to(actor, slug))


def _heard(actor: Actor, entry: SpeakerEntry | None) -> Intervention:
    """How a person comes to an intervention: its delegation once it was heard, and who keeps the record also where the
    floor was taken back, as notes stay that were written until then. Raises NotFound."""
    if entry is None:
        raise NotFound
    found = _come(actor, meeting_visible_to(actor, entry.delegation.meeting.slug))
    if not found.keeps and (entry.speech is None or entry.delegation not in found.own):
        raise NotFound
    return Intervention(found.meeting, found.manages, found.own, found.keeps, entry)


def intervention_of(actor: Actor, entry_id: int) -> Intervention:
    """Load an intervention; raises NotFound for all but those who keep the record and its own delegation."""
    statement = sa.select(SpeakerEntry).filter_by(id=entry_id).options(*HEARD_WHOLE)
    return _heard(actor, db.session.scalars(statement).one_or_none())


def item_of(actor: Actor, slug: str, mark: str) -> ItemOfRecord:
    """Load an item of the order of business; raises NotFound."""
    found = record_of(actor, slug)
    listed = {row.mark for row in lists_of(found.meeting.id)}
    item = next((row for row in items_of(found.meeting, listed) if row["mark"] == mark), None)
    if item is None:
        raise NotFound
    return ItemOfRecord(found.meeting, found.manages, found.own, found.keeps, item)


def half_day_of(actor: Actor, slug: str, day: int, half: str) -> HalfDay:
    """Load a half of a day of the session; raises NotFound."""
    found = record_of(actor, slug)
    if half not in set(Half) or day > day_count(found.meeting):
        raise NotFound
    sitting = next((row for row in sittings_of(found.meeting.id) if (row.day, row.half) == (day, half)), None)
    return HalfDay(found.meeting, found.manages, found.own, found.keeps, day, Half(half), sitting)


def correction_of(actor: Actor, correction_id: int) -> Proposed:
    """Load a correction; raises NotFound for all but those who keep the record and its own delegation."""
    entry = orm.joinedload(MinutesCorrection.intervention).options(*HEARD_WHOLE)
    row = db.session.scalars(sa.select(MinutesCorrection).filter_by(id=correction_id).options(entry)).one_or_none()
    found = _heard(actor, row.intervention if row else None)
    if row is None:
        raise NotFound
    return Proposed(found.meeting, found.manages, found.own, found.keeps, found.entry, row)


def version_of(actor: Actor, version_id: int) -> OldMinutes:
    """Load a version of minutes; raises NotFound for all but those who keep the record."""
    whole = orm.joinedload(MinutesVersion.minutes).joinedload(Minutes.meeting)
    row = db.session.scalars(sa.select(MinutesVersion).filter_by(id=version_id).options(whole)).one_or_none()
    if row is None:
        raise NotFound
    found = _come(actor, meeting_visible_to(actor, row.minutes.meeting.slug))
    if not found.keeps:
        raise NotFound
    return OldMinutes(found.meeting, found.manages, found.own, found.keeps, row)


def interventions(meeting_id: int, *, delegation_id: int | None = None) -> Sequence[SpeakerEntry]:
    """All that were heard in a session (or of one delegation), in the order in which they began: also who was removed
    while speaking."""
    statement = (
        sa.select(SpeakerEntry)
        .join(SpeakerEntry.speakers)
        .join(SpeakerEntry.speech)
        .where(SpeakersList.meeting_id == meeting_id)
        .order_by(Speech.begun_at, SpeakerEntry.id)
    )
    if delegation_id is not None:
        statement = statement.where(SpeakerEntry.delegation_id == delegation_id)
    return db.session.scalars(statement.options(*HEARD_WHOLE)).all()


def not_heard(meeting_id: int) -> Sequence[SpeakerEntry]:
    """Those of whom something is noted or worded though they have not had the floor: it was taken back from them."""
    written = (sa.exists().where(row.intervention_id == SpeakerEntry.id) for row in (Note, MinutesText))
    statement = (
        sa.select(SpeakerEntry)
        .join(SpeakerEntry.speakers)
        .where(SpeakersList.meeting_id == meeting_id, ~SpeakerEntry.speech.has(), sa.or_(*written))
        .order_by(SpeakerEntry.id)
    )
    return db.session.scalars(statement.options(*HEARD_WHOLE)).all()


def entries(ids: Collection[int]) -> Sequence[SpeakerEntry]:
    """Entries of lists of speakers by their ids, whether they were heard or not."""
    statement = sa.select(SpeakerEntry).where(SpeakerEntry.id.in_(ids)).order_by(SpeakerEntry.id)
    return db.session.scalars(statement.options(*HEARD_WHOLE)).all() if ids else []


def notes_of(meeting_id: int) -> Mapping[int, list[Note]]:
    """Intervention -> what note-takers wrote of it, in the order in which they began."""
    statement = (
        sa.select(Note)
        .join(Note.intervention)
        .join(SpeakerEntry.speakers)
        .where(SpeakersList.meeting_id == meeting_id)
        .order_by(Note.begun_at, Note.id)
    )
    found: dict[int, list[Note]] = {}
    for note in db.session.scalars(statement, execution_options=FRESH):
        found.setdefault(note.intervention_id, []).append(note)
    return found


def notes_on(intervention_id: int) -> Sequence[Note]:
    """What note-takers wrote of an intervention, with who they are."""
    statement = sa.select(Note).filter_by(intervention_id=intervention_id).options(orm.joinedload(Note.author))
    return db.session.scalars(statement.order_by(Note.begun_at, Note.id), execution_options=FRESH).all()


def note_by(actor: Actor, intervention_id: int) -> Note | None:
    """What the person wrote of an intervention."""
    return db.session.scalars(
        sa.select(Note).filter_by(intervention_id=intervention_id, author_id=actor.id)
    ).one_or_none()


def minutes_of(meeting_id: int) -> Minutes | None:
    """The minutes of a session, from the first note on."""
    return db.session.scalars(sa.select(Minutes).filter_by(meeting_id=meeting_id)).one_or_none()


def language_of(meeting: Meeting) -> str:
    """What the record of a session is written in; before it is begun, the session's first language."""
    minutes = minutes_of(meeting.id)
    return minutes.language if minutes else meeting.languages[0]


def worded(meeting_id: int) -> Mapping[str, MinutesText]:
    """What somebody worded in the minutes, by what it is of, as it is now."""
    statement = sa.select(MinutesText).filter_by(meeting_id=meeting_id)
    return {row.key: row for row in db.session.scalars(statement, execution_options=FRESH)}


def texts_of(meeting_id: int) -> dict[str, Points]:
    """What the minutes say now, by what it is of: as somebody worded it, else what the notes say. Three statements.

    They say nothing of whom the floor was taken back from.
    """
    heard = set(db.session.scalars(sa.select(Speech.entry_id).filter_by(meeting_id=meeting_id)))
    found = {key_of(key): joined(notes) for key, notes in notes_of(meeting_id).items() if key in heard}
    for key, row in worded(meeting_id).items():
        if row.mark or row.intervention_id in heard:
            found[key] = row.points
    return {key: points for key, points in found.items() if points}


def follow_ups_of(meeting_id: int) -> Mapping[int, FollowUp]:
    """Intervention -> how it was followed up."""
    statement = (
        sa.select(FollowUp)
        .join(FollowUp.intervention)
        .join(SpeakerEntry.speakers)
        .where(SpeakersList.meeting_id == meeting_id)
    )
    return {row.intervention_id: row for row in db.session.scalars(statement)}


def follow_up_of(intervention_id: int) -> FollowUp | None:
    """How an intervention was followed up."""
    return db.session.scalars(sa.select(FollowUp).filter_by(intervention_id=intervention_id)).one_or_none()


def sittings_of(meeting_id: int) -> Sequence[Sitting]:
    """The sittings of which something was noted, with who was present."""
    statement = sa.select(Sitting).filter_by(meeting_id=meeting_id).options(orm.selectinload(Sitting.present))
    halves = list(Half)
    return sorted(db.session.scalars(statement), key=lambda row: (row.day, halves.index(row.half)))


def versions_of(minutes_id: int) -> Sequence[MinutesVersion]:
    """The versions of minutes, the newest first, without their texts."""
    statement = sa.select(MinutesVersion).filter_by(minutes_id=minutes_id).order_by(MinutesVersion.number.desc())
    return db.session.scalars(statement.options(orm.defer(MinutesVersion.texts))).all()


def newest_version(minutes_id: int, *why: Kept) -> MinutesVersion | None:
    """The newest version of minutes, or the newest that was kept for one of the reasons."""
    statement = sa.select(MinutesVersion).filter_by(minutes_id=minutes_id).order_by(MinutesVersion.number.desc())
    if why:
        statement = statement.where(MinutesVersion.why.in_(why))
    return db.session.scalars(statement.limit(1)).one_or_none()


def given_out(minutes: Minutes | None) -> MinutesVersion | None:
    """The newest version of minutes that the delegations were given: to be corrected, or final."""
    return newest_version(minutes.id, Kept.SENT, Kept.FINAL) if minutes else None


def told(minutes: Minutes) -> dict[str, Points]:
    """What the delegations know that the minutes say, by what it is of: as they were given out, and as their
    corrections were answered since. What was worded otherwise since then is not in it."""
    version = given_out(minutes)
    if version is None:
        return {}
    found = dict(version.texts)
    for intervention_id, rows in corrections_of(minutes.meeting_id).items():
        for row in rows:
            if row.taken and row.settled_at and row.settled_at >= version.kept_at:
                found[key_of(intervention_id)] = row.taken
    return {key: points for key, points in found.items() if points}


def corrections_of(meeting_id: int) -> Mapping[int, list[MinutesCorrection]]:
    """Intervention -> what its delegation proposed, the oldest first."""
    statement = (
        sa.select(MinutesCorrection)
        .join(MinutesCorrection.intervention)
        .join(SpeakerEntry.speakers)
        .where(SpeakersList.meeting_id == meeting_id)
        .order_by(MinutesCorrection.id)
    )
    found: dict[int, list[MinutesCorrection]] = {}
    for row in db.session.scalars(statement, execution_options=FRESH):
        found.setdefault(row.intervention_id, []).append(row)
    return found


def accepted_but_gone(
    corrections: Mapping[int, Sequence[MinutesCorrection]], texts: Mapping[str, Points]
) -> Mapping[int, MinutesCorrection]:
    """Intervention -> the last correction of it that was accepted, as it is or in part, where texts of the minutes say
    something else by now. `corrections`: all of the session's."""
    taken = {key: [row for row in rows if row.taken] for key, rows in corrections.items()}
    return {key: rows[-1] for key, rows in taken.items() if rows and texts.get(key_of(key)) != rows[-1].taken}


def open_correction(intervention_id: int) -> MinutesCorrection | None:
    """The correction of an intervention that nobody has settled."""
    statement = sa.select(MinutesCorrection).filter_by(intervention_id=intervention_id, outcome=None)
    return db.session.scalars(statement, execution_options=FRESH).one_or_none()


def correctable_until(delegation_ids: Iterable[int]) -> Mapping[int, datetime]:
    """Delegation -> until when it may correct what the minutes say of it, of those that were heard and may."""
    statement = (
        sa.select(SpeakerEntry.delegation_id, Minutes.correct_until)
        .join(SpeakerEntry.speech)
        .join(Minutes, Minutes.meeting_id == Speech.meeting_id)
        .where(SpeakerEntry.delegation_id.in_(list(delegation_ids)))
        .where(Minutes.state == MinutesState.CORRECTING, Minutes.correct_until > now())
    )
    return {delegation_id: until for delegation_id, until in db.session.execute(statement) if until}


def corrections_waiting(meeting_ids: Iterable[int], *, rapporteur: Actor | None = None) -> Mapping[int, int]:
    """Session -> how many corrections of its minutes wait for an answer, where a person has the rapporteur's part."""
    statement = (
        sa.select(Speech.meeting_id, sa.func.count())
        .join(MinutesCorrection, MinutesCorrection.intervention_id == Speech.entry_id)
        .where(Speech.meeting_id.in_(list(meeting_ids)), MinutesCorrection.outcome.is_(None))
        .group_by(Speech.meeting_id)
    )
    if rapporteur is not None:
        given = sa.select(Delegation.meeting_id).join(Delegation.members).join(PartGiven)
        mine = given.where(DelegationMember.user_id == rapporteur.id, PartGiven.part == FloorPart.RAPPORTEUR)
        statement = statement.where(Speech.meeting_id.in_(mine))
    return dict(db.session.execute(statement).all())


def practices_wished(meeting_id: int) -> int:
    """How many good practices note-takers ask the secretariat to have in writing."""
    statement = sa.select(sa.func.count(FollowUp.id)).join(Speech, Speech.entry_id == FollowUp.intervention_id)
    wished = statement.where(Speech.meeting_id == meeting_id, FollowUp.practice_id.is_(None))
    return db.session.scalar(wished) or 0

"""Everything that changes who attends a session. Nothing here commits."""

from collections.abc import Sequence
from datetime import date
from typing import TypedDict, Unpack

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.texts import fold
from app.documents.operations import forget_file, keep_upload
from app.meetings import retention
from app.meetings.enums import Attendance, ParticipantRole
from app.meetings.models import Delegation, Meeting, NoteVerbale, Participant
from app.meetings.policies import registration_is_open

NOTES = frozenset({"pdf", "docx", "jpg", "png"})


class PersonFields(TypedDict):
    """What is held of a participant; texts are clean, "" where nothing is said."""

    name: str
    title: str
    function: str
    institution: str
    role: ParticipantRole
    attendance: Attendance
    email: str
    access_needs: str
    note_id: int | None
    user_id: int | None


def check_open(meeting: Meeting, by: Actor) -> None:
    """Raise WrongState where a delegation's time to register is over, or the session's data are no longer kept."""
    if not by.is_staff and not registration_is_open(meeting):
        raise WrongState(_l("The registration is closed. Write to the secretariat about a change."))
    if retention.is_due(meeting, retention.rules_of(meeting.mechanism_id)):
        raise WrongState(_l("The data of this session's participants are no longer kept, so none are added."))


def name_key(name: str) -> str:
    """Return what tells two people of a delegation apart: the name without accents and capitals."""
    return fold(name)[:200]


def email_taken(meeting_id: int, email: str, *, but: int | None = None) -> bool:
    """Whether another participant of the session has the address."""
    statement = (
        sa.select(Participant.id)
        .join(Participant.delegation)
        .where(Delegation.meeting_id == meeting_id, Participant.email == email, Participant.id != (but or 0))
    )
    return bool(email) and db.session.scalar(sa.select(sa.exists(statement))) is True


def _check_person(delegation: Delegation, fields: PersonFields, *, but: int | None = None) -> None:
    fields["email"] = fields["email"].lower()
    if fields["email"]:
        lock(delegation.meeting)  # of two requests with one address the second finds it
    if email_taken(delegation.meeting_id, fields["email"], but=but):
        raise Refusal(
            _l("Somebody else is registered with this address. Leave it out where people share one."), field="email"
        )
    if fields["note_id"] and fields["note_id"] not in {note.id for note in notes_of(delegation.id)}:
        raise Refusal(_l("Choose a note verbale of this delegation."), field="note_id")
    if fields["user_id"] and not delegation.has(fields["user_id"]):
        raise Refusal(_l("Choose an account of this delegation."), field="user_id")


def _twice(name: str) -> Refusal:
    return Refusal(_l("%(name)s is registered in this delegation already.", name=name), field="name")


def notes_of(delegation_id: int) -> Sequence[NoteVerbale]:
    """The notes verbales of a delegation, in the order in which they came."""
    statement = sa.select(NoteVerbale).where(NoteVerbale.delegation_id == delegation_id).order_by(NoteVerbale.id)
    return db.session.scalars(statement).all()


def add_participant(delegation: Delegation, *, by: Actor, **fields: Unpack[PersonFields]) -> Participant:
    """Register a person in a delegation.

    Raises Refusal for a name that the delegation has or an address that the session has; WrongState too late.
    """
    check_open(delegation.meeting, by)
    _check_person(delegation, fields)
    person = Participant(
        delegation=delegation,
        position=next_position(delegation.id, fields["role"]),
        name_key=name_key(fields["name"]),
        registered_at=now(),
        **fields,
    )
    try:
        with db.session.begin_nested():
            record("add_participant", person, by=by, meeting_id=delegation.meeting_id)
    except IntegrityError as error:  # the one rule that two requests at once can break
        raise _twice(fields["name"]) from error
    retention.schedule(delegation.meeting)
    return person


def proposed(delegation: Delegation) -> Sequence[Participant]:
    """Whom a party had registered in the session that this one was started from, and has not registered here.

    In their order there. Nobody once the body no longer keeps the data of that session's participants.
    """
    earlier = delegation.meeting.people_from
    if earlier is None or retention.is_due(earlier, retention.rules_of(earlier.mechanism_id)):
        return []
    here = sa.select(Participant.name_key).where(
        Participant.delegation_id == delegation.id, Participant.name_key.is_not(None)
    )
    statement = (
        sa.select(Participant)
        .join(Participant.delegation)
        .where(Delegation.meeting_id == earlier.id, Delegation.party_id == delegation.party_id)
        .where(Participant.forgotten_at.is_(None), Participant.name_key.not_in(here))
    )
    return db.session.scalars(statement.order_by(Participant.position, Participant.id)).all()


def proposed_to(meeting: Meeting) -> dict[int, int]:
    """Delegation -> how many people `proposed` gives; those of nobody are absent. One statement beside the rules."""
    earlier = meeting.people_from
    if earlier is None or retention.is_due(earlier, retention.rules_of(earlier.mechanism_id)):
        return {}
    there, here, registered = orm.aliased(Delegation), orm.aliased(Delegation), orm.aliased(Participant)
    statement = (
        sa.select(here.id, sa.func.count(Participant.id))
        .join(there, there.party_id == here.party_id)
        .join(Participant, Participant.delegation_id == there.id)
        .outerjoin(
            registered,
            sa.and_(registered.delegation_id == here.id, registered.name_key == Participant.name_key),
        )
        .where(
            here.meeting_id == meeting.id,
            there.meeting_id == earlier.id,
            Participant.forgotten_at.is_(None),
            registered.id.is_(None),
        )
        .group_by(here.id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def register_proposed(delegation: Delegation, people: Sequence[Participant], *, by: Actor) -> int:
    """Register people of an earlier session with what was said of them there; return how many.

    The note verbale and the way of attending are of that session and stay behind; so does an address or an account
    that is not theirs here. Raises WrongState too late.
    """
    for person in people:
        kept = {name: getattr(person, name) for name in ("name", "title", "function", "institution", "access_needs")}
        add_participant(
            delegation,
            by=by,
            **kept,
            role=person.role,
            attendance=Attendance.IN_PERSON,
            email="" if email_taken(delegation.meeting_id, person.email) else person.email,
            note_id=None,
            user_id=person.user_id if delegation.has(person.user_id) else None,
        )
    return len(people)


def next_position(delegation_id: int, role: ParticipantRole) -> int:
    """Return where a new person of a delegation stands: a head before all others, the rest after them."""
    ends = sa.select(sa.func.min(Participant.position), sa.func.max(Participant.position))
    first, last = db.session.execute(ends.where(Participant.delegation_id == delegation_id)).one()
    if first is None:
        return 1
    return int(first) - 1 if role is ParticipantRole.HEAD else int(last) + 1


def edit_participant(person: Participant, *, by: Actor, **fields: Unpack[PersonFields]) -> None:
    """Change what is held of a person. Raises as `add_participant` does."""
    delegation = person.delegation
    check_open(delegation.meeting, by)
    _check_person(delegation, fields, but=person.id)
    key = name_key(fields["name"])
    same = sa.exists().where(
        Participant.delegation_id == delegation.id, Participant.name_key == key, Participant.id != person.id
    )
    if db.session.scalar(sa.select(same)):
        raise _twice(fields["name"])
    for name, value in {**fields, "name_key": key}.items():
        if getattr(person, name) != value:
            setattr(person, name, value)
    record("edit_participant", person, by=by, meeting_id=delegation.meeting_id)


def remove_participant(person: Participant, *, by: Actor) -> None:
    """Take a person off the delegation; nothing of them is kept. Raises WrongState too late."""
    meeting = person.delegation.meeting
    check_open(meeting, by)
    record("remove_participant", person, by=by, meeting_id=meeting.id, changes={"role": [person.role.value, None]})
    db.session.delete(person)
    db.session.flush()


def place_participant(person: Participant, *, position: int, by: Actor) -> None:
    """Put a person at a position (from 1) of the delegation; past an end means at the end."""
    meeting = person.delegation.meeting
    check_open(meeting, by)
    people = list(
        db.session.scalars(
            sa.select(Participant)
            .where(Participant.delegation_id == person.delegation_id)
            .order_by(Participant.position, Participant.id)
        )
    )
    before = people.index(person) + 1
    people.remove(person)
    people.insert(min(max(position, 1), len(people) + 1) - 1, person)
    for number, row in enumerate(people, start=1):
        if row.position != number:
            row.position = number
    changes = {"position": [before, people.index(person) + 1]}
    record("move_participant", person, by=by, meeting_id=meeting.id, changes=changes)


def add_note(
    delegation: Delegation, *, number: str, dated: date | None, upload: FileStorage | None, by: Actor
) -> NoteVerbale:
    """Keep a delegation's note verbale, or add date and file to the one that has the number.

    Raises Refusal for a date to come or a file that is not taken.
    """
    check_open(delegation.meeting, by)
    if dated and dated > now().astimezone(delegation.meeting.tz).date():
        raise Refusal(_l("The note verbale is dated after today."), field="dated")
    note = next((row for row in notes_of(delegation.id) if row.number == number), None)
    note = note or NoteVerbale(delegation=delegation, number=number)
    if dated:
        note.dated = dated
    if upload is not None and upload.filename:
        old, note.file = note.file, keep_upload(upload, allowed=NOTES, by=by)
        if old is not None:
            db.session.flush()
            forget_file(old, by=by)
    record("add_note_verbale", note, by=by, meeting_id=delegation.meeting_id)
    return note


def remove_note(note: NoteVerbale, *, by: Actor) -> None:
    """Take a note verbale and its file away; the people it named stay."""
    meeting = note.delegation.meeting
    check_open(meeting, by)
    for person in db.session.scalars(sa.select(Participant).where(Participant.note_id == note.id)):
        person.note_id = None
    record("remove_note_verbale", note, by=by, meeting_id=meeting.id, changes={"number": [note.number, None]})
    file = note.file
    db.session.delete(note)
    db.session.flush()
    if file is not None:
        forget_file(file, by=by)

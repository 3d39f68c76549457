"""Reading who attends a session."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.audit.models import AuditEvent
from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.paging import Page, paginate
from app.core.texts import alphabetical, fold
from app.directory.models import Party
from app.meetings.enums import Attendance, ParticipantRole, Precedence, Stage
from app.meetings.labels import GROUPS
from app.meetings.models import Delegation, DelegationMember, Meeting, NoteVerbale, Participant
from app.meetings.policies import can_read_participants, can_see_people
from app.meetings.queries import meeting_visible_to, participates

PLACES = {kind: place for place, kind in enumerate(GROUPS)}
SORTS = ("list", "name", "-name", "institution", "-institution")


@dataclass(frozen=True)
class Wanted:
    """The filter of the register of participants; "" and None: all."""

    words: str = ""
    delegation: str = ""
    role: ParticipantRole | None = None
    attendance: Attendance | None = None
    needs: bool = False
    no_note: bool = False
    sort: str = "list"


def in_list_order(delegations: Iterable[Delegation], precedence: Precedence) -> list[Delegation]:
    """Sort delegations as lists of participants do: by group, then by rank or by the reader's alphabet.

    A delegation without a rank comes after those that have one.
    """
    language = current_language()

    def key(row: Delegation) -> tuple[Any, ...]:
        place = row.rank or 1_000_000 if precedence is Precedence.PROTOCOL else 0
        return PLACES[row.party.kind], place, alphabetical(row.party.label.in_language(language), language)

    return sorted(delegations, key=key)


def delegations_in_order(meeting: Meeting, precedence: Precedence | None = None) -> list[Delegation]:
    """The delegations of a session with their parties, in the order of its lists. One statement."""
    found = db.session.scalars(
        sa.select(Delegation)
        .where(Delegation.meeting_id == meeting.id)
        .options(orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, [])))
    ).all()
    return in_list_order(found, precedence or meeting.precedence)


def _placed(delegations: Sequence[Delegation]) -> sa.ColumnElement[int]:
    """The place of a participant's delegation, as a column to order by: an alphabet is not the database's to know."""
    places = {row.id: place for place, row in enumerate(delegations)}
    return sa.case(places, value=Participant.delegation_id, else_=len(places)) if places else sa.literal(0)


def _statement(delegations: Sequence[Delegation]) -> sa.Select[Participant]:
    ids = [row.id for row in delegations]
    return sa.select(Participant).where(Participant.delegation_id.in_(ids)).options(orm.joinedload(Participant.note))


def register(delegations: Sequence[Delegation], wanted: Wanted) -> sa.Select[Participant]:
    """Select the participants of a session (whose delegations these are, in order) that a filter wants, sorted."""
    statement = _statement(delegations)
    for word in wanted.words.split():
        named = Participant.name_key.contains(fold(word), autoescape=True)
        statement = statement.where(sa.or_(named, Participant.institution.icontains(word, autoescape=True)))
    if wanted.delegation:
        ids = [row.id for row in delegations if row.party.code == wanted.delegation]
        statement = statement.where(Participant.delegation_id.in_(ids))
    if wanted.role:
        statement = statement.where(Participant.role == wanted.role)
    if wanted.attendance:
        statement = statement.where(Participant.attendance == wanted.attendance)
    if wanted.needs:
        statement = statement.where(Participant.access_needs != "")
    if wanted.no_note:
        statement = statement.where(Participant.note_id.is_(None))
    column = Participant.name_key if wanted.sort.endswith("name") else sa.func.lower(Participant.institution)
    within = (_placed(delegations), Participant.position, Participant.id)
    if wanted.sort == "list":
        return statement.order_by(*within)
    return statement.order_by(column.desc() if wanted.sort.startswith("-") else column, *within)


def list_page(delegations: Sequence[Delegation], *, page: int, per_page: int) -> Page[Participant]:
    """One page of the list of participants; those whose data are no longer kept are not on it."""
    statement = _statement(delegations).where(Participant.forgotten_at.is_(None))
    ordered = statement.order_by(_placed(delegations), Participant.position, Participant.id)
    return paginate(db.session, ordered, page=page, per_page=per_page)


def whole_list(delegations: Sequence[Delegation]) -> Sequence[Participant]:
    """The whole list of participants, in order."""
    statement = _statement(delegations).where(Participant.forgotten_at.is_(None))
    return db.session.scalars(statement.order_by(_placed(delegations), Participant.position, Participant.id)).all()


def counted(meeting_id: int) -> dict[int, int]:
    """Delegation id -> how many people are registered in it."""
    statement = (
        sa.select(Participant.delegation_id, sa.func.count())
        .join(Participant.delegation)
        .where(Delegation.meeting_id == meeting_id)
        .group_by(Participant.delegation_id)
    )
    return {row.delegation_id: row[1] for row in db.session.execute(statement)}


def people_of(delegation_id: int) -> Sequence[Participant]:
    """The people of a delegation, in its order, with their notes verbales."""
    return db.session.scalars(
        sa.select(Participant)
        .where(Participant.delegation_id == delegation_id)
        .order_by(Participant.position, Participant.id)
        .options(orm.joinedload(Participant.note))
    ).all()


def listed_meeting(actor: Actor, slug: str) -> Meeting:
    """Load a session whose list of participants the person may read; raises NotFound otherwise."""
    meeting = meeting_visible_to(actor, slug)
    there = not actor.is_staff and participates(actor, meeting.id)
    if not can_read_participants(actor, meeting, participates=there):
        raise NotFound
    return meeting


_DELEGATION = (
    orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism),
    orm.joinedload(Delegation.party),
    orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
)


def _for_own(actor: Actor, delegation: Delegation | None) -> bool:
    """Whether a person may see what is held of a delegation's people; not yet while the session is prepared."""
    if delegation is None or not can_see_people(actor, delegation):
        return False
    return actor.is_staff or delegation.meeting.stage is not Stage.PREPARING


def delegation_with_people(actor: Actor, slug: str, code: str) -> Delegation:
    """Load a delegation for its own people and the secretariat; raises NotFound for everybody else."""
    delegation = db.session.scalars(
        sa.select(Delegation)
        .join(Delegation.meeting)
        .join(Delegation.party)
        .where(Meeting.slug == slug, sa.func.lower(Party.code) == code.lower())
        .options(*_DELEGATION)
    ).one_or_none()
    if delegation is None or not _for_own(actor, delegation):
        raise NotFound
    return delegation


def participant_visible_to(actor: Actor, participant_id: int) -> Participant:
    """Load a participant for their delegation and the secretariat; raises NotFound for everybody else."""
    person = db.session.scalars(
        sa.select(Participant)
        .where(Participant.id == participant_id, Participant.forgotten_at.is_(None))
        .options(orm.joinedload(Participant.delegation).options(*_DELEGATION), orm.joinedload(Participant.note))
    ).one_or_none()
    if person is None or not _for_own(actor, person.delegation):
        raise NotFound
    return person


def note_visible_to(actor: Actor, note_id: int) -> NoteVerbale:
    """Load a note verbale for its delegation and the secretariat; raises NotFound for everybody else."""
    note = db.session.scalars(
        sa.select(NoteVerbale)
        .where(NoteVerbale.id == note_id)
        .options(orm.joinedload(NoteVerbale.delegation).options(*_DELEGATION), orm.joinedload(NoteVerbale.file))
    ).one_or_none()
    if note is None or not _for_own(actor, note.delegation):
        raise NotFound
    return note


def order_last_set(meeting_id: int) -> AuditEvent | None:
    """The event by which the order of protocol was last drawn or set."""
    statement = sa.select(AuditEvent).where(
        AuditEvent.meeting_id == meeting_id, AuditEvent.action.in_(("draw_lots", "rank_delegation"))
    )
    return db.session.scalars(statement.order_by(AuditEvent.id.desc()).limit(1)).one_or_none()


def acting_for(user_ids: Iterable[int]) -> dict[int, list[Party]]:
    """Account id -> the parties in whose delegations it is, of the newest session first, each once."""
    rows = db.session.execute(
        sa.select(Party, DelegationMember.user_id)
        .join(Delegation, Delegation.party_id == Party.id)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .join(Meeting, Meeting.id == Delegation.meeting_id)
        .where(DelegationMember.user_id.in_(list(user_ids)))
        .order_by(Meeting.starts_at.desc(), Party.code)
        .options(orm.selectin_polymorphic(Party, []))
    )
    found: dict[int, list[Party]] = {}
    for party, user_id in rows:
        if party not in found.setdefault(user_id, []):
            found[user_id].append(party)
    return found

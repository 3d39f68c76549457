"""Reading sessions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.audit.models import AuditEvent
from app.core.actors import Actor
from app.core.audience import Audience
from app.core.db import db
from app.core.paging import Page, paginate
from app.directory.models import Mechanism
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import (
    AgendaItem,
    AgendaVersion,
    Delegation,
    DelegationMember,
    GuidingQuestion,
    ItemPerson,
    Meeting,
    SessionTemplate,
)
from app.meetings.policies import can_view_meeting
from app.search.models import ISSUED_KINDS, SearchEntry


def own_meetings(actor: Actor) -> sa.Select[int]:
    """Select the ids of the sessions in which the person is in a delegation."""
    return (
        sa.select(Delegation.meeting_id)
        .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
        .where(DelegationMember.user_id == actor.id)
    )


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Meeting that says the same as `policies.can_view_meeting`."""
    return sa.true() if actor.is_staff else sa.and_(Meeting.stage != Stage.PREPARING, _in_audience(actor))


def _in_audience(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether a person is among those whom a session is for, once it is past preparation."""
    readable = Meeting.distribution == Audience.PUBLIC
    if actor.member_of:
        member = Meeting.mechanism_id.in_(actor.member_of)
        readable = sa.or_(readable, sa.and_(Meeting.distribution == Audience.MEMBER_STATES, member))
    if actor.is_authenticated:
        readable = sa.or_(readable, Meeting.id.in_(own_meetings(actor)))
    return readable


def readable(
    actor: Actor, consent: sa.ColumnElement[Audience] | orm.InstrumentedAttribute[Audience]
) -> sa.ColumnElement[bool]:
    """Whether a person may read what was published with a consent in a session (which the statement joins).

    The same rule as `Audience.narrower` with `core.audience.may_read`; a session in preparation hides what
    is in it from all but the secretariat.
    """
    if actor.is_staff:
        return sa.true()
    both = (consent, Meeting.distribution)
    allowed = sa.and_(*(column == Audience.PUBLIC for column in both))
    if actor.is_authenticated:
        restricted = sa.or_(*(column == Audience.RESTRICTED for column in both))
        allowed = sa.or_(
            allowed,
            sa.and_(~restricted, Meeting.mechanism_id.in_(actor.member_of)),
            sa.and_(restricted, Meeting.id.in_(own_meetings(actor))),
        )
    return sa.and_(allowed, Meeting.stage != Stage.PREPARING)


def issued_to(
    actor: Actor, distribution: sa.ColumnElement[Audience] | orm.InstrumentedAttribute[Audience]
) -> sa.ColumnElement[bool]:
    """Whether a person may read what a session itself issued, its summary (the statement joins Meeting): what reaches
    as far as its session is for whoever may see that, as it stands now; what was issued to fewer is for these."""
    as_far = sa.or_(distribution == Meeting.distribution, distribution == Audience.PUBLIC)
    return sa.or_(sa.and_(as_far, visible_to(actor)), readable(actor, distribution))


def _issued_later(actor: Actor, audience: Audience) -> sa.ColumnElement[bool]:
    """Whether a session (which the statement joins) issued another entry of the kind later, for others than such an
    audience. Those are named, so that the index finds them: nearly always none."""
    later = orm.aliased(SearchEntry)
    return (
        sa.select(later.id)
        .where(
            later.meeting_id == Meeting.id,
            later.kind == SearchEntry.kind,
            later.audience.in_([other for other in Audience if other is not audience]),
            later.id > SearchEntry.id,
            issued_to(actor, later.audience),
        )
        .correlate(Meeting, SearchEntry)
        .exists()
    )


def findable(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on SearchEntry that a person may find it, as its session stands now: `readable`; or, of what a
    session issues itself, that it is of the latest that was issued to the person."""
    is_replaced = sa.or_(
        *(sa.and_(SearchEntry.audience == audience, _issued_later(actor, audience)) for audience in Audience)
    )
    is_issued = SearchEntry.kind.in_(ISSUED_KINDS)
    issued = sa.and_(is_issued, issued_to(actor, SearchEntry.audience), ~is_replaced)
    other = sa.and_(~is_issued, readable(actor, SearchEntry.audience))
    found = sa.exists().where(Meeting.id == SearchEntry.meeting_id, sa.or_(other, issued))
    return sa.or_(~is_issued, found) if actor.is_staff else found


def meetings(actor: Actor) -> Sequence[Meeting]:
    """The sessions that the person may see, newest first."""
    statement = sa.select(Meeting).where(visible_to(actor)).order_by(Meeting.starts_at.desc(), Meeting.id)
    return db.session.scalars(statement.options(orm.joinedload(Meeting.mechanism))).all()


def meeting_visible_to(actor: Actor, slug: str) -> Meeting:
    """Load a session that the person may see; raises NotFound otherwise."""
    statement = sa.select(Meeting).where(Meeting.slug == slug, visible_to(actor))
    eager = (orm.joinedload(Meeting.mechanism), orm.joinedload(Meeting.participant_rules))
    meeting = db.session.scalars(statement.options(*eager)).one_or_none()
    if meeting is None:
        raise NotFound
    return meeting


def meeting_with_questions(actor: Actor, slug: str) -> tuple[Meeting, Sequence[GuidingQuestion]]:
    """Load a session that the person may see, with its guiding questions, in one statement; raises NotFound."""
    rows = db.session.execute(
        sa.select(Meeting, GuidingQuestion)
        .outerjoin(GuidingQuestion, GuidingQuestion.meeting_id == Meeting.id)
        .where(Meeting.slug == slug, visible_to(actor))
        .order_by(GuidingQuestion.number)
        .options(orm.joinedload(Meeting.mechanism), orm.joinedload(Meeting.participant_rules))
    ).all()
    if not rows:
        raise NotFound
    return rows[0].Meeting, [row.GuidingQuestion for row in rows if row.GuidingQuestion]


def may_open(actor: Actor, meeting: Meeting) -> bool:
    """Whether a person may see a session's own page; on some pages of it (interpreters') are people who may not."""
    if can_view_meeting(actor, meeting, participates=False):
        return True
    mine = sa.exists().where(Meeting.id == meeting.id, visible_to(actor))
    return bool(db.session.scalar(sa.select(mine)))


@dataclass(frozen=True)
class Relatives:
    """A session, the one within which it is held, and those held within it: as far as the person may see them."""

    meeting: Meeting
    parent: Meeting | None
    parts: list[Meeting]


def meeting_with_relatives(actor: Actor, slug: str) -> Relatives:
    """Load a session that the person may see with its relatives, in one statement; raises NotFound otherwise."""
    own = orm.aliased(Meeting)
    itself = sa.select(own.id).where(own.slug == slug).scalar_subquery()
    within = sa.select(own.parent_id).where(own.slug == slug).scalar_subquery()
    related = sa.or_(Meeting.id == itself, Meeting.parent_id == itself, Meeting.id == within)
    statement = sa.select(Meeting).where(related, visible_to(actor)).order_by(Meeting.starts_at, Meeting.id)
    loaded = statement.options(orm.joinedload(Meeting.mechanism), orm.joinedload(Meeting.participant_rules))
    rows = db.session.scalars(loaded).all()
    meeting = next((row for row in rows if row.slug == slug), None)
    if meeting is None:
        raise NotFound
    return Relatives(
        meeting,
        next((row for row in rows if row.id == meeting.parent_id), None),
        [row for row in rows if row.parent_id == meeting.id],
    )


def templates_of_bodies() -> Sequence[SessionTemplate]:
    """The templates that sessions start from, by body and name."""
    statement = (
        sa.select(SessionTemplate).join(SessionTemplate.mechanism).order_by(Mechanism.code, SessionTemplate.name)
    )
    return db.session.scalars(statement.options(orm.contains_eager(SessionTemplate.mechanism))).all()


def template_for_staff(actor: Actor, template_id: int) -> SessionTemplate:
    """Load a template; raises NotFound for everybody but the secretariat."""
    statement = sa.select(SessionTemplate).where(SessionTemplate.id == template_id)
    template: SessionTemplate = _staff_row(actor, statement.options(orm.joinedload(SessionTemplate.mechanism)))
    return template


def codes_of(mechanism_id: int) -> frozenset[str]:
    """The codes of a body's sessions."""
    return frozenset(db.session.scalars(sa.select(Meeting.code).where(Meeting.mechanism_id == mechanism_id)))


def meeting_for_staff(actor: Actor, slug: str) -> Meeting:
    """Load a session for its secretariat: for others the rule of the route then decides (403 or 404)."""
    return meeting_visible_to(actor, slug)


def agenda_of(meeting_id: int) -> Sequence[AgendaItem]:
    """The draft order of business, in order. It is the secretariat's: readers get `latest_agenda`."""
    statement = sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
    return db.session.scalars(statement).all()


_WHO = (orm.joinedload(ItemPerson.delegation).joinedload(Delegation.party), orm.joinedload(ItemPerson.participant))
_PEOPLE = orm.selectinload(AgendaItem.people).options(*_WHO)


def agenda_with_people(meeting_id: int) -> Sequence[AgendaItem]:
    """The draft order of business, in order, with who has a part in each item. Two statements."""
    statement = sa.select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(AgendaItem.position)
    return db.session.scalars(statement.options(_PEOPLE)).all()


def agenda_elsewhere(meeting: Meeting) -> Sequence[AgendaItem]:
    """The draft items of the other sessions that are held on the same days, with who has a part in them.

    A day more on either side, because an item may run past its session. One statement.
    """
    day = timedelta(days=1)
    statement = (
        sa.select(AgendaItem)
        .join(AgendaItem.meeting)
        .where(Meeting.id != meeting.id, Meeting.starts_at < meeting.ends_at + day)
        .where(Meeting.ends_at > meeting.starts_at - day)
        .order_by(Meeting.starts_at, Meeting.id, AgendaItem.position)
    )
    people = orm.joinedload(AgendaItem.people).options(*_WHO)
    return db.session.scalars(statement.options(orm.contains_eager(AgendaItem.meeting), people)).unique().all()


def latest_agenda(meeting_id: int) -> AgendaVersion | None:
    """The published order of business, or None."""
    statement = sa.select(AgendaVersion).where(AgendaVersion.meeting_id == meeting_id)
    return db.session.scalars(statement.order_by(AgendaVersion.number.desc()).limit(1)).one_or_none()


def agendas_of(meeting_id: int) -> Sequence[AgendaVersion]:
    """All published versions, whole."""
    return db.session.scalars(sa.select(AgendaVersion).where(AgendaVersion.meeting_id == meeting_id)).all()


def latest_agendas(meeting_ids: Sequence[int]) -> Sequence[AgendaVersion]:
    """The published orders of business of sessions, where they have one. One statement."""
    newer = orm.aliased(AgendaVersion)
    newest = sa.select(sa.func.max(newer.number)).where(newer.meeting_id == AgendaVersion.meeting_id)
    statement = sa.select(AgendaVersion).where(AgendaVersion.meeting_id.in_(meeting_ids))
    return db.session.scalars(statement.where(AgendaVersion.number == newest.scalar_subquery())).all()


def agenda_versions(meeting_id: int) -> Sequence[Any]:
    """Number and moment of all published versions, the newest first."""
    statement = sa.select(AgendaVersion.number, AgendaVersion.published_at)
    statement = statement.where(AgendaVersion.meeting_id == meeting_id).order_by(AgendaVersion.number.desc())
    return db.session.execute(statement).all()


def agenda_version(meeting_id: int, number: int) -> AgendaVersion | None:
    """One published version, or None."""
    statement = sa.select(AgendaVersion).filter_by(meeting_id=meeting_id, number=number)
    return db.session.scalars(statement).one_or_none()


def questions_of(meeting_id: int) -> Sequence[GuidingQuestion]:
    """The guiding questions, in order."""
    statement = sa.select(GuidingQuestion).where(GuidingQuestion.meeting_id == meeting_id)
    return db.session.scalars(statement.order_by(GuidingQuestion.number)).all()


def was_opened(meeting: Meeting) -> bool:
    """Whether delegations can have seen the session: it is past preparation, or was before it went back."""
    if meeting.stage is not Stage.PREPARING:
        return True
    moved = sa.exists().where(
        AuditEvent.subject_kind == "meetings", AuditEvent.subject_id == meeting.id, AuditEvent.action == "move_to_stage"
    )
    return bool(db.session.scalar(sa.select(moved)))


def questions_of_item(meeting_id: int, mark: str) -> Sequence[GuidingQuestion]:
    """The guiding questions put under an item of the order of business, in order."""
    statement = sa.select(GuidingQuestion).join(GuidingQuestion.item)
    statement = statement.where(GuidingQuestion.meeting_id == meeting_id, AgendaItem.mark == mark)
    return db.session.scalars(statement.order_by(GuidingQuestion.number)).all()


def delegations_of_meeting(meeting_id: int) -> Sequence[Delegation]:
    """The delegations of a session with their parties and members; the caller sorts by the reader's language."""
    return db.session.scalars(
        sa.select(Delegation)
        .where(Delegation.meeting_id == meeting_id)
        .order_by(Delegation.id)
        .options(
            orm.joinedload(Delegation.party),
            orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
        )
    ).all()


def delegations_of(actor: Actor) -> Sequence[Delegation]:
    """The delegations that the person is in, of sessions past preparation, newest session first; staff are in none."""
    if not actor.is_authenticated or actor.is_staff:
        return []
    return (
        db.session.scalars(
            sa.select(Delegation)
            .join(Delegation.meeting)
            .join(Delegation.members)
            .where(DelegationMember.user_id == actor.id, Meeting.stage != Stage.PREPARING)
            .order_by(Meeting.starts_at.desc(), Delegation.id)
            .options(
                orm.contains_eager(Delegation.meeting).joinedload(Meeting.mechanism),
                orm.joinedload(Delegation.party),
                orm.selectinload(Delegation.members),
            )
        )
        .unique()
        .all()
    )


def represented_by(actor: Actor) -> frozenset[int]:
    """Ids of the mechanisms that a person speaks for: their account's own, and those for which they write in a session.

    The rule of `policies.can_write_for`, in one statement; sessions in preparation do not count yet.
    """
    if not actor.is_authenticated or actor.is_staff:
        return frozenset()
    writes = (
        sa.select(Delegation.party_id)
        .join(Delegation.members)
        .join(Delegation.meeting)
        .where(
            DelegationMember.user_id == actor.id,
            DelegationMember.role != DelegationRole.OBSERVER,
            Meeting.stage != Stage.PREPARING,
        )
    )
    table = Mechanism.__table__
    own = sa.or_(table.c.id == actor.party_id, table.c.id.in_(writes))
    return frozenset(db.session.scalars(sa.select(table.c.id).where(own)))


def represents(actor: Actor, mechanism_id: int) -> bool:
    """Whether a person speaks for a mechanism."""
    return mechanism_id in represented_by(actor)


def participates(actor: Actor, meeting_id: int) -> bool:
    """Whether the person is in a delegation to the session."""
    if actor.id is None:
        return False
    return bool(db.session.scalar(sa.select(sa.exists(own_meetings(actor).where(Delegation.meeting_id == meeting_id)))))


def _staff_row(actor: Actor, statement: sa.Select[Any]) -> Any:
    row = db.session.scalars(statement).one_or_none() if actor.is_staff else None
    if row is None:
        raise NotFound
    return row


def agenda_item_for_staff(actor: Actor, item_id: int) -> AgendaItem:
    """Load an agenda item; raises NotFound for everybody but the secretariat."""
    statement = sa.select(AgendaItem).where(AgendaItem.id == item_id)
    item: AgendaItem = _staff_row(actor, statement.options(orm.joinedload(AgendaItem.meeting), _PEOPLE))
    return item


def item_person_for_staff(actor: Actor, person_id: int) -> ItemPerson:
    """Load somebody's part in an item; raises NotFound for everybody but the secretariat."""
    statement = sa.select(ItemPerson).where(ItemPerson.id == person_id)
    person: ItemPerson = _staff_row(actor, statement.options(orm.joinedload(ItemPerson.item)))
    return person


def question_for_staff(actor: Actor, question_id: int) -> GuidingQuestion:
    """Load a guiding question; raises NotFound for everybody but the secretariat."""
    statement = sa.select(GuidingQuestion).where(GuidingQuestion.id == question_id)
    loaded = (orm.joinedload(GuidingQuestion.meeting), orm.selectinload(GuidingQuestion.earlier))
    question: GuidingQuestion = _staff_row(actor, statement.options(*loaded))
    return question


def delegation_for_staff(actor: Actor, delegation_id: int) -> Delegation:
    """Load a delegation with its members; raises NotFound for everybody but the secretariat."""
    statement = sa.select(Delegation).where(Delegation.id == delegation_id)
    delegation: Delegation = _staff_row(
        actor,
        statement.options(
            orm.joinedload(Delegation.meeting),
            orm.joinedload(Delegation.party),
            orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
        ),
    )
    return delegation


def member_for_staff(actor: Actor, member_id: int) -> DelegationMember:
    """Load a person in a delegation; raises NotFound for everybody but the secretariat."""
    statement = sa.select(DelegationMember).where(DelegationMember.id == member_id)
    member: DelegationMember = _staff_row(
        actor,
        statement.options(
            orm.joinedload(DelegationMember.user),
            orm.joinedload(DelegationMember.delegation).options(
                orm.joinedload(Delegation.meeting),
                orm.joinedload(Delegation.party),
                orm.selectinload(Delegation.members),
            ),
        ),
    )
    return member


def trail_of(meeting_id: int, *, page: int = 1) -> Page[AuditEvent]:
    """What was done in a session, newest first.

    SQLite gives the number of a session that was deleted to the next one: what was before its making is not its own.
    """
    made = sa.select(sa.func.max(AuditEvent.id)).where(
        AuditEvent.subject_kind == "meetings",
        AuditEvent.subject_id == meeting_id,
        AuditEvent.action == "create_meeting",
    )
    since = sa.func.coalesce(made.scalar_subquery(), 0)
    statement = sa.select(AuditEvent).where(AuditEvent.meeting_id == meeting_id, AuditEvent.id >= since)
    return paginate(db.session, statement.order_by(AuditEvent.id.desc()), page=page)

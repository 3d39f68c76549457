"""Reading presentations."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.meetings.answers import Answered
from app.meetings.models import Delegation, DelegationMember, GuidingQuestion, Meeting
from app.meetings.queries import readable
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationFile, PresentationSlot, PresentationVersion

_WHOLE = (
    orm.joinedload(Presentation.meeting).joinedload(Meeting.mechanism),
    orm.joinedload(Presentation.delegation).joinedload(Delegation.party),
    orm.joinedload(Presentation.delegation).selectinload(Delegation.members),
    orm.selectinload(Presentation.slides).joinedload(PresentationFile.file),
    orm.selectinload(Presentation.versions),
    orm.joinedload(Presentation.slot),
)


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """The condition on Presentation, joined with Meeting, that says the same as `policies.can_view_presentation`."""
    if actor.is_staff:
        return sa.true()
    published = sa.and_(
        Presentation.published_at.is_not(None),
        Presentation.state == PresentationState.FILED,
        readable(actor, Presentation.consent),
    )
    if not actor.is_authenticated:
        return published
    own = sa.select(DelegationMember.delegation_id).where(DelegationMember.user_id == actor.id)
    return sa.or_(published, Presentation.delegation_id.in_(own))


def filed_answers(question: GuidingQuestion) -> list[Answered]:
    """The answers to a question in the newest version of each filed presentation; drafts are not among them."""
    newer = orm.aliased(PresentationVersion)
    last = sa.select(sa.func.max(newer.number)).where(newer.presentation_id == Presentation.id).scalar_subquery()
    rows = db.session.execute(
        sa.select(Party.short_names, PresentationVersion.filed_at)
        .select_from(PresentationVersion)
        .join(PresentationVersion.presentation)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(
            Presentation.meeting_id == question.meeting_id,
            Presentation.state == PresentationState.FILED,
            PresentationVersion.number == last,
            PresentationVersion.content[("answers", question.key)].as_string() != "",
        )
    )
    return [Answered(row.short_names, _l("presentation"), row.filed_at) for row in rows]


def presentations_of(actor: Actor, meeting_id: int) -> Sequence[Presentation]:
    """The presentations of a session that the person may see, by acronym."""
    return db.session.scalars(
        sa.select(Presentation)
        .join(Presentation.meeting)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(Presentation.meeting_id == meeting_id, visible_to(actor))
        .order_by(Party.code)
        .options(
            orm.contains_eager(Presentation.meeting),
            orm.contains_eager(Presentation.delegation).contains_eager(Delegation.party),
        )
    ).all()


def published_presentations(actor: Actor, meeting_id: int) -> Sequence[Presentation]:
    """The published presentations of a session that the person may read, by acronym."""
    return [
        item
        for item in presentations_of(actor, meeting_id)
        if item.published_at and item.state is PresentationState.FILED
    ]


def presentation_visible_to(actor: Actor, slug: str, code: str) -> Presentation:
    """Load a presentation that the person may see; raises NotFound otherwise."""
    presentation = db.session.scalars(
        sa.select(Presentation)
        .join(Presentation.meeting)
        .join(Presentation.delegation)
        .join(Delegation.party)
        .where(Meeting.slug == slug, sa.func.lower(Party.code) == code.lower(), visible_to(actor))
        .options(*_WHOLE)
    ).one_or_none()
    if presentation is None:
        raise NotFound
    return presentation


def delegation_presenting(actor: Actor, slug: str, code: str) -> Delegation:
    """Load the mechanism's delegation for those who may write its presentation; raises NotFound for others."""
    delegation = db.session.scalars(
        sa.select(Delegation)
        .join(Delegation.meeting)
        .join(Delegation.party)
        .where(Meeting.slug == slug, sa.func.lower(Party.code) == code.lower(), Party.kind == PartyKind.MECHANISM)
        .options(
            orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism),
            orm.joinedload(Delegation.party),
            orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
        )
    ).one_or_none()
    if delegation is None or not (actor.is_staff or delegation.role_of(actor.id)):
        raise NotFound
    return delegation


def presentation_of_delegation(delegation_id: int) -> Presentation | None:
    """The presentation of a delegation, if it has begun one."""
    statement = sa.select(Presentation).where(Presentation.delegation_id == delegation_id).options(*_WHOLE)
    return db.session.scalars(statement).one_or_none()


def slide_file(actor: Actor, file_id: int) -> PresentationFile:
    """Load slides of a presentation that the person may see; raises NotFound otherwise."""
    found = db.session.scalars(
        sa.select(PresentationFile)
        .join(Presentation, Presentation.id == PresentationFile.presentation_id)
        .join(Presentation.meeting)
        .where(PresentationFile.id == file_id, visible_to(actor))
        .options(orm.joinedload(PresentationFile.file))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


class Presenting(NamedTuple):
    """A mechanism's delegation with its presentation and its place among those who present, where it has them."""

    delegation: Delegation
    presentation: Presentation | None
    slot: PresentationSlot | None


def presenting_delegations(meeting_id: int) -> Sequence[Presenting]:
    """The mechanisms' delegations of a session in the order of presenting; those without a place last, by acronym."""
    rows = db.session.execute(
        sa.select(Delegation, Presentation, PresentationSlot)
        .join(Delegation.party)
        .outerjoin(Presentation, Presentation.delegation_id == Delegation.id)
        .outerjoin(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
        .where(Delegation.meeting_id == meeting_id, Party.kind == PartyKind.MECHANISM)
        .order_by(in_turn(), Party.code)
        .options(
            orm.contains_eager(Delegation.party),
            orm.joinedload(Delegation.meeting),
            orm.selectinload(Delegation.members).joinedload(DelegationMember.user),
            orm.selectinload(Presentation.slides),
            orm.selectinload(Presentation.versions),
        )
    )
    return [Presenting(*row) for row in rows]


def in_turn() -> sa.ColumnElement[int]:
    """The order of presenting, to sort by; a mechanism without a place comes last."""
    return sa.func.coalesce(PresentationSlot.position, 1_000_000)


def slots_of(delegation_ids: Sequence[int]) -> dict[int, PresentationSlot]:
    """Delegation id -> its place among those who present."""
    rows = db.session.scalars(sa.select(PresentationSlot).where(PresentationSlot.delegation_id.in_(delegation_ids)))
    return {row.delegation_id: row for row in rows}

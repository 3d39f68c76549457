"""Reading coordinations, through the visibility of the source that each comes from."""

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.coordination.enums import CoordinationState
from app.coordination.models import Coordination, Step
from app.core.actors import Actor
from app.core.db import db
from app.core.paging import PER_PAGE, Page, paginate
from app.directory.models import Mechanism, Party
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import readable, visible_to
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.summaries.models import Publication, Summary
from app.summaries.queries import open_to

_WHOLE = (
    orm.joinedload(Coordination.item),
    orm.joinedload(Coordination.meeting).joinedload(Meeting.mechanism),
    orm.joinedload(Coordination.publication).load_only(Publication.number),
    orm.joinedload(Coordination.practice_version).joinedload(PracticeVersion.practice),
    orm.joinedload(Coordination.presentation_version)
    .joinedload(PresentationVersion.presentation)
    .joinedload(Presentation.delegation)
    .joinedload(Delegation.party),
    orm.selectinload(Coordination.parties).selectin_polymorphic([Mechanism]),
    orm.selectinload(Coordination.steps).joinedload(Step.meeting),
)


def _visible(actor: Actor) -> sa.Select[Any]:
    """Coordinations whose source the person may read: staff all, others those with a published one."""
    statement = sa.select(Coordination).join(Meeting, Meeting.id == Coordination.meeting_id)
    if actor.is_staff:
        return statement
    published = sa.or_(
        sa.and_(
            Practice.state == PracticeState.PUBLISHED,
            Practice.published_at.is_not(None),
            readable(actor, Practice.consent),
        ),
        sa.and_(
            Presentation.state == PresentationState.FILED,
            Presentation.published_at.is_not(None),
            readable(actor, Presentation.consent),
        ),
        Coordination.publication_id.in_(
            sa.select(Publication.id)
            .join(Publication.summary)
            .where(Summary.meeting_id == Meeting.id, open_to(actor))
            .correlate(Meeting)
        ),
    )
    return (
        statement.outerjoin(PracticeVersion, PracticeVersion.id == Coordination.practice_version_id)
        .outerjoin(Practice, Practice.id == PracticeVersion.practice_id)
        .outerjoin(PresentationVersion, PresentationVersion.id == Coordination.presentation_version_id)
        .outerjoin(Presentation, Presentation.id == PresentationVersion.presentation_id)
        .where(visible_to(actor), published)
    )


def _with(party_id: int) -> sa.ColumnElement[bool]:
    return Coordination.parties.any(Party.id == party_id)


def coordinations(
    actor: Actor,
    *,
    state: CoordinationState | None = None,
    party_id: int | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> Page[Coordination]:
    """One page of the coordinations that a person may read, newest first."""
    statement = _visible(actor)
    if state:
        statement = statement.where(Coordination.state == state)
    if party_id is not None:
        statement = statement.where(_with(party_id))
    return paginate(
        db.session, statement.order_by(Coordination.id.desc()).options(*_WHOLE), page=page, per_page=per_page
    )


def coordinations_between(actor: Actor, party_ids: Collection[int]) -> Sequence[Coordination]:
    """The coordinations that a person may read in which all of these parties take part, newest first."""
    statement = _visible(actor).where(*(_with(party_id) for party_id in party_ids))
    return db.session.scalars(statement.order_by(Coordination.id.desc()).options(*_WHOLE)).unique().all()


def recorded_in(meeting_id: int) -> Sequence[Coordination]:
    """The coordinations first recorded in a session, oldest first."""
    statement = sa.select(Coordination).where(Coordination.meeting_id == meeting_id).order_by(Coordination.id)
    return db.session.scalars(statement.options(*_WHOLE)).unique().all()


def carried_to(meeting: Meeting) -> Sequence[Coordination]:
    """What earlier sessions of the same body left open, or this one reported on, oldest first."""
    reported = Coordination.steps.any(Step.meeting_id == meeting.id)
    statement = (
        sa.select(Coordination)
        .join(Coordination.meeting)
        .where(
            Meeting.mechanism_id == meeting.mechanism_id,
            Meeting.starts_at < meeting.starts_at,
            sa.or_(Coordination.state != CoordinationState.DONE, reported),
        )
        .order_by(Coordination.id)
    )
    return db.session.scalars(statement.options(*_WHOLE)).unique().all()


def coordination_for_staff(actor: Actor, coordination_id: int) -> Coordination:
    """Load a coordination for the secretariat; raises NotFound for everybody else."""
    found = None
    if actor.is_staff:
        statement = sa.select(Coordination).where(Coordination.id == coordination_id).options(*_WHOLE)
        found = db.session.scalars(statement).unique().one_or_none()
    if found is None:
        raise NotFound
    return found

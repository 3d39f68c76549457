"""Counting what waits for somebody."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.meetings.models import Delegation, DelegationMember, Participant
from app.practices.enums import PracticeState
from app.practices.models import Extension, Intake, Practice, PracticeVersion
from app.practices.queries import newest_number
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation

SUBMITTED = (
    PracticeState.SUBMITTED,
    PracticeState.RETURNED,
    PracticeState.ACCEPTED,
    PracticeState.PUBLISHED,
)
# Of practices: what was submitted and stands, also where its revision is with the capital.
RECEIVED = sa.and_(Practice.reference.is_not(None), Practice.state != PracticeState.WITHDRAWN)


def practices_by_state(meeting_ids: Iterable[int]) -> dict[int, dict[PracticeState, int]]:
    """Meeting id -> state -> how many practices; nobody's drafts are counted."""
    found = {meeting_id: dict.fromkeys(SUBMITTED, 0) for meeting_id in meeting_ids}
    statement = (
        sa.select(Practice.meeting_id, Practice.state, sa.func.count())
        .where(Practice.meeting_id.in_(found), RECEIVED)
        .group_by(Practice.meeting_id, Practice.state)
    )
    for meeting_id, state, number in db.session.execute(statement):
        found[meeting_id][state.told] += number
    return found


def presentations_filed(meeting_id: int) -> tuple[int, int]:
    """How many presentations of a session are filed, and how many of those are published."""
    row = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(Presentation.published_at)).where(
            Presentation.meeting_id == meeting_id, Presentation.state == PresentationState.FILED
        )
    ).one()
    return row[0], row[1]


def deadlines(delegation_ids: Sequence[int]) -> dict[int, datetime]:
    """Delegation id -> the later deadline that it was granted."""
    rows = db.session.scalars(sa.select(Extension).where(Extension.delegation_id.in_(delegation_ids)))
    return {row.delegation_id: row.until for row in rows}


def presentations_of(delegation_ids: Sequence[int]) -> dict[int, Any]:
    """Delegation id -> state and publication of its presentation."""
    statement = sa.select(Presentation.delegation_id, Presentation.state, Presentation.published_at)
    rows = db.session.execute(statement.where(Presentation.delegation_id.in_(delegation_ids)))
    return {row.delegation_id: row for row in rows}


def contributing(meeting_id: int, *, kinds: Iterable[PartyKind]) -> Sequence[Delegation]:
    """The delegations of parties of these kinds, with their members, in one statement."""
    statement = (
        sa.select(Delegation)
        .join(Delegation.party)
        .where(Delegation.meeting_id == meeting_id, Party.kind.in_(list(kinds)))
        .order_by(Delegation.id)
        .options(
            orm.contains_eager(Delegation.party),
            orm.joinedload(Delegation.members).joinedload(DelegationMember.user),
        )
    )
    return db.session.scalars(statement).unique().all()


def practices_received(meeting_id: int) -> Sequence[Any]:
    """Delegation, state, publication, lateness and answers of each practice, as last submitted: nothing of a draft.

    Of one that was begun and never submitted there is a row without answers; `recorded`: staff did, and it waits to be
    confirmed.
    """
    version = orm.aliased(PracticeVersion)
    return db.session.execute(
        sa.select(
            Practice.delegation_id,
            Practice.state,
            Practice.published_at,
            version.late,
            version.id.is_not(None).label("submitted"),
            version.content["answers"].label("answers"),
            Intake.id.is_not(None).label("recorded"),
        )
        .select_from(Practice)
        .outerjoin(version, sa.and_(version.practice_id == Practice.id, version.number == newest_number()))
        .outerjoin(Intake, Intake.practice_id == Practice.id)
        .where(
            Practice.meeting_id == meeting_id,
            sa.or_(version.id.is_not(None), Practice.state.in_((PracticeState.DRAFT, PracticeState.WITH_CAPITAL))),
        )
        .order_by(Practice.reference, Practice.id)
    ).all()


def registered(delegation_ids: Sequence[int]) -> dict[int, int]:
    """Delegation id -> how many people are registered in it."""
    statement = (
        sa.select(Participant.delegation_id, sa.func.count())
        .where(Participant.delegation_id.in_(delegation_ids))
        .group_by(Participant.delegation_id)
    )
    return {row.delegation_id: row[1] for row in db.session.execute(statement)}

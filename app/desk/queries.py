"""Counting what waits for somebody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.audit.models import AuditEvent
from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.meetings.models import Delegation, DelegationMember, Participant
from app.practices.enums import PracticeState
from app.practices.models import Call, Extension, Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion

SUBMITTED = (
    PracticeState.SUBMITTED,
    PracticeState.RETURNED,
    PracticeState.ACCEPTED,
    PracticeState.PUBLISHED,
)


def practices_by_state(meeting_ids: Iterable[int]) -> dict[int, dict[PracticeState, int]]:
    """Meeting id -> state -> how many practices; nobody's drafts are counted."""
    found = {meeting_id: dict.fromkeys(SUBMITTED, 0) for meeting_id in meeting_ids}
    statement = (
        sa.select(Practice.meeting_id, Practice.state, sa.func.count())
        .where(Practice.meeting_id.in_(found), Practice.state.in_(SUBMITTED))
        .group_by(Practice.meeting_id, Practice.state)
    )
    for meeting_id, state, number in db.session.execute(statement):
        found[meeting_id][state] = number
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


@dataclass(frozen=True)
class Deadlines:
    """When a session's call opens and closes, and the later deadlines by delegation."""

    opens_at: datetime
    closes_at: datetime
    later: dict[int, datetime]

    def until(self, delegation_id: int) -> datetime:
        """The deadline of one delegation."""
        return max(self.closes_at, self.later.get(delegation_id, self.closes_at))


def call_deadlines(meeting_id: int) -> Deadlines | None:
    """The moments of a session's call; None where it has none."""
    rows = db.session.execute(
        sa.select(Call.opens_at, Call.closes_at, Extension.delegation_id, Extension.until)
        .outerjoin(Extension, Extension.call_id == Call.id)
        .where(Call.meeting_id == meeting_id)
    ).all()
    if not rows:
        return None
    later = {row.delegation_id: row.until for row in rows if row.delegation_id}
    return Deadlines(rows[0].opens_at, rows[0].closes_at, later)


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


def _received(texts: Any, versions: Any, key: str, meeting_id: int) -> sa.Select[Any]:
    """Delegation, state and publication of each text, and answers of its newest version; `key` ties versions to it."""
    newest = (
        sa.select(sa.func.max(versions.number))
        .where(getattr(versions, key) == texts.id)
        .correlate(texts)
        .scalar_subquery()
    )
    version = orm.aliased(versions)
    answers = version.content["answers"].label("answers")
    return (
        sa.select(texts.delegation_id, texts.state, texts.published_at, answers)
        .join(version, sa.and_(getattr(version, key) == texts.id, version.number == newest))
        .where(texts.meeting_id == meeting_id)
    )


def practices_received(meeting_id: int) -> Sequence[Any]:
    """What `_received` gives of each practice that was submitted: nothing of a draft."""
    statement = _received(Practice, PracticeVersion, "practice_id", meeting_id)
    return db.session.execute(statement.order_by(Practice.reference)).all()


def presentations_received(meeting_id: int) -> Sequence[Any]:
    """What `_received` gives of each presentation that was filed: nothing of a draft."""
    return db.session.execute(_received(Presentation, PresentationVersion, "presentation_id", meeting_id)).all()


def last_reminders(meeting_id: int) -> dict[int, datetime]:
    """Delegation id -> when the secretariat last reminded it: the trail knows."""
    statement = (
        sa.select(AuditEvent.subject_id, sa.func.max(AuditEvent.at))
        .where(AuditEvent.meeting_id == meeting_id, AuditEvent.action == "remind_delegation")
        .group_by(AuditEvent.subject_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def registered(delegation_ids: Sequence[int]) -> dict[int, int]:
    """Delegation id -> how many people are registered in it."""
    statement = (
        sa.select(Participant.delegation_id, sa.func.count())
        .where(Participant.delegation_id.in_(delegation_ids))
        .group_by(Participant.delegation_id)
    )
    return {row.delegation_id: row[1] for row in db.session.execute(statement)}

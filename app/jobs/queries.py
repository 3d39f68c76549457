"""Reading the table of jobs."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.core.paging import Page, paginate
from app.jobs.enums import JobState, Lane
from app.jobs.models import Job
from app.jobs.operations import LEASE, last_sign
from app.jobs.registry import kinds, lane_of, urgent_kinds


def _due() -> sa.ColumnElement[bool]:
    at = now()
    return sa.or_(
        sa.and_(Job.state == JobState.QUEUED, Job.run_after <= at),
        sa.and_(Job.state == JobState.RUNNING, last_sign() <= at - LEASE),
    )


def due_job_ids(lane: Lane | None = None, *, only_urgent: bool = False, limit: int = 100) -> Sequence[int]:
    """Ids of the jobs (of a lane) to run now: those queued, and those of killed workers. The urgent ones come first,
    then the longest due."""
    urgent = Job.kind.in_(urgent_kinds())
    statement = sa.select(Job.id).where(_due())
    if lane is not None:
        mail = Job.kind.in_([kind for kind in kinds() if lane_of(kind) is Lane.MAIL])
        statement = statement.where(mail if lane is Lane.MAIL else sa.not_(mail))
    if only_urgent:
        statement = statement.where(urgent)
    order = (sa.case((urgent, 0), else_=1), Job.run_after, Job.id)
    return db.session.scalars(statement.order_by(*order).limit(limit)).all()


def oldest_due() -> datetime | None:
    """Since when the job that has waited longest has been due; None where none is."""
    return db.session.scalar(sa.select(sa.func.min(Job.run_after)).where(_due()))


def last_job(beginning: str) -> Job | None:
    """The job queued last of those whose key begins so."""
    begins = Job.key.startswith(beginning, autoescape=True)
    return db.session.scalars(sa.select(Job).where(begins).order_by(Job.id.desc()).limit(1)).one_or_none()


def register(*, state: JobState | None = None, kind: str = "", page: int = 1) -> Page[Job]:
    """One page of the jobs, those last queued first."""
    statement = sa.select(Job).order_by(Job.created_at.desc(), Job.id.desc())
    if state is not None:
        statement = statement.where(Job.state == state)
    if kind:
        statement = statement.where(Job.kind == kind)
    return paginate(db.session, statement, page=page)


def waiting_for_their_day() -> int:
    """How many jobs are due later than now."""
    later = sa.select(sa.func.count(Job.id)).where(Job.state == JobState.QUEUED, Job.run_after > now())
    return db.session.scalars(later).one()


def counts() -> dict[JobState, int]:
    """How many jobs are in each state."""
    found = dict.fromkeys(JobState, 0)
    for state, number in db.session.execute(sa.select(Job.state, sa.func.count()).group_by(Job.state)):
        found[state] = number
    return found

"""Reading the table of jobs."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import LEASE


def _due() -> sa.ColumnElement[bool]:
    at = now()
    return sa.or_(
        sa.and_(Job.state == JobState.QUEUED, Job.run_after <= at),
        sa.and_(Job.state == JobState.RUNNING, Job.started_at <= at - LEASE),
    )


def due_job_ids(limit: int = 100) -> Sequence[int]:
    """Ids of the jobs to run now, the longest due first: those queued, and those of killed workers."""
    return db.session.scalars(sa.select(Job.id).where(_due()).order_by(Job.run_after, Job.id).limit(limit)).all()


def oldest_due() -> datetime | None:
    """Since when the job that has waited longest has been due; None where none is."""
    return db.session.scalar(sa.select(sa.func.min(Job.run_after)).where(_due()))

"""Queueing jobs, and what becomes of them. These write the table only; `worker` runs them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.clock import now
from app.core.db import db
from app.jobs import queue
from app.jobs.enums import JobState
from app.jobs.models import Job

# How long after each failed try the next one comes; after the last the job has failed.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200))
MOST_ATTEMPTS = len(PAUSES) + 1
# A job that has been running for longer belonged to a worker that was killed.
LEASE = timedelta(minutes=10)
AT_ONCE = 500  # jobs in one statement: engines limit its parameters


@dataclass(frozen=True)
class Claim:
    """One try at one job, as the worker that took it knows it."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    attempt: int


def queue_job(
    kind: str, key: str, payload: Mapping[str, Any] | None = None, *, run_after: datetime | None = None
) -> None:
    """Add a job to the caller's transaction; the worker starts it after the commit (or `run_after`).

    A key that is already there adds nothing, whatever its payload, except that a failed job of this key is
    queued afresh. `payload` is JSON.
    """
    queue_jobs(kind, {key: payload or {}}, run_after=run_after)


def queue_jobs(kind: str, payloads: Mapping[str, Mapping[str, Any]], *, run_after: datetime | None = None) -> None:
    """Add a job for each key, as `queue_job` does, in one statement for many."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    at = now()
    fresh = {"state": JobState.QUEUED, "attempts": 0, "run_after": run_after or at, "created_at": at, "error": None}
    rows = [{"kind": kind, "key": key, "payload": dict(payload), **fresh} for key, payload in payloads.items()]
    for start in range(0, len(rows), AT_ONCE):
        statement = insert(Job).values(rows[start : start + AT_ONCE])
        job_ids = db.session.scalars(
            statement.on_conflict_do_update(
                index_elements=[Job.key],
                set_={**fresh, "payload": statement.excluded.payload},
                where=Job.state == JobState.FAILED,
            ).returning(Job.id)
        ).all()
        if run_after is None:
            for job_id in job_ids:
                queue.note(job_id)


def claim_job(job_id: int) -> Claim | None:
    """Take a due job for this worker, or return None: it is done, not yet due, or another worker has it.

    A job whose worker was killed is due again when its lease has run out. Commits, so that no other worker
    can take it as well.
    """
    at = now()
    forsaken = sa.and_(Job.state == JobState.RUNNING, Job.started_at <= at - LEASE)
    taken = db.session.execute(
        sa.update(Job)
        .where(Job.id == job_id, sa.or_(sa.and_(Job.state == JobState.QUEUED, Job.run_after <= at), forsaken))
        .values(state=JobState.RUNNING, attempts=Job.attempts + 1, started_at=at, finished_at=None)
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    db.session.commit()
    return Claim(*taken) if taken else None


def _settle(claim: Claim, **values: Any) -> None:
    # Only while the claim holds: a worker that overran its lease must not undo what came after it.
    db.session.execute(
        sa.update(Job)
        .where(Job.id == claim.job_id, Job.state == JobState.RUNNING, Job.attempts == claim.attempt)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    db.session.commit()


def finish_job(claim: Claim) -> None:
    """Note that the job is done. Commits."""
    _settle(claim, state=JobState.DONE, finished_at=now(), error=None)


def put_off_job(claim: Claim, reason: str, *, give_up: bool = False) -> bool:
    """Note why a try failed; return whether another comes (after a pause, unless it was the last). Commits."""
    if give_up or claim.attempt >= MOST_ATTEMPTS:
        _settle(claim, state=JobState.FAILED, finished_at=now(), error=reason)
        return False
    _settle(claim, state=JobState.QUEUED, run_after=now() + PAUSES[claim.attempt - 1], error=reason)
    return True

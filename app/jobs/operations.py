"""Queueing jobs, and what becomes of them. These write the table only; `worker` runs them."""

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.dialects import postgresql, sqlite

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.jobs import queue
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.registry import reason

# How long after each failed try the next one comes; after the last the job has failed.
PAUSES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200))
MOST_ATTEMPTS = len(PAUSES) + 1
# A job whose worker has given no sign of life for longer belonged to one that was killed.
LEASE = timedelta(minutes=2)
# How often progress is written at most.
PROGRESS_SECONDS = 1.0
# How long a job that is done is kept; one that failed stays until somebody has tried it again.
KEPT = timedelta(days=30)
CLEANED_AT_ONCE = 500
STOPPED = reason(_l("The worker stopped during this work."))
AT_ONCE = 500  # jobs in one statement: engines limit its parameters


class ClaimLost(Exception):
    """The job was given to another worker: this one was silent for too long, and should stop."""


@dataclass(frozen=True)
class Claim:
    """One try at one job, as the worker that took it knows it."""

    job_id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    reported: list[float] = field(default_factory=list, compare=False)


_in_hand: ContextVar[Claim] = ContextVar("job_in_hand")


def last_sign() -> sa.ColumnElement[datetime]:
    """When a running job's worker was last heard of."""
    return sa.func.coalesce(Job.seen_at, Job.started_at)


def queue_job(
    kind: str,
    key: str,
    payload: Mapping[str, Any] | None = None,
    *,
    run_after: datetime | None = None,
    by: Actor | None = None,
    page: str = "",
) -> int:
    """Add a job to the caller's transaction; the worker starts it after the commit (or `run_after`). Return its id.

    A key that is already there adds nothing, whatever its payload, except that a failed job of this key is
    queued afresh. `payload` is JSON. `by` may follow the job on its page, which leads to `page` (a path of ours)
    once it is done.
    """
    queue_jobs(kind, {key: payload or {}}, run_after=run_after, by=by, page=page)
    return db.session.scalars(sa.select(Job.id).where(Job.key == key)).one()


def queue_jobs(
    kind: str,
    payloads: Mapping[str, Mapping[str, Any]],
    *,
    run_after: datetime | None = None,
    by: Actor | None = None,
    page: str = "",
) -> None:
    """Add a job for each key, as `queue_job` does, in one statement for many."""
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    at = now()
    fresh = {
        "state": JobState.QUEUED,
        "attempts": 0,
        "run_after": run_after or at,
        "created_at": at,
        "error": None,
        "requested_by_id": by.id if by else None,
        "page": page,
        "progress_done": 0,
        "progress_total": 0,
    }
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
                queue.note(job_id, kind)


def claim_job(job_id: int) -> Claim | None:
    """Take a due job for this worker, or return None: it is done, not yet due, or another worker has it.

    A job whose worker was killed is due again when its lease has run out. Commits, so that no other worker
    can take it as well.
    """
    at = now()
    forsaken = sa.and_(Job.state == JobState.RUNNING, last_sign() <= at - LEASE)
    taken = db.session.execute(
        sa.update(Job)
        .where(Job.id == job_id, sa.or_(sa.and_(Job.state == JobState.QUEUED, Job.run_after <= at), forsaken))
        .values(
            state=JobState.RUNNING,
            attempts=Job.attempts + 1,
            started_at=at,
            seen_at=None,
            finished_at=None,
            error=sa.case((forsaken, STOPPED), else_=Job.error),
            progress_done=0,
            progress_total=0,
        )
        .returning(Job.id, Job.kind, Job.payload, Job.attempts)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    db.session.commit()
    return Claim(*taken) if taken else None


def _held(claim: Claim) -> sa.Update:
    # Only while the claim holds: a worker that overran its lease must not undo what came after it.
    return sa.update(Job).where(Job.id == claim.job_id, Job.state == JobState.RUNNING, Job.attempts == claim.attempt)


def _settle(claim: Claim, **values: Any) -> bool:
    statement = _held(claim).values(**values).returning(Job.id).execution_options(synchronize_session=False)
    held = db.session.scalar(statement) is not None
    db.session.commit()
    return held


def finish_job(claim: Claim) -> None:
    """Note that the job is done. Commits."""
    _settle(claim, state=JobState.DONE, finished_at=now(), error=None)


def put_off_job(claim: Claim, reason: str, *, give_up: bool = False) -> bool:
    """Note why a try failed; return False if that was the last (else another comes after a pause). Commits."""
    if give_up or claim.attempt >= MOST_ATTEMPTS:
        return not _settle(claim, state=JobState.FAILED, finished_at=now(), error=reason)
    _settle(claim, state=JobState.QUEUED, run_after=now() + PAUSES[claim.attempt - 1], error=reason)
    return True


@contextmanager
def in_hand(claim: Claim) -> Iterator[None]:
    """Within it `report_progress` speaks of this try."""
    token = _in_hand.set(claim)
    try:
        yield
    finally:
        _in_hand.reset(token)


def report_progress(done: int, total: int) -> None:
    """Say from inside a handler how far it is: `done` of `total` pieces. Outside a job it does nothing.

    Written in a transaction of its own, once a second at most, and when all is done. Call it between transactions:
    RuntimeError while the session has one open, which on SQLite would hold the lock that this needs. Raises
    ClaimLost where the job was given to another worker.
    """
    claim = _in_hand.get(None)
    if claim is None:
        return
    if db.session.in_transaction():
        raise RuntimeError("report progress between transactions: commit or roll back first")
    at = time.monotonic()
    if claim.reported and done < total and at - claim.reported[-1] < PROGRESS_SECONDS:
        return
    claim.reported[:] = [at]
    if not _settle(claim, progress_done=done, progress_total=total, seen_at=now()):
        raise ClaimLost(f"job {claim.job_id} was given to another worker")


def keep_claims(claims: Iterable[Claim]) -> None:
    """Give a sign of life for the jobs that this worker has in hand. Commits."""
    for claim in claims:
        _settle(claim, seen_at=now())


def retry_job(job: Job, *, by: Actor) -> bool:
    """Queue a failed job afresh; return False, and do nothing, where it has not failed (any more)."""
    taken = db.session.execute(
        sa.update(Job)
        .where(Job.id == job.id, Job.state == JobState.FAILED)
        .values(state=JobState.QUEUED, attempts=0, run_after=now(), finished_at=None, progress_done=0, progress_total=0)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        return False
    record("retry_job", job, by=by, changes={"state": [JobState.FAILED.value, JobState.QUEUED.value]})
    queue.note(job.id, job.kind)
    return True


def clean_jobs() -> int:
    """Delete jobs that have long been done, some at a time; return how many. Commits."""
    old = sa.select(Job.id).where(Job.state == JobState.DONE, Job.finished_at < now() - KEPT).limit(CLEANED_AT_ONCE)
    ids = db.session.scalars(old).all()
    if ids:
        db.session.execute(sa.delete(Job).where(Job.id.in_(ids)).execution_options(synchronize_session=False))
    db.session.commit()
    return len(ids)

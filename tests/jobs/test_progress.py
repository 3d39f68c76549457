"""What a job tells of itself while it runs, and what becomes of it afterwards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core import clock
from app.core.clock import standing_at
from app.core.db import db
from app.jobs import operations, queries, registry, worker
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import (
    KEPT,
    LEASE,
    STOPPED,
    ClaimLost,
    claim_job,
    clean_jobs,
    in_hand,
    keep_claims,
    put_off_job,
    queue_job,
    report_progress,
    retry_job,
)
from app.jobs.registry import GiveUp, handles, starts_again, title_of
from app.jobs.worker import run_job


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Kinds registered in a test are forgotten."""
    for name in ("_handlers", "_failure_handlers", "_titles"):
        monkeypatch.setattr(registry, name, dict(getattr(registry, name)))


def queue(kind="test.work", key="one", **more) -> int:
    job_id = queue_job(kind=kind, key=key, **more)
    db.session.commit()
    return job_id


def only_job() -> Job:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(sa.select(Job)).one()


def test_queueing_tells_the_job_whether_it_was_there_or_not(app):
    assert queue() == queue()


def test_progress_is_seen_while_the_job_runs(app, monkeypatch, run_jobs):
    monkeypatch.setattr(operations, "PROGRESS_SECONDS", 0)
    seen = []

    def work(payload):
        for number in range(4):
            report_progress(number, 4)
            seen.append((only_job().percent, only_job().state, only_job().seen_at is not None))
            db.session.rollback()

    handles("test.work")(work)
    queue()
    assert only_job().percent is None
    run_jobs()
    assert seen == [(percent, JobState.RUNNING, True) for percent in (0, 25, 50, 75)]
    assert (only_job().state, only_job().percent) == (JobState.DONE, 100)


def test_progress_is_written_once_a_second_and_at_the_end(app, monkeypatch, run_jobs):
    written = []
    settle = operations._settle

    def noted(claim, **values):
        if "progress_done" in values:
            written.append(values["progress_done"])
        return settle(claim, **values)

    monkeypatch.setattr(operations, "_settle", noted)

    def work(payload):
        for number in range(1001):
            report_progress(number, 1000)

    handles("test.work")(work)
    queue()
    run_jobs()
    assert written[0] == 0
    assert written[-1] == 1000
    assert len(written) < 6
    assert only_job().state is JobState.DONE


def test_progress_inside_a_transaction_is_a_fault_of_the_handler(app, run_jobs):
    def work(payload):
        db.session.scalars(sa.select(Job)).all()
        report_progress(1, 2)

    handles("test.work")(work)
    queue()
    run_jobs()
    assert "between transactions" in only_job().error


def test_progress_outside_a_job_is_nobodys(app):
    report_progress(1, 2)


def test_a_worker_that_lost_its_claim_is_stopped_and_changes_nothing(app):
    handles("test.work")(lambda payload: None)
    job_id = queue()
    lost = claim_job(job_id)
    with standing_at(clock.now() + LEASE + timedelta(seconds=1)):
        assert run_job(job_id)
    with in_hand(lost), pytest.raises(ClaimLost):
        report_progress(1, 2)
    assert put_off_job(lost, "too late", give_up=True) is True
    assert only_job().state is JobState.DONE


def test_signs_of_life_keep_a_long_job_with_its_worker(app):
    job_id = queue()
    claim = claim_job(job_id)
    later = clock.now() + LEASE - timedelta(seconds=5)
    with standing_at(later):
        keep_claims([claim])
    with standing_at(later + timedelta(seconds=30)):
        assert queries.due_job_ids() == []
        assert claim_job(job_id) is None
    with standing_at(later + LEASE + timedelta(seconds=1)):
        assert queries.due_job_ids() == [job_id]
        assert claim_job(job_id).attempt == 2
    assert only_job().error == STOPPED


def test_a_worker_keeps_its_house_when_it_is_time(app, monkeypatch, run_jobs):
    house = worker.House(app)
    handles("test.work")(lambda payload: house.keep())
    queue()
    run_jobs()
    assert only_job().seen_at is None
    monkeypatch.setattr(worker, "SIGN_SECONDS", 0)
    queue(key="two")
    run_jobs()
    db.session.rollback()
    assert db.session.scalars(sa.select(Job.seen_at).order_by(Job.id)).all()[1] is not None
    db.session.rollback()
    monkeypatch.setattr(worker, "CLEAN_SECONDS", 0)
    with standing_at(clock.now() + KEPT + timedelta(days=1)):
        house.keep()
    db.session.rollback()
    assert db.session.scalars(sa.select(Job.key)).all() == []


def test_a_fault_in_keeping_house_is_logged_and_stops_nothing(app, monkeypatch):
    monkeypatch.setattr(worker, "SIGN_SECONDS", 0)
    monkeypatch.setattr(worker, "keep_claims", lambda claims: 1 / 0)
    told = []
    monkeypatch.setattr(app.logger, "exception", told.append)
    worker.House(app).keep()
    assert told == ["the worker could not keep its house"]


def test_a_failed_job_is_tried_again_once(app, personas, run_jobs):
    done = []

    def work(payload):
        if not done:
            raise GiveUp("no paper")

    handles("test.work")(work)
    queue()
    run_jobs()
    assert only_job().state is JobState.FAILED
    done.append(True)
    assert retry_job(only_job(), by=personas.secretariat)
    assert not retry_job(only_job_kept(), by=personas.secretariat)
    db.session.commit()
    run_jobs()
    assert (only_job().state, only_job().attempts, only_job().error) == (JobState.DONE, 1, None)
    assert not retry_job(only_job(), by=personas.secretariat)
    actions = db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.subject_kind == "jobs")).all()
    assert actions == ["retry_job"]


def only_job_kept() -> Job:
    return db.session.scalars(sa.select(Job)).one()


def test_a_kind_whose_feature_notes_failures_is_retried_there(app):
    handles("test.work", title="Work")(lambda payload: None)
    handles("test.noted", failed=lambda payload, reason: None)(lambda payload: None)
    assert starts_again("test.work")
    assert not starts_again("test.noted")
    assert not starts_again("test.unheard_of")
    assert title_of("test.work") == "Work"
    assert title_of("test.noted") == "test.noted"


def test_jobs_that_have_long_been_done_are_cleaned_and_failed_ones_kept(app, run_jobs):
    handles("test.work")(lambda payload: None)

    def broken(payload):
        raise GiveUp("no paper")

    handles("test.broken")(broken)
    queue(key="done")
    queue(kind="test.broken", key="failed")
    run_jobs()
    assert clean_jobs() == 0
    with standing_at(clock.now() + KEPT + timedelta(days=1)):
        queue(key="new")
        run_jobs()
        assert clean_jobs() == 1
    db.session.rollback()
    assert set(db.session.scalars(sa.select(Job.key))) == {"failed", "new"}


def test_the_last_job_of_a_key(app):
    queue(key="papers_1:a")
    queue(key="papers_1:b")
    queue(key="papersX1:c")
    assert queries.last_job("papers_1:").key == "papers_1:b"
    assert queries.last_job("nothing") is None

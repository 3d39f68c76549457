from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core import clock
from app.core.clock import standing_at
from app.core.db import db
from app.jobs import registry
from app.jobs.enums import JobState, Lane
from app.jobs.models import Job
from app.jobs.operations import LEASE, MOST_ATTEMPTS, PAUSES, claim_job, finish_job, put_off_job, queue_job
from app.jobs.queries import due_job_ids
from app.jobs.queue import wake_up_of
from app.jobs.registry import GiveUp, UnknownKind, handler_for, handles
from app.jobs.worker import run_job, sweep


@pytest.fixture
def done(monkeypatch):
    """The payloads that the handler of "test.note" was given; kinds registered in a test are forgotten."""
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    monkeypatch.setattr(registry, "_failure_handlers", dict(registry._failure_handlers))
    given = []
    handles("test.note")(given.append)
    return given


def only_job() -> Job:
    db.session.expire_all()
    return db.session.scalars(sa.select(Job)).one()


def queue(key="one", **more) -> int:
    queue_job(kind=more.pop("kind", "test.note"), key=key, payload=more.pop("payload", {"key": key}), **more)
    job_id = db.session.scalar(sa.select(Job.id).where(Job.key == key))
    db.session.commit()
    return job_id


def later(delta):
    """The clock stands at a moment after now."""
    return standing_at(clock.now() + delta)


def test_a_job_is_done_once(app, done, run_jobs):
    queue()
    run_jobs()
    run_jobs()
    assert done == [{"key": "one"}]
    job = only_job()
    assert (job.state, job.attempts, job.error) == (JobState.DONE, 1, None)
    assert job.finished_at >= job.started_at


def test_a_key_that_is_there_adds_nothing(app, done, run_jobs):
    first = queue(payload={"number": 1})
    assert queue(payload={"number": 2}) == first
    run_jobs()
    queue(payload={"number": 3})
    run_jobs()
    assert done == [{"number": 1}]


def test_a_job_belongs_to_the_transaction_that_wants_it(app, done, run_jobs):
    queue_job(kind="test.note", key="gone")
    db.session.rollback()
    run_jobs()
    assert done == []
    assert wake_up_of(app).huey.pending_count() == 0


def test_a_commit_sends_the_wake_ups(app, done):
    queue("one")
    queue_job(kind="test.note", key="two")
    queue_job(kind="test.note", key="three", run_after=clock.now() + timedelta(hours=1))
    assert wake_up_of(app).huey.pending_count() == 1
    db.session.commit()
    assert wake_up_of(app).huey.pending_count() == 2
    task = wake_up_of(app).huey.dequeue()
    wake_up_of(app).huey.execute(task)
    assert done == [{"key": "one"}]


def test_a_queue_that_cannot_be_written_loses_nothing(app, done, run_jobs, tmp_path, capsys):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    app.config["JOBS_FILE"] = tmp_path / "blocked" / "jobs.sqlite"
    queue()
    run_jobs()
    assert done == [{"key": "one"}]


def test_a_job_waits_until_it_is_due(app, done, run_jobs):
    queue(run_after=clock.now() + timedelta(minutes=5))
    run_jobs()
    assert done == []
    with later(timedelta(minutes=6)):
        run_jobs()
    assert len(done) == 1


def test_a_failing_job_is_tried_again_after_growing_pauses_and_then_has_failed(app, done, run_jobs):
    tries, told = [], []

    def broken(payload):
        tries.append(payload)
        raise RuntimeError("the printer is on fire")

    handles("test.broken", failed=lambda payload, reason: told.append((payload, reason)))(broken)
    queue(kind="test.broken")
    for pause in PAUSES:
        run_jobs()
        job = only_job()
        assert job.state is JobState.QUEUED
        assert job.error == "RuntimeError: the printer is on fire"
        assert abs(job.run_after - job.started_at - pause) < timedelta(seconds=5)
        assert told == []
        db.session.execute(sa.update(Job).values(run_after=clock.now()))
        db.session.commit()
    run_jobs()
    job = only_job()
    assert (job.state, job.attempts, len(tries)) == (JobState.FAILED, MOST_ATTEMPTS, MOST_ATTEMPTS)
    assert told == [({"key": "one"}, "RuntimeError: the printer is on fire")]
    assert sorted(PAUSES) == list(PAUSES)


def test_a_handler_that_gives_up_is_not_tried_again(app, done, run_jobs):
    def hopeless(payload):
        raise GiveUp("there is no such printer")

    handles("test.hopeless")(hopeless)
    queue(kind="test.hopeless")
    run_jobs()
    assert (only_job().state, only_job().attempts, only_job().error) == (JobState.FAILED, 1, "there is no such printer")


def test_a_failed_job_that_is_wanted_again_starts_afresh(app, done, run_jobs):
    handles("test.hopeless")(lambda payload: (_ for _ in ()).throw(GiveUp("no")))
    queue(kind="test.hopeless")
    run_jobs()
    handles("test.hopeless")(done.append)
    queue(kind="test.hopeless", payload={"again": True})
    assert only_job().error is None
    run_jobs()
    assert (only_job().state, only_job().attempts) == (JobState.DONE, 1)
    assert done == [{"again": True}]


def test_what_a_failing_handler_did_not_commit_is_undone(app, done, run_jobs):
    def half(payload):
        queue_job(kind="test.note", key="half")
        raise RuntimeError

    handles("test.half")(half)
    queue(kind="test.half")
    run_jobs()
    assert only_job().kind == "test.half"


def test_an_unknown_kind_is_said_so(app, done, run_jobs):
    queue(kind="test.unheard_of")
    run_jobs()
    assert "UnknownKind" in only_job().error
    with pytest.raises(UnknownKind):
        handler_for("test.unheard_of")


def test_only_one_worker_gets_a_job(app, done):
    job_id = queue()
    assert claim_job(job_id) is not None
    assert claim_job(job_id) is None
    assert run_job(job_id) is False
    assert done == []


def test_the_job_of_a_killed_worker_is_taken_again_after_its_lease(app, done, run_jobs):
    job_id = queue()
    lost = claim_job(job_id)
    run_jobs()
    assert done == []
    with later(LEASE + timedelta(seconds=1)):
        assert due_job_ids() == [job_id]
        run_jobs()
    assert len(done) == 1
    assert (only_job().state, only_job().attempts) == (JobState.DONE, 2)
    # The lost worker wakes up and reports: too late, its claim is void.
    put_off_job(lost, "late")
    assert only_job().state is JobState.DONE
    finish_job(lost)
    assert only_job().attempts == 2


def test_a_job_that_kills_every_worker_fails_in_the_end(app, done, run_jobs):
    job_id = queue()
    for number in range(MOST_ATTEMPTS):
        with later(number * (LEASE + timedelta(seconds=1))):
            assert claim_job(job_id)
    with later(MOST_ATTEMPTS * (LEASE + timedelta(seconds=1))):
        run_jobs()
    assert done == []
    assert only_job().state is JobState.FAILED
    assert "stopped during every try" in only_job().error


def test_the_sweep_finds_what_was_left_and_does_not_pile_up(app, done):
    queue("one")
    queue("two")
    huey = wake_up_of(app).huey
    huey.flush()  # the wake-ups are lost
    assert sweep(app) == 2
    assert sweep(app) == 0
    assert huey.pending_count() == 2


def test_urgent_jobs_come_before_those_that_wait_longer(app, done):
    handles("test.urgent", urgent=True)(lambda payload: done.append("urgent"))
    for number in range(30):
        queue(str(number))
    queue_job(kind="test.urgent", key="urgent")
    urgent = db.session.scalars(sa.select(Job.id).where(Job.key == "urgent")).one()
    db.session.commit()
    assert due_job_ids()[0] == urgent
    assert due_job_ids(only_urgent=True) == [urgent]
    db.session.commit()
    huey = wake_up_of(app).huey
    huey.execute(huey.dequeue())  # the wake-up of the first that was queued
    assert done == ["urgent", {"key": "0"}]


def test_each_lane_has_its_queue(app, done):
    handles("test.mail", lane=Lane.MAIL)(done.append)
    queue("work")
    queue_job(kind="test.mail", key="mail", payload={"key": "mail"})
    queue_job(kind="test.forgotten", key="of a kind that nobody does any more")
    db.session.commit()
    assert [wake_up_of(app, lane).huey.pending_count() for lane in Lane] == [2, 1]
    assert len(due_job_ids(Lane.WORK)) == 2
    assert len(due_job_ids(Lane.MAIL)) == 1
    db.session.commit()
    wake_up_of(app, Lane.MAIL).huey.flush()
    assert sweep(app) == 1, "what waits in one lane does not keep the sweep from the other"


def test_the_states_are_what_the_database_allows(app):
    with pytest.raises(sa.exc.StatementError):
        db.session.execute(sa.update(Job).values(state="lost"))


def test_rounds_are_done_every_so_many_seconds_and_one_that_fails_stops_no_other(app, monkeypatch, caplog):
    from app.jobs import worker

    done = []

    def broken():
        raise ValueError("no round today")

    monkeypatch.setattr(worker, "rounds", {"broken": (0, broken), "often": (0, lambda: done.append("often"))})
    worker.rounds["seldom"] = (3600, lambda: done.append("seldom"))
    due: dict[str, float] = {}
    worker.go_rounds(app, due)
    worker.go_rounds(app, due)
    assert done == ["often", "seldom", "often"]
    assert "no round today" in caplog.text

import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import LEASE, queue_job

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def worker(database_url, folder, redis_url=""):
    command = [sys.executable, "-m", "tests.jobs.worker_process", database_url, str(folder), redis_url]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        wait_for(lambda: (folder / "ready").exists())
        (folder / "ready").unlink()
        yield process
    finally:
        process.kill()
        process.wait()


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)


def state_of(key) -> JobState:
    db.session.rollback()
    state = db.session.scalar(sa.select(Job.state).where(Job.key == key))
    db.session.rollback()
    return state


def queue(kind, key, **payload):
    queue_job(kind=kind, key=key, payload=payload)
    db.session.commit()


@pytest.mark.slow
def test_a_killed_worker_loses_nothing(app, database_url, tmp_path):
    with worker(database_url, tmp_path) as process:
        queue("test.slow", "slow")
        wait_for((tmp_path / "tries").exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert state_of("slow") is JobState.RUNNING
    assert not (tmp_path / "finished").exists()
    # Its lease runs out while no worker is there.
    db.session.execute(sa.update(Job).values(started_at=now() - LEASE))
    db.session.commit()
    queue("test.quick", "quick", name="quick-done")
    with worker(database_url, tmp_path):
        wait_for((tmp_path / "finished").exists)
        wait_for((tmp_path / "quick-done").exists)
        wait_for(lambda: state_of("slow") is JobState.DONE and state_of("quick") is JobState.DONE)
    assert (tmp_path / "tries").read_text() == "xx"


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_that_is_told_to_stop_finishes_the_job_in_hand(app, database_url, tmp_path, number):
    with worker(database_url, tmp_path) as process:
        queue("test.quick", "quick", name="quick-done", seconds=1.5)
        wait_for(lambda: state_of("quick") is JobState.RUNNING)
        process.send_signal(number)
        assert process.wait(timeout=15) == 0
    assert (tmp_path / "quick-done").exists()
    assert state_of("quick") is JobState.DONE

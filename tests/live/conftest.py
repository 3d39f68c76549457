"""A session, the streams of the tests, and the live process: in a thread of this process."""

import asyncio
import threading

import pytest

from app.core.db import db
from app.live import server
from tests.browser.site import free_port
from tests.client import sign_in
from tests.factories.practices import make_open_meeting
from tests.live import streams


@pytest.fixture
def meeting(personas):
    """A session that everybody may see, with the personas in their delegations."""
    meeting = make_open_meeting()
    personas.join(meeting)
    streams.retitle(meeting, "First")
    db.session.commit()
    return meeting


@pytest.fixture(autouse=True)
def _streams():
    streams.register()
    streams.rendered.clear()
    yield
    streams.unregister()


@pytest.fixture
def cookie_of(app, client):
    """A function that signs a person in, and gives the cookie of their browser."""

    def give(user) -> str:
        sign_in(client, user)
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="localhost")
        return f"{cookie.key}={cookie.value}"

    return give


class Running:
    """The live process on its port; `stop` ends it, and `start` begins another there."""

    def __init__(self, app) -> None:
        self.app, self.port = app, free_port()

    def start(self) -> None:
        ready = threading.Event()

        async def run() -> None:
            self.loop, self.stopping = asyncio.get_running_loop(), asyncio.Event()

            def started(one: server.Server) -> None:
                self.server = one
                ready.set()

            await server.serve(self.app, self.port, self.stopping, started)

        self.thread = threading.Thread(target=asyncio.run, args=(run(),))
        self.thread.start()
        assert ready.wait(10)

    def stop(self) -> None:
        self.loop.call_soon_threadsafe(self.stopping.set)
        self.thread.join()


@pytest.fixture
def live(app, meeting):
    """The live process."""
    running = Running(app)
    running.start()
    yield running
    running.stop()

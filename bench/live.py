"""A thousand people who listen to one part of a page, each with an account of their own, in four languages: how long a
change takes until they have it, with the server's database on either engine.

Each change writes an audit event as every operation does, so all that while the live process asks again who may listen.
The one half of the machine runs the live process, the other all the listeners and who changes.
"""

import asyncio
import random
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import current_app

from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.localized import LANGUAGES
from app.live.pages import STREAM
from app.live.server import allow_files
from app.meetings.models import Meeting
from bench.load import Load
from bench.mail import prepared
from bench.serving import memory
from bench.targets import told
from tests.conftest import ENGINES
from tests.factories.practices import make_open_meeting
from tests.live import streams
from tests.live.processes import LiveProcess
from tests.personas import make_user

LISTENERS, CHANGES, PAUSE = 1000, 60, 0.25
P99 = 500  # milliseconds
NUMBER = re.compile(rb"Number (\d+)\.")


class Listener(asyncio.Protocol):
    """A page on a connection, which comes back when that is lost; `heard`: number of a change -> when it came."""

    def __init__(self, port: int, request: bytes) -> None:
        self.port, self.request = port, request
        self.heard: dict[int, float] = {}
        self.events = 0

    async def connect(self) -> None:
        try:
            await asyncio.get_running_loop().create_connection(lambda: self, "127.0.0.1", self.port)
        except OSError:
            self.connection_lost(None)

    def connection_made(self, transport: asyncio.WriteTransport) -> None:
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        for found in NUMBER.finditer(data):
            self.events += 1
            self.heard.setdefault(int(found[1]), at)

    def connection_lost(self, exc: Exception | None) -> None:
        asyncio.get_running_loop().call_later(random.uniform(1, 4), lambda: asyncio.ensure_future(self.connect()))


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    until = time.perf_counter() + seconds
    while not condition():
        if time.perf_counter() > until:
            raise SystemExit("somebody who listens did not get the newest state")
        await asyncio.sleep(0.02)


def _change(meeting: Meeting, number: int) -> float:
    """Commit a change; return when that began."""
    began = time.perf_counter()
    streams.retitle(meeting, f"Number {number}.")
    record("edit_meeting", meeting, by=SYSTEM, meeting_id=meeting.id, changes={})
    db.session.commit()
    return began


async def _measure(live: LiveProcess, meeting: Meeting, requests: list[bytes]) -> tuple[Load, float, float, float]:
    """Return the times from change to screen, MB that all listeners took, the share of a core, seconds after a kill."""
    empty = memory(live.process.pid)
    listeners = [Listener(live.port, request) for request in requests]
    for listener in listeners:
        await listener.connect()
    await _until(lambda: all(0 in listener.heard for listener in listeners), 60)
    load, before, began = Load(), _seconds(live.process.pid), time.perf_counter()
    for number in range(1, CHANGES + 1):
        at = await asyncio.to_thread(_change, meeting, number)
        await asyncio.sleep(PAUSE)
        await _until(lambda number=number: all(number in one.heard for one in listeners), 10)
        load.times += [listener.heard[number] - at for listener in listeners]
    busy = (_seconds(live.process.pid) - before) / (time.perf_counter() - began)
    full = memory(live.process.pid)
    if (events := sum(listener.events for listener in listeners)) != LISTENERS * (CHANGES + 1):
        raise SystemExit(f"{events} events for {LISTENERS} listeners and {CHANGES} changes")
    await asyncio.to_thread(live.end, signal.SIGKILL)
    _change(meeting, CHANGES + 1)
    killed = time.perf_counter()
    await asyncio.to_thread(live.start)
    await _until(lambda: all(CHANGES + 1 in listener.heard for listener in listeners), 120)
    return load, full - empty, busy, time.perf_counter() - killed


def _seconds(pid: int) -> float:
    """The time of the processor that a process has had."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


def _requests(meeting: Meeting) -> list[bytes]:
    """A request for each of so many accounts."""
    app = current_app._get_current_object()
    sessions = app.session_interface.get_signing_serializer(app)
    requests = []
    for place in range(LISTENERS):
        account = make_user(f"Listener {place}")
        cookie = sessions.dumps({"_user_id": account.get_id(), "_permanent": True})
        path = f"{STREAM}?part=test.title/{meeting.slug}&language={LANGUAGES[place % 4]}"
        requests.append(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: plenaria={cookie}\r\n\r\n".encode())
    return requests


def main() -> None:
    """Print a line for each engine."""
    allow_files()
    for engine in ENGINES:
        with prepared(engine), TemporaryDirectory() as folder:
            meeting = make_open_meeting()
            requests = _requests(meeting)
            _change(meeting, 0)
            url = current_app.config["DATABASE_URL"]
            with LiveProcess(url, Path(folder)) as live:
                load, grown, busy, back = asyncio.run(_measure(live, meeting, requests))
        median, slow = (load.percentile(share) * 1000 for share in (0.5, 0.99))
        print(
            f"live, {engine}, {LISTENERS:,} listeners, a change every {PAUSE} s: from the change to the screen median "
            f"{median:.0f} ms, p99 {slow:.0f} ms; {grown * 1024 / LISTENERS:.0f} KB of memory for each; "
            f"{busy * 100:.0f} % of a core; all back {back:.0f} s after kill -9",
            flush=True,
        )
        told(f"milliseconds from a change to {LISTENERS:,} screens, {engine}, p99", slow, at_most=P99)


if __name__ == "__main__":
    main()

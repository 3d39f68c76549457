"""Giving the floor while a thousand people have the page of its list open: how long the server takes to answer the
Chair, and how long until all see it, on both engines.

The people are of 35 delegations, each with an account of their own, and each delegation reads one of the four
languages; they listen to all that the page has that changes by itself. Of 65 more that wait on
the list nobody listens. The server runs as `plenaria serve` runs it, the live process beside it, and all that listen
are one process more: four that want the two cores.
"""

import asyncio
import multiprocessing
import re
import time
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import sqlalchemy as sa
from flask import current_app

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGES
from app.directory.models import Party, State
from app.floor import asking, operations
from app.floor.enums import SpeakingKind
from app.floor.models import SpeakersList, Speech
from app.live.pages import STREAM
from app.live.publishing import numbers_of
from app.live.server import allow_files
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import AgendaItem, Delegation
from app.people.models import User
from bench.live import P99, Listener
from bench.load import Load
from bench.mail import prepared
from bench.staff import make_staff
from bench.targets import told
from tests.conftest import ENGINES
from tests.factories.summaries import make_meeting
from tests.live.processes import LiveProcess
from tests.personas import add_member, make_user
from tests.served import Served

LISTENERS, STATES, GIVES, PAUSE = 1000, 35, 100, 0.25
MILLISECONDS = 50
MARK = re.compile(rb"^id: (\d+)-", re.MULTILINE)  # the number of the change that the page's first part shows
PARTS = re.compile(r'data-live="([^"]+)"')


class Screen(Listener):
    """A page that is open; `heard`: number of a change -> when the page's first part showed it."""

    rest = b""

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        data = self.rest + data
        self.rest = data[data.rfind(b"\n") + 1 :]
        for found in MARK.finditer(data):
            self.heard.setdefault(int(found[1]), at)

    def since(self, number: int) -> float | None:
        """When the page showed a change, or one after it."""
        return min((at for one, at in self.heard.items() if one >= number), default=None)


def hall(line: Connection, port: int, requests: list[bytes]) -> None:
    """A process of its own: open all pages, and say for each number that is asked for when each page showed it."""
    asyncio.run(_hall(line, port, requests))


async def _hall(line: Connection, port: int, requests: list[bytes]) -> None:
    allow_files()
    screens = [Screen(port, request) for request in requests]
    for screen in screens:
        await screen.connect()
    while (number := await asyncio.to_thread(line.recv)) is not None:
        until = time.perf_counter() + 60
        while any(screen.since(number) is None for screen in screens) and time.perf_counter() < until:
            await asyncio.sleep(0.02)
        line.send([screen.since(number) for screen in screens])


def _prepare() -> tuple[User, SpeakersList, list[int], list[User]]:
    """Make a session that is held; return its secretariat, a list with who waits on it (by id), and all who listen."""
    meeting = make_meeting(stage=Stage.IN_SESSION)
    codes = db.session.scalars(sa.select(State.code).order_by(State.code).limit(STATES)).all()
    people, delegations = [], []
    for place in range(LISTENERS):
        code, language = codes[place % STATES], LANGUAGES[place % STATES % 4]
        user = make_user(f"Listener {place}", party_code=code, language=language)
        delegations.append(add_member(meeting, user, DelegationRole.FOCAL_POINT))
        people.append(user)
    speakers = operations.open_list(meeting, db.session.scalars(sa.select(AgendaItem.mark)).one(), by=SYSTEM)
    known = sa.select(Delegation.party_id).where(Delegation.meeting_id == meeting.id)
    others = sa.select(Party.id).where(Party.id.not_in(known)).order_by(Party.code).limit(GIVES - STATES)
    silent = [Delegation(meeting=meeting, party_id=party_id) for party_id in db.session.scalars(others)]
    db.session.add_all(silent)
    db.session.flush()
    entries = [_ask(speakers, delegation) for delegation in (*delegations[:STATES], *silent)]
    staff = make_staff("staff@bench.example.org")
    db.session.commit()
    return staff, speakers, entries, people


def _ask(speakers: SpeakersList, delegation: Delegation) -> int:
    entry = asking.ask(speakers, delegation, kind=SpeakingKind.STATEMENT, language="en", received_at=now(), by=SYSTEM)
    db.session.flush()
    return entry.id


def _requests(served: Served, page: str, people: list[User]) -> list[bytes]:
    """What the page of each asks the live process for."""
    cookies = [served.cookie(person) for person in people]
    languages = [person.language for person in people]
    db.session.commit()
    _status, text = served.ask(cookies[0], page)
    parts = "".join(f"&part={name}" for name in PARTS.findall(text))
    if not parts:
        raise SystemExit("the page has nothing that changes by itself")
    head = f"GET {STREAM}?language=%s{parts} HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n"
    return [(head % pair).encode() for pair in zip(languages, cookies, strict=True)]


def _measure(served: Served, chair: str, topic: str, entries: list[int], line: Connection) -> tuple[Load, Load]:
    """Return the times of giving the floor as the Chair has them, and from the button to each screen."""
    gave, shown = Load(), Load()
    _wait_for(topic, line)
    for entry in entries:
        began = time.perf_counter()
        status, _text = served.ask(chair, f"/floor/entries/{entry}/give", {})
        gave.times.append(time.perf_counter() - began)
        if status != 303:
            raise SystemExit(f"giving the floor answered {status}")
        shown.times += [at - began for at in _wait_for(topic, line)]
        speech = db.session.scalars(sa.select(Speech.id).filter_by(entry_id=entry)).one()
        db.session.rollback()
        served.ask(chair, f"/floor/speeches/{speech}/end", {})
        _wait_for(topic, line)
        time.sleep(PAUSE)
    return gave, shown


def _wait_for(topic: str, line: Connection) -> list[float]:
    """When each screen showed the newest change."""
    number = numbers_of([topic])[topic]
    db.session.rollback()
    line.send(number)
    times: list[Any] = line.recv()
    if None in times:
        raise SystemExit("somebody who listens did not get the newest state")
    return times


def main() -> None:
    """Print a line for each engine."""
    processes = multiprocessing.get_context("spawn")
    for engine in ENGINES:
        with prepared(engine), TemporaryDirectory() as folder:
            staff, speakers, entries, people = _prepare()
            page = f"/sessions/{speakers.meeting.slug}/floor/items/{speakers.mark}"
            topic = f"floor:{speakers.meeting_id}"
            app = current_app._get_current_object()
            with Served(app) as served, LiveProcess(app.config["DATABASE_URL"], Path(folder)) as live:
                chair = served.cookie(staff)
                requests = _requests(served, page, people)
                ours, theirs = processes.Pipe()
                audience = processes.Process(target=hall, args=(theirs, live.port, requests), daemon=True)
                audience.start()
                try:
                    gave, shown = _measure(served, chair, topic, entries, ours)
                    ours.send(None)
                    audience.join(20)
                finally:
                    audience.kill()
        median, slow = (gave.percentile(share) * 1000 for share in (0.5, 0.99))
        seen, late = (shown.percentile(share) * 1000 for share in (0.5, 0.99))
        print(
            f"the floor, {engine}, {LISTENERS:,} listeners of {STATES} delegations: given {GIVES} times, answered in "
            f"median {median:.0f} ms, p99 {slow:.0f} ms; on the screens after median {seen:.0f} ms, p99 {late:.0f} ms",
            flush=True,
        )
        told(f"milliseconds to give the floor, {engine}, p99", slow, at_most=MILLISECONDS)
        told(f"milliseconds until {LISTENERS:,} screens show it, {engine}, p99", late, at_most=P99)


if __name__ == "__main__":
    main()

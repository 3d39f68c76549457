"""Giving the floor while a thousand people have the page of its list open: how long the server takes to answer the
Chair, and how long until all see it, on both engines.

The people are of 35 delegations, each with an account of their own, and each delegation reads one of the four
languages; they listen to all that the page has that changes by itself: who speaks, their own places, the list. They
wait on the list behind those who get the floor, of whom nobody listens. The Chair's screen and those of four rooms, one
in each language, listen too. A screen shows a change once all of its parts do. The server runs as `plenaria serve` runs
it, the live process beside it, and all that listen are one process more: four that want the two cores.
"""

import asyncio
import multiprocessing
import re
import time
from collections.abc import Iterable
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

LISTENERS, STATES, PAUSE = 1000, 35, 0.25
GIVES = 60  # all to others, so that each delegation that listens waits to the end, and its place moves
MILLISECONDS = 50
PATIENCE = 300  # seconds, until all are let in
MARKS = re.compile(rb"^id: (.+)$", re.MULTILINE)  # the number of the change that each part of the page shows
PARTS = re.compile(r'data-live="([^"]+)"')


class Screen(Listener):
    """A page that is open; `shown`: by part, number of a change -> when the part showed it."""

    rest = b""

    def __init__(self, port: int, request: bytes) -> None:
        super().__init__(port, request)
        self.shown: list[dict[int, float]] = [{} for _part in range(request.count(b"&part="))]

    def data_received(self, data: bytes) -> None:
        at = time.perf_counter()
        data = self.rest + data
        self.rest = data[data.rfind(b"\n") + 1 :]
        for found in MARKS.finditer(data):
            for part, mark in zip(self.shown, found[1].split(b","), strict=True):
                if mark:
                    part.setdefault(int(mark.partition(b"-")[0]), at)

    def since(self, number: int) -> tuple[float | None, float | None]:
        """When the first part showed a change, or one after it, and when all did."""
        times = [min((at for one, at in part.items() if one >= number), default=None) for part in self.shown]
        whole = None if None in times else max(at for at in times if at is not None)
        return times[0], whole


def hall(line: Connection, port: int, requests: list[bytes]) -> None:
    """A process of its own: open all pages, and say for each number that is asked for when each page showed it."""
    asyncio.run(_hall(line, port, requests))


async def _hall(line: Connection, port: int, requests: list[bytes]) -> None:
    allow_files()
    screens = [Screen(port, request) for request in requests]
    for screen in screens:
        await screen.connect()
    while (number := await asyncio.to_thread(line.recv)) is not None:
        until = time.perf_counter() + PATIENCE
        while any(screen.since(number)[1] is None for screen in screens) and time.perf_counter() < until:
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
    others = sa.select(Party.id).where(Party.id.not_in(known)).order_by(Party.code).limit(GIVES)
    silent = [Delegation(meeting=meeting, party_id=party_id) for party_id in db.session.scalars(others)]
    db.session.add_all(silent)
    db.session.flush()
    entries = [_ask(speakers, delegation) for delegation in (*silent, *delegations[:STATES])]
    staff = make_staff("staff@bench.example.org")
    db.session.commit()
    return staff, speakers, entries, people


def _ask(speakers: SpeakersList, delegation: Delegation) -> int:
    entry = asking.ask(speakers, delegation, kind=SpeakingKind.STATEMENT, language="en", received_at=now(), by=SYSTEM)
    db.session.flush()
    return entry.id


def _requests(served: Served, page: str, people: Iterable[User]) -> list[bytes]:
    """What a page asks the live process for, for each of those who have it open, in their language."""
    readers = [(person.language, served.cookie(person)) for person in people]
    db.session.commit()
    _status, text = served.ask(readers[0][1], page)
    parts = "".join(f"&part={name}" for name in PARTS.findall(text))
    if not parts:
        raise SystemExit("the page has nothing that changes by itself")
    head = f"GET {STREAM}?language=%s{parts} HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n"
    return [(head % reader).encode() for reader in readers]


def _measure(served: Served, chair: str, topic: str, entries: list[int], line: Connection) -> dict[str, Load]:
    """Return the times of giving the floor as the Chair has them, and from the button to each screen."""
    loads = {"given": Load(), "first": Load(), "whole": Load()}
    _wait_for(topic, line)
    for entry in entries[:GIVES]:
        began = time.perf_counter()
        status, _text = served.ask(chair, f"/floor/entries/{entry}/give", {})
        loads["given"].times.append(time.perf_counter() - began)
        if status != 303:
            raise SystemExit(f"giving the floor answered {status}")
        times = _wait_for(topic, line)
        for name, place in (("first", 0), ("whole", 1)):
            loads[name].times += [at[place] - began for at in times]
        speech = db.session.scalars(sa.select(Speech.id).filter_by(entry_id=entry)).one()
        db.session.rollback()
        served.ask(chair, f"/floor/speeches/{speech}/end", {})
        _wait_for(topic, line)
        time.sleep(PAUSE)
    return loads


def _wait_for(topic: str, line: Connection) -> list[Any]:
    """When each screen showed the newest change: its first part, and all of it; waits until all show all of it."""
    number = numbers_of([topic])[topic]
    db.session.rollback()
    line.send(number)
    times: list[Any] = line.recv()
    if late := [place for place, (_first, whole) in enumerate(times) if whole is None]:
        raise SystemExit(f"{len(late)} of {len(times)} screens did not show the newest state, the first is {late[0]}")
    return times


def main() -> None:
    """Print a line for each engine."""
    processes = multiprocessing.get_context("spawn")
    for engine in ENGINES:
        with prepared(engine), TemporaryDirectory() as folder:
            staff, speakers, entries, people = _prepare()
            floor, mark = f"/sessions/{speakers.meeting.slug}/floor", speakers.mark
            topic = f"floor:{speakers.meeting_id}"
            app = current_app._get_current_object()
            db.session.commit()  # these were read, and SQLite's lock is the server's from here on
            with Served(app) as served, LiveProcess(app.config["DATABASE_URL"], Path(folder)) as live:
                chair = served.cookie(staff)
                requests = _requests(served, f"{floor}/items/{mark}", people)
                requests += _requests(served, f"{floor}/room", people[:4])
                requests += _requests(served, f"{floor}/chair", [staff])
                ours, theirs = processes.Pipe()
                audience = processes.Process(target=hall, args=(theirs, live.port, requests), daemon=True)
                audience.start()
                try:
                    loads = _measure(served, chair, topic, entries, ours)
                    ours.send(None)
                    audience.join(20)
                finally:
                    audience.kill()
        told_of(engine, loads)


def told_of(engine: str, loads: dict[str, Load]) -> None:
    """Print what was measured on an engine."""
    said = {
        name: f"median {load.percentile(0.5) * 1000:.0f} ms, p99 {load.percentile(0.99) * 1000:.0f} ms"
        for name, load in loads.items()
    }
    print(
        f"the floor, {engine}, {LISTENERS:,} listeners of {STATES} delegations, four rooms, the Chair: given {GIVES} "
        f"times, answered in {said['given']}; who speaks is on the screens after {said['first']}, all that they "
        f"show after {said['whole']}",
        flush=True,
    )
    slow = {name: load.percentile(0.99) * 1000 for name, load in loads.items()}
    told(f"milliseconds to give the floor, {engine}, p99", slow["given"], at_most=MILLISECONDS)
    told(f"milliseconds until {LISTENERS:,} screens show all of it, {engine}, p99", slow["whole"], at_most=P99)


if __name__ == "__main__":
    main()

"""Fifty people who write at once, each in a draft of their own; and the memory of a worker after 10,000 saves.

Each saves one long field every two seconds, as a page does whose writer never stops, to one worker on SQLite.
"""

import os
import random
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

import sqlalchemy as sa
from itsdangerous import URLSafeTimedSerializer

from bench.load import Load, read_answer
from bench.serving import memory, served
from bench.targets import told

WRITERS, SECONDS, PAUSE = 50, 30, 2.0
P99, SAVES, WARM, GROWTH = 100, 10_000, 1_000, 5  # milliseconds, saves, saves, MB
CSRF, FIELD, WORDS = "known-to-the-bench", "context", 400


def _prepare() -> tuple[str, str, list[tuple[int, str]]]:
    """Make a session whose call is open, with a draft of each of so many States.

    Return the token of forms, what every page has seen, and each draft with the cookie of who writes it.
    """
    from app import create_app
    from app.cli.schema import upgrade
    from app.core.db import db
    from app.core.merging import as_seen
    from app.directory.models import State
    from app.directory.reference import load_reference_data
    from app.meetings.enums import DelegationRole
    from tests.factories.practices import make_open_meeting, start
    from tests.factories.summaries import make_delegation
    from tests.personas import add_member, make_user

    app = create_app()
    sessions = app.session_interface.get_signing_serializer(app)
    with app.app_context():
        upgrade()
        load_reference_data()
        db.session.commit()
        meeting = make_open_meeting()
        states = db.session.scalars(sa.select(State.code).order_by(State.code).limit(WRITERS)).all()
        written = []
        for code in states:
            person, delegation = make_user(f"Writer of {code}", party_code=code), make_delegation(meeting, code)
            add_member(meeting, person, DelegationRole.DRAFTER)
            written.append((start(delegation, person), person))
        db.session.commit()
        seen = as_seen(0, {FIELD: written[0][0].content[FIELD]})
        writers = [
            (draft.id, sessions.dumps({"_user_id": person.get_id(), "csrf_token": CSRF, "_permanent": True}))
            for draft, person in written
        ]
        db.session.close()
        db.engine.dispose()
    token = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="wtf-csrf-token").dumps(CSRF)
    return str(token), seen, writers


class Writer:
    """A page of a draft on a connection kept open."""

    def __init__(self, port: int, token: str, seen: str, draft: int, cookie: str) -> None:
        self.fields = {"csrf_token": token, "version": seen, "fields": FIELD, "page": f"{random.getrandbits(64):016x}"}
        self.head = (
            f"POST /practices/drafts/{draft}/autosave HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Cookie: plenaria={cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        )
        self.sequence = 0
        self.stream = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = bytearray()

    def save(self) -> float:
        """Save the field with another text; return how many seconds the answer took."""
        self.sequence += 1
        more = {"sequence": self.sequence, FIELD: f"{self.sequence} " + "palabra " * WORDS}
        body = urlencode(self.fields | more)
        began = time.perf_counter()
        self.stream.sendall(f"{self.head}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        read_answer(self.stream, self.buffer)
        return time.perf_counter() - began


def _all_at_once(writers: list[Writer], work: Callable[[Writer], list[float]]) -> Load:
    """Have all writers work at the same time; raise what one of them raises."""
    began, load = time.perf_counter(), Load()
    with ThreadPoolExecutor(len(writers)) as pool:
        for times in pool.map(work, writers):
            load.times += times
    load.rate = len(load.times) / (time.perf_counter() - began)
    return load


def _at_their_pace(writer: Writer) -> list[float]:
    times: list[float] = []
    start = time.perf_counter() + random.uniform(0, PAUSE)
    for turn in range(int(SECONDS / PAUSE)):
        time.sleep(max(0.0, start + turn * PAUSE - time.perf_counter()))
        times.append(writer.save())
    return times


def _saves(number: int) -> Callable[[Writer], list[float]]:
    return lambda writer: [writer.save() for _ in range(number)]


def main() -> None:
    """Print two lines: how long saves take at the writers' own pace, and the memory after thousands of them."""
    with TemporaryDirectory() as name:
        environment = {"PLENARIA_INSTANCE": name, "PLENARIA_TRUSTED_HOSTS": "127.0.0.1"}
        os.environ |= environment
        token, seen, drafts = _prepare()
        with served("app.wsgi:app", environment) as (port, worker):
            writers = [Writer(port, token, seen, *draft) for draft in drafts]
            _all_at_once(writers, _saves(1))
            load = _all_at_once(writers, _at_their_pace)
            slow = load.percentile(0.99) * 1000
            print(
                f"autosave, SQLite, one worker, {len(writers)} writers who each save every {PAUSE:.0f} s: "
                f"median {load.percentile(0.5) * 1000:.0f} ms, p99 {slow:.0f} ms",
                flush=True,
            )
            told("milliseconds of an autosave, p99", slow, at_most=P99)
            few = writers[:8]
            _all_at_once(few, _saves(WARM // len(few)))
            first = memory(worker)
            load = _all_at_once(few, _saves((SAVES - WARM) // len(few)))
            grown = memory(worker) - first
            print(
                f"memory after {SAVES:,} autosaves: {first + grown:.0f} MB, {grown:+.1f} MB since the first {WARM:,}; "
                f"{load.rate:.0f} saves/s",
                flush=True,
            )
            told("MB that 9,000 autosaves add", grown, at_most=GROWTH)


if __name__ == "__main__":
    main()

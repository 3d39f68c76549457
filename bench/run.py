"""`make bench`: speed of the pages that people read beside a bare Flask page, in one run on one machine.

The database is of the size that the targets name; the bare page makes one query and has a plain template of as many
rows and bytes. Each page is measured twice, for a visitor or for somebody of the secretariat who has signed in:
- with nothing kept, in this process: milliseconds of the processor, and how many SQL statements the page makes;
- as it is served (granian, one worker; PLENARIA_CACHE as it is set): requests a second at 8 connections, and the 99th
  percentile. The same page is asked for over and over and nobody writes: all but the first of a minute are kept ones.
Runs of a page and of its bare page are interleaved; what is printed are medians and their ratio.
"""

import gc
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import NamedTuple

from flask import Flask
from flask.testing import FlaskClient

from app.meetings.models import Meeting
from bench import (
    autosave,
    bare,
    coverage,
    floor,
    formats,
    grouping,
    library,
    live,
    load,
    mail,
    silence,
    storm,
    word,
    workspace,
)
from bench.call_data import QUEUE
from bench.map_data import KIND
from bench.serving import ROOT, memory, served
from bench.targets import summary, told

RUNS, FRESH_RUNS = 5, 15
SECONDS = 2.0
# What is wanted of the pages that a whole session fills: as much of what the bare page serves, so many queries.
RATIO, QUERIES, PDF_SECONDS = 0.5, 8, 2.0
VISITOR, STAFF, WRITER = "", "signed in", "signed in as a drafter"


class Page(NamedTuple):
    """What is asked for, how many rows it shows, who asks; `targeted` by the issues of sessions and of practices."""

    name: str
    path: str
    rows: int
    who: str = VISITOR
    targeted: bool = False


class Fresh(NamedTuple):
    """What a page takes where nothing is kept, and its ratio to the bare page."""

    milliseconds: float
    ratio: float
    statements: int
    size: int


AGENDA, PEOPLE = "order of business of 80 items", "3,000 participants"
PAGES = (
    Page("session page", "/sessions/cam-bench", 30),
    Page("practices register (200 rows)", "/sessions/cam-bench/practices?per_page=200", 200),
    Page("one practice", "/practices/CAM-bench-GP-PER-01", 30),
    Page("summary of 300 paragraphs", "/sessions/cam-bench/summary", 300),
    Page("map, 200 States x 60 mechanisms", f"/map/states?kind={KIND.value}", 200),
    Page("map, overlap of 200 mechanisms", "/map/overlap", 200),
    Page("calendar of 10 top items", "/sessions/cam-agenda/calendar.ics", 10),
    Page(AGENDA, "/sessions/cam-agenda/order-of-business", 80, targeted=True),
    Page(f"list of {PEOPLE} (100 a page)", "/sessions/cam-bench/participants", 100, targeted=True),
    Page("register of 2,000 documents (50 a page)", "/sessions/cam-bench/documents", 50, targeted=True),
    Page(AGENDA, "/sessions/cam-agenda/order-of-business", 80, STAFF, targeted=True),
    Page(f"draft {AGENDA}", "/sessions/cam-agenda/manage/agenda", 80, STAFF, targeted=True),
    Page(f"list of {PEOPLE} (100 a page)", "/sessions/cam-bench/participants", 100, STAFF, targeted=True),
    Page(f"register of {PEOPLE} (50 a page)", "/sessions/cam-bench/manage/participants", 50, STAFF, targeted=True),
    Page(
        f"register of {PEOPLE}, filtered and sorted",
        "/sessions/cam-bench/manage/participants?q=number+29&sort=-name",
        50,
        STAFF,
        targeted=True,
    ),
    Page("register of 2,000 documents (50 a page)", "/sessions/cam-bench/documents", 50, STAFF, targeted=True),
    Page("review queue of 1,000 submissions (50 a page)", QUEUE, 50, STAFF, targeted=True),
)


def _called(page: Page) -> str:
    return f"{page.name}, {page.who}" if page.who else page.name


def _prepare(folder: Path) -> tuple[list[tuple[Page, Fresh]], dict[str, str]]:
    """Make the bench database; return what each page takes with nothing kept, and the cookie of each who asks."""
    from app import create_app
    from app.cli.schema import upgrade
    from app.core.db import db
    from app.directory.reference import load_reference_data
    from bench.agenda_data import make_agenda_data
    from bench.call_data import make_call
    from bench.data import make_bench_data
    from bench.map_data import make_map_data
    from bench.participants_data import make_participants
    from bench.register_data import make_documents

    app = create_app()
    with app.app_context():
        upgrade()
        load_reference_data()
        db.session.commit()
        meeting = make_bench_data()
        make_map_data()
        make_agenda_data()
        staff = make_participants(meeting).get_id()
        make_documents(meeting)
        writer, draft = make_call()
        _long_list(meeting)
        formats.main(meeting)
        word.main()
    app.config["CACHE_PAGES"] = False
    gc.collect()
    gc.freeze()  # as app/wsgi.py does for a server
    clients = {who: app.test_client() for who in (VISITOR, STAFF, WRITER)}
    for who, account in ((STAFF, staff), (WRITER, writer)):
        with clients[who].session_transaction() as session:
            session.update({"_user_id": account, "_fresh": False})
    pages = (*PAGES, Page("draft of a good practice", draft, 50, WRITER, targeted=True))
    measured = [
        (page, _fresh(app, clients[page.who], page, folder / f"bare-{place}")) for place, page in enumerate(pages)
    ]
    cookies = {}
    for who, client in clients.items():
        cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"], domain="localhost")
        cookies[who] = f"{cookie.key}={cookie.value}" if cookie else ""
    return measured, cookies


def _fresh(app: Flask, client: FlaskClient, page: Page, bare_database: Path) -> Fresh:
    """Measure a page beside the bare one in this process."""
    from tests.statements import count_statements

    client.get(page.path)
    with app.app_context(), count_statements() as counted:
        answer = client.get(page.path)
    if answer.status_code != 200:
        raise SystemExit(f"{page.path} answered {answer.status_code}")
    size = len(answer.data)
    bare.fill(str(bare_database), {"page": (page.rows, size)})
    plain = bare.create_bare_app(str(bare_database)).test_client()
    plain.get("/page")
    ours, theirs = [], []
    for _ in range(FRESH_RUNS):
        ours.append(_milliseconds(client, page.path))
        theirs.append(_milliseconds(plain, "/page"))
    milliseconds = statistics.median(ours)
    return Fresh(milliseconds, statistics.median(theirs) / milliseconds, counted.number, size)


def _long_list(meeting: Meeting) -> None:
    """Print how long a list of participants of sixty pages takes as PDF, from the session's data to the bytes."""
    from app.documents.printing import printed_pdf
    from bench.register_data import long_list

    taken, made = [], b""
    for _ in range(RUNS):
        start = time.perf_counter()
        made = printed_pdf(long_list(meeting))
        taken.append(time.perf_counter() - start)
    pages = len(re.findall(rb"/Type\s*/Page\b", made))
    print(f"list of participants of {pages} pages as PDF: {statistics.median(taken):.2f} s", flush=True)
    told(f"seconds for a PDF of {pages} pages", statistics.median(taken), at_most=PDF_SECONDS)


def _milliseconds(client: FlaskClient, path: str) -> float:
    """Return the milliseconds of the processor that a request takes: others may share the machine."""
    start = time.process_time()
    client.get(path)
    return (time.process_time() - start) * 1000


def main() -> None:
    """Print one line a page, then the memory of a worker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "PLENARIA_ENV": "development",
            "PLENARIA_INSTANCE": name,
            "PLENARIA_TRUSTED_HOSTS": "127.0.0.1,localhost",
        }
        measured, cookies = _prepare(folder)
        database = str(folder / "bare.sqlite")
        bare.fill(
            database,
            {f"page{place}": (page.rows, fresh.size) for place, (page, fresh) in enumerate(measured)},
        )
        caching = "on" if os.environ.get("PLENARIA_CACHE", "1") == "1" else "off"
        print(
            f"reading, SQLite, one worker each, 8 connections, median of {RUNS} interleaved runs, caching {caching}; "
            f"nothing kept: median of {FRESH_RUNS}, in one process"
        )
        with (
            served("app.wsgi:app", {}) as (port, worker),
            served("bench.bare:app", {"BARE_DATABASE": database}) as (bare_port, _bare_worker),
        ):
            for place, (page, fresh) in enumerate(measured):
                _served(port, bare_port, f"/page{place}", page, fresh, cookies[page.who])
            print(f"memory of the worker after this: {memory(worker):.0f} MB")
    _demonstration_memory()
    autosave.main()
    storm.main()
    mail.main()
    live.main()
    floor.main()
    silence.main()
    grouping.main()
    coverage.main()
    workspace.main()
    library.main()
    summary()


def _served(port: int, bare_port: int, bare_path: str, page: Page, fresh: Fresh, cookie: str) -> None:
    """Measure a page beside the bare one as they are served, and print all that is known of it."""
    ours, theirs = [], []
    for run in range(-1, RUNS):
        seconds = 0.5 if run < 0 else SECONDS  # the first warms both up
        pair = (
            load.run(port, page.path, seconds=seconds, cookie=cookie),
            load.run(bare_port, bare_path, seconds=seconds),
        )
        if run >= 0:
            ours.append(pair[0])
            theirs.append(pair[1])
    rate, bare_rate = (statistics.median(run.rate for run in runs) for runs in (ours, theirs))
    slow = statistics.median(run.percentile(0.99) for run in ours) * 1000
    print(
        f"{_called(page)}: {rate:.0f} requests/s, bare page {bare_rate:.0f}, ratio {rate / bare_rate:.2f}, "
        f"p99 {slow:.0f} ms; nothing kept: {fresh.milliseconds:.1f} ms, ratio {fresh.ratio:.2f}, "
        f"{fresh.statements} queries",
        flush=True,
    )
    if page.targeted:
        told(f"ratio of {_called(page)}", rate / bare_rate, at_least=RATIO)
        told(f"queries of {_called(page)}", fresh.statements, at_most=QUERIES)


def _demonstration_memory() -> None:
    """Print the memory of a worker that serves the demonstration data, after each kind of page was read."""
    with tempfile.TemporaryDirectory() as name:
        environment = {"PLENARIA_INSTANCE": name, "PLENARIA_DEMO_PASSWORD": "bench-" + os.urandom(8).hex()}
        command = [sys.executable, "-m", "app.cli"]
        for step in ("init", "demo"):
            subprocess.run(
                [*command, step], cwd=ROOT, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL
            )
        with served("app.wsgi:app", environment) as (port, worker):
            for path in (
                "/",
                "/sessions",
                "/sessions/cam-2026",
                "/sessions/cam-2026/summary",
                "/practices",
                "/mechanisms",
                "/search?q=permisos",
            ):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                    answer.read()
            print(f"memory of one worker with the demonstration data: {memory(worker):.0f} MB")


if __name__ == "__main__":
    main()

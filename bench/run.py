"""`make bench`: speed of the reading pages beside a bare Flask page, in one run on one machine.

Starts the real server (granian, one worker) on a database of the size that the targets name, and beside it a bare
page with one query and a plain template of as many rows and bytes. For each page: five runs of each, interleaved;
the medians, their ratio, the 99th percentile at 8 connections, and how many SQL statements the page makes.
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

from flask import Flask
from flask.testing import FlaskClient

from app.meetings.models import Meeting
from bench import autosave, bare, load, mail, word
from bench.serving import ROOT, memory, served
from bench.targets import summary, told

RUNS = 5
SECONDS = 2.0
# What is wanted of the pages that a whole session fills: as much of what the bare page serves, so many queries.
RATIO, QUERIES, PDF_SECONDS = 0.5, 8, 2.0
TARGETED = (
    "order of business of 80 items",
    "list of 3,000 participants (100 a page)",
    "register of 2,000 documents",
)


def _prepare(folder: Path) -> dict[str, tuple[str, int, int, float]]:
    """Make the bench database; return page name -> (path, statements, bytes, milliseconds) with nothing kept."""
    from app import create_app
    from app.cli.schema import upgrade
    from app.core.db import db
    from app.directory.reference import load_reference_data
    from bench.agenda_data import make_agenda_data
    from bench.data import make_bench_data
    from bench.map_data import KIND, make_map_data
    from bench.participants_data import make_participants
    from bench.register_data import make_documents
    from bench.review_data import make_queue
    from tests.statements import count_statements

    app = create_app()
    with app.app_context():
        upgrade()
        load_reference_data()
        db.session.commit()
        meeting = make_bench_data()
        make_map_data()
        staff = make_agenda_data().get_id()
        session = make_participants(meeting).get_id()
        make_documents(meeting)
        make_queue()
        _long_list(meeting)
        word.main()
    paths = {
        "session page": "/sessions/cam-bench",
        "practices register (200 rows)": "/sessions/cam-bench/practices?per_page=200",
        "one practice": "/practices/CAM-bench-GP-PER-01",
        "summary of 300 paragraphs": "/sessions/cam-bench/summary",
        "map, 200 States x 60 mechanisms": f"/map/states?kind={KIND.value}",
        "map, overlap of 200 mechanisms": "/map/overlap",
        "order of business of 80 items": "/sessions/cam-agenda/order-of-business",
        "calendar of 10 top items": "/sessions/cam-agenda/calendar.ics",
        "list of 3,000 participants (100 a page)": "/sessions/cam-bench/participants",
        "register of 2,000 documents": "/sessions/cam-bench/documents",
    }
    _draft_page(app, staff)
    _registers(app, session, folder)
    measured = {}
    for name, path in paths.items():
        app.config["CACHE_PAGES"] = False  # what the page asks the database when nothing is kept
        with app.app_context(), count_statements() as counted:
            answer = app.test_client().get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        measured[name] = (path, counted.number, len(answer.data), _milliseconds(app.test_client(), path))
    return measured


def _draft_page(app: Flask, staff: str) -> None:
    """Print what the secretariat's page of a draft of 80 items takes, which nobody else can be served."""
    from tests.statements import count_statements

    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"] = staff
    path = "/sessions/cam-agenda/manage/agenda"
    client.get(path)
    with app.app_context(), count_statements() as counted:
        answer = client.get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path} answered {answer.status_code}")
    print(f"draft order of business of 80 items: {_milliseconds(client, path):.0f} ms, {counted.number} queries")


REGISTERS = {
    "register of 3,000 participants (50 a page)": ("/sessions/cam-bench/manage/participants", 50),
    "register of 3,000 participants, filtered and sorted": (
        "/sessions/cam-bench/manage/participants?q=number+29&sort=-name",
        50,
    ),
    "register of 2,000 documents (50 a page)": ("/sessions/cam-bench/documents", 50),
    "review queue of 1,000 submissions (50 a page)": ("/sessions/cam-queue/manage/practices", 50),
    "review queue of 1,000 submissions, filtered": (
        "/sessions/cam-queue/manage/practices?state=submitted&reading=unread&theme=T1&question=2",
        50,
    ),
}


def _registers(app: Flask, session: str, folder: Path) -> None:
    """Print how the secretariat's registers compare with a bare page, in this process, signed in, nothing kept."""
    from tests.statements import count_statements

    gc.collect()
    gc.freeze()  # as app/wsgi.py does for a server
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = session
    for name, (path, rows) in REGISTERS.items():
        with app.app_context(), count_statements() as counted:
            answer = client.get(path)
        if answer.status_code != 200:
            raise SystemExit(f"{path} answered {answer.status_code}")
        os.environ["BARE_DATABASE"] = str(folder / f"bare-{rows}-{len(answer.data)}.sqlite")
        bare.fill(os.environ["BARE_DATABASE"], {"page": (rows, len(answer.data))})
        plain = bare.create_bare_app().test_client()
        ours, theirs = _milliseconds(client, path), _milliseconds(plain, "/page")
        print(
            f"{name}, signed in, in one process: {ours:.1f} ms, bare page {theirs:.1f} ms, "
            f"ratio {theirs / ours:.2f}, {counted.number} queries",
            flush=True,
        )
        told(f"ratio of {name}", theirs / ours, at_least=RATIO)
        told(f"queries of {name}", counted.number, at_most=QUERIES)
    del os.environ["BARE_DATABASE"]


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
    """Return the median of the milliseconds of the processor that five requests take: others may share the machine."""
    taken = []
    for _ in range(RUNS):
        start = time.process_time()
        client.get(path)
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


def main() -> None:
    """Print one line a page, then the memory of a worker."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "PLENARIA_ENV": "development",
            "PLENARIA_INSTANCE": name,
            "PLENARIA_TRUSTED_HOSTS": "127.0.0.1,localhost",
        }
        pages = _prepare(folder)
        rows = {
            "session page": 30,
            "practices register (200 rows)": 200,
            "one practice": 30,
            "summary of 300 paragraphs": 300,
            "map, 200 States x 60 mechanisms": 200,
            "map, overlap of 200 mechanisms": 200,
            "order of business of 80 items": 80,
            "calendar of 10 top items": 10,
            "list of 3,000 participants (100 a page)": 100,
            "register of 2,000 documents": 50,
        }
        bare_names = {page: f"page{index}" for index, page in enumerate(pages)}
        database = str(folder / "bare.sqlite")
        bare.fill(
            database, {bare_names[page]: (rows[page], size) for page, (_path, _count, size, _taken) in pages.items()}
        )
        caching = "on" if os.environ.get("PLENARIA_CACHE", "1") == "1" else "off"
        print(
            "anonymous reading, SQLite, one worker each, 8 connections, "
            f"median of {RUNS} interleaved runs, caching {caching}"
        )
        with (
            served("app.wsgi:app", {}) as (port, worker),
            served("bench.bare:app", {"BARE_DATABASE": database}) as (bare_port, _bare_worker),
        ):
            for page, (path, statements, _size, taken) in pages.items():
                for warm_port, warm_path in ((port, path), (bare_port, f"/{bare_names[page]}")):
                    load.run(warm_port, warm_path, seconds=0.5)
                ours, theirs = [], []
                for _ in range(RUNS):
                    ours.append(load.run(port, path, seconds=SECONDS))
                    theirs.append(load.run(bare_port, f"/{bare_names[page]}", seconds=SECONDS))
                rate = statistics.median(run.rate for run in ours)
                bare_rate = statistics.median(run.rate for run in theirs)
                slow = statistics.median(run.percentile(0.99) for run in ours) * 1000
                print(
                    f"{page}: {rate:.0f} requests/s, bare page {bare_rate:.0f}, ratio {rate / bare_rate:.2f}, "
                    f"p99 {slow:.0f} ms; nothing kept: {taken:.0f} ms, {statements} queries",
                    flush=True,
                )
                if page in TARGETED:
                    told(f"ratio of {page}", rate / bare_rate, at_least=RATIO)
                    told(f"queries of {page}", statements, at_most=QUERIES)
            print(f"memory of the worker after this: {memory(worker):.0f} MB")
    _demonstration_memory()
    autosave.main()
    mail.main()
    summary()


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

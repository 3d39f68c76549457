"""Generated libraries (`plenaria demo --scale`) of growing size on both engines: searching, indexing, reading pages.

    python -m bench.library [--sizes 1000,10000,100000] [--engines sqlite,postgresql] [--keep FOLDER]

Each library is made by a process of its own and measured by another, as visitors ask: whole pages of the search,
nothing kept, in one process. Times are those of the clock, so that waiting for the database counts; run it on a machine
that does nothing else. Reading pages are made anew on both engines, and served as bench/run.py measures them on SQLite,
at the largest size. With --keep, libraries stay in the folder, and one that is there already is measured as it is.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import bare, load
from bench.serving import ROOT, served
from bench.targets import summary, told

SIZES = (1_000, 10_000, 100_000)
ENGINES = ("sqlite", "postgresql")
SEARCH_P95, INDEX_P95 = 150.0, 150.0  # ms
READING, HOME = 0.7, 60 * 1024
RUNS, SERVED, INDEXED, COLD, SECONDS = 5, 3, 45, 5, 2.0  # of those indexed, the first are told apart
# What people ask: kind of question -> addresses after /search?; four languages, with and without facets.
QUESTIONS: dict[str, Sequence[str]] = {
    "common words": ("q=migrantes", "q=permits", "q=services", "q=trabalhadores+migrantes", "q=permis+de+travail"),
    "several words": (
        "q=permisos+temporales",
        "q=school+enrolment+children",
        "q=registro+de+nascimentos",
        "q=réseau+des+foyers",
        "q=inspección+sin+aviso",
    ),
    "rare words": ("q=huracanes", "q=Jajagota", "q=Quinautá", "q=manguezais", "q=orpaillage"),
    "phrases, exclusion": (
        "q=%22trabajo+doméstico%22",
        "q=%22domestic+work%22+-fisheries",
        "q=%22travail+domestique%22",
        "q=refugiados+-asilo",
    ),
    "beginnings": ("q=migr", "q=permi*", "q=vacun", "q=trab"),
    "with facets": (
        "q=permisos&state=PE",
        "q=trafficking&theme=T7&year=2024",
        "q=remessas&theme=T8&status=completed&language=pt",
        "q=asile&state=CA&state=HT&language=fr",
        "q=health&population=women&kind=practice",
    ),
    "facets alone": ("theme=T2", "state=BR&year=2023", "gcm=5&status=under_way", "kind=document"),
    "further pages": ("q=migrantes&page=2", "q=services&page=10", "theme=T4&page=50"),
    "nothing found": ("q=xylophonists", "q=migracoin", "q=permisso+temporrario", "q=zzz&state=PE"),
}


@contextmanager
def _database(engine: str, folder: Path, *, keep: bool) -> Iterator[dict[str, str]]:
    """The environment of processes that use the database of an engine in a folder."""
    from tests.postgresql import running_server

    common = {
        "PLENARIA_ENV": "development",
        "PLENARIA_INSTANCE": str(folder),
        "PLENARIA_TRUSTED_HOSTS": "127.0.0.1,localhost",
    }
    if engine == "sqlite":
        yield common
        return
    # Elsewhere, where it is not kept: the server's user may not enter a temporary folder of ours.
    place = (
        folder / "postgresql" if keep else Path(tempfile.gettempdir()) / f"plenaria-bench-{os.getpid()}-{folder.name}"
    )
    with running_server(place, keep=keep) as url:
        yield {**common, "DATABASE_URL": url}


def _run(step: str, size: int, environment: dict[str, str]) -> dict[str, Any]:
    """Do one step in a process of its own; return what it found."""
    with tempfile.NamedTemporaryFile(suffix=".json") as found:
        command = [sys.executable, "-m", "bench.library", "--step", step, "--sizes", str(size), "--found", found.name]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=True)
        result: dict[str, Any] = json.loads(Path(found.name).read_text())
    return result


def main(sizes: Sequence[int] = SIZES, engines: Sequence[str] = ENGINES, keep: Path | None = None) -> None:
    """Print what each library took to make, to search and to index into; then its reading pages and the home."""
    grown: dict[str, list[tuple[int, float, float]]] = {engine: [] for engine in engines}
    for engine in engines:
        for size in sizes:
            with tempfile.TemporaryDirectory() as name:
                folder = (keep or Path(name)) / f"library-{engine}-{size}"
                folder.mkdir(parents=True, exist_ok=True)
                with _database(engine, folder, keep=keep is not None) as environment:
                    made = _run("make", size, environment)
                    print(
                        f"library of {size:,} practices on {engine}: "
                        + (f"made in {made['seconds']:.0f} s" if made["made"] else "it was there")
                        + f", {made['entries']:,} entries in the index, at most {made['memory']:.0f} MB",
                        flush=True,
                    )
                    found = _run("search", size, environment)
                    _tell_search(engine, size, found)
                    grown[engine].append((size, found["p50"], found["p95"]))
                    if size == max(sizes):
                        pages = _run("pages", size, environment)
                        _tell_pages(engine, size, pages)
                        if engine == "sqlite":
                            _pages(environment, pages, folder)
    for engine, rows in grown.items():
        steps = "; ".join(f"{size:,}: {middle:.0f} and {slow:.0f} ms" for size, middle, slow in rows)
        print(f"growth of a search with size on {engine}, median and p95: {steps}", flush=True)


def _tell_search(engine: str, size: int, found: dict[str, Any]) -> None:
    where = f"on {engine} among {size:,}"
    for kind, times in found["kinds"].items():
        every = sorted(taken for taken_by_one in times.values() for taken in taken_by_one)
        slowest = max(times, key=lambda question: statistics.median(times[question]))
        print(
            f"  {kind}: median {statistics.median(every):.0f} ms, "
            f"slowest {statistics.median(times[slowest]):.0f} ms ({slowest})"
        )
        told(f"ms of a search for {kind}, p95, {where}", _p95(every), at_most=SEARCH_P95)
    print(
        f"  first search of a process: {found['cold']:.0f} ms; first after a publication: {found['after']:.0f} ms; "
        f"slowest of the first {COLD} practices that a process indexes: {found['index_cold']:.0f} ms; "
        f"statements of a search: {found['statements']}",
        flush=True,
    )
    told(f"ms of a search of any kind, p95, {where}", found["p95"], at_most=SEARCH_P95)
    told(f"ms to index a practice at its publication, p95, {where}", found["index"], at_most=INDEX_P95)


def _tell_pages(engine: str, size: int, found: dict[str, Any]) -> None:
    taken = ", ".join(f"{name} {fresh:.0f}" for name, (_path, _size, fresh, _spent) in found["pages"].items())
    print(f"  reading pages made anew on {engine} among {size:,}, ms: {taken}", flush=True)


def _p95(times: Sequence[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]


def _make(size: int) -> dict[str, Any]:
    import resource

    import sqlalchemy as sa

    from app import create_app
    from app.cli.scale import make_library
    from app.cli.schema import upgrade
    from app.core.db import db
    from app.directory.reference import load_reference_data
    from app.search.models import SearchEntry

    with create_app().app_context():
        upgrade()
        load_reference_data()
        db.session.commit()
        began = time.perf_counter()
        made = make_library(size)
        seconds = time.perf_counter() - began
        db.session.close()
        if db.engine.dialect.name == "postgresql":  # which does so by itself after some time; SQLite has no statistics
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("VACUUM ANALYZE")
        entries = db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry))
    return {
        "made": made,
        "seconds": seconds,
        "entries": entries,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _search(size: int) -> dict[str, Any]:
    from app import create_app
    from tests.statements import count_statements

    app = create_app()
    app.config["CACHE_PAGES"] = False
    visitor = app.test_client()
    visitor.get("/")

    def asked(question: str) -> float:
        began = time.perf_counter()
        answer = visitor.get(f"/search?{question}")
        taken = (time.perf_counter() - began) * 1000
        if answer.status_code != 200:
            raise SystemExit(f"/search?{question} answered {answer.status_code}")
        return taken

    cold = asked("q=permisos")
    asked("q=permits&theme=T2")
    every: list[float] = []
    kinds: dict[str, dict[str, list[float]]] = {}
    for kind, questions in QUESTIONS.items():
        for question in questions:
            times = [asked(question) for _run in range(RUNS)]
            every += times
            kinds.setdefault(kind, {})[question] = times
    with app.app_context():
        with count_statements() as counted:
            asked("q=permits&theme=T2")
        index = _index_times()
    return {
        "cold": cold,
        "after": asked("q=permisos"),
        "kinds": kinds,
        "p50": statistics.median(every),
        "p95": _p95(every),
        "index": _p95(index[COLD:]),
        "index_cold": max(index[:COLD]),
        "statements": counted.number,
    }


def _index_times() -> list[float]:
    """What indexing each of some practices takes until it is committed, in ms; at the first no stem is known."""
    import sqlalchemy as sa

    from app.core.db import db
    from app.practices.indexing import index_practice
    from app.practices.models import Practice

    times = []
    for practice_id in db.session.scalars(sa.select(Practice.id).order_by(Practice.id.desc()).limit(INDEXED)).all():
        practice = db.session.get_one(Practice, practice_id)
        version = practice.versions[-1]
        began = time.perf_counter()
        index_practice(practice, version)
        db.session.commit()
        times.append((time.perf_counter() - began) * 1000)
    return times


def _pages_to_read(size: int) -> dict[str, Any]:
    """Which reading pages there are, what each takes with nothing kept, and how heavy the home is."""
    import re

    import sqlalchemy as sa
    from lxml import html

    from app import create_app
    from app.core.audience import Audience
    from app.core.db import db
    from app.meetings.models import Meeting
    from app.practices.models import Practice
    from tests.practices.test_weight import COMPRESSED, transferred

    app = create_app()
    app.config["CACHE_PAGES"] = False
    visitor = app.test_client()
    with app.app_context():
        newest = (
            sa.select(Practice)
            .join(Practice.meeting)
            .where(Practice.consent == Audience.PUBLIC, Meeting.distribution == Audience.PUBLIC)
            .order_by(Practice.id.desc())
        )
        practice = db.session.scalars(newest.limit(1)).one()
        paths = {
            "a practice": f"/practices/{practice.slug}",
            "a summary": f"/sessions/{practice.meeting.slug}/summary",
            "a State's page": f"/states/{practice.delegation.party.code}",
            "a theme's page": "/themes/T2",
            "practices on a theme": "/practices?theme=T2",
            "the map of practices": "/practices/map",
            "the home": "/",
        }
    found: dict[str, Any] = {"pages": {}}
    for name, path in paths.items():
        answer = visitor.get(path)
        if answer.status_code != 200:
            print(f"  {name}: {path} answered {answer.status_code}; not measured")
            continue
        taken = [_taken(visitor, path) for _run in range(5)]
        fresh, spent = (statistics.median(times) for times in zip(*taken, strict=True))
        found["pages"][name] = (path, len(answer.data), fresh, spent)
    page = html.fromstring(visitor.get("/").text)
    parts = page.xpath("//link[not(@rel='canonical' or @rel='alternate')]/@href | //script/@src | //img/@src")
    parts = [path for path in parts if re.match(r"/static/", path)]
    found["home"] = sum(transferred(visitor.get(path, headers=COMPRESSED, buffered=True)) for path in ["/", *parts])
    return found


def _taken(client: Any, path: str) -> tuple[float, float]:
    """What a page takes, in ms: of the clock, and of this process."""
    began, spent = time.perf_counter(), time.process_time()
    client.get(path)
    return (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000


def _pages(environment: dict[str, str], found: dict[str, Any], folder: Path) -> None:
    """Print how reading pages are served beside bare pages of the same size: kept ones, and to who has them."""
    database = str(folder / "bare.sqlite")
    Path(database).unlink(missing_ok=True)
    places = list(found["pages"].items())
    bare.fill(database, {f"page{place}": (30, size) for place, (_name, (_path, size, *_ms)) in enumerate(places)})
    plain = bare.create_bare_app(database).test_client()
    with (
        served("app.wsgi:app", environment) as (port, _worker),
        served("bench.bare:app", {"BARE_DATABASE": database}) as (bare_port, _bare_worker),
    ):
        for place, (name, (path, _size, _fresh, spent)) in enumerate(places):
            plain_ms = statistics.median(_taken(plain, f"/page{place}")[1] for _run in range(9))
            rates: dict[str, list[float]] = {"kept": [], "known": [], "bare": []}
            for _run_number in range(SERVED):
                tag = load.etag(port, path)
                rates["kept"].append(load.run(port, path, seconds=SECONDS).rate)
                rates["known"].append(load.run(port, path, seconds=SECONDS, known=tag).rate)
                rates["bare"].append(load.run(bare_port, f"/page{place}", seconds=SECONDS).rate)
            kept, known, bare_rate = (statistics.median(rates[which]) for which in ("kept", "known", "bare"))
            print(
                f"reading {name}, validated caching on: {kept:.0f} requests/s whole, "
                f"{known:.0f} told that it is known, bare page {bare_rate:.0f}; "
                f"nothing kept: {spent:.1f} ms, ratio {plain_ms / spent:.2f}",
                flush=True,
            )
            told(f"ratio of {name} to whoever has it", known / bare_rate, at_least=READING)
            told(f"ratio of {name} sent whole", kept / bare_rate, at_least=READING)
    told("bytes of a first visit to the home, fonts too", found["home"], at_most=HOME)


STEPS = {"make": _make, "search": _search, "pages": _pages_to_read}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure generated libraries.")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="how many practices, with commas")
    parser.add_argument("--engines", default=",".join(ENGINES), help="sqlite, postgresql or both with a comma")
    parser.add_argument("--keep", type=Path, help="where libraries stay for the next time")
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--found", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    wanted = tuple(int(size) for size in arguments.sizes.split(","))
    if arguments.step:
        arguments.found.write_text(json.dumps(STEPS[arguments.step](wanted[0])))
    else:
        main(wanted, tuple(arguments.engines.split(",")), arguments.keep)
        summary()

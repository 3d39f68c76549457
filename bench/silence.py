"""Adoption by silence, on both engines: workers that are killed with SIGKILL in the middle adopt each text once.

Each of `TEXTS` sessions has a text whose moment has passed; `WORKERS` processes end what is due, over and over, and are
killed and started again at random until all are adopted.
"""

import random
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from app import create_app
from app.audit.models import AuditEvent
from app.circulation.enums import CirculationEnd, CirculationKind
from app.circulation.models import Circulation
from app.circulation.operations import end_due
from app.core.clock import now
from app.core.db import db
from bench.mail import prepared
from bench.targets import told
from tests.conftest import ENGINES, settings_for
from tests.factories.summaries import NOON, make_delegation, make_meeting, make_summary
from tests.guards.circulated import make_circulation, make_versions
from tests.processes import plain_environment

TEXTS, WORKERS, KILLS, LONGEST = 60, 3, 12, 120.0


def work(url: str, folder: str) -> None:
    """What a worker process does: end what is due until it is killed."""
    with create_app(settings_for(url, Path(folder))).app_context():
        while True:
            end_due()
            db.session.rollback()
            time.sleep(0.05)


def _make() -> None:
    for number in range(TEXTS):
        meeting = make_meeting(f"silence-{number}")
        delegation = make_delegation(meeting, "PE")
        version = make_versions(make_summary(meeting, 1), meeting, 1)[0]
        ended = now() - timedelta(hours=1)
        make_circulation(meeting, version, delegation, kind=CirculationKind.SILENCE, begins_at=NOON, ends_at=ended)
    db.session.commit()


def _start(url: str, folder: Path) -> "subprocess.Popen[bytes]":
    code = "import sys; from bench.silence import work; work(*sys.argv[1:])"
    return subprocess.Popen([sys.executable, "-c", code, url, str(folder)], env=plain_environment())


def _adopted() -> int:
    ended = sa.select(sa.func.count()).where(Circulation.end == CirculationEnd.ADOPTED)
    count = db.session.scalar(ended) or 0
    db.session.rollback()  # on SQLite what reads here would keep the workers from writing
    return count


def main() -> None:
    """Print a line for each engine; stops where a text was adopted twice or not at all."""
    for engine in ENGINES:
        with prepared(engine) as (url, folder):
            _make()
            dice, kills, began = random.Random(7), 0, time.monotonic()
            workers = [_start(url, folder) for _ in range(WORKERS)]
            try:
                while _adopted() < TEXTS and time.monotonic() - began < LONGEST:
                    time.sleep(dice.uniform(1, 2.5))
                    if any(worker.poll() is not None for worker in workers):
                        raise SystemExit("a worker stopped by itself")
                    if kills < KILLS:
                        place = dice.randrange(WORKERS)
                        workers[place].kill()
                        workers[place].wait()
                        workers[place] = _start(url, folder)
                        kills += 1
            finally:
                for worker in workers:
                    worker.kill()
                    worker.wait()
            events = db.session.scalars(
                sa.select(AuditEvent.subject_id).where(AuditEvent.action == "adopt_by_silence")
            ).all()
            adopted = _adopted()
            print(
                f"silence, {engine}: {adopted} texts adopted by {WORKERS} workers with {kills} kill -9 "
                f"in {time.monotonic() - began:.0f} s; {len(events) - len(set(events))} twice",
                flush=True,
            )
            told("texts adopted", adopted, at_least=TEXTS)
            told("adopted twice", len(events) - len(set(events)), at_most=0)
            if len(events) != adopted or adopted != TEXTS:
                raise SystemExit("a text was adopted twice, or not at all")


if __name__ == "__main__":
    main()

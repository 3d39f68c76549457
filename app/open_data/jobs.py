"""The work behind open data: keeping the catalogue in step, and making releases."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.audit.kept_pages import newest_events
from app.core.actors import SYSTEM
from app.core.addresses import whole_address
from app.core.clock import now
from app.core.db import db
from app.core.storage import storage
from app.jobs.operations import report_progress
from app.jobs.registry import every, handles
from app.open_data import catalogue, queries
from app.open_data.enums import RecordKind
from app.open_data.library_rows import how_many, steps
from app.open_data.operations import (
    Written,
    ask_for_release,
    enter,
    forget_ended,
    hold_catalogue,
    keep_release,
    mark_of_gone,
    note_gone,
)
from app.open_data.writing import WRITERS, Edition, Spools

SECONDS = 60.0
SEEN = "open_data_seen"


class TakenBack(Exception):
    """Something was withdrawn while a release was made: it is made anew, without it."""


@every(SECONDS, "open_data.keep")
def keep_in_step() -> None:
    """Compare the catalogue with what is public, forget what releases that ended held, and ask for one that is due.

    One whose job failed waits a day, or for somebody who has it tried again: until then it stands among what failed.
    """
    _unless_nothing_happened()
    forget_ended(by=SYSTEM)
    if queries.job_at_work() is None and not queries.failed_lately() and queries.is_due():
        ask_for_release(by=None)
    db.session.commit()


def _unless_nothing_happened() -> None:
    """Bring the catalogue up to date, unless no event was recorded since and an hour has not passed: comparing takes as
    long as there is much."""
    hour = now().replace(minute=0, second=0, microsecond=0)
    seen = (current_app.config["DATABASE_URL"], newest_events(), hour)
    if current_app.extensions.get(SEEN) != seen:
        bring_up_to_date()
        current_app.extensions[SEEN] = seen


def bring_up_to_date() -> int:
    """Take into the catalogue what came, changed or went; return how many records that were.

    What went takes the releases that hold it along. Commits, some records at a time.
    """
    changed = 0
    hold_catalogue()
    for kind in RecordKind:
        while rows := catalogue.differing(kind):
            enter(kind, rows)
            changed += _committed(rows)
        while rows := db.session.execute(catalogue.gone(kind).limit(catalogue.AT_ONCE)).all():
            note_gone(rows, by=SYSTEM)
            changed += _committed(rows)
    db.session.rollback()
    return changed


def _committed(rows: Sequence[Any]) -> int:
    """Commit what was written of rows, and hold the catalogue for the next; return how many they were."""
    db.session.commit()
    hold_catalogue()
    return len(rows)


@handles(queries.RELEASE_JOB, title=_l("Making a release of open data"))
def make_release(payload: dict[str, Any]) -> None:
    """Job: write the whole public library into files and keep them. Once more changes nothing. Commits.

    Raises TakenBack, so that another try follows, where something was withdrawn meanwhile.
    """
    number = payload["number"]
    bring_up_to_date()
    made, before = _is_made(number), mark_of_gone()
    db.session.rollback()
    if made:
        return
    as_of, config = now(), current_app.config
    edition = Edition(number, as_of, config["LICENCE"], config["LICENCE_URL"], whole_address("/open-data"))
    total = how_many()
    with tempfile.TemporaryDirectory(prefix="plenaria-release-") as name:
        folder, done = Path(name), 0
        spools = Spools(folder)
        with spools:
            for count, lines, things in steps():
                spools.add(lines, things)
                db.session.rollback()
                done += count
                report_progress(done, 2 * total + 1)
        written = []
        for place, (kind, (ending, media_type, write)) in enumerate(WRITERS.items(), 1):
            target = folder / f"plenaria-library-{number}.{ending}"
            write(spools, edition, target)
            with target.open("rb") as stream:
                sha256, size = storage().put(stream)
            written.append(Written(kind, target.name, media_type, sha256, size))
            target.unlink()
            report_progress(total + place * total // len(WRITERS), 2 * total + 1)
    bring_up_to_date()
    hold_catalogue()
    if _is_made(number):  # by another worker, which took this one for dead
        db.session.rollback()
        return
    if mark_of_gone() != before:
        db.session.rollback()
        raise TakenBack
    keep_release(number, as_of=as_of, rows=spools.counts, licence=config["LICENCE"], written=written, by=SYSTEM)
    db.session.commit()
    report_progress(2 * total + 1, 2 * total + 1)


def _is_made(number: int) -> bool:
    last = queries.newest_release()
    return last is not None and last.number >= number

"""Keeping the catalogue in step with what is public; making releases, withdrawing them, and letting go of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.documents.operations import forget_file, note_file
from app.jobs.operations import queue_job
from app.open_data import queries
from app.open_data.catalogue import SETTLING, stamp
from app.open_data.enums import RecordKind, ReleaseFormat, ReleaseState
from app.open_data.models import PublicRecord, Release, ReleaseFile

KEPT = 5  # the newest releases; beside them, the last of each year


class Written(NamedTuple):
    """A file that the storage has."""

    format: ReleaseFormat
    name: str
    media_type: str
    sha256: str
    size: int


def enter(kind: RecordKind, rows: Sequence[Any]) -> None:
    """Take what came or changed (`catalogue.differing`) into the catalogue. As an index, it is told of in no event."""
    at = stamp()
    new = [row for row in rows if row.id is None]
    if new:
        db.session.execute(
            sa.insert(PublicRecord),
            [{**_values(row), "kind": kind, "key": row.key, "first_at": at, "stamped_at": at} for row in new],
        )
    again = [{**_values(row), "id": row.id, "stamped_at": at} for row in rows if row.id is not None]
    if again:
        db.session.execute(sa.update(PublicRecord), again)


def _values(row: Any) -> dict[str, Any]:
    names = ("source_id", "meeting_slug", "revision", "source_at")
    return {**{name: getattr(row, name) for name in names}, "gone": False}


def note_gone(rows: Sequence[Any], *, by: Actor) -> None:
    """Note what went (`catalogue.gone`), and withdraw the releases that may hold it."""
    db.session.execute(
        sa.update(PublicRecord)
        .where(PublicRecord.id.in_([row.id for row in rows]))
        .values(gone=True, stamped_at=stamp())
        .execution_options(synchronize_session=False)
    )
    since = min(row.first_at for row in rows)
    held = sa.select(Release).where(Release.state == ReleaseState.MADE, Release.made_at >= since - SETTLING)
    for release in db.session.scalars(held.order_by(Release.number)):
        release.state, release.ended_at = ReleaseState.WITHDRAWN, now()
        record("withdraw_release", release, by=by, changes={"number": [release.number, None]})


def ask_for_release(*, by: Actor | None) -> int:
    """Queue the making of the next release; asked for twice it is made once. Return the job's id."""
    last = queries.newest_release()
    number = last.number + 1 if last else 1
    return queue_job(
        queries.RELEASE_JOB, f"{queries.RELEASE_JOB}:{number}", {"number": number}, by=by, page="/open-data"
    )


def hold_catalogue() -> None:
    """Let nobody else write the catalogue, or keep a release, until the transaction ends.

    Of two who compare at once the second then finds what the first has entered; and what the catalogue says of a
    release that is being kept stays so until the release is there to be withdrawn. On SQLite one alone writes anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(sa.text(f"LOCK TABLE {PublicRecord.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))


def mark_of_gone() -> tuple[int, int]:
    """What is another one whenever something ceased to be public, as the catalogue knows."""
    row = PublicRecord
    statement = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(row.id), 0)).where(row.gone)
    count, total = db.session.execute(statement).one()
    return int(count), int(total)


def keep_release(
    number: int, *, as_of: datetime, rows: Mapping[str, int], licence: str, written: Sequence[Written], by: Actor
) -> Release:
    """Record a release whose files are in the storage, and let those go for which there is no more room."""
    before = queries.newest_release()
    release = Release(
        number=number,
        as_of=as_of,
        made_at=now(),
        rows=dict(rows),
        changes=queries.changes_since(before.as_of) if before else None,
        licence=licence,
    )
    for item in written:
        stored = note_file(item.sha256, item.size, name=item.name, media_type=item.media_type, by=by)
        release.files.append(
            ReleaseFile(format=item.format, name=item.name, size=item.size, sha256=item.sha256, file=stored)
        )
    db.session.add(release)
    db.session.flush()
    record("make_release", release, by=by, changes={"number": [None, number]})
    _make_room(by)
    return release


def _make_room(by: Actor) -> None:
    """Keep the newest releases and the last of each year; of the others the names and checksums stay."""
    years: set[int] = set()
    for place, release in enumerate(queries.standing()):
        last_of_year = release.as_of.year not in years
        years.add(release.as_of.year)
        if place >= KEPT and not last_of_year:
            release.state, release.ended_at = ReleaseState.EXPIRED, now()
            record("let_release_go", release, by=by, changes={"number": [release.number, None]})


def forget_ended(*, by: Actor) -> int:
    """Forget the bytes of releases that have ended; return how many files those were."""
    ended = sa.select(ReleaseFile).join(ReleaseFile.release)
    ended = ended.where(Release.state != ReleaseState.MADE, ReleaseFile.file_id.is_not(None))
    rows = db.session.scalars(ended).all()
    for item in rows:
        stored, item.file = item.file, None
        db.session.flush()
        if stored:
            forget_file(stored, by=by)
    return len(rows)

"""Reading releases."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.paging import Page, paginate
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.open_data.catalogue import SETTLING
from app.open_data.enums import RecordKind, ReleaseFormat, ReleaseState
from app.open_data.models import PublicRecord, Release, ReleaseFile

RELEASE_JOB = "open_data.release"
BETWEEN = timedelta(days=1)  # two releases that nobody asked for
_FILES = orm.selectinload(Release.files).joinedload(ReleaseFile.file)


def releases(page: int = 1) -> Page[Release]:
    """A page of all releases, the newest first."""
    return paginate(db.session, sa.select(Release).order_by(Release.number.desc()), page=page)


def standing() -> Sequence[Release]:
    """The releases whose files are there, the newest first: a handful, and one a year."""
    made = sa.select(Release).where(Release.state == ReleaseState.MADE)
    return db.session.scalars(made.order_by(Release.number.desc())).all()


def newest_standing() -> Release | None:
    """The newest release whose files are there, with them."""
    made = sa.select(Release).where(Release.state == ReleaseState.MADE).order_by(Release.number.desc())
    return db.session.scalars(made.limit(1).options(_FILES)).one_or_none()


def release_numbered(actor: Actor, number: int) -> Release:
    """Load a release by its number; raises NotFound."""
    found = db.session.scalars(sa.select(Release).where(Release.number == number).options(_FILES)).one_or_none()
    if found is None:
        raise NotFound
    return found


def release_file(actor: Actor, number: int, name: str) -> ReleaseFile:
    """Load a file of a release by its name, also of one that has ended; raises NotFound."""
    found = next((item for item in release_numbered(actor, number).files if item.name == name), None)
    if found is None:
        raise NotFound
    return found


def newest_release() -> Release | None:
    """The release that was made last, whatever became of it."""
    return db.session.scalars(sa.select(Release).order_by(Release.number.desc()).limit(1)).one_or_none()


def newest_file(actor: Actor, file_format: str) -> ReleaseFile:
    """The file of a format of the newest release that stands; raises NotFound."""
    if file_format not in set(ReleaseFormat):
        raise NotFound
    statement = (
        sa.select(ReleaseFile)
        .join(ReleaseFile.release)
        .where(Release.state == ReleaseState.MADE, ReleaseFile.format == ReleaseFormat(file_format))
        .order_by(Release.number.desc())
        .limit(1)
        .options(orm.contains_eager(ReleaseFile.release))
    )
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def job_at_work() -> int | None:
    """The number of the job that makes a release now, or None."""
    statement = sa.select(Job.id).where(Job.kind == RELEASE_JOB, Job.state.in_((JobState.QUEUED, JobState.RUNNING)))
    return db.session.scalar(statement.order_by(Job.id.desc()).limit(1))


def failed_lately() -> bool:
    """Whether the job of a release failed for good within a day."""
    failed = sa.select(Job.id).where(
        Job.kind == RELEASE_JOB, Job.state == JobState.FAILED, Job.finished_at > now() - BETWEEN
    )
    return db.session.scalar(failed.limit(1)) is not None


def counts() -> dict[RecordKind, int]:
    """How many things of each kind are public, as the catalogue knows."""
    statement = sa.select(PublicRecord.kind, sa.func.count()).where(~PublicRecord.gone).group_by(PublicRecord.kind)
    found: dict[Any, int] = {row[0]: row[1] for row in db.session.execute(statement)}
    return {kind: found.get(kind, 0) for kind in RecordKind}


def changes_since(as_of: datetime) -> dict[str, dict[str, int]]:
    """Kind -> how many things are new, changed and gone since the second in which a release was made; of kinds where
    any are."""
    since = as_of + SETTLING
    row = PublicRecord
    what = sa.case((row.gone, "gone"), (row.first_at > since, "new"), else_="changed")
    # What came and went since is no change of what a release held.
    seen = sa.or_(~row.gone, row.first_at <= since)
    statement = sa.select(row.kind, what, sa.func.count()).where(row.stamped_at > since, seen).group_by(row.kind, what)
    found: dict[str, dict[str, int]] = {}
    for kind, how, count in db.session.execute(statement):
        found.setdefault(kind.value, {"new": 0, "changed": 0, "gone": 0})[how] = count
    return found


def is_due() -> bool:
    """Whether a release is to be made unasked: the first, in place of one that was withdrawn, or after a change where
    the last is a day old."""
    last = newest_release()
    if last is None:
        return any(counts().values())
    if last.state is ReleaseState.WITHDRAWN:
        return True
    return now() - last.as_of >= BETWEEN and bool(changes_since(last.as_of))

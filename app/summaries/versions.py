"""Versions: the working text as it stood when somebody froze it."""

import sqlalchemy as sa

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.texts import fingerprint
from app.summaries.models import Summary, SummaryVersion
from app.summaries.publishing import freeze
from app.summaries.sources import sources_of


def newest_version(summary_id: int) -> SummaryVersion | None:
    """The version of a summary that was frozen last."""
    statement = sa.select(SummaryVersion).where(SummaryVersion.summary_id == summary_id)
    return db.session.scalars(statement.order_by(SummaryVersion.number.desc()).limit(1)).one_or_none()


def freeze_version(summary: Summary, *, note: str = "", by: Actor) -> SummaryVersion:
    """Freeze the working text as the next version; the same text as that of the newest version gives that one."""
    content = freeze(summary, sources_of(summary.meeting_id))
    mark, newest = fingerprint(content), newest_version(summary.id)
    if newest is not None and newest.sha256 == mark:
        return newest
    version = SummaryVersion(
        summary=summary,
        number=newest.number + 1 if newest else 0,
        content=content,
        sha256=mark,
        note=note,
        frozen_at=now(),
        frozen_by_id=by.id,
    )
    record("freeze_version", version, by=by, meeting_id=summary.meeting_id, changes={"sha256": [None, mark]})
    return version

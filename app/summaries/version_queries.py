"""Reading the versions of a summary."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.queries import meeting_for_staff
from app.summaries.models import Summary, SummaryVersion
from app.summaries.policies import can_consolidate


@dataclass(frozen=True)
class TwoVersions:
    """An older and a newer version of a session's summary."""

    meeting: Meeting
    older: SummaryVersion
    newer: SummaryVersion


def last_version(summary_id: int) -> SummaryVersion | None:
    """The newest version of a summary, without its content."""
    statement = sa.select(SummaryVersion).where(SummaryVersion.summary_id == summary_id)
    newest = statement.order_by(SummaryVersion.number.desc()).limit(1).options(orm.defer(SummaryVersion.content))
    return db.session.scalars(newest).one_or_none()


def versions_of(meeting_id: int) -> Sequence[SummaryVersion]:
    """The versions of a session's summary, newest first, without their content."""
    statement = sa.select(SummaryVersion).join(Summary).where(Summary.meeting_id == meeting_id)
    return db.session.scalars(
        statement.order_by(SummaryVersion.number.desc()).options(orm.defer(SummaryVersion.content))
    ).all()


def _numbered(actor: Actor, meeting: Meeting, *numbers: int) -> list[SummaryVersion]:
    statement = (
        sa.select(SummaryVersion)
        .join(Summary)
        .where(Summary.meeting_id == meeting.id, SummaryVersion.number.in_(numbers))
        .options(orm.contains_eager(SummaryVersion.summary))
        .order_by(SummaryVersion.number)
    )
    found = list(db.session.scalars(statement))
    if len(found) != len(numbers) or not can_consolidate(actor, meeting):
        raise NotFound
    return found


def version_for_staff(actor: Actor, slug: str, number: int) -> SummaryVersion:
    """Load a version with its content; raises NotFound for who does not write the summary."""
    return _numbered(actor, meeting_for_staff(actor, slug), number)[0]


def two_versions(actor: Actor, slug: str, older: int, newer: int) -> TwoVersions:
    """Load two versions of a summary; raises NotFound for who does not write the summary, and where `older` is not."""
    meeting = meeting_for_staff(actor, slug)
    if older >= newer:
        raise NotFound
    return TwoVersions(meeting, *_numbered(actor, meeting, older, newer))

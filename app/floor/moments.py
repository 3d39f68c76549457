"""What the hour changes on a session's floor without anybody's doing: a list closes, an item's hours begin or end."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.floor.changes import topic_of
from app.floor.enums import TAKING
from app.floor.models import SpeakersList
from app.floor.operations import LATE
from app.jobs.registry import every
from app.live import publish
from app.meetings.models import Meeting
from app.meetings.queries import latest_agenda

ROUND = 3  # seconds
MISSED = timedelta(hours=1)  # looked back at first: nobody looked while no worker ran

_looked: list[datetime] = []  # the moment up to which this worker looked


@every(ROUND, "moments of the floor")
def tell_moments() -> None:
    """Have screens that were rendered before such a moment shown anew. Commits."""
    until = now()
    since = _looked[-1] if _looked else until - MISSED
    for meeting in _whose_list_closed(since, until) | _whose_hour_came(since, until):
        publish(topic_of(meeting))
    db.session.commit()
    _looked[:] = [until]


def _whose_list_closed(since: datetime, until: datetime) -> set[Meeting]:
    closed = sa.select(SpeakersList.meeting_id).where(SpeakersList.closes_at > since, SpeakersList.closes_at <= until)
    return set(db.session.scalars(sa.select(Meeting).where(Meeting.id.in_(closed))))


def _whose_hour_came(since: datetime, until: datetime) -> set[Meeting]:
    under_way = sa.select(Meeting).where(
        Meeting.stage.in_(TAKING),
        Meeting.cancelled_at.is_(None),
        Meeting.starts_at <= until,
        Meeting.ends_at > since - LATE,
    )
    return {row for row in db.session.scalars(under_way) if _has_hour(row, since, until)}


def _has_hour(meeting: Meeting, since: datetime, until: datetime) -> bool:
    version = latest_agenda(meeting.id)
    items = version.content["items"] if version else []
    return any(since < datetime.fromisoformat(item[key]) <= until for item in items for key in ("starts_at", "ends_at"))

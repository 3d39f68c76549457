"""Of which year a session is: the one rule that lists, facets and chronicles go by."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from app.core.db import db
from app.meetings.models import Meeting

FROM_UTC = timedelta(hours=14)  # no zone's clock is further from UTC's


class Dated(Protocol):
    """A session, or a row of the two: when it begins, and its zone."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def zone(self) -> str: ...


def year_of(session: Dated) -> int:
    """Return the year in which a session begins by the calendar of its own zone: what begins on 31 December in the
    evening is not next year's because it is past midnight elsewhere."""
    return session.starts_at.astimezone(ZoneInfo(session.zone)).year


def began_in(year: int) -> sa.ColumnElement[bool]:
    """Return the condition on Meeting that says the same as `year_of`. It reads the sessions about that year: one
    statement."""
    begins, ends = (datetime(each, 1, 1, tzinfo=UTC) for each in (year, year + 1))
    about = sa.select(Meeting.id, Meeting.starts_at, Meeting.zone).where(
        Meeting.starts_at >= begins - FROM_UTC, Meeting.starts_at < ends + FROM_UTC
    )
    return Meeting.id.in_([row.id for row in db.session.execute(about) if year_of(row) == year])

"""Tables of the reading pages."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import Base


class CalendarEntry(Base):
    """What a calendar last showed of one event, so that a changed event rises and a vanished one is cancelled.

    `feed` is whose calendar it is: a person's, or a session's as everybody may read it in one language. `name` is the
    event's UID without the host, `shown` its title and hours in iCalendar, `said` the fingerprint of all that it said;
    `sequence` and `at` are when it last changed. `gone`: it is shown no longer, and the calendar says that it is
    cancelled.
    """

    __tablename__ = "calendar_entries"

    feed: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(160))
    sequence: orm.Mapped[int]
    at: orm.Mapped[datetime]
    shown: orm.Mapped[str] = orm.mapped_column(sa.Text)
    said: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    gone: orm.Mapped[bool] = orm.mapped_column(default=False)

    __table_args__ = (sa.UniqueConstraint("feed", "name"),)


class LibraryVisit(Base):
    """When a person last looked at the start page: `at` in this visit, `since` at the end of the one before."""

    __tablename__ = "library_visits"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), unique=True)
    since: orm.Mapped[datetime]
    at: orm.Mapped[datetime]

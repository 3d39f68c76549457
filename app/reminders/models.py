"""Tables of reminders."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, Versioned
from app.core.db import Base
from app.mail.models import Mail


class ReminderSchedule(Versioned, Base):
    """When a session reminds of one thing: so many `days` before its deadline, at an `hour` of the session's zone."""

    __tablename__ = "reminder_schedules"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    message: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    active: orm.Mapped[bool] = orm.mapped_column(default=True)
    days: orm.Mapped[list[int]] = orm.mapped_column(Json)
    hour: orm.Mapped[int]

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "message"),
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
    )


class Reminder(Base):
    """One reminder to one person, at a moment of the schedule or when somebody (`by_id`) pressed the button.

    `deadline` and `parts` are those that its mail names. A held mail is replaced where they have changed.
    """

    __tablename__ = "reminders"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    message: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id", ondelete="CASCADE"))
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    moment: orm.Mapped[datetime]
    deadline: orm.Mapped[datetime]
    parts: orm.Mapped[list[str]] = orm.mapped_column(Json)
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    mail_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mails.id"), unique=True)

    mail: orm.Mapped[Mail] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("delegation_id", "user_id", "message", "moment"),)


class ReminderClock(Base):
    """Up to which moment reminders have been looked for, in the one row: what a stopped worker missed comes after."""

    __tablename__ = "reminder_clock"

    until: orm.Mapped[datetime]

"""Reading schedules and reminders."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.people.enums import Standing
from app.people.models import User
from app.reminders.models import Reminder, ReminderSchedule
from app.reminders.schedules import Schedule

# While a session takes things in: neither in preparation nor published.
REMINDING = frozenset({Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING})


def takes_in(meeting: Meeting) -> bool:
    """Whether a session takes things in now, and may remind of them."""
    return meeting.stage in REMINDING and not meeting.cancelled_at


def own_schedules(meeting_id: int) -> dict[str, ReminderSchedule]:
    """Name of a message -> the session's own schedule for it."""
    rows = db.session.scalars(sa.select(ReminderSchedule).where(ReminderSchedule.meeting_id == meeting_id))
    return {row.message: row for row in rows}


def as_schedule(own: ReminderSchedule | None) -> Schedule:
    """The session's own schedule, else the usual one."""
    return Schedule(own.active, own.days, own.hour) if own else Schedule()


def running_meetings() -> Sequence[Meeting]:
    """The sessions that may remind of something."""
    running = sa.select(Meeting).where(Meeting.stage.in_(REMINDING), Meeting.cancelled_at.is_(None))
    return db.session.scalars(running.order_by(Meeting.id)).all()


def hold(meeting: Meeting) -> None:
    """Wait until nobody else writes reminders of a session; who looks up afterwards what was said sees theirs."""
    db.session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update(key_share=True))


class Told(NamedTuple):
    """What a person was last told of a thing: when it left (or was written, while it `waits`), who pressed ("": the
    schedule did)."""

    at: datetime
    waits: bool
    by: str

    def lately(self, at: datetime, zone: str) -> bool:
        """Whether another mail would be too much: one waits in the outbox, or left on this day of the zone."""
        tz = ZoneInfo(zone)
        return self.waits or self.at.astimezone(tz).date() == at.astimezone(tz).date()


Key = tuple[int, int, str]  # delegation, person, message


def told(meeting_id: int) -> dict[Key, Told]:
    """What each person was last told of each thing; what was cancelled was told to nobody. One statement."""
    key = (Reminder.delegation_id, Reminder.user_id, Reminder.message)
    last = (
        sa.select(
            sa.func.max(Reminder.id).label("id"),
            sa.func.max(sa.func.coalesce(Mail.decided_at, Mail.created_at)).label("at"),
            sa.func.sum(sa.case((Mail.state == MailState.HELD, 1), else_=0)).label("waiting"),
        )
        .join(Reminder.mail)
        .where(Reminder.meeting_id == meeting_id, Mail.state != MailState.CANCELLED)
        .group_by(*key)
        .subquery()
    )
    rows = db.session.execute(
        sa.select(*key, last.c.at, last.c.waiting, User.name)
        .join(last, last.c.id == Reminder.id)
        .outerjoin(User, User.id == Reminder.by_id)
    )
    return {
        (delegation_id, user_id, message): Told(at, waiting > 0, by or "")
        for delegation_id, user_id, message, at, waiting, by in rows
    }


def writing_members(delegation_ids: Collection[int]) -> Sequence[DelegationMember]:
    """Those who write for the delegations and whose account is not closed, with party and account."""
    return db.session.scalars(
        sa.select(DelegationMember)
        .join(DelegationMember.user)
        .where(
            DelegationMember.delegation_id.in_(delegation_ids),
            DelegationMember.role != DelegationRole.OBSERVER,
            User.standing == Standing.MEMBER,
            User.closed_at.is_(None),
        )
        .order_by(DelegationMember.id)
        .options(
            orm.contains_eager(DelegationMember.user),
            orm.joinedload(DelegationMember.delegation).joinedload(Delegation.party),
        )
    ).all()


def writable(meeting_id: int) -> frozenset[int]:
    """The delegations of a session that somebody writes for who can be written to."""
    return frozenset(
        db.session.scalars(
            sa.select(DelegationMember.delegation_id)
            .join(DelegationMember.user)
            .join(DelegationMember.delegation)
            .where(
                Delegation.meeting_id == meeting_id,
                DelegationMember.role != DelegationRole.OBSERVER,
                User.standing == Standing.MEMBER,
                User.closed_at.is_(None),
            )
        )
    )


def held(*conditions: sa.ColumnElement[bool]) -> Sequence[Reminder]:
    """The reminders whose mail waits for approval, under further conditions."""
    return db.session.scalars(
        sa.select(Reminder)
        .join(Reminder.mail)
        .where(Mail.state == MailState.HELD, *conditions)
        .order_by(Reminder.id)
        .options(orm.contains_eager(Reminder.mail))
    ).all()


def of_mails(mail_ids: Collection[int]) -> Sequence[Reminder]:
    """The reminders that these mails are, whether they wait for approval or were approved."""
    return db.session.scalars(sa.select(Reminder).where(Reminder.mail_id.in_(mail_ids)).order_by(Reminder.id)).all()


def at_moments(message: str, meeting_id: int, moments: Collection[datetime]) -> Sequence[Reminder]:
    """The reminders of a session that were written for some moments."""
    return db.session.scalars(
        sa.select(Reminder).where(
            Reminder.meeting_id == meeting_id, Reminder.message == message, Reminder.moment.in_(moments)
        )
    ).all()

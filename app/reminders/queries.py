"""Reading schedules and reminders."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.people.models import User
from app.reminders.models import Reminder, ReminderSchedule
from app.reminders.schedules import Schedule


def own_schedules(meeting_id: int) -> dict[str, ReminderSchedule]:
    """Name of a message -> the session's own schedule for it."""
    rows = db.session.scalars(sa.select(ReminderSchedule).where(ReminderSchedule.meeting_id == meeting_id))
    return {row.message: row for row in rows}


def as_schedule(own: ReminderSchedule | None) -> Schedule:
    """The session's own schedule, else the usual one."""
    return Schedule(own.active, own.days, own.hour) if own else Schedule()


def running_meetings() -> Sequence[Meeting]:
    """The sessions that may remind of something: those neither in preparation nor published."""
    return db.session.scalars(
        sa.select(Meeting).where(Meeting.stage.not_in((Stage.PREPARING, Stage.PUBLISHED))).order_by(Meeting.id)
    ).all()


def writing_members(delegation_ids: Collection[int]) -> Sequence[DelegationMember]:
    """Those who write for the delegations and whose account is not closed, with party and account."""
    return db.session.scalars(
        sa.select(DelegationMember)
        .join(DelegationMember.user)
        .where(
            DelegationMember.delegation_id.in_(delegation_ids),
            DelegationMember.role != DelegationRole.OBSERVER,
            User.closed_at.is_(None),
        )
        .order_by(DelegationMember.id)
        .options(
            orm.contains_eager(DelegationMember.user),
            orm.joinedload(DelegationMember.delegation).joinedload(Delegation.party),
        )
    ).all()


def held(*conditions: sa.ColumnElement[bool]) -> Sequence[Reminder]:
    """The reminders whose mail waits for approval, under further conditions."""
    return db.session.scalars(
        sa.select(Reminder).join(Reminder.mail).where(Mail.state == MailState.HELD, *conditions).order_by(Reminder.id)
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

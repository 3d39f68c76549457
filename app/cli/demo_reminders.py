"""Reminders of the demonstration's open session: one that its schedule wrote and that left, and some that wait."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.db import db
from app.directory.models import Party
from app.mail.operations import approve_mails
from app.meetings.models import Delegation, Meeting
from app.practices.models import Call
from app.practices.reminding import AWAITED
from app.reminders.models import Reminder
from app.reminders.operations import remind_now, set_schedule, write_due
from app.reminders.queries import as_schedule
from app.reminders.registry import subjects

FIRST = 45  # days before the call closes: the demonstration is loaded after that
REMINDED = ("HT", "JM", "RCM")  # of those that something is awaited of: the board has more to remind


def send_first(
    meeting: Meeting, call: Call, *, at: Callable[[datetime], AbstractContextManager[None]], by: Actor
) -> None:
    """Have the session remind from early on, look for the first moment, and let its mails go."""
    with at(call.opens_at):
        own = set_schedule(meeting, AWAITED, active=True, days=[FIRST, 14, 7, 2], hour=9, by=by)
        write_due()
    moment = as_schedule(own).moments(call.closes_at, meeting.zone)[0]
    with at(moment + timedelta(minutes=1)):
        write_due()
    with at(moment + timedelta(hours=2)):
        approve_mails(db.session.scalars(sa.select(Reminder.mail_id)).all(), by=by)


def press(meeting: Meeting, *, by: Actor) -> None:
    """Remind some of what is missing; the mails wait in the outbox."""
    ids = db.session.scalars(
        sa.select(Delegation.id)
        .join(Delegation.party)
        .where(Delegation.meeting_id == meeting.id, Party.code.in_(REMINDED))
    ).all()
    for subject in subjects():
        remind_now(meeting, subject, ids, by=by)

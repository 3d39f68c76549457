"""Writing reminders into the outbox, taking them back, and their schedules."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.mail.operations import cancel_mails, queue_mails
from app.meetings.models import Meeting
from app.reminders import queries
from app.reminders.models import Reminder, ReminderClock, ReminderSchedule
from app.reminders.registry import Subject, subject_of, subjects
from app.reminders.schedules import MOST_DAYS, MOST_MOMENTS, Schedule

Key = tuple[int, int]  # delegation, person


def remind() -> int:
    """Look in all running sessions for moments that have come; return how many reminders were written. Commits.

    All of it is one transaction with the clock that says up to when it was looked for: whatever stops it, the
    next round does the same again and nothing twice.
    """
    at = now()
    clock = db.session.scalars(sa.select(ReminderClock).with_for_update()).one_or_none()
    if clock is None:  # the first round ever: nothing was promised before it
        db.session.add(ReminderClock(id=1, until=at))
        db.session.commit()
        return 0
    written = 0
    meetings = queries.running_meetings()
    for meeting in meetings:
        own = queries.own_schedules(meeting.id)
        for subject in subjects():
            schedule = queries.as_schedule(own.get(subject.message.name))
            written += _remind(meeting, subject, schedule, since=clock.until, at=at)
    over = queries.held(Reminder.meeting_id.not_in([meeting.id for meeting in meetings]))
    cancel_mails([row.mail_id for row in over], by=SYSTEM)
    clock.until = max(at, clock.until)
    db.session.commit()
    return written


def _remind(meeting: Meeting, subject: Subject, schedule: Schedule, *, since: datetime, at: datetime) -> int:
    missing = {id_: deadline for id_, deadline in subject.missing(meeting).items() if at < deadline}
    waiting = queries.held(Reminder.meeting_id == meeting.id, Reminder.message == subject.message.name)
    come = {
        deadline: [moment for moment in schedule.moments(deadline, meeting.zone) if moment <= at]
        for deadline in set(missing.values())
    }
    if not waiting and not any(moments and moments[-1] > since for moments in come.values()):
        return 0
    members = {(row.delegation_id, row.user_id): row for row in queries.writing_members(missing)}
    pointless = _pointless(waiting, missing, members)
    cancel_mails([row.mail_id for row in pointless], by=SYSTEM)
    # Whoever waited for a reminder of a deadline that moved has been told nothing yet.
    untold = {(row.delegation_id, row.user_id) for row in pointless}
    due: dict[Key, datetime] = {}
    for key in members:
        moments = [moment for moment in come[missing[key[0]]] if moment > since or key in untold]
        if moments:
            due[key] = moments[-1]
    rows = queries.at_moments(subject.message.name, meeting.id, set(due.values()))
    there = {(row.delegation_id, row.user_id, row.moment): row for row in rows}
    replaced = {row.id for row in pointless}
    fresh = [
        (key, there.get((*key, moment)))
        for key, moment in due.items()
        if (*key, moment) not in there or there[*key, moment].id in replaced
    ]
    mails = queue_mails(
        subject.message.name,
        [
            (
                members[key].user,
                {"delegation": members[key].delegation, "meeting": meeting, "deadline": missing[key[0]]},
            )
            for key, _row in fresh
        ],
        meeting_id=meeting.id,
    )
    for (key, row), mail in zip(fresh, mails, strict=True):
        reminder = row or Reminder(
            meeting_id=meeting.id,
            message=subject.message.name,
            delegation_id=key[0],
            user_id=key[1],
            moment=due[key],
        )
        reminder.deadline, reminder.mail = missing[key[0]], mail
        db.session.add(reminder)
    return len(fresh)


def _pointless(waiting: Sequence[Reminder], missing: dict[int, datetime], members: Collection[Key]) -> list[Reminder]:
    """Those of the waiting reminders whose thing is done or not asked any more, or whose deadline has moved."""
    return [
        row
        for row in waiting
        if (row.delegation_id, row.user_id) not in members or missing[row.delegation_id] != row.deadline
    ]


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Return which of the mails remind of something that is done, or name a deadline that has passed or moved.

    Of those that wait for approval, those whose thing is done are cancelled here; the next round writes the others
    anew.
    """
    at = now()
    found: set[int] = set()
    rows: dict[tuple[int, str], list[Reminder]] = {}
    for row in queries.of_mails(mail_ids):
        rows.setdefault((row.meeting_id, row.message), []).append(row)
    for (meeting_id, name), waiting in rows.items():
        subject = subject_of(name)
        asked = subject.missing(db.session.get_one(Meeting, meeting_id)) if subject else {}
        missing = {id_: deadline for id_, deadline in asked.items() if at < deadline}
        members = {(row.delegation_id, row.user_id) for row in queries.writing_members(missing)}
        pointless = _pointless(waiting, missing, members)
        cancel_mails([row.mail_id for row in pointless if row.delegation_id not in missing], by=SYSTEM)
        found |= {row.mail_id for row in pointless}
    return found


def settle(message: str, delegation_id: int) -> None:
    """A delegation has done the thing: cancel the reminders of it that wait in the outbox."""
    rows = queries.held(Reminder.message == message, Reminder.delegation_id == delegation_id)
    cancel_mails([row.mail_id for row in rows], by=SYSTEM)


def set_schedule(
    meeting: Meeting, subject: Subject, *, active: bool, days: Collection[int], hour: int, by: Actor
) -> ReminderSchedule:
    """Say when a session reminds of a thing. Raises Refusal for days or an hour that do not exist."""
    chosen = sorted(set(days), reverse=True)
    if active and not chosen:
        raise Refusal(_l("Write at least one number of days, or switch the reminders off."), field="days")
    if len(chosen) > MOST_MOMENTS or any(not 0 <= number <= MOST_DAYS for number in chosen):
        raise Refusal(
            _l("Write at most %(most)d numbers, each from 0 to %(days)d.", most=MOST_MOMENTS, days=MOST_DAYS),
            field="days",
        )
    if not 0 <= hour <= 23:
        raise Refusal(_l("Choose an hour of the day."), field="hour")
    own = queries.own_schedules(meeting.id).get(subject.message.name)
    if own is None:
        own = ReminderSchedule(meeting_id=meeting.id, message=subject.message.name)
    own.active, own.days, own.hour = active, chosen, hour
    record("edit_reminders", own, by=by, meeting_id=meeting.id, changes={})
    return own

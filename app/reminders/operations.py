"""Writing reminders into the outbox, taking them back, and their schedules."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.enums import MailReason
from app.mail.models import Mail
from app.mail.operations import cancel_mails, queue_mails
from app.mail.renewing import Scopes
from app.meetings.holding import check_held
from app.meetings.models import Delegation, DelegationMember, Meeting
from app.reminders import queries
from app.reminders.models import Reminder, ReminderClock, ReminderSchedule
from app.reminders.registry import Owed, Subject, subject_of, subjects
from app.reminders.schedules import MOST_DAYS, MOST_MOMENTS, Schedule

Key = tuple[int, int]  # delegation, person


def remind() -> int:
    """Round: write the reminders that are due; return how many. Commits.

    All of it is one transaction with the clock that says up to when it was looked for: whatever stops it, the
    next round does the same again and nothing twice.
    """
    written = write_due()
    db.session.commit()
    return written


def write_due() -> int:
    """Look in all running sessions for moments that have come; return how many reminders were written."""
    at = now()
    clock = db.session.scalars(sa.select(ReminderClock).with_for_update()).one_or_none()
    if clock is None:  # the first round ever: nothing was promised before it
        db.session.add(ReminderClock(id=1, until=at))
        return 0
    written = 0
    meetings = queries.running_meetings()
    for meeting in meetings:
        own = queries.own_schedules(meeting.id)
        for subject in subjects():
            schedule = queries.as_schedule(own.get(subject.message.name))
            written += _remind(meeting, subject, schedule, since=clock.until, at=at)
    over = queries.held(Reminder.meeting_id.not_in([meeting.id for meeting in meetings]))
    cancel_mails([row.mail_id for row in over], by=SYSTEM, reason=MailReason.DONE)
    clock.until = max(at, clock.until)
    return written


def _remind(meeting: Meeting, subject: Subject, schedule: Schedule, *, since: datetime, at: datetime) -> int:
    name = subject.message.name
    owed = subject.owed(meeting)
    waiting = queries.held(Reminder.meeting_id == meeting.id, Reminder.message == name)
    come = {
        deadline: [moment for moment in schedule.moments(deadline, meeting.zone) if moment <= at]
        for deadline in {what.deadline for what in owed.values() if at < what.deadline}
    }
    if not waiting and not any(moments and moments[-1] > since for moments in come.values()):
        return 0
    queries.hold(meeting)
    members = _writers(owed)
    outdated = [row for row in waiting if not _holds(row, owed, members, at) and not _kept(row, members)]
    done = [row.mail_id for row in outdated if row.delegation_id not in owed]
    cancel_mails(done, by=SYSTEM, reason=MailReason.DONE)
    cancel_mails({row.mail_id for row in outdated} - {*done}, by=SYSTEM, reason=MailReason.REPLACED)
    # Whoever waited for a reminder that is outdated has been told nothing yet.
    untold = {(row.delegation_id, row.user_id): row for row in outdated}
    told = queries.told(meeting.id)
    due: dict[Key, datetime] = {}
    fresh: list[tuple[DelegationMember, Reminder]] = []
    for key, member in members.items():
        last = told.get((*key, name))
        if last and last.lately(at, meeting.zone):
            continue
        if key in untold and untold[key].by_id is not None:
            fresh.append((member, untold[key]))
            continue
        moments = [moment for moment in come.get(owed[key[0]].deadline, ()) if moment > since or key in untold]
        if moments:
            due[key] = moments[-1]
    rows = queries.at_moments(name, meeting.id, set(due.values()))
    there = {(row.delegation_id, row.user_id, row.moment): row for row in rows}
    replaced = {row.id for row in outdated}
    for key, moment in due.items():
        row = there.get((*key, moment))
        if row is None or row.id in replaced:
            fresh.append((members[key], row or _reminder(meeting, subject, members[key], moment)))
    return _write(meeting, subject, fresh, owed, at)


def remind_now(meeting: Meeting, subject: Subject, delegation_ids: Collection[int], *, by: Actor) -> int:
    """Remind those who write for the delegations, where these owe the thing; return how many mails were written.

    Nobody gets a second mail of the same thing while one waits in the outbox or on the day on which one left, whether
    it was scheduled or pressed for: so two clicks, or two people, remind once. Raises WrongState where the session
    takes nothing in.
    """
    check_takes_in(meeting)
    queries.hold(meeting)
    at, told = now(), queries.told(meeting.id)
    owed = {id_: what for id_, what in subject.owed(meeting).items() if id_ in delegation_ids}
    fresh = []
    for key, member in _writers(owed).items():
        last = told.get((*key, subject.message.name))
        if last is None or not last.lately(at, meeting.zone):
            fresh.append((member, _reminder(meeting, subject, member, at, by_id=by.id)))
    for delegation in dict.fromkeys(member.delegation for member, _row in fresh):
        record("remind_delegation", delegation, by=by, meeting_id=meeting.id, changes={})
    return _write(meeting, subject, fresh, owed, at)


def check_takes_in(meeting: Meeting) -> None:
    """Raise WrongState, with the reason, where the session takes nothing in."""
    check_held(meeting)
    if not queries.takes_in(meeting):
        raise WrongState(_l("Contributions are asked for from the opening of the call until the publication."))


def _writers(owed: Collection[int]) -> dict[Key, DelegationMember]:
    return {(row.delegation_id, row.user_id): row for row in queries.writing_members(owed)}


def _reminder(
    meeting: Meeting, subject: Subject, member: DelegationMember, moment: datetime, *, by_id: int | None = None
) -> Reminder:
    return Reminder(
        meeting_id=meeting.id,
        message=subject.message.name,
        delegation_id=member.delegation_id,
        user_id=member.user_id,
        moment=moment,
        by_id=by_id,
    )


def _write(
    meeting: Meeting,
    subject: Subject,
    fresh: Sequence[tuple[DelegationMember, Reminder]],
    owed: Mapping[int, Owed],
    at: datetime,
) -> int:
    """Write the mails of reminders, new or of which the mail was cancelled; return how many."""
    told = []
    for member, _row in fresh:
        what = owed[member.delegation_id]
        context = {"delegation": member.delegation, "meeting": meeting, "late": at >= what.deadline}
        told.append((member.user, {**context, "deadline": what.deadline, "parts": what.parts}))
    mails = queue_mails(subject.message.name, told, meeting_id=meeting.id)
    for (member, row), mail in zip(fresh, mails, strict=True):
        what = owed[member.delegation_id]
        row.deadline, row.parts, row.mail = what.deadline, list(what.parts), mail
        db.session.add(row)
    return len(fresh)


def _holds(row: Reminder, owed: Mapping[int, Owed], members: Collection[Key], at: datetime) -> bool:
    """Whether what a waiting reminder says is so: still asked of this person, the same parts by the same deadline,
    which has or has not passed as it says."""
    if (row.delegation_id, row.user_id) not in members:
        return False
    what = owed[row.delegation_id]
    late = row.mail.created_at >= row.deadline
    return (row.deadline, tuple(row.parts), late) == (what.deadline, what.parts, at >= what.deadline)


def _kept(row: Reminder, members: Collection[Key]) -> bool:
    """Whether a waiting reminder stays though it says what is no longer so: somebody's words, to one who still owes.

    It does not leave before they were looked at again (mail/renewing.py).
    """
    return row.mail.edited and (row.delegation_id, row.user_id) in members


def scopes(mails: Sequence[Mail], found: Scopes) -> None:
    """Say of reminders that somebody edited what is owed now, by when; those nobody edited are written anew."""
    at = now()
    owed: dict[tuple[int, str], Mapping[int, Owed]] = {}
    edited = [mail.id for mail in mails if mail.edited]
    for row in queries.of_mails(edited) if edited else ():
        subject, meeting = subject_of(row.message), found[row.mail_id].get("meeting")
        if subject is None or meeting is None:
            continue
        if (key := (row.meeting_id, row.message)) not in owed:
            owed[key] = subject.owed(meeting)
        if what := owed[key].get(row.delegation_id):
            found[row.mail_id] |= {"deadline": what.deadline, "parts": what.parts, "late": at >= what.deadline}


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Return which of the mails remind of something that is done or has changed.

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
        owed = subject.owed(db.session.get_one(Meeting, meeting_id)) if subject else {}
        members = _writers(owed)
        outdated = [row for row in waiting if not _holds(row, owed, members, at) and not _kept(row, members)]
        cancel_mails(
            [row.mail_id for row in outdated if row.delegation_id not in owed], by=SYSTEM, reason=MailReason.DONE
        )
        found |= {row.mail_id for row in outdated}
    return found


def settle(subject: Subject, delegation: Delegation) -> None:
    """A delegation has done something: where it owes nothing any more, cancel the reminders of it that wait."""
    rows = queries.held(Reminder.message == subject.message.name, Reminder.delegation_id == delegation.id)
    if rows and delegation.id not in subject.owed(delegation.meeting):
        cancel_mails([row.mail_id for row in rows], by=SYSTEM, reason=MailReason.DONE)


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

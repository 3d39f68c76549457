"""The page of a session's reminders."""

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.errors import Refusal
from app.core.forms import check_version
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings.carrying import day_off
from app.meetings.models import Meeting
from app.meetings.policies import can_manage_meeting
from app.meetings.queries import meeting_for_staff
from app.reminders import bp, operations, queries
from app.reminders.forms import ScheduleForm
from app.reminders.models import ReminderSchedule
from app.reminders.registry import Subject, subject_of, subjects


def _form(subject: Subject, own: ReminderSchedule | None, *, sent: bool = False) -> ScheduleForm:
    schedule = queries.as_schedule(own)
    return ScheduleForm(
        **({} if sent else {"formdata": None}),
        data={
            "subject": subject.message.name,
            "active": schedule.active,
            "days": ", ".join(map(str, schedule.days)),
            "hour": str(schedule.hour),
            "version": own.version if own else 0,
        },
    )


def _page(meeting: Meeting, sent: ScheduleForm | None = None) -> str:
    own, lines, at = queries.own_schedules(meeting.id), [], now()
    writable = queries.writable(meeting.id)
    for number, subject in enumerate(subjects()):
        name = subject.message.name
        form = sent if sent is not None and sent.subject.data == name else _form(subject, own.get(name))
        for field in form:
            field.id = f"{field.name}-{number}"
            field.label.field_id = field.id
        deadline = subject.deadline(meeting)
        owing = set(subject.owed(meeting))
        schedule = queries.as_schedule(own.get(name))
        lines.append(
            {
                "form": form,
                "title": subject.message.title,
                "deadline": deadline,
                "reachable": len(owing & writable),
                "unreachable": len(owing - writable),
                "moments": [
                    (moment, moment <= at, day_off(moment.astimezone(meeting.tz).date(), meeting.country))
                    for moment in (schedule.moments(deadline, meeting.zone) if deadline else [])
                ],
            }
        )
    return render_template("reminders/session.html", meeting=meeting, lines=lines, sent=sent)


@bp.get("/sessions/<slug>/manage/reminders")
@signed_in(can_manage_meeting, load=meeting_for_staff)
def session(meeting: Meeting) -> Any:
    """When those who have not done what they are asked for are reminded of it."""
    return _page(meeting)


@bp.post("/sessions/<slug>/manage/reminders")
@signed_in(can_manage_meeting, load=meeting_for_staff)
def save(meeting: Meeting) -> Any:
    """Change when a session reminds of one thing."""
    subject = subject_of(request.form.get("subject", ""))
    if subject is None:
        raise Refusal(_("Part of what your browser sent is missing or wrong."))
    own = queries.own_schedules(meeting.id).get(subject.message.name)
    form = _form(subject, own, sent=True)
    if form.validate_on_submit():
        own = own or ReminderSchedule(version=0)
        with form.saving(own):
            check_version(own, form.version.data)
            operations.set_schedule(
                meeting, subject, active=form.active.data, days=form.numbers, hour=form.hour_number, by=current_user
            )
            say(_("The reminders were saved."))
            return back_to("reminders.session", slug=meeting.slug)
    return _page(meeting, form), form.status

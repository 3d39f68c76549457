"""The secretariat's page of the call and of the extensions granted."""

from typing import Any

from flask import render_template
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal
from app.core.forms import check_version
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.meetings.models import Meeting
from app.meetings.queries import delegations_of_meeting, meeting_for_staff
from app.meetings.timing import local_moment
from app.practices import bp, operations, queries
from app.practices.forms import CallForm, ExtensionForm
from app.practices.models import Call
from app.practices.policies import WRITING_PARTIES, can_manage_call

staff_meeting = signed_in(can_manage_call, load=meeting_for_staff)


def _call_form(meeting: Meeting, call: Call | None, *, sent: bool = True) -> CallForm:
    more: dict[str, Any] = {} if sent else {"formdata": None}
    if call is None:
        return CallForm(**more)
    return CallForm(
        **more,
        data={
            "title": call.title,
            "text": call.text,
            "opens_at": call.opens_at.astimezone(meeting.tz),
            "closes_at": call.closes_at.astimezone(meeting.tz),
            "late_rule": call.late_rule,
            "version": call.version,
        },
    )


def _extension_form(meeting: Meeting) -> ExtensionForm:
    form = ExtensionForm()
    choices = [
        (item.id, in_reader_language(item.party.label))
        for item in delegations_of_meeting(meeting.id)
        if item.party.kind in WRITING_PARTIES
    ]
    form.delegation.choices = sorted(choices, key=lambda choice: fold(choice[1]))
    return form


def _page(
    meeting: Meeting,
    call: Call | None,
    *,
    form: CallForm | None = None,
    extension: ExtensionForm | None = None,
    status: int = 200,
) -> Any:
    page = render_template(
        "practices/call.html",
        meeting=meeting,
        call=call,
        form=form or _call_form(meeting, call),
        extension_form=extension or _extension_form(meeting),
        now=now(),
    )
    return page, status


@bp.get("/sessions/<slug>/manage/call")
@staff_meeting
def call(meeting: Meeting) -> Any:
    """The call, its moments and the extensions."""
    return _page(meeting, queries.call_of(meeting.id))


@bp.post("/sessions/<slug>/manage/call")
@staff_meeting
def save_call(meeting: Meeting) -> Any:
    """Make the call or change it."""
    row = queries.call_of(meeting.id)
    form = _call_form(meeting, row)
    slug, status = meeting.slug, 422
    if form.validate_on_submit():
        try:
            values: dict[str, Any] = {
                "title": form.title.data,
                "text": form.text.data,
                "late_rule": form.late_rule.data,
                "opens_at": local_moment(form.opens_at.data, meeting.zone, field="opens_at"),
                "closes_at": local_moment(form.closes_at.data, meeting.zone, field="closes_at"),
            }
            if row is None or not form.version.data:  # a second click on the button that makes it
                operations.create_call(meeting, by=current_user, **values)
            else:
                check_version(row, form.version.data)
                operations.edit_call(row, by=current_user, **values)
            closed = values["closes_at"] <= now()
            db.session.commit()
            say(
                _("The call was saved. Its deadline has passed: nothing can be submitted any more.")
                if closed
                else _("The call was saved.")
            )
            return back_to("practices.call", slug=slug)
        except Refusal as refusal:
            form.refuse(refusal)
            form.version.data = str(row.version) if row else ""
            status = refusal.status
    return _page(meeting, row, form=form, status=status)


@bp.post("/sessions/<slug>/manage/call/extensions")
@staff_meeting
def extend(meeting: Meeting) -> Any:
    """Grant one delegation a later deadline."""
    row = queries.call_of(meeting.id)
    form = _extension_form(meeting)
    slug, status = meeting.slug, 422
    if form.validate_on_submit():
        try:
            if row is None:
                raise Refusal(_("Write the call first."))
            delegation = next(item for item in delegations_of_meeting(meeting.id) if item.id == form.delegation.data)
            operations.grant_extension(
                row,
                delegation,
                until=local_moment(form.until.data, meeting.zone, field="until"),
                reason=form.reason.data or "",
                by=current_user,
            )
            db.session.commit()
            say(_("The extension was granted; the delegation is told by mail."))
            return back_to("practices.call", slug=slug, _anchor="extensions")
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
    return _page(meeting, row, form=_call_form(meeting, row, sent=False), extension=form, status=status)

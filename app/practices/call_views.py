"""The secretariat's page of the call and of the extensions granted."""

from collections.abc import Mapping
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.errors import Refusal
from app.core.forms import check_version, choices
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.meetings.models import Meeting
from app.meetings.queries import delegations_of_meeting, meeting_for_staff
from app.meetings.timing import local_moment
from app.practices import bp, calls, queries
from app.practices.emails import say_told
from app.practices.enums import LateRule
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
    known = [
        (item.id, in_reader_language(item.party.label))
        for item in delegations_of_meeting(meeting.id)
        if item.party.kind in WRITING_PARTIES
    ]
    form.delegation.choices = choices([("", _("Choose one")), *sorted(known, key=lambda choice: fold(choice[1]))])
    return form


def _page(
    meeting: Meeting,
    call: Call | None,
    *,
    form: CallForm | None = None,
    extension: ExtensionForm | None = None,
    closing: bool = False,
) -> Any:
    form = form or _call_form(meeting, call)
    page = render_template(
        "practices/call.html",
        meeting=meeting,
        call=call,
        form=form,
        extension_form=extension or _extension_form(meeting),
        now=now(),
        closing=closing,
        pending=bool(call and call.template_draft),
    )
    return page, (extension or form).status


@bp.get("/sessions/<slug>/manage/call")
@staff_meeting
def call(meeting: Meeting) -> Any:
    """The call, its moments and the extensions."""
    return _page(meeting, queries.call_of(meeting.id))


def _would_close(call: Call, values: Mapping[str, Any]) -> bool:
    """Whether a call that takes texts in now would not any more."""
    at = now()
    before, after = (
        closes_at > at or late_rule is LateRule.ACCEPT
        for closes_at, late_rule in ((call.closes_at, call.late_rule), (values["closes_at"], values["late_rule"]))
    )
    return before and not after


@bp.post("/sessions/<slug>/manage/call")
@staff_meeting
def save_call(meeting: Meeting) -> Any:
    """Make the call or change it."""
    row = queries.call_of(meeting.id)
    form = _call_form(meeting, row)
    if form.validate_on_submit():
        with form.saving(row):
            old = row if form.version.data else None  # a second click on the button that makes the call has seen none
            if old:
                check_version(old, form.version.data)
            values: dict[str, Any] = {
                "title": form.title.data,
                "text": form.text.data,
                "late_rule": form.late_rule.data,
                "opens_at": local_moment(form.opens_at.data, meeting.zone, field="opens_at"),
                "closes_at": local_moment(form.closes_at.data, meeting.zone, field="closes_at"),
            }
            if old and _would_close(old, values) and request.form.get("action") != "close":
                return _page(meeting, row, form=form, closing=True)
            if old:
                calls.edit_call(old, by=current_user, **values)
            else:
                calls.create_call(meeting, by=current_user, **values)
            say(
                _("The call was saved. Its deadline has passed: nothing can be submitted any more.")
                if values["closes_at"] <= now() and values["late_rule"] is LateRule.REFUSE
                else _("The call was saved.")
            )
            return back_to("practices.call", slug=meeting.slug)
    return _page(meeting, row, form=form)


@bp.post("/sessions/<slug>/manage/call/extensions")
@staff_meeting
def extend(meeting: Meeting) -> Any:
    """Grant one delegation a later deadline."""
    row = queries.call_of(meeting.id)
    form = _extension_form(meeting)
    if form.validate_on_submit():
        with form.saving():
            if row is None:
                raise Refusal(_("Write the call first."))
            delegation = next(item for item in delegations_of_meeting(meeting.id) if item.id == form.delegation.data)
            calls.grant_extension(
                row,
                delegation,
                until=local_moment(form.until.data, meeting.zone, field="until"),
                reason=form.reason.data or "",
                by=current_user,
            )
            say_told(_("The extension was granted."), delegation, slug=meeting.slug)
            return back_to("practices.call", slug=meeting.slug, _anchor="extensions")
    return _page(meeting, row, form=_call_form(meeting, row, sent=False), extension=form)

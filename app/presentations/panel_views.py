"""What the secretariat does with those who present: inviting, ordering, reminding, noting delivery and recordings."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.forms import check_order, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.meetings.forms import MoveForm
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import meeting_for_staff
from app.presentations import bp, queries, slots
from app.presentations.forms import RecordingForm
from app.presentations.policies import can_publish_presentations
from app.presentations.reminding import COMPLETE
from app.presentations.views import index_page
from app.reminders.labels import written
from app.reminders.operations import remind_now

staff_meeting = signed_in(can_publish_presentations, load=meeting_for_staff)
staff_delegation = signed_in(can_publish_presentations, load=queries.delegation_presenting)


def _back(slug: str, delegation: Delegation) -> Any:
    return back_to("presentations.index", slug=slug, _anchor=f"delegation-{delegation.id}")


@bp.post("/sessions/<slug>/presentations/<code>/invite")
@staff_delegation
def invite(delegation: Delegation) -> Any:
    """Invite a mechanism to present."""
    sent()
    answer = _back(delegation.meeting.slug, delegation)
    invited = slots.invite(delegation, by=current_user)
    db.session.commit()
    say(
        _("The invitation was written. It waits in the outbox for approval.")
        if invited
        else _("This mechanism was invited already.")
    )
    return answer


@bp.post("/sessions/<slug>/manage/presentations/invite")
@staff_meeting
def invite_all(meeting: Meeting) -> Any:
    """Invite all mechanisms that were not."""
    sent()
    slug = meeting.slug
    number = slots.invite_all(meeting, by=current_user)
    db.session.commit()
    say(
        ngettext(
            "%(num)d mechanism was invited. The invitation waits in the outbox for approval.",
            "%(num)d mechanisms were invited. The invitations wait in the outbox for approval.",
            number,
        )
    )
    return back_to("presentations.index", slug=slug)


def _order(meeting: Meeting) -> list[int]:
    return [row.delegation.id for row in queries.presenting_delegations(meeting.id)]


@bp.post("/sessions/<slug>/presentations/<code>/move")
@staff_delegation
def move(delegation: Delegation) -> Any:
    """Put a mechanism one up or down."""
    form = sent(MoveForm())
    answer = _back(delegation.meeting.slug, delegation)
    lock(delegation.meeting)
    check_order(_order(delegation.meeting), form.version.data)
    slots.move(delegation, up=form.direction.data == "up", by=current_user)
    db.session.commit()
    return answer


@bp.post("/sessions/<slug>/manage/presentations/place")
@staff_meeting
def drop(meeting: Meeting) -> Any:
    """Put the mechanism that was dragged at the place of the drop."""
    form, slug = sent(MoveForm()), meeting.slug
    lock(meeting)
    rows = queries.presenting_delegations(meeting.id)
    dragged = next((row.delegation for row in rows if row.delegation.id == form.item.data), None)
    if dragged is None:
        raise NotFound
    answer = _back(slug, dragged)
    check_order((row.delegation.id for row in rows), form.version.data)
    slots.place(dragged, position=form.position.data or 1, by=current_user)
    db.session.commit()
    return answer


@bp.post("/sessions/<slug>/presentations/<code>/remind")
@staff_delegation
def remind(delegation: Delegation) -> Any:
    """Mail the representatives what is missing."""
    sent()
    answer = _back(delegation.meeting.slug, delegation)
    mails = remind_now(delegation.meeting, COMPLETE, [delegation.id], by=current_user)
    db.session.commit()
    say(written(mails))
    return answer


@bp.post("/sessions/<slug>/presentations/<code>/delivered")
@staff_delegation
def delivered(delegation: Delegation) -> Any:
    """Note that a presentation was delivered, or take that back."""
    sent()
    answer = _back(delegation.meeting.slug, delegation)
    slots.mark_delivered(delegation, request.form.get("delivered") == "yes", by=current_user)
    db.session.commit()
    return answer


@bp.post("/sessions/<slug>/presentations/<code>/recording")
@staff_delegation
def recording(delegation: Delegation) -> Any:
    """Keep where the recording is."""
    form = RecordingForm(prefix=f"d{delegation.id}-")
    with form.saving():
        if not form.validate_on_submit():
            raise Refusal(_("Write a whole address that begins with https://."), field="address")
        slots.attach_recording(delegation, form.address.data or "", by=current_user)
        say(_("The recording was saved."))
        return _back(delegation.meeting.slug, delegation)
    return index_page(delegation.meeting, recording_form=form, refused=delegation.id), form.status

"""Taking back what was begun by mistake: a delegation, a session."""

from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from app.core.db import db
from app.core.forms import check_version, sent
from app.core.pages import back_to, say
from app.core.policies import signed_in
from app.core.wording import in_reader_language
from app.meetings import bp, queries, undoing
from app.meetings.forms import DeleteForm
from app.meetings.models import Delegation, Meeting
from app.meetings.policies import can_manage_meeting

staff_meeting = signed_in(can_manage_meeting, load=queries.meeting_for_staff)


def _as_seen(meeting: Meeting) -> Meeting:
    """The session, where nobody changed it since the person saw it. Raises Stale otherwise."""
    check_version(meeting, sent(DeleteForm()).version.data)
    return meeting


def _done(meeting: Meeting, said: str) -> Any:
    """Commit, say so and go back to the workbench."""
    answer = back_to("desk.meeting", slug=meeting.slug)
    db.session.commit()
    say(said)
    return answer


@bp.post("/sessions/<slug>/manage/cancel")
@staff_meeting
def cancel(meeting: Meeting) -> Any:
    """Say that the session is not held."""
    undoing.cancel_meeting(_as_seen(meeting), by=current_user)
    return _done(meeting, _("The session is cancelled. Its pages say so; who is to be told by mail is yours to say."))


@bp.post("/sessions/<slug>/manage/restore")
@staff_meeting
def restore(meeting: Meeting) -> Any:
    """Say that the session is held after all."""
    undoing.restore_meeting(_as_seen(meeting), by=current_user)
    return _done(meeting, _("The session is held after all. Mails that were cancelled with it stay cancelled."))


@bp.post("/sessions/<slug>/manage/delete")
@staff_meeting
def delete(meeting: Meeting) -> Any:
    """Delete a session that was begun by mistake."""
    title = in_reader_language(meeting.title)
    undoing.delete_meeting(_as_seen(meeting), by=current_user)
    db.session.commit()
    say(_("“%(title)s” was deleted.", title=title))
    return back_to("desk.home")


@bp.post("/manage/delegations/<int:delegation_id>/remove")
@signed_in(can_manage_meeting, load=queries.delegation_for_staff)
def remove_delegation(delegation: Delegation) -> Any:
    """Take a delegation out of its session."""
    sent()
    name = in_reader_language(delegation.party.label)
    answer = back_to("meetings.delegations", slug=delegation.meeting.slug)
    undoing.remove_delegation(delegation, by=current_user)
    db.session.commit()
    say(_("%(party)s has no delegation to this session any more.", party=name))
    return answer

"""What is asked of a delegation on recommendations of earlier sessions, as tasks with one button each."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.actors import Actor
from app.desk.floor_tasks import Task, awaited_until
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for
from app.recommendations.queries import Due


def report_tasks(delegation: Delegation, due: Due | None, call: Any, actor: Actor) -> list[Task]:
    """On how many recommendations of earlier sessions a delegation is to report."""
    if due is None or not can_write_for(actor, delegation):
        return []
    meeting = delegation.meeting
    return [
        {
            "title": _("Report on recommendations of earlier sessions"),
            **(awaited_until(call.closes_at if call else meeting.starts_at, meeting.zone) if due.left else {}),
            "kind": "action" if due.left else "done",
            "status": _("%(filed)d of %(asked)d filed", filed=due.filed, asked=due.asked),
            "note": ngettext("%(num)d draft", "%(num)d drafts", due.begun) if due.begun else "",
            "action": _("Read them and report") if due.left else _("Read them"),
            "url": url_for("recommendations.session", slug=meeting.slug),
        }
    ]

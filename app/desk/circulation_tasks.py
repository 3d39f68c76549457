"""The draft summaries that are before a person's delegations, as tasks of the desk."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from app.circulation.enums import CirculationKind
from app.circulation.models import Circulation
from app.core.actors import Actor
from app.core.clock import now
from app.core.wording import moment_text
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for


def circulation_tasks(delegation: Delegation, rows: list[Circulation], actor: Actor) -> list[dict[str, Any]]:
    """The draft summaries that are before a delegation, until when and what for."""
    writes = can_write_for(actor, delegation)
    return [
        {
            "title": _("The draft summary, under silence")
            if row.kind is CirculationKind.SILENCE
            else (_("Comment on the draft summary") if writes else _("Read the draft summary")),
            "note": _("To say nothing is to agree: it is adopted at that moment if no delegation objects before it.")
            if row.kind is CirculationKind.SILENCE
            else "",
            "due": _("Until %(moment)s", moment=moment_text(row.ends_at, delegation.meeting.zone)),
            "due_at": row.ends_at,
            "zone": delegation.meeting.zone,
            "kind": "action" if writes and now() < row.ends_at else "neutral",
            "status": _("Before your delegation") if now() < row.ends_at else _("The result is being established"),
            "action": _("Read the text"),
            "url": url_for("circulation.read", circulation_id=row.id, code=delegation.party.code),
        }
        for row in rows
    ]

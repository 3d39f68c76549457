"""What has just changed on a session's floor: the one way by which operations say so."""

from collections.abc import Mapping
from typing import Any

from app.audit import operations as trail
from app.core.actors import Actor
from app.core.db import Base
from app.live import publish
from app.meetings.models import Meeting


def record(
    action: str, subject: Base, meeting: Meeting | None, *, by: Actor, changes: Mapping[str, Any] | None = None
) -> None:
    """Add the event to the trail, as `audit.operations.record` does, and tell those who watch the session's floor.

    `meeting`: None for the rules of a body.
    """
    trail.record(action, subject, by=by, meeting_id=meeting.id if meeting else None, changes=changes)
    if meeting:
        publish(f"floor:{meeting.id}")

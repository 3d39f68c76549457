"""What has just changed on a session's floor: the one way by which operations say so."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event

from app.audit import operations as trail
from app.core.actors import Actor
from app.core.db import Base
from app.floor.models import FloorPlace, SpeakerEntry, SpeakersList, Speech, SwapOffer
from app.live import publish
from app.meetings.models import AgendaVersion, Meeting
from app.meetings.programme import follows

SHOWN = (FloorPlace, SpeakerEntry, SpeakersList, Speech, SwapOffer)  # what the live parts read


def topic_of(meeting: Meeting) -> str:
    """Under which a session's floor is followed."""
    return f"floor:{meeting.id}"


def record(
    action: str, subject: Base, meeting: Meeting | None, *, by: Actor, changes: Mapping[str, Any] | None = None
) -> None:
    """Add the event to the trail, as `audit.operations.record` does, and tell those who watch the session's floor
    where they see it: of statements, and of who has which part, they see nothing there.

    `meeting`: None for the rules of a body.
    """
    trail.record(action, subject, by=by, meeting_id=meeting.id if meeting else None, changes=changes)
    if meeting and isinstance(subject, SHOWN):
        publish(topic_of(meeting))


@event.listens_for(Meeting.stage, "set")
@event.listens_for(Meeting.cancelled_at, "set")
def _whether_it_is_held(meeting: Meeting, *_values: Any) -> None:
    """What is asked for and given depends on the session's stage, and on whether it is held."""
    if meeting.id is not None:
        publish(topic_of(meeting))


@follows
def _its_items(version: AgendaVersion) -> None:
    publish(topic_of(version.meeting))

"""Who carries recommendations, and who reports on them."""

from app.core.actors import Actor
from app.directory.models import Party
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.policies import can_write_for
from app.recommendations.models import CarriedRecommendation
from app.recommendations.reading import Asked
from app.summaries.addressing import is_addressed

REPORTING = (Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING)


def can_carry(actor: Actor, thing: object = None) -> bool:
    """The secretariat says on which recommendations a session asks for reports, and closes them."""
    return actor.is_staff


def takes_reports(meeting: Meeting) -> bool:
    """From the opening of its call until its summary is published, unless it is cancelled."""
    return meeting.stage in REPORTING and not meeting.cancelled_at


def is_asked(row: CarriedRecommendation, asked: Asked, party: Party) -> bool:
    """Whether a party is asked for a report now."""
    return row.closed_at is None and is_addressed(asked.addressees, party)


def can_report(actor: Actor, place: object) -> bool:
    """Those who write for the delegation."""
    delegation = getattr(place, "delegation", None)
    return delegation is not None and can_write_for(actor, delegation)

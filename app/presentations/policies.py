"""Who may see and write presentations."""

from app.core.actors import Actor
from app.core.audience import may_read
from app.meetings.enums import Stage
from app.meetings.policies import can_write_for
from app.presentations.models import Presentation


def can_edit_presentation(actor: Actor, presentation: Presentation) -> bool:
    """Its mechanism's representatives; the secretariat for them, unless they have a draft of their own."""
    return can_write_for(actor, presentation.delegation) or (actor.is_staff and presentation.open_to_staff)


def can_publish_presentations(actor: Actor, thing: object = None) -> bool:
    """The secretariat publishes."""
    return actor.is_staff


def can_view_presentation(actor: Actor, presentation: Presentation, *, participates: bool) -> bool:
    """The mechanism's own delegation; the secretariat once it was filed; others once it is published, by its audience.

    Where the consent was withdrawn since then, the same people see that it was: pages show a note in its place.
    """
    if presentation.delegation.role_of(actor):
        return True
    if actor.is_staff:
        return presentation.known_to_staff
    if presentation.published_at is None and presentation.withdrawn_at is None:
        return False
    if presentation.meeting.stage is Stage.PREPARING:
        return False
    return may_read(actor, presentation.audience, body_id=presentation.meeting.mechanism_id, participates=participates)

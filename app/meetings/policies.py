"""Who may see and manage sessions."""

from app.core.actors import Actor
from app.core.audience import may_read
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, Meeting


def can_manage_meeting(actor: Actor, thing: object = None) -> bool:
    """The secretariat prepares and runs sessions."""
    return actor.is_staff


def can_view_meeting(actor: Actor, meeting: Meeting, *, participates: bool) -> bool:
    """A session in preparation is the secretariat's; afterwards it is its audience's and its delegations'."""
    if actor.is_staff:
        return True
    if meeting.stage is Stage.PREPARING:
        return False
    return participates or may_read(
        actor, meeting.distribution, body_id=meeting.mechanism_id, participates=participates
    )


def can_write_for(actor: Actor, delegation: Delegation) -> bool:
    """Heads, focal points and drafters write for their delegation; observers only read."""
    role = delegation.role_of(actor.id)
    return role is not None and role is not DelegationRole.OBSERVER

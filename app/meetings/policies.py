"""Who may see and manage sessions."""

from app.core.actors import Actor
from app.core.audience import Audience, may_read
from app.core.clock import now
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
    role = delegation.role_of(actor)
    return role is not None and role is not DelegationRole.OBSERVER


REGISTERING = (DelegationRole.HEAD, DelegationRole.FOCAL_POINT)


def registration_is_open(meeting: Meeting) -> bool:
    """Whether delegations may still register their people: until the moment that was set, else until the end."""
    return not meeting.cancelled_at and now() < (meeting.registration_closes_at or meeting.ends_at)


def can_see_people(actor: Actor, delegation: Delegation) -> bool:
    """Those of the delegation and the secretariat see all that is held of its people."""
    return actor.is_staff or delegation.role_of(actor) is not None


def can_register_people(actor: Actor, delegation: Delegation) -> bool:
    """The delegation's head and focal point, and the secretariat for anybody; whether it is open is another matter."""
    return actor.is_staff or delegation.role_of(actor) in REGISTERING


def can_read_participants(actor: Actor, meeting: Meeting, *, participates: bool) -> bool:
    """The session's delegations and the secretariat read the list of participants; others where the body says so."""
    rules = meeting.participant_rules
    audience = rules.audience if rules else Audience.RESTRICTED
    if not can_view_meeting(actor, meeting, participates=participates):
        return False
    return participates or may_read(actor, audience, body_id=meeting.mechanism_id, participates=participates)

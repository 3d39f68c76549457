"""Who may do what with what is circulated."""

from typing import Protocol

from app.core.actors import Actor
from app.meetings.models import Delegation
from app.meetings.policies import REGISTERING, can_write_for


class OfDelegation(Protocol):
    @property
    def delegation(self) -> Delegation: ...


def can_circulate(actor: Actor, thing: object = None) -> bool:
    """The secretariat circulates versions and answers comments."""
    return actor.is_staff


def can_read_circulated(actor: Actor, found: OfDelegation) -> bool:
    """Everybody in a delegation that was addressed, observers too."""
    return found.delegation.role_of(actor) is not None


def can_comment(actor: Actor, found: OfDelegation) -> bool:
    """Those who write for the delegation write its comments and file them, as they submit its good practices."""
    return can_write_for(actor, found.delegation)


def can_object(actor: Actor, found: OfDelegation) -> bool:
    """The head and the focal point break the silence, and explain the delegation's position: it binds the State."""
    return found.delegation.role_of(actor) in REGISTERING

"""Who keeps the record, and who corrects it. Who reads the minutes is who follows the floor."""

from typing import Protocol

from app.core.actors import Actor
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for


class Recorded(Protocol):
    """What a loader of the record gives: with whether the person keeps the session's record."""

    @property
    def keeps(self) -> bool: ...


class OfDelegation(Protocol):
    @property
    def delegation(self) -> Delegation: ...


def can_keep_record(actor: Actor, found: Recorded) -> bool:
    """The secretariat, and whoever it gave the rapporteur's part: they read one another's notes, and nobody else's."""
    return found.keeps


def can_send_minutes(actor: Actor, thing: object = None) -> bool:
    """The secretariat gives the minutes out and makes them final."""
    return actor.is_staff


def can_correct(actor: Actor, found: OfDelegation) -> bool:
    """Those who write for a delegation say what it said."""
    return can_write_for(actor, found.delegation)

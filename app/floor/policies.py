"""Who follows the floor, who speaks for whom, who manages."""

from typing import Protocol

from app.core.actors import Actor
from app.floor.models import SwapOffer
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for


class OnTheFloor(Protocol):
    """What a loader of the floor gives: with whether the person manages the session's floor, and in which of its
    delegations they are."""

    @property
    def manages(self) -> bool: ...
    @property
    def own(self) -> list[Delegation]: ...


class Asking(Protocol):
    @property
    def delegation(self) -> Delegation: ...


class Requested(Protocol):
    @property
    def manages(self) -> bool: ...
    @property
    def delegation(self) -> Delegation: ...


def can_follow(actor: Actor, floor: OnTheFloor) -> bool:
    """The session's delegations and those who manage its floor see who speaks and who waits."""
    return floor.manages or bool(floor.own)


def can_manage(actor: Actor, floor: OnTheFloor) -> bool:
    """The secretariat, and whoever it gave the Chair's part."""
    return floor.manages


def can_ask(actor: Actor, asking: Asking) -> bool:
    """Those who write for a delegation ask for the floor for it: nobody else does, by this way."""
    return can_write_for(actor, asking.delegation)


def can_withdraw(actor: Actor, request: Requested) -> bool:
    """A delegation takes back what it asked for itself; who manages the floor removes."""
    return can_write_for(actor, request.delegation)


def can_accept(actor: Actor, offer: SwapOffer) -> bool:
    """Those who were offered another place accept it."""
    return can_write_for(actor, offer.wanted.delegation)


def can_decline(actor: Actor, offer: SwapOffer) -> bool:
    """Those who were offered it refuse, those who offered take it back."""
    return any(can_write_for(actor, entry.delegation) for entry in (offer.offered, offer.wanted))

"""Who follows the floor, who speaks for whom, who manages."""

from typing import Protocol

from app.core.actors import Actor
from app.core.audience import may_read
from app.floor.models import SwapOffer
from app.floor.statement_models import FloorStatement, FloorStatementCode
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for


class OnTheFloor(Protocol):
    """What a loader of the floor gives: with whether the person manages the session's floor, and in which of its
    delegations they are."""

    @property
    def manages(self) -> bool: ...
    @property
    def own(self) -> list[Delegation]: ...


class Watched(OnTheFloor, Protocol):
    """The same, with whether the person interprets what is said."""

    @property
    def interprets(self) -> bool: ...


class Asking(Protocol):
    """What a delegation does, or did: ask for the floor, hand in a statement."""

    @property
    def delegation(self) -> Delegation: ...


class ToStatements(OnTheFloor, Protocol):
    """What a loader of statements gives: with whether the person reads them before they are delivered."""

    @property
    def early(self) -> bool: ...


class Open(Protocol):
    @property
    def is_open(self) -> bool: ...


def can_follow(actor: Actor, floor: OnTheFloor) -> bool:
    """The session's delegations and those who manage its floor see who speaks and who waits."""
    return floor.manages or bool(floor.own)


def can_watch(actor: Actor, floor: Watched) -> bool:
    """So do interpreters, who prepare for whom comes next: on the pages that move, and on no paper or record."""
    return can_follow(actor, floor) or floor.interprets


def can_manage(actor: Actor, floor: OnTheFloor) -> bool:
    """The secretariat, and whoever it gave the Chair's part."""
    return floor.manages


def can_ask(actor: Actor, asking: Asking) -> bool:
    """Those who write for a delegation ask for it, and take back what it asked for: who manages the floor notes flags,
    and removes."""
    return can_write_for(actor, asking.delegation)


def can_accept(actor: Actor, offer: SwapOffer) -> bool:
    """Those who were offered another place accept it."""
    return can_write_for(actor, offer.wanted.delegation)


def can_decline(actor: Actor, offer: SwapOffer) -> bool:
    """Those who were offered it refuse, those who offered take it back."""
    return any(can_write_for(actor, entry.delegation) for entry in (offer.offered, offer.wanted))


def may_read_statement(actor: Actor, floor: ToStatements, statement: FloorStatement, delivery: Open) -> bool:
    """Until it is delivered: its own delegation, the secretariat and the interpreters. Then those who follow the floor,
    and readers as the delegation consents."""
    if floor.early or statement.delegation_id in {row.id for row in floor.own}:
        return True
    if not delivery.is_open:
        return False
    body_id = statement.meeting.mechanism_id
    return can_follow(actor, floor) or may_read(actor, statement.audience, body_id=body_id, participates=False)


def could_read_statement(actor: Actor, statement: FloorStatement, delivery: Open) -> bool:
    """Whether readers like this one had a statement before its delegation took that consent back: they are told so."""
    if statement.was_for is None or not delivery.is_open:
        return False
    meeting = statement.meeting
    was_for = statement.was_for.narrower(meeting.distribution)
    return may_read(actor, was_for, body_id=meeting.mechanism_id, participates=False)


def can_make_codes(actor: Actor, asking: Asking) -> bool:
    """The secretariat, and those who write for the delegation: whoever has the Chair's part acts for no other."""
    return actor.is_staff or can_write_for(actor, asking.delegation)


def can_revoke_code(actor: Actor, code: FloorStatementCode) -> bool:
    """Those who make them."""
    return actor.is_staff or can_write_for(actor, code.delegation)

"""Who may see, write and review good practices."""

from app.core.actors import Actor
from app.core.audience import may_read
from app.directory.enums import PartyKind
from app.meetings.enums import Stage
from app.meetings.models import Delegation
from app.meetings.policies import REGISTERING, can_write_for
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion

WRITING_PARTIES = frozenset({PartyKind.STATE, PartyKind.TERRITORY})


def can_manage_call(actor: Actor, thing: object = None) -> bool:
    """The secretariat writes the call and grants extensions."""
    return actor.is_staff


def can_review_practice(actor: Actor, thing: object = None) -> bool:
    """The secretariat accepts, returns and publishes."""
    return actor.is_staff


def can_start_practice(actor: Actor, delegation: Delegation) -> bool:
    """Heads, focal points and drafters of the delegation of a State (or territory)."""
    return delegation.party.kind in WRITING_PARTIES and can_write_for(actor, delegation)


def can_see_delegation(actor: Actor, delegation: Delegation) -> bool:
    """Everybody in the delegation of a State (or territory) sees which practices it has, observers too."""
    return delegation.party.kind in WRITING_PARTIES and delegation.role_of(actor) is not None


def can_set_clearance(actor: Actor, delegation: Delegation) -> bool:
    """The delegation's head and focal point say who clears its texts; nobody of the secretariat does."""
    return can_see_delegation(actor, delegation) and delegation.role_of(actor) in REGISTERING


def can_edit_practice(actor: Actor, practice: Practice) -> bool:
    """Those who write for its delegation; observers read only."""
    return can_write_for(actor, practice.delegation)


def can_read_own_practice(actor: Actor, practice: Practice) -> bool:
    """Everybody in its delegation, observers too."""
    return practice.delegation.role_of(actor) is not None


def can_translate_practice(actor: Actor, practice: Practice) -> bool:
    """The secretariat, and those who write for its delegation."""
    return actor.is_staff or can_edit_practice(actor, practice)


def can_view_practice(actor: Actor, practice: Practice, *, participates: bool) -> bool:
    """The delegation sees all its own; the secretariat what was ever submitted; others what is published.

    Of a practice that was withdrawn after publication the same people see that it was: pages show a note
    in place of its text.
    """
    if can_read_own_practice(actor, practice):
        return True
    if actor.is_staff:
        return practice.reference is not None
    shown = practice.state in (PracticeState.PUBLISHED, PracticeState.WITHDRAWN)
    if not shown or practice.published_at is None or practice.meeting.stage is Stage.PREPARING:
        return False
    return may_read(actor, practice.audience, body_id=practice.meeting.mechanism_id, participates=participates)


def can_read_version(actor: Actor, version: PracticeVersion) -> bool:
    """Whether who reads a published practice may read a version of it: a wider consent opens nothing that was given to
    member States alone. Its delegation has all its versions on pages of its own."""
    practice = version.practice
    as_wide = version.consent.rank <= practice.consent.rank
    body_id = practice.meeting.mechanism_id
    return as_wide or may_read(actor, version.consent, body_id=body_id, participates=False)

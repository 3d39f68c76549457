"""Who may change the directory's facts. Everybody may read them, and how they were changed."""

from app.core.actors import Actor
from app.directory.models import Proposal


def can_edit_facts(actor: Actor, thing: object = None) -> bool:
    """The secretariat states facts, decides on proposals and corrects the table of involvement."""
    return actor.is_staff


def can_propose_facts(actor: Actor, mechanism_id: int, represented: frozenset[int]) -> bool:
    """A mechanism's representatives propose changes of its facts; `represented`: ids of whom the person speaks for."""
    return actor.is_authenticated and mechanism_id in represented


def can_read_proposal(actor: Actor, proposal: Proposal, represented: frozenset[int]) -> bool:
    """The secretariat, the mechanism's representatives, and whoever made the proposal."""
    return (
        can_edit_facts(actor)
        or can_propose_facts(actor, proposal.mechanism_id, represented)
        or (actor.is_authenticated and proposal.proposed_by_id == actor.id)
    )

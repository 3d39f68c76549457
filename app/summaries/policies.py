"""Who may do what with summaries. Who may read a published one is told by its session's audience."""

from app.core.actors import Actor


def can_consolidate(actor: Actor, thing: object = None) -> bool:
    """The secretariat writes the summary, and whom a loader for writers found to have the rapporteur's part.

    Nobody else sees it before it is published. Given what only the secretariat's loaders give, it is theirs alone.
    """
    return actor.is_staff or getattr(thing, "writes", False)

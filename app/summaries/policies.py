"""Who may do what with summaries. Who may read a published one is told by its session's audience."""

from app.core.actors import Actor


def can_consolidate(actor: Actor, thing: object = None) -> bool:
    """The secretariat writes the summary; nobody else sees it before it is published."""
    return actor.is_staff

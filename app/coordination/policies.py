"""Who records what is coordinated."""

from app.core.actors import Actor


def can_record_coordination(actor: Actor, thing: object = None) -> bool:
    """The secretariat records coordinations and what becomes of them."""
    return actor.is_staff

"""Who may do what with accounts."""

from app.core.actors import Actor
from app.people.models import User


def can_manage_account(actor: Actor, user: User) -> bool:
    """Administrators may close and reopen every account but their own."""
    return actor.is_administrator and actor.id != user.id

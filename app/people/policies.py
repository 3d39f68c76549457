"""Who may do what with accounts."""

from app.core.actors import Actor
from app.people.enums import Standing
from app.people.models import User


def can_manage_account(actor: Actor, user: User) -> bool:
    """Administrators may close and reopen every account but their own."""
    return actor.is_administrator and actor.id != user.id


def can_correct_address(user: User) -> bool:
    """The address of an account can be corrected for its person while nobody uses it, but not of the secretariat's."""
    return user.set_up_at is None and user.closed_at is None and user.standing is Standing.MEMBER

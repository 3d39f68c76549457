"""Messages about sessions."""

from typing import Any

from app.mail.operations import queue_mail
from app.meetings.enums import DelegationRole
from app.meetings.labels import ROLES
from app.meetings.models import Delegation
from app.people.models import User


def invitation(delegation: Delegation, role: DelegationRole) -> dict[str, Any]:
    """What mails to a person say of the delegation that they are in."""
    return {"delegation": delegation, "meeting": delegation.meeting, "role": ROLES[role]}


def tell_added(user: User, delegation: Delegation, role: DelegationRole) -> None:
    """Tell a person who has an account that they are now in a delegation."""
    queue_mail(message="meetings/added", to=user, context=invitation(delegation, role))

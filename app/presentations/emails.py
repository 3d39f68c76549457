"""Messages about presentations to those who write for the mechanism."""

from typing import Any

from app.mail.operations import queue_mail
from app.meetings.models import Delegation
from app.meetings.policies import can_write_for
from app.people.models import User


def writers(delegation: Delegation) -> list[User]:
    """The representatives who can write the presentation, with an open account."""
    return [
        member.user
        for member in delegation.members
        if can_write_for(member.user, delegation) and member.user.closed_at is None
    ]


def _tell(delegation: Delegation, message: str, **context: Any) -> None:
    for user in writers(delegation):
        queue_mail(
            message=f"presentations/{message}",
            to=user,
            context={"delegation": delegation, "meeting": delegation.meeting, **context},
        )


def tell_invited(delegation: Delegation) -> None:
    """The invitation to present, in each representative's language."""
    _tell(delegation, "invitation")


def tell_missing(delegation: Delegation, missing: list[Any]) -> None:
    """What the secretariat has not received yet; `missing` are (lazily) translated phrases."""
    _tell(delegation, "missing", missing=missing)

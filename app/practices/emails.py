"""Messages about good practices to the members of a delegation."""

from typing import Any

from app.mail.operations import queue_mail
from app.meetings.models import Delegation
from app.practices.models import Extension, Practice, PracticeVersion, Review


def _tell(delegation: Delegation, message: str, **context: Any) -> None:
    for member in delegation.members:
        if member.user.closed_at is None:
            queue_mail(
                message=f"practices/{message}",
                to=member.user,
                context={"delegation": delegation, "meeting": delegation.meeting, **context},
            )


def tell_submitted(practice: Practice, version: PracticeVersion) -> None:
    """The receipt: reference, moment, fingerprint."""
    _tell(practice.delegation, "submitted", practice=practice, version=version)


def tell_returned(practice: Practice, review: Review) -> None:
    """The secretariat's comments, and until when it can be submitted again."""
    deadline = practice.call.deadline_for(practice.delegation_id)
    _tell(practice.delegation, "returned", practice=practice, review=review, deadline=deadline)


def tell_accepted(practice: Practice, review: Review) -> None:
    """The secretariat accepted it."""
    _tell(practice.delegation, "accepted", practice=practice, review=review)


def tell_extended(extension: Extension) -> None:
    """A later deadline for the delegation."""
    _tell(extension.delegation, "extended", extension=extension, call=extension.call)

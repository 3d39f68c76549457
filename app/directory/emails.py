"""Messages about proposed changes of facts."""

from collections.abc import Iterable

from app.directory.labels import SUBJECTS
from app.directory.models import Proposal
from app.mail.operations import Recipient, queue_mail


def tell_proposed(proposal: Proposal, to: Iterable[Recipient]) -> None:
    """Tell those who decide that a mechanism's representative proposes a change."""
    _tell("proposed", proposal, to)


def tell_decided(proposal: Proposal, to: Iterable[Recipient]) -> None:
    """Tell the proposer what was decided, and why."""
    _tell("decided", proposal, to)


def _tell(message: str, proposal: Proposal, to: Iterable[Recipient]) -> None:
    context = {"proposal": proposal, "mechanism": proposal.mechanism, "subject": SUBJECTS[proposal.subject]}
    for recipient in to:
        queue_mail(message=f"directory/{message}", to=recipient, context=context)

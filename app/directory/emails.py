"""Messages about proposed changes of facts."""

from collections.abc import Iterable

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.wording import in_reader_language
from app.directory.enums import ProposalState
from app.directory.labels import SUBJECTS
from app.directory.models import Proposal
from app.mail.messages import Message, Placeholder, describe
from app.mail.operations import Recipient, queue_mails, whole_url

# Of a context with `proposal`.
OF_PROPOSAL = {
    "mechanism": Placeholder(
        _l("The mechanism's full name"),
        lambda: _("Example Conference on Migration"),
        lambda c: in_reader_language(c["proposal"].mechanism.names),
    ),
    "mechanism_short": Placeholder(
        _l("The mechanism's acronym"), lambda: "ECM", lambda c: in_reader_language(c["proposal"].mechanism.label)
    ),
    "subject": Placeholder(
        _l("What the change is about"),
        lambda: str(next(iter(SUBJECTS.values()))),
        lambda c: str(SUBJECTS[c["proposal"].subject]),
    ),
    "link": Placeholder(
        _l("The page of the proposal"),
        lambda: whole_url("map.proposal", proposal_id=1),
        lambda c: whole_url("map.proposal", proposal_id=c["proposal"].id),
    ),
}
REASON = {
    "reason": Placeholder(
        _l("The reason given; may be empty"), lambda: _("The source says otherwise."), lambda c: c["proposal"].reason
    )
}
PROPOSED = describe(Message("directory/proposed", _l("A change of the directory is proposed"), OF_PROPOSAL))
DECIDED = {
    ProposalState.ACCEPTED: describe(
        Message("directory/accepted", _l("A proposed change was accepted"), {**OF_PROPOSAL, **REASON})
    ),
    ProposalState.REFUSED: describe(
        Message("directory/refused", _l("A proposed change was refused"), {**OF_PROPOSAL, **REASON})
    ),
}


def tell_proposed(proposal: Proposal, to: Iterable[Recipient]) -> None:
    """Tell those who decide that a mechanism's representative proposes a change."""
    _tell(PROPOSED, proposal, to)


def tell_decided(proposal: Proposal, to: Iterable[Recipient]) -> None:
    """Tell the proposer what was decided, and why."""
    _tell(DECIDED[proposal.state], proposal, to)


def _tell(message: Message, proposal: Proposal, to: Iterable[Recipient]) -> None:
    queue_mails(message.name, [(recipient, {"proposal": proposal}) for recipient in to])

"""How the states of a presentation are called on screens."""

from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.presentations.enums import InvitationState, Missing, PresentationState

STATES = {
    PresentationState.DRAFT: _l("Draft"),
    PresentationState.FILED: _l("Filed"),
    PresentationState.WITHDRAWN: _l("Withdrawn"),
}
STATE_KINDS = {
    PresentationState.DRAFT: "neutral",
    PresentationState.FILED: "progress",
    PresentationState.WITHDRAWN: "stopped",
}
INVITATIONS = {
    InvitationState.INVITED: _l("Invited"),
    InvitationState.ACCEPTED: _l("Invitation accepted"),
    InvitationState.DECLINED: _l("Invitation declined"),
}
INVITATION_KINDS = {
    InvitationState.INVITED: "progress",
    InvitationState.ACCEPTED: "done",
    InvitationState.DECLINED: "stopped",
}
MISSING = {
    Missing.SPEAKERS: _l("the speakers"),
    Missing.SLIDES: _l("the slides"),
    Missing.CONSENT: _l("who may read it"),
}


def missing_text(part: str) -> str:
    """What is missing, in the reader's language; the unanswered questions follow the part: "answers:1,3"."""
    name, _colon, numbers = part.partition(":")
    if name == Missing.ANSWERS:
        text = ngettext(
            "the answer to guiding question %(numbers)s",
            "the answers to guiding questions %(numbers)s",
            len(numbers.split(",")),
            numbers=numbers.replace(",", ", "),
        )
        return str(text)
    return str(MISSING[Missing(name)])

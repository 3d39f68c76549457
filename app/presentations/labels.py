"""How the states of a presentation are called on screens."""

from flask_babel import lazy_gettext as _l

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
    Missing.ANSWERS: _l("answers to the guiding questions"),
    Missing.SLIDES: _l("the slides"),
    Missing.CONSENT: _l("who may read it"),
}

"""How the states of a presentation are called on screens."""

from flask_babel import lazy_gettext as _l

from app.presentations.enums import PresentationState

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

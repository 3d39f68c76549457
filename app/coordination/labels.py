"""How the states of a coordination are called on screens."""

from flask_babel import lazy_gettext as _l

from app.coordination.enums import CoordinationState

STATES = {
    CoordinationState.PROPOSED: _l("Proposed"),
    CoordinationState.AGREED: _l("Agreed"),
    CoordinationState.UNDER_WAY: _l("Under way"),
    CoordinationState.DONE: _l("Done"),
}
STATE_KINDS = {
    CoordinationState.PROPOSED: "neutral",
    CoordinationState.AGREED: "progress",
    CoordinationState.UNDER_WAY: "progress",
    CoordinationState.DONE: "done",
}

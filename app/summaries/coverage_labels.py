"""How what becomes of passages, and of what was quoted, is called on screens."""

from flask_babel import lazy_gettext as _l

from app.summaries.enums import Reflection, Standing

REFLECTIONS = {
    Reflection.OPEN: _l("Open"),
    Reflection.REFLECTED: _l("Reflected"),
    Reflection.SET_ASIDE: _l("Set aside"),
}
REFLECTION_KINDS = {Reflection.OPEN: "action", Reflection.REFLECTED: "done", Reflection.SET_ASIDE: "stopped"}
STANDINGS = {
    Standing.AS_QUOTED: _l("As it was quoted"),
    Standing.CHANGED: _l("Changed since it was cited"),
    Standing.WITH_DELEGATION: _l("Returned to the delegation since it was cited"),
    Standing.TAKEN_BACK: _l("Withdrawn by the delegation since it was cited"),
    Standing.NOT_IN_RECORD: _l("No longer in the record of the session"),
    Standing.NOT_ACCEPTED: _l("Not yet accepted by the secretariat"),
}
KINDS = {
    "practice": _l("Good practice"),
    "presentation": _l("Presentation"),
    "intervention": _l("Intervention on the floor"),
}
REGIONS = {
    "africa": _l("Africa"),
    "asia": _l("Asia"),
    "caribbean": _l("Caribbean"),
    "central_america": _l("Central America"),
    "europe": _l("Europe"),
    "north_america": _l("North America"),
    "south_america": _l("South America"),
}

"""How groups of addressees are called on screens."""

from flask_babel import lazy_gettext as _l

ADDRESSEES = {
    "all": _l("All delegations"),
    "states": _l("All States"),
    "mechanisms": _l("All mechanisms"),
}

"""Parts of the world that States belong to, as data/states.yaml has them."""

from functools import cache

from flask_babel import lazy_gettext as _l

from app.directory.reference import read

REGIONS = {
    "north_america": _l("North America"),
    "central_america": _l("Central America"),
    "caribbean": _l("Caribbean"),
    "south_america": _l("South America"),
    "europe": _l("Europe"),
    "africa": _l("Africa"),
    "asia": _l("Asia"),
}


@cache
def _regions() -> dict[str, str]:
    return {entry["code"]: entry["region"] for entry in read("states.yaml")}


def region_of(code: str) -> str:
    """Return the region of a State or territory by its code; "" for any other party."""
    return _regions().get(code, "")

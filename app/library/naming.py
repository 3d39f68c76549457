"""Where what practices speak of has its page."""

from flask import url_for

TERM_PAGES = {"themes": "library.theme", "gcm": "library.objective"}  # vocabulary -> the pages of its terms


def term_url(vocabulary: str, code: str) -> str:
    """Return the page of a term: its own, or the map's where it has none."""
    if vocabulary in TERM_PAGES:
        return url_for(TERM_PAGES[vocabulary], code=code)
    return url_for("map.term", vocabulary=vocabulary, code=code)

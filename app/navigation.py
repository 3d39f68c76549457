"""The main navigation: which sections there are, for whom, in order."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask, request, url_for
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from app.core.languages import LANGUAGE_ARGUMENT, current_language

SECTIONS = (
    (_l("My work"), "desk.home", True),
    (_l("Sessions"), "library.meetings", False),
    (_l("Good practices"), "library.practices", False),
    (_l("Mechanisms"), "library.mechanisms", False),
    (_l("The map"), "map.pictures", False),
)


def _sections() -> list[dict[str, Any]]:
    return [
        {"label": label, "url": url_for(endpoint), "current": request.endpoint == endpoint}
        for label, endpoint, for_people_only in SECTIONS
        if current_user.is_authenticated or not for_people_only
    ]


def _language_url(code: str) -> str:
    arguments = [pair for pair in request.args.items(multi=True) if pair[0] != LANGUAGE_ARGUMENT]
    here = f"{request.path}?{urlencode(arguments)}" if arguments else request.path
    return url_for("people.choose_language", code=code, next=here)


def init_app(app: Flask) -> None:
    """Give every template what the page frame shows."""

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "navigation": _sections(),
            "current_language": current_language(),
            "language_url": _language_url,
        }

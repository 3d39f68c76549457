"""The language of the screen: the account's, else the visitor's choice, else what the browser asks for."""

from typing import cast

from flask import Flask, has_request_context, request
from flask_babel import Babel, LazyString, get_locale
from flask_login import current_user
from markupsafe import escape

from app.core.localized import LANGUAGES

COOKIE = "plenaria_language"


def _select() -> str:
    if not has_request_context():
        return LANGUAGES[0]
    chosen = request.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    if current_user.is_authenticated:
        return cast(str, current_user.language)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def current_language() -> str:
    """Return the code of the language that this screen (or this forced locale) is written in."""
    locale = get_locale()
    return locale.language if locale and locale.language in LANGUAGES else LANGUAGES[0]


def _escaped(message: LazyString) -> str:
    return escape(str(message))


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us for the language, and have its lazy messages escaped like any text.

    As the library has them they count as markup, with whatever a person's text put into them.
    """
    LazyString.__html__ = _escaped
    Babel(app, locale_selector=_select)

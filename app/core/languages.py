"""The language of the screen: the address's, the visitor's choice, the account's, a page's guess, or the browser's.

A page asks for its language and for messages thousands of times, and the library finds out each time anew what it
goes by; so what a request goes by is found here with one look.
"""

from typing import Any, cast

from babel import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_app_context, has_request_context, request
from flask_babel import Babel, Domain, LazyString, get_locale, refresh
from flask_login import current_user
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup, escape

from app.core.localized import LANGUAGES

COOKIE = "plenaria_language"
LANGUAGE_ARGUMENT = "lang"  # of an address that is of one language, whoever asks


def _select() -> str:
    if not has_request_context():
        return LANGUAGES[0]
    for chosen in (request.args.get(LANGUAGE_ARGUMENT), request.cookies.get(COOKIE)):
        if chosen in LANGUAGES:
            return chosen
    if current_user.is_authenticated:
        return cast(str, current_user.language)
    return g.get("likely_language") or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


def language_kept() -> dict[str, str]:
    """Return what addresses and forms of this page carry on, where its own address names a language."""
    named = request.args.get(LANGUAGE_ARGUMENT, "")
    return {LANGUAGE_ARGUMENT: named} if named in LANGUAGES else {}


def expect_language(language: str) -> None:
    """Take a language for that of a visitor who chose none: of a text that was sent to them it is the better guess."""
    g.likely_language = language
    refresh()


def _held() -> Any:
    """What Flask-Babel holds of the request, or None; read without the ways around of the proxy, as often as it is."""
    return vars(g._get_current_object()).get("_flask_babel") if has_app_context() else None


def current_locale() -> Locale | None:
    """Return the locale that the request (or the block that forces one) goes by; None outside of both."""
    return cast(Locale | None, getattr(_held(), "babel_locale", None) or get_locale())


def current_language() -> str:
    """Return the code of the language that this screen (or this forced locale) is written in."""
    locale = current_locale()
    return locale.language if locale and locale.language in LANGUAGES else LANGUAGES[0]


class Messages(Domain):  # type: ignore[misc]  # Flask-Babel has no types
    """Our messages, whose catalogue is looked up once for each language of a request."""

    def get_translations(self) -> NullTranslations:
        """Return the catalogue in the language of the screen."""
        held = _held()
        locale = getattr(held, "babel_locale", None)
        found = getattr(held, "catalogue", None)
        if locale is not None and found and found[0] is locale:
            return cast(NullTranslations, found[1])
        catalogue = super().get_translations()
        if held := _held():
            held.catalogue = (get_locale(), catalogue)
        return cast(NullTranslations, catalogue)


class Languages(Babel):  # type: ignore[misc]  # Flask-Babel has no types
    """Flask-Babel with one domain for the whole application."""

    domain_instance = Messages()


@pass_eval_context
def _message(context: EvalContext, message: str, /, **values: Any) -> str:
    """The `gettext` of templates, as Jinja's own: markup where the template escapes."""
    text = Languages.domain_instance.get_translations().ugettext(message)
    text = Markup(text) if context.autoescape else text  # noqa: S704  (what the catalogues hold is ours)
    return text % values if values or "%" in text else text


@pass_eval_context
def _numbered(context: EvalContext, one: str, many: str, number: int, /, **values: Any) -> str:
    """The `ngettext` of templates, as Jinja's own."""
    values.setdefault("num", number)
    text = Languages.domain_instance.get_translations().ungettext(one, many, number)
    return (Markup(text) if context.autoescape else text) % values  # noqa: S704  (what the catalogues hold is ours)


def _escaped(message: LazyString) -> str:
    return escape(str(message))


def init_app(app: Flask) -> None:
    """Let Flask-Babel ask us for the language, and have its lazy messages escaped like any text.

    As the library has them they count as markup, with whatever a person's text put into them.
    """
    LazyString.__html__ = _escaped
    Languages(app, locale_selector=_select)
    app.jinja_env.globals.update(gettext=_message, ngettext=_numbered)

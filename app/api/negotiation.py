"""What an API request asks for beside its path (language, media type), and errors as problem documents."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from apiflask.exceptions import HTTPError
from flask import Response, current_app, jsonify, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotAcceptable

from app.api.schemas import Asked, Problem
from app.core.localized import LANGUAGES

View = Callable[..., Any]
MEANINGS = {
    400: "The request could not be read.",
    404: "There is no such thing, or it may not be read by whoever asks.",
    410: "It was published, and withdrawn since.",
    406: "The request takes no JSON.",
    422: "A parameter is wrong; `errors` says which.",
}


def problems(*statuses: int) -> dict[int, dict[str, Any]]:
    """Return the errors that an address answers, for the OpenAPI document."""
    return {
        status: {
            "description": MEANINGS[status],
            "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
        }
        for status in statuses
    }


def answered_in_language(view: View) -> View:
    """Make a view's names in the language that the address or the Accept-Language header asks for."""

    @wraps(view)
    def answered(*things: Any, asked: Asked) -> Any:
        language = asked.language or request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]
        with force_locale(language):
            response: Response = current_app.make_response(view(*things, asked=asked))
        response.content_language.add(language)
        return response

    return answered


def require_json() -> None:
    """Raise NotAcceptable where the request takes no JSON."""
    if request.accept_mimetypes and not request.accept_mimetypes.accept_json:
        raise NotAcceptable


def problem(error: HTTPError) -> Any:
    """Answer an error that APIFlask raises (a wrong parameter) as a problem document (RFC 9457)."""
    errors: dict[str, list[str]] = {}
    for place, messages in dict(error.detail).get("query", {}).items():
        if not place.endswith(".none"):  # what may be left out may also be nothing: that says nothing
            errors.setdefault(place.partition(".")[0], []).extend(messages)
    answer = jsonify(
        type="about:blank",
        title=_("A parameter is wrong"),
        status=error.status_code,
        detail=_("These parameters were refused: %(names)s.", names=", ".join(errors)),
        errors=errors,
    )
    answer.content_type = "application/problem+json"
    return answer, error.status_code

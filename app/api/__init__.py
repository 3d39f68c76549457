"""The read-only API under /api/v1: what the reading pages show, as JSON, with the same visibility.

Lists are *pages*: `items`, `total`, `page`, `per_page` (up to 200). Errors are problem documents (RFC 9457).
The OpenAPI document at /api/v1/openapi.json is made from the code and speaks of the API alone.
"""

from apiflask import APIBlueprint, APIFlask
from flask import Response, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import MethodNotAllowed

bp = APIBlueprint("api", __name__, url_prefix="/api/v1")


def init_app(app: APIFlask) -> None:
    """Register the API and say in its document what it is."""
    from app.api import map_views, views  # noqa: F401  (declare the routes)
    from app.api.negotiation import problem

    app.title = "Plenaria"
    app.version = "1"
    app.description = "Sessions, documents, the directory and its map, practices, presentations and summaries, to read."
    app.servers = [{"url": app.config["BASE_URL"]}]
    app.config.update(
        OPENAPI_VERSION="3.1.0",
        AUTO_404_RESPONSE=False,
        AUTO_VALIDATION_ERROR_RESPONSE=False,
        AUTO_OPERATION_ID=True,
    )
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = app.json.sort_keys = False
    app.error_callback = problem
    app.after_request(_say_what_is_allowed)
    app.register_blueprint(bp)


def _say_what_is_allowed(response: Response) -> Response:
    """A refused method is answered with those that are not (RFC 9110)."""
    if isinstance(request.routing_exception, MethodNotAllowed):
        response.headers.setdefault("Allow", ", ".join(sorted(request.routing_exception.valid_methods or ())))
    return response

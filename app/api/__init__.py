"""The read-only API under /api/v1: what the reading pages show, as JSON, with the same visibility.

Lists are *pages*: `items`, `total`, `page`, `per_page` (up to 200). Errors are problem documents (RFC 9457).
The OpenAPI document at /api/v1/openapi.json is made from the code.
"""

from apiflask import APIBlueprint
from flask import Flask

bp = APIBlueprint("api", __name__, url_prefix="/api/v1")


def init_app(app: Flask) -> None:
    """Register the API."""
    from app.api import views  # noqa: F401  (declares the routes)

    app.register_blueprint(bp)

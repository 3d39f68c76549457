"""What summaries recommend, and what became of it.

A *recommendation* is marked in a paragraph (to whom, by when) and frozen with the publication. It is *carried* to the
next session, where those whom it is addressed to *report* on it; a board shows the years beside one another.
"""

from flask import Blueprint, Flask

bp = Blueprint("recommendations", __name__)


def init_app(app: Flask) -> None:
    """Register the pages of recommendations, and what a new session carries of them."""
    from app.recommendations import carrying, reminding, report_views, views  # noqa: F401  (each registers itself)

    app.register_blueprint(bp)

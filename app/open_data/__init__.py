"""Open data: what anybody may read, as a whole, for programs.

A *record* is one public thing (session, practice, presentation, summary, document, statement, report on a
recommendation) as harvesters know it; the *catalogue* of records remembers what was public and no longer is, so that a
*harvester* learns of it. A *release* is the whole public library in files, with a number; the *codebook* says what
their columns mean. Nothing here is for one reader rather than another: all of it is what a visitor without an account
may read.
"""

from flask import Blueprint, Flask
from flask_babel import format_decimal

from app.core.pages import tell_of_nul

bp = Blueprint("open_data", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, the harvesters' door and the work that keeps the catalogue and the releases."""
    from app.open_data import cards, jobs, oai_views, views  # noqa: F401  (declare routes, jobs and rounds)

    app.register_blueprint(bp)
    app.jinja_env.filters["decimal"] = format_decimal
    app.jinja_env.globals["page_head"] = cards.page_head  # the frame of every page asks
    app.extensions["csrf"].exempt(oai_views.oai)  # harvesters have no form of ours, and nothing is written
    tell_of_nul.add("open_data.oai")  # the protocol has errors of its own

"""Sessions (in code: meetings): mandate, stages, order of business, guiding questions, delegations.

A *meeting* is one session of a mechanism. Its *stage* moves one step at a time. A *delegation* is those
who act for one party in it. The *order of business* is its numbered, timed agenda items, some with *sub-items*; the
secretariat works on the *draft*, and readers see what was frozen when it was *published*: first, then as *rev. 1*.
A *guiding question* is numbered and addressed to mechanisms, to States, or to both; one that is changed after answers
may have been given keeps its *earlier wordings*. A session's *set-up* is what its next edition can start from; a
*template* is a set-up that a body keeps under a name.
"""

from flask import Blueprint, Flask

bp = Blueprint("meetings", __name__)


def init_app(app: Flask) -> None:
    """Register the secretariat's pages of a session."""
    from app.meetings import agenda_views, delegation_views, paper_views, start_views, views  # noqa: F401  (routes)

    app.register_blueprint(bp)

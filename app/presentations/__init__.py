"""Presentations: what a mechanism presents to a session.

A *presentation* holds a mechanism's answers to the guiding questions addressed to it, its speakers (by
function) and its slides. It is drafted, then filed; each filing is a version that is kept.
"""

from flask import Blueprint, Flask

bp = Blueprint("presentations", __name__)


def init_app(app: Flask) -> None:
    """Register the pages on which presentations are written and published."""
    from app.mail.operations import untrue_checks
    from app.meetings.answers import finds_answers
    from app.presentations import carrying, panel_views, requirements, views  # noqa: F401  (each registers itself)
    from app.presentations.emails import untrue
    from app.presentations.queries import filed_answers

    finds_answers(filed_answers)
    if untrue not in untrue_checks:
        untrue_checks.append(untrue)

    app.register_blueprint(bp)

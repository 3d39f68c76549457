"""Coordination between mechanisms: who with whom on what, as presentations, practices and paragraphs tell it.

A *coordination* is recorded in a session from one source. A *step* says in which session what became of it:
proposed, agreed, under way or done. What is not done is *carried* to the next sessions of the same body.
"""

from flask import Blueprint, Flask

bp = Blueprint("coordination", __name__)


def init_app(app: Flask) -> None:
    """Add the pages of coordination."""
    from app.coordination import views  # noqa: F401

    app.register_blueprint(bp)

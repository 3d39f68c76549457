"""Statistics of what a session received. An *input* is a good practice, a presentation, a statement or a comment on the
summary, counted once, by what its newest version says and by when its first came.

Staff count all inputs, by state; of drafts they are told what the board tells, that they were begun. Every other person
counts what was published to them, and nothing else: no number tells of what they may not read.
"""

from flask import Blueprint, Flask

bp = Blueprint("statistics", __name__)


def init_app(app: Flask) -> None:
    """Register the page and its files."""
    from app.statistics import views  # noqa: F401  (declares the routes)

    app.register_blueprint(bp)

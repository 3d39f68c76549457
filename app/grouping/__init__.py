"""Sorting what was submitted: passages that say like things, in whatever language, in one *group*.

A group belongs to a guiding question or to a theme, and is named by the terms that tell it from its neighbours until
the rapporteur names it. Likeness comes from vectors of passages, made by a job as texts arrive. A *skeleton* is a
proposal for the summary: sections by question and group, with the most central passages as quotations, to be rewritten.
"""

from flask import Blueprint, Flask

bp = Blueprint("grouping", __name__)


def init_app(app: Flask) -> None:
    """Register the pages of grouping and the jobs that make vectors and groups."""
    from app.grouping import jobs, views  # noqa: F401  (each registers itself)

    app.register_blueprint(bp)

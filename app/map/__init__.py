"""The map: who takes part where, what each mechanism and organization works on, overlaps and gaps.

A *matrix* sets two things against each other (State x mechanism, mechanism x theme, organization x issue).
An *overlap* is what two or more mechanisms have in common; a *gap* is what none, or only one, covers. Every
page can be read *as at* a day: facts that have dates count from and until those. Here are pages and queries
across the directory alone; its facts are changed through the operations of `directory`.
"""

from flask import Blueprint, Flask

bp = Blueprint("map", __name__)


def init_app(app: Flask) -> None:
    """Add the pages of the map, and the job that imports tables."""
    from app.map import (  # noqa: F401  (declare the routes)
        editing_views,
        entry_views,
        exchange_views,
        jobs,
        matrix_views,
        overlap_views,
        picture_views,
    )

    app.register_blueprint(bp)

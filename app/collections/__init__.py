"""What readers make of what they read: side by side, kept with notes, taken up in a text of their own.

To *compare* is to read two to five good practices, or States, field by field on one page; what is compared lives in the
address. A *collection* is one person's list of *readings* (practices, presentations, summaries, paragraphs of them,
documents) with their notes; it can be *shared* by a link inside their delegation: with accounts of the same party. A
reading is kept by its permanent name, and shown with the rights of whoever looks at it. To *reuse* a practice is to
begin a draft from it, with credit on both.
"""

from flask import Blueprint, Flask

bp = Blueprint("collections", __name__)


def init_app(app: Flask) -> None:
    """Register the pages, what happens with an account that is closed, and the jobs."""
    from app.collections import (  # noqa: F401  (each registers itself)
        compare_views,
        exporting,
        forgetting,
        reuse_views,
        sharing_views,
        views,
    )

    app.register_blueprint(bp)

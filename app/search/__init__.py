"""The index over any published text.

An *entry* is one findable thing in one language: its kind, its key, who may read it, and its words. The
index knows nothing of what the kinds mean: the features say what to index. A *hit* is an entry that
answers a question and that the person asking may read. A *facet* is one of the things by which entries are told apart
(State, theme, year ...): each entry has *codes* of it. To *index anew* is to have the features say it all once more.
"""

from flask import Flask


def init_app(app: Flask) -> None:
    """Number the changes of the index, and register its jobs."""
    from app.core.db import db
    from app.search import jobs, operations  # noqa: F401  (jobs registers what it does)

    with app.app_context():
        operations.listen(db.sessionmaker)

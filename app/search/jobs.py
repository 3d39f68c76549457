"""Indexing everything anew, after an upgrade that changed what the index holds; and what entries mean."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.jobs.operations import queue_job, report_progress
from app.jobs.registry import every, handles
from app.search.models import SearchEntry, SearchRevision, SearchVector
from app.search.operations import keep_vectors

REINDEX_JOB, VECTORS_JOB = "search_reindex", "search_vectors"
LOOKED_EVERY = 30.0  # seconds
BATCH = 32  # entries that vectors are made of at once, and that one transaction keeps
Indexing = Callable[[], None]

_indexings: dict[str, Indexing] = {}


def indexes(name: str) -> Callable[[Indexing], Indexing]:
    """Register a function that indexes everything published of a kind anew; it commits, some at a time."""

    def register(function: Indexing) -> Indexing:
        _indexings[name] = function
        return function

    return register


def index_anew() -> list[str]:
    """Have all features index what is published; return the names of what was. Done twice it changes nothing."""
    for function in _indexings.values():
        function()
    return list(_indexings)


@handles(REINDEX_JOB, title=_l("Indexing what is published"))
def reindex(payload: dict[str, Any]) -> None:
    """Job: index everything anew."""
    index_anew()


def _without_vector(model: str) -> sa.Select[int, str, str, str]:
    having = sa.select(SearchVector.entry_id).where(SearchVector.model == model)
    entry = SearchEntry
    return (
        sa.select(entry.id, entry.language, entry.title, entry.text).where(entry.id.not_in(having)).order_by(entry.id)
    )


@every(LOOKED_EVERY, "what was published, by its meaning")
def look_for_entries() -> None:
    """Queue the making of vectors where there are entries without one. Commits."""
    from app.search import meaning

    if meaning.is_on() and db.session.execute(_without_vector(meaning.model()).limit(1)).first():
        number = db.session.scalar(sa.select(SearchRevision.number))
        queue_job(VECTORS_JOB, f"{VECTORS_JOB}:{meaning.model()}:{number}")
        db.session.commit()


@handles(VECTORS_JOB, title=_l("Reading what was published, to find it by its meaning"))
def make_vectors(payload: dict[str, Any]) -> None:
    """Job: make the vectors of all entries that have none; commits after each batch, and goes on where it stopped."""
    from app.search import meaning

    if not meaning.is_on():
        return
    missing = (
        db.session.scalar(sa.select(sa.func.count()).select_from(_without_vector(meaning.model()).subquery())) or 0
    )
    done = 0
    while rows := db.session.execute(_without_vector(meaning.model()).limit(BATCH)).all():
        db.session.rollback()  # nothing is held while the encoder works
        texts = [meaning.text_of(row.title, row.text) for row in rows]
        vectors = meaning.vectors_of(texts, [row.language for row in rows])
        made = {row.id: vector.astype("<f4").tobytes() for row, vector in zip(rows, vectors, strict=True)}
        keep_vectors(made, meaning.model())
        db.session.commit()
        done += len(rows)
        report_progress(done, max(missing, done))

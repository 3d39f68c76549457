"""Indexing everything anew, after an upgrade that changed what the index holds; and what entries mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.jobs.operations import queue_job, report_progress
from app.jobs.registry import every, handles
from app.search import meaning
from app.search.models import SearchEntry, SearchRevision, SearchVector
from app.search.operations import REINDEX_JOB, keep_vectors

VECTORS_JOB = "search_vectors"
LOOKED_EVERY = 30.0  # seconds
SEEN = "search_vectors_seen"  # the model, and the revision up to which all entries have a vector of it
BATCH = 32  # entries that vectors are made of at once, and that one transaction keeps


@dataclass(frozen=True)
class Within:
    """What is indexed anew: all; or what belongs to a session; or what is of some parties."""

    meeting_id: int | None = None
    party_ids: tuple[int, ...] = ()

    def of(self, meeting: sa.SQLColumnExpression[int], party: sa.SQLColumnExpression[int] | None = None) -> Any:
        """Return the condition on what has a session, and a party (None: it is of none)."""
        mine = sa.true() if self.meeting_id is None else meeting == self.meeting_id
        if not self.party_ids:
            return mine
        return sa.and_(mine, sa.false() if party is None else party.in_(self.party_ids))


EVERYTHING = Within()
Indexing = Callable[[Within], None]

_indexings: dict[str, Indexing] = {}


def indexes(name: str) -> Callable[[Indexing], Indexing]:
    """Register a function that indexes anew what is published of a kind, within what it is given; it commits, some at
    a time."""

    def register(function: Indexing) -> Indexing:
        _indexings[name] = function
        return function

    return register


def index_anew(within: Within = EVERYTHING) -> list[str]:
    """Have all features index what is published; return the names of what was. Done twice it changes nothing."""
    for function in _indexings.values():
        function(within)
    return list(_indexings)


@handles(REINDEX_JOB, title=_l("Indexing what is published"))
def reindex(payload: dict[str, Any]) -> None:
    """Job: index everything anew, or what the payload narrows it to (`operations.queue_reindex`)."""
    index_anew(Within(payload.get("meeting_id"), tuple(payload.get("party_ids") or ())))


def _without_vector(model: str, after: int = 0, since: int = 0) -> sa.Select[int, str, str, str]:
    """The entries without a vector of a model whose id is after one, in order; of those that changed since a
    revision."""
    entry = SearchEntry
    made = sa.exists().where(SearchVector.entry_id == entry.id, SearchVector.model == model)
    there = (~made, entry.id > after, entry.revision >= since)
    return sa.select(entry.id, entry.language, entry.title, entry.text).where(*there).order_by(entry.id)


@every(LOOKED_EVERY, "what was published, by its meaning")
def look_for_entries() -> None:
    """Queue the making of vectors where there are entries without one. Commits."""
    if not meaning.is_on():
        return
    number = db.session.scalar(sa.select(SearchRevision.number)) or 0
    seen = current_app.extensions.get(SEEN, ("", 0))
    model = meaning.model()
    since = seen[1] if seen[0] == model else 0
    if since == number:
        return
    if db.session.execute(_without_vector(model, since=since).limit(1)).first():
        queue_job(VECTORS_JOB, f"{VECTORS_JOB}:{model}:{number}")
        db.session.commit()
    else:
        current_app.extensions[SEEN] = (model, number)


@handles(VECTORS_JOB, title=_l("Reading what was published, to find it by its meaning"))
def make_vectors(payload: dict[str, Any]) -> None:
    """Job: make the vectors of all entries that have none; commits after each batch, and goes on where it stopped."""
    if not meaning.is_on():
        return
    model = meaning.model()
    missing = db.session.scalar(sa.select(sa.func.count()).select_from(_without_vector(model).subquery())) or 0
    done = last = 0
    while rows := db.session.execute(_without_vector(model, after=last).limit(BATCH)).all():
        db.session.rollback()  # nothing is held while the encoder works
        texts = [meaning.text_of(row.title, row.text) for row in rows]
        vectors = meaning.vectors_of(texts, [row.language for row in rows])
        made = {row.id: vector.astype("<f4").tobytes() for row, vector in zip(rows, vectors, strict=True)}
        spoken = {row.id: meaning.concepts_of(f"{row.title}. {row.text}", row.language) for row in rows}
        keep_vectors(made, model, spoken)
        db.session.commit()
        done, last = done + len(rows), rows[-1].id
        report_progress(done, max(missing, done))

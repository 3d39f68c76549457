"""Keeping the index in step with what is published, in the transaction that publishes it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql, sqlite
from werkzeug.urls import iri_to_uri

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import Base, db
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.jobs.operations import queue_job
from app.search.models import FACETS, ForgottenEntry, SearchEntry, SearchRevision, SearchVector
from app.search.words import stream

REINDEX_JOB = "search_reindex"
CHANGED = "search_changed"  # in the session's info, while its transaction has changed the index
THING = ("kind", "key", "language")
BETWEEN = "\n\n"  # the texts of an entry
Place = tuple[int, str]


def joined(parts: Iterable[tuple[str, str]]) -> tuple[str, list[Place]]:
    """Return texts, each with the anchor that leads to it, as one text and where in it each begins."""
    texts, places, start = [], [], 0
    for anchor, text in parts:
        texts.append(text)
        places.append((start, anchor))
        start += len(text) + len(BETWEEN)
    return BETWEEN.join(texts), places


def index_entry(
    *,
    kind: str,
    key: str,
    language: str,
    audience: Audience,
    meeting_id: int,
    title: str,
    text: str,
    path: str,
    context: Mapping[str, str] | None = None,
    published_at: datetime | None = None,
    changed_at: datetime | None = None,
    facets: Mapping[str, Iterable[str]] | None = None,
    titled: bool = True,
    places: Sequence[Place] = (),
    mark: str = "",
) -> None:
    """Make a thing findable in one language, in place of what was there for its kind, key and language.

    `audience` is the thing's own: what its session adds is asked of the session when somebody searches. `context` is
    shown above the title (where the thing belongs). `published_at`: since when readers have it (now, where it is not
    said); `changed_at`: when they last got something else of it, which counts where that was later. `facets`: codes by
    the names of FACETS; the kind is added, and the language unless the facets say in which languages the thing is.
    `titled`: whether the title is its own, so that words in it tell more than others. `places`: as SearchEntry says.
    `mark`: what it is cited by (a reference, a symbol), which finds it and stands in no excerpt.
    """
    index_entries([{name: value for name, value in locals().items() if name != "self"}])


def index_entries(entries: Iterable[Mapping[str, Any]]) -> None:
    """Make many things findable: each a mapping of what `index_entry` takes. No thing twice in one language."""
    rows = [_row(**entry) for entry in entries]
    if rows:
        db.session.execute(_written(db.engine.dialect.name, tuple(rows[0])), rows)
        db.session.info[CHANGED] = True


@lru_cache(maxsize=4)
def _written(engine: str, names: tuple[str, ...]) -> sa.Insert:
    """The statement that writes a row with these columns, in place of what was there. It is to the table and for
    one row, and run for each: to write one with the values of many takes longer than to run it."""
    insert = sqlite.insert if engine == "sqlite" else postgresql.insert
    statement = insert(Base.metadata.tables[SearchEntry.__tablename__])
    values = {name: statement.excluded[name] for name in names if name not in THING}
    return statement.on_conflict_do_update(index_elements=THING, set_=values)


def _row(
    *,
    kind: str,
    key: str,
    language: str,
    title: str,
    text: str,
    path: str,
    context: Mapping[str, str] | None = None,
    published_at: datetime | None = None,
    changed_at: datetime | None = None,
    facets: Mapping[str, Iterable[str]] | None = None,
    titled: bool = True,
    places: Sequence[Place] = (),
    mark: str = "",
    **more: Any,
) -> dict[str, Any]:
    told = {name: sorted({str(code) for code in codes}) for name, codes in (facets or {}).items()}
    if unknown := set(told) - set(FACETS):
        raise ValueError(f"no facet is called {min(unknown)!r}")
    since = published_at or now()
    return {
        **more,
        "kind": kind,
        "key": key,
        "language": language,
        "title": title,
        "text": text,
        "path": iri_to_uri(path),
        "context": LocalizedText(context),
        "published_at": since,
        "changed_at": changed_at if changed_at and changed_at > since else None,
        "facets": {name: codes for name, codes in told.items() if codes or name == "language"},
        "places": [list(place) for place in places],
        "title_words": stream(title, language) if titled else "",
        "words": stream("\n".join(part for part in (title, mark, text) if part), language),
        "revision": 0,
    }


def forget(
    kind: str, key: str | None = None, *, meeting_id: int | None = None, audience: Audience | None = None
) -> None:
    """Take a thing out of the index in all its languages, or all of a kind (for an audience) that belong to a meeting.

    Raises ValueError where neither is named: nothing forgets a whole kind.
    """
    if (key is None) == (meeting_id is None):
        raise ValueError("name the key or the meeting")
    which = SearchEntry.key == key if key is not None else SearchEntry.meeting_id == meeting_id
    whose = SearchEntry.audience == audience if audience else sa.true()
    gone = sa.and_(SearchEntry.kind == kind, which, whose)
    copied = sa.select(SearchEntry.id, sa.literal(0)).where(gone)
    db.session.execute(sa.insert(ForgottenEntry).from_select(["entry_id", "revision"], copied))
    db.session.execute(sa.delete(SearchEntry).where(gone))
    db.session.info[CHANGED] = True


def queue_reindex(*, meeting_id: int | None = None, party_ids: Collection[int] = ()) -> None:
    """Have a job index anew what belongs to a session or is of some parties, of which something changed that entries
    tell: a title, a year, what a mechanism works on. Nothing is queued where nothing is indexed."""
    of_session = SearchEntry.meeting_id == meeting_id if meeting_id else sa.true()
    there = sa.select(SearchEntry.id).where(of_session).exists()
    if not (meeting_id or party_ids) or not db.session.scalar(sa.select(there)):
        return
    within = {"meeting_id": meeting_id, "party_ids": sorted(party_ids)}
    queue_job(REINDEX_JOB, f"{REINDEX_JOB}:{fingerprint(within)[:12]}:{now():%Y%m%d%H%M%S%f}", within)


def keep_vectors(vectors: Mapping[int, bytes], model: str, concepts: Mapping[int, Iterable[str]] | None = None) -> None:
    """Keep what entries mean, in place of what was kept of them; those that are gone by now are left out. `concepts`:
    the names of those that each speaks of."""
    here = set(db.session.scalars(sa.select(SearchEntry.id).where(SearchEntry.id.in_(vectors)).with_for_update()))
    db.session.execute(sa.delete(SearchVector).where(SearchVector.entry_id.in_(here)))
    spoken = concepts or {}
    rows = [
        {
            "entry_id": each,
            "model": model,
            "vector": vectors[each],
            "concepts": " ".join(sorted(spoken.get(each, ()))),
            "revision": 0,
        }
        for each in sorted(here)
    ]
    if rows:
        db.session.execute(sa.insert(SearchVector), rows)
        db.session.info[CHANGED] = True


def _number(session: orm.Session) -> None:
    """Give what a transaction changed its number, as the last thing of it: whoever changes the index next waits, so
    that a reader who has seen one number has seen all before it."""
    if not session.info.get(CHANGED) or session.in_nested_transaction():
        return
    session.flush()
    raised = sa.update(SearchRevision).values(number=SearchRevision.number + 1).returning(SearchRevision.number)
    number = session.scalar(raised)
    for table in (SearchEntry, ForgottenEntry, SearchVector):
        session.execute(sa.update(table).where(table.revision == 0).values(revision=number))


def _forget_changed(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(CHANGED, None)


def listen(sessions: Any) -> None:
    """Number the changes of the sessions that a maker makes."""
    sa.event.listen(sessions, "before_commit", _number)
    sa.event.listen(sessions, "after_transaction_end", _forget_changed)

"""Finding by meaning, across languages, where the encoder is installed (requirements/encoder.txt).

Each entry has a vector, made by a job after its publication. Of each vector the mean of its language is taken away, as
the titles of the vocabularies give it, which are the same texts in all four languages: texts that somebody may not see
change nothing. A process that answers searches loads the encoder in the background when it is first asked something;
until it is there, words alone answer. It keeps a short likeness of each vector, and reads whole those that are nearest.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from math import inf
from threading import Event, Lock, Thread
from typing import Any

import numpy as np
import sqlalchemy as sa
import yaml
from flask import Flask, current_app

from app.core.db import db
from app.core.encoder import NUMBERS, Vectors, encode, encoder_version, has_encoder, unit
from app.core.localized import LANGUAGES
from app.search.columns import Columns, Mask
from app.search.models import ForgottenEntry, SearchEntry, SearchRevision, SearchVector
from app.search.questions import Question
from app.search.retrieving import Limit

LETTERS = 800  # of a text that its vector is made of, after its title
SHORT = 128  # numbers of a likeness
NEAREST = 300  # entries that are looked at closely
LIKE = 0.2  # from where a text is taken to mean what was asked for
SHARED = 0.25  # what it adds that a text has all words, or as many of it as it has words
CONCEPTS = 0.2  # what it adds that a text speaks of all concepts that a query speaks of, or as many as it does
KEPT = "search_likenesses"
QUERIES = 500
_LOCK = Lock()
MOST_LOADS = 3  # times that a process tries to load the encoder, each AGAIN seconds after the one before failed
AGAIN = 60.0
_ready = Event()
_loading: dict[str, float] = {"times": 0, "next": 0.0}  # how often it was begun, and when it may be again


def is_on() -> bool:
    """Whether this installation finds by meaning."""
    return bool(current_app.config["SEARCH_BY_MEANING"]) and has_encoder()


def model() -> str:
    """What vectors are made by: by another they are made anew."""
    return f"{encoder_version()}/{LETTERS}"


@cache
def _means() -> dict[str, Vectors]:
    """What texts of a language have in common, whatever they say."""
    path = f"{current_app.root_path}/../data/vocabularies.yaml"
    with open(path, encoding="utf-8") as file:
        vocabularies = yaml.load(file, Loader=yaml.CSafeLoader)
    items = [item["title"] for vocabulary in vocabularies.values() for item in vocabulary["items"]]
    return {language: encode([title[language] for title in items]).mean(axis=0) for language in LANGUAGES}


def vectors_of(texts: Sequence[str], languages: Sequence[str]) -> Vectors:
    """Return a row of length 1 for each text, without what its language has in common. Takes seconds the first time."""
    means = _means()
    return unit(encode(texts) - np.stack([means[language] for language in languages])) if texts else encode([])


Speaking = Callable[[str, str], Iterable[str]]
_speaking: list[Speaking] = []


def speaks_of(function: Speaking) -> Speaking:
    """Register what names the concepts that a text in a language speaks of, the same in all languages."""
    if function not in _speaking:
        _speaking.append(function)
    return function


def concepts_of(text: str, language: str) -> set[str]:
    """Return the names of the concepts that a text speaks of."""
    return {name for function in _speaking for name in function(text, language)}


def text_of(title: str, text: str) -> str:
    """Return what an entry's vector is made of."""
    return f"{title}. {text[:LETTERS]}"


@lru_cache(maxsize=QUERIES)
def _asked(text: str, language: str) -> Vectors:
    row: Vectors = vectors_of([text], [language])[0]
    return row


@cache
def _projection() -> Vectors:
    drawn = np.random.default_rng(20260070).standard_normal((NUMBERS, SHORT), dtype=np.float32)
    made: Vectors = drawn / np.float32(SHORT**0.5)
    return made


@dataclass(frozen=True)
class Likenesses:
    """The likeness of each entry that has a vector, as the index stood at a revision."""

    revision: int
    ids: Any
    rows: Vectors


def prepare(app: Flask) -> None:
    """Load the encoder, which takes seconds, and the likenesses: done by a thread of its own. It reads as a request
    does, for what is none would keep SQLite's others from writing."""
    with app.test_request_context("/search"):
        _asked("", LANGUAGES[0])
        concepts_of("migration", LANGUAGES[0])  # reads their list
        _likenesses()
    _ready.set()


def can_answer() -> bool:
    """Whether the encoder is there; has it loaded in the background where it is not."""
    if not is_on():
        return False
    if _ready.is_set():
        return True
    with _LOCK:
        if _loading["times"] >= MOST_LOADS or time.monotonic() < _loading["next"]:
            return False
        _loading["times"] += 1
        _loading["next"] = inf  # until this one has failed
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    Thread(target=_load, args=(app,), name="search-meaning", daemon=True).start()
    return False


def is_coming() -> bool:
    """Whether the encoder is being loaded: who asks again in a few seconds finds more."""
    return is_on() and not _ready.is_set() and _loading["next"] == inf


def _load(app: Flask) -> None:
    """Load the encoder; told once where that fails."""
    try:
        prepare(app)
    except Exception:
        if _loading["times"] == 1:
            app.logger.exception("the encoder cannot be loaded: searches are answered by words alone")
        _loading["next"] = time.monotonic() + AGAIN


def _likenesses() -> Likenesses:
    """The likenesses as they stand. One statement where nothing has changed, else three."""
    number = db.session.scalar(sa.select(SearchRevision.number)) or 0
    with _LOCK:
        kept: Likenesses = current_app.extensions.get(KEPT) or Likenesses(
            0, np.zeros(0, dtype=np.int64), np.zeros((0, SHORT), dtype=np.float32)
        )
        if kept.revision < number:
            changed = SearchVector.revision.between(kept.revision + 1, number)
            statement = sa.select(SearchVector.entry_id, SearchVector.vector).where(
                changed, SearchVector.model == model()
            )
            ids, rows = [kept.ids[:0]], [kept.rows[:0]]
            for some in db.session.execute(statement.execution_options(yield_per=2000)).partitions():
                ids.append(np.array([row.entry_id for row in some], dtype=np.int64))
                rows.append(_whole([row.vector for row in some]) @ _projection())
            fresh = np.concatenate(ids)
            since = ForgottenEntry.revision.between(kept.revision + 1, number)
            gone = list(db.session.scalars(sa.select(ForgottenEntry.entry_id).where(since))) if len(kept.ids) else []
            stay = ~np.isin(kept.ids, np.concatenate([fresh, np.array(gone, dtype=np.int64)]))
            made = np.concatenate([kept.rows[stay], *rows])
            kept = Likenesses(number, np.concatenate([kept.ids[stay], fresh]), made)
            current_app.extensions[KEPT] = kept
        return kept


def _whole(kept: Sequence[bytes]) -> Vectors:
    return np.stack([np.frombuffer(item, dtype="<f4") for item in kept])


def nearest(
    question: Question, written: str, language: str, known: Columns, allowed: Mask, most: int, limit: Limit
) -> list[tuple[int, float]]:
    """Return the rows, among those allowed, of the things that mean what was asked for (as it was `written`), at most
    so many things, with how near they are (from 0 to 1 and a little more). All rows of a thing are as near as its
    nearest: in whatever language that is, the thing is shown in the reader's. At most four statements. Raises
    TooBroad.
    """
    words = " ".join(word.written for word in question.all_words)
    likenesses = _likenesses()
    asked, concepts = _asked(words, language), concepts_of(written, language)
    places = np.full(len(likenesses.ids), -1, dtype=np.int64)
    inside = likenesses.ids < len(known.places)
    places[inside] = known.places[likenesses.ids[inside]]
    here = np.flatnonzero(places >= 0)
    here = here[allowed[places[here]]]
    if not len(here):
        return []
    best = here[_first(likenesses.rows, here, asked @ _projection(), NEAREST)]
    limit.left()
    entry = SearchEntry
    statement = (
        sa.select(entry.id, entry.words, SearchVector.vector, SearchVector.concepts)
        .join(SearchVector, SearchVector.entry_id == entry.id)
        .where(entry.id.in_(likenesses.ids[best].tolist()))
    )
    found = []
    for row in db.session.execute(statement):
        near = float(np.frombuffer(row.vector, dtype="<f4") @ asked)
        near += SHARED * _share(row.words, question)
        if concepts:
            near += CONCEPTS * len(concepts.intersection(row.concepts.split(" "))) / len(concepts)
        near = round(near, 4)
        if near >= LIKE:
            found.append((int(known.places[row.id]), near))
    found.sort(key=lambda pair: (-pair[1], int(known.ties[pair[0]])))
    things: dict[int, float] = {}
    for place, near in found:
        if len(things) < most:
            things.setdefault(int(known.things[place]), near)
    rows = np.flatnonzero(allowed & np.isin(known.things, list(things))).tolist()
    return [(place, things[int(known.things[place])]) for place in rows]


def _first(rows: Vectors, here: Any, asked: Vectors, most: int) -> Any:
    """Which of the rows `here` are most like what is asked: their places among them."""
    # Many rows are not copied to be looked at: all are looked at, which takes no room.
    alike = (rows @ asked)[here] if 2 * len(here) > len(rows) else rows[here] @ asked
    if len(here) <= most:
        return np.arange(len(here))
    return np.argpartition(-alike, most - 1)[:most]


def _share(words: str, question: Question) -> float:
    """How many of the words asked for a text has, or others of their families."""
    text = f" {words} "
    having = sum(any(f" {token}" in text for token in (*word.tokens, *word.family)) for word in question.all_words)
    return having / len(question.all_words)

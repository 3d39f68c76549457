"""Finding by meaning, across languages, where the encoder is installed (requirements/encoder.txt).

Each entry has a vector, made by a job after its publication. Of each vector the mean of its language is taken away, as
the titles of the vocabularies give it, which are the same texts in all four languages: texts that somebody may not see
change nothing. A process that answers searches loads the encoder in the background when it is first asked something;
until it is there, words alone answer. It keeps a short likeness of each vector, and reads whole those that are nearest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
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
from app.search.models import SearchEntry, SearchRevision, SearchVector
from app.search.questions import Question

LETTERS = 800  # of a text that its vector is made of, after its title
SHORT = 128  # numbers of a likeness
NEAREST = 300  # entries that are looked at closely
LIKE = 0.2  # from where a text is taken to mean what was asked for
SHARED = 0.25  # what it adds that a text has all words, or as many of it as it has words
KEPT = "search_likenesses"
QUERIES = 500
_LOCK = Lock()
_ready = Event()
_begun = Lock()


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
    """Load the encoder, and the likenesses of what is published. Takes seconds; done by a thread of its own."""
    with app.app_context():
        _asked("", LANGUAGES[0])
        _likenesses()
    _ready.set()


def can_answer() -> bool:
    """Whether the encoder is there; has it loaded in the background where it is not."""
    if not is_on():
        return False
    if _ready.is_set():
        return True
    if _begun.acquire(blocking=False):
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        Thread(target=prepare, args=(app,), name="search-meaning", daemon=True).start()
    return False


def _likenesses() -> Likenesses:
    """The likenesses as they stand. One statement where nothing has changed, else two."""
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
            ids, rows = [kept.ids], [kept.rows]
            for some in db.session.execute(statement.execution_options(yield_per=2000)).partitions():
                ids.append(np.array([row.entry_id for row in some], dtype=np.int64))
                rows.append(_whole([row.vector for row in some]) @ _projection())
            kept = Likenesses(number, np.concatenate(ids), np.concatenate(rows))
            current_app.extensions[KEPT] = kept
        return kept


def _whole(kept: Sequence[bytes]) -> Vectors:
    return np.stack([np.frombuffer(item, dtype="<f4") for item in kept])


def nearest(question: Question, language: str, known: Columns, allowed: Mask, most: int) -> list[tuple[int, float]]:
    """Return the rows, among those allowed, that mean what was asked for, with how near they are (from 0 to 1 and a
    little more), the nearest first. At most three statements."""
    words = " ".join(word.written for word in question.all_words)
    likenesses = _likenesses()
    asked = _asked(words, language)
    places = np.full(len(likenesses.ids), -1, dtype=np.int64)
    inside = likenesses.ids < len(known.places)
    places[inside] = known.places[likenesses.ids[inside]]
    here = np.flatnonzero(places >= 0)
    here = here[allowed[places[here]]]
    if not len(here):
        return []
    rough = likenesses.rows[here] @ (asked @ _projection())
    best = here[np.argsort(-rough, kind="stable")[:NEAREST]]
    entry = SearchEntry
    statement = (
        sa.select(entry.id, entry.words, SearchVector.vector)
        .join(SearchVector, SearchVector.entry_id == entry.id)
        .where(entry.id.in_(likenesses.ids[best].tolist()))
    )
    found = []
    for row in db.session.execute(statement):
        near = float(np.frombuffer(row.vector, dtype="<f4") @ asked)
        near = round(near + SHARED * _share(row.words, question), 4)
        if near >= LIKE:
            found.append((int(known.places[row.id]), near))
    found.sort(key=lambda pair: (-pair[1], int(known.ties[pair[0]])))
    return found[:most]


def _share(words: str, question: Question) -> float:
    """How many of the words asked for a text has, or others of their families."""
    text = f" {words} "
    having = sum(any(f" {token}" in text for token in (*word.tokens, *word.family)) for word in question.all_words)
    return having / len(question.all_words)

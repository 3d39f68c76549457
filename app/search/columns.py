"""The index without its texts, in memory: what counting many results needs of each entry, as columns of numbers.

Each process keeps one copy, and brings it up to date with what changed since it last looked, before it answers. What
somebody may find is asked of the database each time: it is no part of this.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
import sqlalchemy as sa
from flask import current_app
from numpy.typing import NDArray

from app.core.db import db
from app.core.localized import LANGUAGES
from app.search.models import FACETS, ForgottenEntry, SearchEntry, SearchRevision
from app.search.operations import CHANGED
from app.search.retrieving import Limit, TooBroad

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
KEPT = "search_columns"
_LOCK = Lock()


class Names:
    """Numbers for names, given in the order in which they come; nothing is ever taken away."""

    def __init__(self) -> None:
        self.numbers: dict[Any, int] = {}
        self.all: list[Any] = []

    def number(self, name: Any) -> int:
        found = self.numbers.get(name)
        if found is None:
            found = self.numbers[name] = len(self.all)
            self.all.append(name)
        return found


@dataclass(frozen=True)
class Columns:
    """One row for each entry; `pairs`: facet -> rows and the numbers of their codes. `shared`: what entries have in
    common that decides who may find them (session, audience, kind), by the numbers of `scopes`."""

    revision: int
    ids: Numbers
    things: Numbers
    languages: Numbers
    scopes: Numbers
    published: Numbers
    changed: Numbers  # when it was published, or something else of it last
    ties: Numbers  # decides between equals where nothing else does, the same in every process
    pairs: dict[str, tuple[Numbers, Numbers]]
    known_things: Names
    known_scopes: Names
    codes: dict[str, Names]
    places: Numbers  # id -> row, -1 where there is none

    def rows_of(self, ids: Numbers) -> Numbers:
        """Return the rows of entries; those that came since are left out."""
        known = ids[ids < len(self.places)]
        rows = self.places[known]
        return rows[rows >= 0]

    def mask_of(self, ids: Numbers) -> Mask:
        """Return which rows are among these entries."""
        mask = np.zeros(len(self.ids), dtype=bool)
        mask[self.rows_of(ids)] = True
        return mask

    @cached_property
    def examples(self) -> dict[int, int]:
        """The id of one entry for each of the scopes, and its number."""
        shared, first = np.unique(self.scopes, return_index=True)
        return dict(zip(self.ids[first].tolist(), shared.tolist(), strict=True))

    def findable(self, scope: sa.ColumnElement[bool]) -> Mask:
        """Return which rows somebody may find: `scope` is asked of one entry for all that have session, audience and
        kind in common. One statement."""
        if not len(self.ids):
            return np.zeros(0, dtype=bool)
        asked = self.examples
        found = db.session.scalars(sa.select(SearchEntry.id).where(SearchEntry.id.in_(asked), scope))
        allowed = np.zeros(len(self.known_scopes.all), dtype=bool)
        allowed[[asked[entry_id] for entry_id in found]] = True
        mask: Mask = allowed[self.scopes]
        return mask

    def having(self, facet: str, codes: Iterable[str]) -> Mask:
        """Return which rows have any of the codes."""
        known = self.codes[facet].numbers
        wanted = [known[code] for code in codes if code in known]
        mask = np.zeros(len(self.ids), dtype=bool)
        rows, numbers = self.pairs[facet]
        mask[rows[np.isin(numbers, wanted)]] = True
        return mask

    def counted(self, facet: str, mask: Mask) -> dict[str, int]:
        """Return how many of some rows have each code, those that any has."""
        rows, numbers = self.pairs[facet]
        names = self.codes[facet].all
        counts = np.bincount(numbers[mask[rows]], minlength=len(names))
        return {names[number]: int(counts[number]) for number in np.flatnonzero(counts)}

    def one_of_each(self, mask: Mask, language: str) -> Numbers:
        """Return one row for each thing among some rows: that in the language, where there is one."""
        rows = np.flatnonzero(mask)
        things, spoken = self.things[rows], self.languages[rows]
        best = np.full(len(self.known_things.all), -1, dtype=np.int64)
        own = LANGUAGES.index(language)
        for number in (*(each for each in reversed(range(len(LANGUAGES))) if each != own), own):  # the last one stays
            here = spoken == number
            best[things[here]] = rows[here]
        return best[best >= 0]


def columns(limit: Limit | None = None) -> Columns:
    """Return the index as it stands in this transaction. One statement where nothing has changed, else three. Raises
    TooBroad where another thread still reads it when the limit is reached, as in a process that has just begun."""
    if db.session.info.get(CHANGED):
        db.session.flush()
        return _changed(_empty(0), _rows(-1), [])  # as nobody else sees it yet
    number = db.session.scalar(sa.select(SearchRevision.number)) or 0
    kept: Columns | None = current_app.extensions.get(KEPT)
    if kept is not None and kept.revision == number:
        return kept
    if not _LOCK.acquire(timeout=limit.left() if limit else -1):
        raise TooBroad
    try:
        kept = current_app.extensions.get(KEPT) or _empty(0)
        if kept.revision < number:
            # What came after the number was read is left for the next time, so that nothing is seen by halves.
            since = ForgottenEntry.revision.between(kept.revision + 1, number)
            gone = sa.select(ForgottenEntry.entry_id).where(since)
            forgotten = list(db.session.scalars(gone)) if kept.revision else []
            kept = _changed(kept, _rows(kept.revision, number), forgotten, number)
            current_app.extensions[KEPT] = kept
        return kept
    finally:
        _LOCK.release()


def _rows(revision: int, number: int | None = None) -> list[Any]:
    """The entries that changed after a revision, up to a number."""
    entry = SearchEntry
    shown = (entry.id, entry.kind, entry.key, entry.language, entry.meeting_id, entry.audience, entry.published_at)
    statement = sa.select(*shown, entry.changed_at, entry.facets).where(entry.revision > revision)
    if number is not None:
        statement = statement.where(entry.revision <= number)
    return list(db.session.execute(statement.order_by(entry.id)))


def _empty(revision: int) -> Columns:
    def nothing() -> Numbers:
        return np.zeros(0, dtype=np.int64)

    return Columns(
        revision, nothing(), nothing(), nothing(), nothing(), nothing(), nothing(), nothing(),
        {facet: (nothing(), nothing()) for facet in FACETS}, Names(), Names(), {facet: Names() for facet in FACETS},
        nothing(),
    )  # fmt: skip


def _changed(before: Columns, rows: list[Any], forgotten: list[int], revision: int = 0) -> Columns:
    """The columns after some entries came or changed, and others are gone."""
    out = before.mask_of(np.array([*forgotten, *(row.id for row in rows)], dtype=np.int64))
    stay = np.flatnonzero(~out)
    moved = np.full(len(out), -1, dtype=np.int64)
    moved[stay] = np.arange(len(stay))
    told: dict[str, tuple[list[int], list[int]]] = {facet: ([], []) for facet in FACETS}
    fresh: list[tuple[int, ...]] = []
    for place, row in enumerate(rows, len(stay)):
        fresh.append(
            (
                row.id,
                before.known_things.number((row.kind, row.key)),
                LANGUAGES.index(row.language),
                before.known_scopes.number((row.meeting_id, row.audience, row.kind)),
                int(row.published_at.timestamp()),
                int((row.changed_at or row.published_at).timestamp()),
                zlib.crc32(f"{row.kind}:{row.key}".encode()),
            )
        )
        for facet, codes in {"language": [row.language], **row.facets, "kind": [row.kind]}.items():
            names = before.codes[facet]
            for code in codes:
                told[facet][0].append(place)
                told[facet][1].append(names.number(code))
    added = np.array(fresh, dtype=np.int64).reshape(-1, 7).T
    old = (
        before.ids, before.things, before.languages, before.scopes, before.published, before.changed, before.ties,
    )  # fmt: skip
    ids, things, languages, scopes, published, changed, ties = (
        np.concatenate([column[stay], new]) for column, new in zip(old, added, strict=True)
    )
    pairs = {}
    for facet, (places, numbers) in told.items():
        kept_rows, kept_numbers = before.pairs[facet]
        still = ~out[kept_rows]
        pairs[facet] = (
            np.concatenate([moved[kept_rows[still]], np.array(places, dtype=np.int64)]),
            np.concatenate([kept_numbers[still], np.array(numbers, dtype=np.int64)]),
        )
    where = np.full(int(ids.max()) + 1 if len(ids) else 0, -1, dtype=np.int64)
    where[ids] = np.arange(len(ids))
    return Columns(
        revision, ids, things, languages, scopes, published, changed, ties, pairs,
        before.known_things, before.known_scopes, before.codes, where,
    )  # fmt: skip

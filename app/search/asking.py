"""Asking the index: what answers a query, in the order of how well, with what narrows it down.

What somebody may not see influences nothing: neither order nor counts, offers or facets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

import numpy as np
import sqlalchemy as sa
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from app.core.db import db
from app.core.fragments import words_fragment
from app.core.localized import LANGUAGES
from app.core.paging import FURTHEST_PAGE, Page
from app.core.texts import clean
from app.search import meaning, retrieving, spelling
from app.search.columns import Columns, Mask, Numbers, columns
from app.search.excerpts import Passage, passage
from app.search.models import FACETS, SearchEntry
from app.search.questions import Question, question
from app.search.ranking import Candidate, score
from app.search.retrieving import Limit, TooBroad

PER_PAGE = 20
CANDIDATES = 200  # of which the order is made with care; those after them follow as `_rough` has them
FEW = 5  # things: where fewer are found, words of the same families do as well
MOST_NEAR = 20  # entries that are found by their meaning
BY_MEANING = 9  # the way of those: after all that has the words
LONGEST_CODE = 80
MOST_CODES = 50  # that one facet is asked for
BEST, NEWEST, OLDEST = "", "newest", "oldest"
SORTS = (BEST, NEWEST, OLDEST)


@dataclass(frozen=True)
class Asked:
    """What somebody asks: a query (which may be empty: everything), codes by facet (those of one facet: any of them;
    of several facets: all), the order, only what was published or changed after a moment, and the page."""

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = BEST
    since: datetime | None = None
    page: int = 1

    def to_query(self) -> dict[str, list[str]]:
        """Return it as the values of an address; what is as usual is left out."""
        query = {"q": [self.text] if self.text else []}
        query |= {name: list(self.filters.get(name, ())) for name in FACETS}
        query["sort"] = [self.sort] if self.sort else []
        query["since"] = [self.since.astimezone(UTC).isoformat(timespec="seconds")] if self.since else []
        query["page"] = [str(self.page)] if self.page > 1 else []
        return {name: values for name, values in query.items() if values}

    @classmethod
    def from_query(cls, values: Mapping[str, Any]) -> "Asked":
        """Read it from the values of an address (a MultiDict, or lists or texts by name); what makes no sense there
        asks for nothing."""
        read = values if isinstance(values, MultiDict) else MultiDict(values)
        filters = {}
        for name in FACETS:
            sent = (clean(code, lines=False)[:LONGEST_CODE] for code in read.getlist(name)[:MOST_CODES])
            codes = tuple(dict.fromkeys(code for code in sent if code))
            if codes:
                filters[name] = codes
        sort = read.get("sort", BEST)
        return cls(
            text=(read.get("q") or "").strip(),
            filters=filters,
            sort=sort if sort in SORTS else BEST,
            since=_moment(read.get("since", "")),
            page=_page(read.get("page", "1")),
        )

    def with_filter(self, name: str, code: str) -> "Asked":
        """The same with one code more, from the first page."""
        codes = (*self.filters.get(name, ()), code)
        return replace(self, filters={**self.filters, name: tuple(dict.fromkeys(codes))}, page=1)

    def without_filter(self, name: str, code: str) -> "Asked":
        """The same with one code less, from the first page."""
        codes = tuple(kept for kept in self.filters.get(name, ()) if kept != code)
        filters = {**self.filters, name: codes}
        return replace(self, filters={name: codes for name, codes in filters.items() if codes}, page=1)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _page(text: str) -> int:
    try:
        return min(max(int(text), 1), FURTHEST_PAGE) if len(text) < 20 else FURTHEST_PAGE
    except ValueError:
        return 1


class Counted(NamedTuple):
    """A code of a facet: how many results it leaves (of one that is not chosen: if it were too), and whether it is."""

    code: str
    number: int
    chosen: bool


@dataclass(frozen=True)
class Hit:
    """One thing found: its entry in the language that suits the reader, and the words found, marked. `by_meaning`: it
    does not have all words."""

    kind: str
    key: str
    language: str
    title: str
    context: Mapping[str, str]
    path: str
    excerpt: Markup
    published_at: datetime
    by_meaning: bool = False


@dataclass(frozen=True)
class Answer:
    """`facets`: by name, in the order of FACETS, the codes that results have, the most frequent first. `unknown`:
    codes that were asked for and that nothing has that the person may find. `offered`: what may have been meant ("":
    nothing). `near`: how many results, the last of them, are found by their meaning alone. `cut`: it would have taken
    too long; there is no result then."""

    page: Page[Hit]
    facets: Mapping[str, list[Counted]] = field(default_factory=dict)
    offered: str = ""
    unknown: tuple[tuple[str, str], ...] = ()
    near: int = 0
    cut: bool = False

    @property
    def first_near(self) -> int:
        """The page on which those found by their meaning begin."""
        return (self.page.total - self.near) // PER_PAGE + 1


def ask(
    asked: Asked,
    scope: sa.ColumnElement[bool],
    *,
    language: str,
    by_meaning: bool = True,
    limit: Limit | None = None,
    whole: int = 0,
) -> Answer:
    """Return what answers, one hit for each thing, in the language where it has one that answers.

    `scope`: the condition on SearchEntry that says what the person may find; it looks at session, audience and kind
    alone. `by_meaning`: whether what does not have the words but means them is added. `limit`: the time for all of it,
    where others share it. `whole`: all hits without the words found, in place of a page; none where there are more.
    Raises Refusal (at the field q) for a query that is too long or holds nothing to look for. A
    constant number of statements, however many things there are: eight, and thirteen more where nothing has the words.
    """
    asking = question(asked.text) if asked.text else None
    limit = limit or Limit()
    try:
        known = columns(limit)
        allowed = known.findable(scope)
        if asked.since:
            allowed &= known.changed > asked.since.timestamp()
        chosen = {name: known.having(name, codes) for name, codes in asked.filters.items()}
        found = _found(known, allowed, asking, limit)
        offered = _offered(known, allowed, asking, asked.text, limit) if asking and not found.exact else ""
        if asking and by_meaning:
            within = _narrowed(allowed & ~found.out, chosen)
            found = _with_near(known, found, within, asking, asked.text, language, limit)
        rows = _narrowed(found.rows, chosen)
        shown = known.one_of_each(rows, language)
        order = _order(known, shown, found, asked, limit)
    except TooBroad:
        return Answer(Page([], 0, asked.page, PER_PAGE), cut=True)
    first = (asked.page - 1) * PER_PAGE
    hits = (
        _listed(order if len(order) <= whole else (), known)
        if whole
        else _hits(order[first : first + PER_PAGE], known, found)
    )
    return Answer(
        Page(hits, len(shown), asked.page, PER_PAGE),
        _facets(known, found.rows, chosen, asked, language),
        offered,
        unknown=_unknown(known, allowed, asked),
        near=int((found.ways[shown] == BY_MEANING).sum()),
    )


class Found(NamedTuple):
    """Which rows answer, how (the number of the question among `questions`, or BY_MEANING: then `near` says how near),
    which by their title alone, which have all words in their order (2: in their title), and which have a word that is
    to be left out."""

    rows: Mask
    ways: Numbers
    titled: Mask
    whole: Numbers
    out: Mask
    questions: list[Question]
    near: dict[int, float]
    exact: bool  # whether anything has all words


def _found(known: Columns, allowed: Mask, asking: Question | None, limit: Limit) -> Found:
    """What has the words, of what may be found, before it is narrowed down. Raises TooBroad."""
    ways, nothing = np.zeros(len(allowed), dtype=np.int64), np.zeros(len(allowed), dtype=bool)
    if asking is None:
        return Found(allowed, ways, nothing, ways, nothing, [], {}, exact=True)
    ids = retrieving.found_by(asking, limit)
    out = nothing
    if "out" in ids:
        # What has an excluded word in one language is left out in all.
        out = np.isin(known.things, known.things[allowed & known.mask_of(ids["out"])])
    left = allowed & ~out
    rows = left & known.mask_of(ids["all"])
    titled = known.mask_of(ids["title"])
    whole = ways.copy()
    for worth, name in enumerate(("whole", "whole_title"), 1):
        if name in ids:
            whole[known.mask_of(ids[name])] = worth
    questions = [asking]
    exact = bool(rows.any())
    if _are_few(known, rows) and any(word.family for word in asking.words):
        relaxed = replace(asking, relaxed=True)
        more = retrieving.found_by(relaxed, limit)
        fresh = left & known.mask_of(more["all"]) & ~np.isin(known.things, known.things[rows])
        ways[fresh], rows = 1, rows | fresh
        titled |= fresh & known.mask_of(more["title"])
        questions.append(relaxed)
    return Found(rows, ways, titled, whole, out, questions, {}, exact)


def _are_few(known: Columns, rows: Mask) -> bool:
    """Whether entries are those of few things. Many entries are of many things, whichever they are."""
    return int(rows.sum()) < FEW * len(LANGUAGES) and len(np.unique(known.things[rows])) < FEW


def _with_near(
    known: Columns, found: Found, within: Mask, asking: Question, text: str, language: str, limit: Limit
) -> Found:
    """What was found, and what is nearest by its meaning among the rest of what is asked for (`within`)."""
    if asking.phrases or not meaning.can_answer():
        return found
    others = within & ~np.isin(known.things, known.things[found.rows])
    try:
        near = dict(meaning.nearest(asking, text, language, known, others, MOST_NEAR, limit))
    except TooBroad:  # what has the words stays found
        near = {}
    if not near:
        return found
    rows, ways = found.rows.copy(), found.ways.copy()
    rows[list(near)], ways[list(near)] = True, BY_MEANING
    return found._replace(rows=rows, ways=ways, near=near)


def _offered(known: Columns, allowed: Mask, asking: Question, text: str, limit: Limit) -> str:
    try:
        return spelling.offered(asking, text, known, allowed, limit)
    except TooBroad:  # what was found stays found
        return ""


def _narrowed(rows: Mask, chosen: Mapping[str, Mask], but: str = "") -> Mask:
    for name, mask in chosen.items():
        if name != but:
            rows = rows & mask
    return rows


def _order(known: Columns, shown: Numbers, found: Found, asked: Asked, limit: Limit) -> Numbers:
    """The rows in the order in which they are shown: what was found by its meaning comes last, the nearest first.
    Raises TooBroad."""
    meant = found.ways[shown] == BY_MEANING
    nearest = sorted(shown[meant].tolist(), key=lambda row: (-found.near[row], -known.published[row], known.ties[row]))
    rows = shown[~meant]
    newest = -known.published[rows]
    if asked.sort == OLDEST:
        ordered = rows[np.lexsort((known.ties[rows], -newest))]
    elif asked.sort == NEWEST or not found.questions:
        ordered = rows[np.lexsort((known.ties[rows], newest))]
    else:
        ordered = _best_first(known, _rough(known, rows, found), found, limit)
    return np.concatenate([ordered, np.array(nearest, dtype=np.int64)])


def _rough(known: Columns, rows: Numbers, found: Found) -> Numbers:
    """The rows by way; in each those with all words in order in their title, those with all words there, those with
    all words in order in their text, and the others; the newest first."""
    in_title, in_text = found.whole[rows] == 2, found.whole[rows] > 0
    keys = (~in_text, ~found.titled[rows], ~in_title, found.ways[rows])
    return rows[np.lexsort((known.ties[rows], -known.published[rows], *keys))]


def _best_first(known: Columns, rough: Numbers, found: Found, limit: Limit) -> Numbers:
    """The rows with the first of them ordered by how well they answer. Raises TooBroad."""
    best = rough[:CANDIDATES]
    ids = known.ids[best].tolist()
    entry = SearchEntry
    texts = {
        row.id: row
        for row in db.session.execute(
            sa.select(entry.id, entry.kind, entry.key, entry.title_words, entry.words).where(entry.id.in_(ids))
        )
    }

    def place(row: int) -> tuple[Any, ...]:
        text = texts.get(int(known.ids[row]))
        if text is None:  # gone just now
            return (99,)
        limit.left()
        way = int(found.ways[row])
        points = score(Candidate(text.title_words, text.words), found.questions[way])
        return way, -points, -int(known.published[row]), text.kind, text.key

    return np.array([*sorted(best.tolist(), key=place), *rough[CANDIDATES:].tolist()], dtype=np.int64)


def _hits(rows: Iterable[Any], known: Columns, answering: Found) -> list[Hit]:
    ids = [int(known.ids[row]) for row in rows]
    meant = {int(known.ids[row]) for row in answering.near}
    entry = SearchEntry
    shown = (entry.id, entry.kind, entry.key, entry.language, entry.title, entry.context, entry.path, entry.text)
    statement = sa.select(*shown, entry.places, entry.published_at).where(entry.id.in_(ids))
    found = {row.id: row for row in db.session.execute(statement)}
    asked = answering.questions[-1] if answering.questions else None
    hits = []
    for row in (found[entry_id] for entry_id in ids if entry_id in found):
        best = passage(row.text, row.language, asked)
        path = _path_to(best, row.path, row.places or ())
        told = (row.kind, row.key, row.language, row.title, row.context, path, best.excerpt, row.published_at)
        hits.append(Hit(*told, by_meaning=row.id in meant))
    return hits


def _listed(rows: Iterable[Any], known: Columns) -> list[Hit]:
    """The same of many: without their texts, which are long."""
    ids = [int(known.ids[row]) for row in rows]
    entry = SearchEntry
    shown = (entry.kind, entry.key, entry.language, entry.title, entry.context, entry.path, entry.published_at)
    found = {row.id: row for row in db.session.execute(sa.select(entry.id, *shown).where(entry.id.in_(ids)))}
    there = (found[entry_id] for entry_id in ids if entry_id in found)
    return [Hit(*row[1:-1], Markup(""), row.published_at) for row in there]


def _path_to(best: Passage, path: str, places: Iterable[tuple[int, str]]) -> str:
    """The address of a passage of a page, as near to its words as the page has places."""
    anchor = ""
    for start, name in places:
        if best.start is not None and start <= best.start:
            anchor = name
    return f"{path.partition('#')[0]}#{quote(anchor)}{words_fragment(best.words)}" if anchor else path


def _facets(
    known: Columns, rows: Mask, chosen: Mapping[str, Mask], asked: Asked, language: str
) -> dict[str, list[Counted]]:
    """What each code of each facet leaves: of a facet that is chosen from, whatever else of it is chosen."""
    found = {}

    @cache
    def left(but: str) -> Mask:
        return _narrowed(rows, chosen, but)

    @cache
    def once(but: str) -> Mask:
        mask = np.zeros(len(rows), dtype=bool)
        mask[known.one_of_each(left(but), language)] = True
        return mask

    for name in FACETS:
        but = name if name in chosen else ""
        # Of each thing once; and once for each of its languages.
        counts = known.counted(name, left(but) if name == "language" else once(but))
        picked = asked.filters.get(name, ())
        codes = {**counts, **{code: counts.get(code, 0) for code in picked}}
        found[name] = sorted(
            (Counted(code, number, code in picked) for code, number in codes.items()),
            key=lambda counted: (-counted.number, counted.code),
        )
    return found


def _unknown(known: Columns, allowed: Mask, asked: Asked) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, code)
        for name, codes in asked.filters.items()
        for code in codes
        if not (allowed & known.having(name, [code])).any()
    )

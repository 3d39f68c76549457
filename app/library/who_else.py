"""Who else works on what a text speaks of: for each theme and objective a few States and mechanisms by name, beside
the link to the page that tells of all.

States are those with the most good practices on it that the person may read, as the index counts them: its columns are
in memory, and what they say is kept for as long as neither they nor what the person may find change. Mechanisms are
those that sources of the directory say work on it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from flask import url_for

from app.core.actors import Actor
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.facts import holds, today
from app.directory.models import Mechanism, Party, Statement, Tag, VocabularyItem
from app.library import practice_queries, queries
from app.library.frozen import Key, frozen, frozen_all
from app.library.naming import term_url
from app.meetings.queries import findable
from app.practices.models import Practice
from app.practices.term_models import PracticeTerm
from app.search.columns import Columns, Mask, columns
from app.search.models import PRACTICE_KIND
from app.search.warming import is_warming
from app.summaries.anchors import paragraphs_in
from app.summaries.models import Publication

NAMED = 4  # of each
MOST_TERMS = 6  # of what a summary cites
FIELDS = {"themes": "themes", "gcm_main": "gcm", "gcm_other": "gcm"}  # of practices -> the vocabulary of its codes
FACETS = {"themes": "theme", "gcm": "gcm"}  # vocabulary -> the facet of its codes, which registers filter by too
SOURCE = "practice-"  # what the keys of sources that are practices begin with
Term = tuple[str, str]  # vocabulary and code
Named = tuple[str, LocalizedText]  # code and everyday name of a State


class Some(NamedTuple):
    """The first of those who work on a term, as links, and how many there are beside them."""

    links: Sequence[Mapping[str, str]]
    more: int


class Line(NamedTuple):
    """A term, its page, and who works on it."""

    title: str
    url: str
    states: Some
    mechanisms: Some
    number: int


def who_else(
    actor: Actor, terms: Mapping[Term, str], *, but: str = "", counts: Mapping[Term, int] | None = None
) -> list[Line]:
    """Return a line for each term (to its title), without the party with the code `but`; `counts`: what is told with
    each. Three statements; one more of what is not kept yet."""
    if not terms:
        return []
    states = _states(actor, terms)
    mechanisms = _mechanisms(terms)

    def line(term: Term, title: str) -> Line:
        vocabulary, code = term
        theirs = [one for one in states.get(term, ()) if one[0] != but]
        working = {one: link for one, link in mechanisms.get(term, {}).items() if one != but}
        by: dict[str, Any] = {FACETS[vocabulary]: code, "sort": "-date"}
        return Line(
            title,
            term_url(vocabulary, code),
            _some(
                [
                    {
                        "label": in_reader_language(names),
                        "url": url_for("library.practices", state=one, **by),
                    }
                    for one, names in theirs[:NAMED]
                ],
                len(theirs),
            ),
            _some(sorted(working.values(), key=lambda link: fold(link["label"]))[:NAMED], len(working)),
            (counts or {}).get(term, 0),
        )

    return [line(term, title) for term, title in terms.items()]


def terms_cited(actor: Actor, publication: Publication) -> dict[Term, str]:
    """The themes and objectives of most of the practices that a publication cites and that a person may read, with
    their titles. Two statements at most."""

    def cited() -> frozenset[int]:
        keys = {one["source"] for paragraph in paragraphs_in(publication.content) for one in paragraph["citations"]}
        return frozenset(int(key.removeprefix(SOURCE)) for key in keys if key.startswith(SOURCE))

    ids = frozen(("practices cited", publication.id), cited)
    if not ids:
        return {}
    rows = db.session.execute(
        practice_queries.published(actor, PracticeTerm.field, PracticeTerm.code, sa.func.count())
        .join(PracticeTerm, PracticeTerm.practice_id == Practice.id)
        .where(Practice.id.in_(ids), PracticeTerm.field.in_(FIELDS))
        .group_by(PracticeTerm.field, PracticeTerm.code)
    )
    counts: Counter[Term] = Counter()
    for field, code, number in rows:
        counts[FIELDS[field], code] += number
    if not counts:
        return {}
    known = queries.terms(*FACETS)
    first = sorted(counts, key=lambda term: (-counts[term], term))[:MOST_TERMS]
    return {term: in_reader_language(known[term[0]][term[1]]) for term in first if term[1] in known[term[0]]}


def _some(links: Sequence[Mapping[str, str]], number: int) -> Some:
    return Some(links, number - len(links))


def _states(actor: Actor, terms: Iterable[Term]) -> dict[Term, Sequence[Named]]:
    """The States and territories with practices on each term, those with the most first. None while the process has
    only begun and still reads the index: nobody waits for names. Two statements; one more of what is not kept yet."""
    if is_warming():
        return {}
    known = columns()
    allowed = known.findable(findable(actor))
    mark = blake2b(np.packbits(allowed).tobytes()).digest()

    def make(missing: set[Key]) -> dict[Key, tuple[Named, ...]]:
        codes = {key: _counted(known, allowed, key[1]) for key in missing}  # type: ignore[arg-type]
        wanted = {code for found in codes.values() for code in found}
        rows = db.session.execute(sa.select(Party.code, Party.short_names).where(Party.code.in_(wanted)))
        names = {row.code: row.short_names for row in rows}
        return {key: tuple((code, names[code]) for code in found if code in names) for key, found in codes.items()}

    found = frozen_all([("who else", term, known.revision, mark) for term in terms], make)
    return {key[1]: named for key, named in found.items()}  # type: ignore[misc]


def _counted(known: Columns, allowed: Mask, term: Term) -> list[str]:
    vocabulary, code = term
    rows = allowed & known.having("kind", [PRACTICE_KIND]) & known.having(FACETS[vocabulary], [code])
    once = np.zeros(len(rows), dtype=bool)
    once[known.one_of_each(rows, "en")] = True  # of each practice its languages count once
    counts = known.counted("state", once)
    return sorted(counts, key=lambda state: (-counts[state], state))


def _mechanisms(terms: Iterable[Term]) -> dict[Term, dict[str, dict[str, str]]]:
    """Code -> name and page of the mechanisms in being that work on each term. One statement."""
    item, row = VocabularyItem, Mechanism
    statement = (
        sa.select(item.vocabulary, item.code, row.code, row.short_names, row.slug, row.founded, row.ended)
        .join(Tag, Tag.item_id == item.id)
        .join(Statement, Statement.id == Tag.statement_id)
        .join(row, row.id == Statement.mechanism_id)
        .where(sa.tuple_(item.vocabulary, item.code).in_(list(terms)))
    )
    found: dict[Term, dict[str, dict[str, str]]] = {}
    day = today()
    for vocabulary, code, party, names, slug, founded, ended in db.session.execute(statement):
        if holds(founded or "", ended or "", day):
            link = {"label": in_reader_language(names), "url": url_for("library.mechanism", slug=slug)}
            found.setdefault((vocabulary, code), {})[party] = link
    return found

"""What the search page shows, made ready for the template."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.db import db
from app.core.errors import Refusal
from app.core.languages import LANGUAGE_ARGUMENT, current_language, language_kept
from app.core.localized import LANGUAGE_NAMES
from app.core.sheets import MOST_ROWS
from app.core.wording import in_reader_language, show_day, with_colon
from app.directory.models import Party
from app.directory.regions import REGIONS
from app.library.forms import SearchForm
from app.library.labels import HIT_KINDS
from app.library.queries import terms
from app.meetings.queries import findable
from app.search import meaning
from app.search.asking import BEST, NEWEST, OLDEST, Answer, Asked, Counted, ask
from app.search.models import FACETS, PRACTICE_KIND

FACET_NAMES = {
    "kind": _l("Kind"),
    "state": _l("State"),
    "region": _l("Region"),
    "theme": _l("Theme"),
    "gcm": _l("Global Compact objective"),
    "principle": _l("Guiding principle of the Global Compact"),
    "sdg": _l("Target of the 2030 Agenda"),
    "mechanism": _l("Mechanism"),
    "population": _l("Population"),
    "status": _l("Status of the practice"),
    "year": _l("Year of the session"),
    "language": _l("Language"),
}
SORTS = {BEST: _l("What fits best first"), NEWEST: _l("Newest first"), OLDEST: _l("Oldest first")}
VOCABULARIES = {
    "theme": "themes",
    "gcm": "gcm",
    "principle": "gcm_principles",
    "sdg": "sdg",
    "population": "population",
    "status": "practice_status",
}
PARTY_FACETS = ("state", "mechanism")
NUMBERED = frozenset({"gcm", "principle"})  # known by their number; titles of targets begin with it
SHOWN = 8  # values of a facet before the rest is folded away
MOST_SHOWN = 60  # unless all are asked for
ALL = "all"  # in an address: the facet of which all values are shown
# What addresses of searches have beside facets.
OTHERS = ("q", "sort", "since", "page", "format", LANGUAGE_ARGUMENT, ALL)
MOST_TOLD, LONGEST_TOLD = 5, 40  # names that are told, of what an address has and searching does not know


class Value(NamedTuple):
    """A value of a facet: where a press leads, which chooses it or takes it away."""

    name: str
    number: int
    url: str
    chosen: bool


class Facet(NamedTuple):
    """A facet with the values that are shown at once, and those that are folded away. `number`: of all that it has;
    `all_url`: where they are all shown, "" where they are; `opened`: whether that was asked for."""

    key: str
    name: str
    values: list[Value]
    more: list[Value]
    number: int
    all_url: str
    opened: bool


class Chosen(NamedTuple):
    """A value that is chosen, and the address without it."""

    facet: str
    name: str
    url: str


def address(asked: Asked, **more: str) -> str:
    """Return the address of a search, in the language of this page's address."""
    values: dict[str, Any] = {**asked.to_query(), **language_kept(), **more}
    return url_for("library.search", **values)


def search(actor: Actor) -> dict[str, Any]:
    """Return what templates/library/search.html needs."""
    form = SearchForm(request.args)
    asked = Asked.from_query(request.args)
    answer = None
    if "q" in request.args or asked.filters or asked.since:
        try:
            if not (asked.text or asked.filters or asked.since):
                raise Refusal(_l("Write at least one word of two letters or more."), field="q")
            answer = ask(asked, findable(actor), language=current_language())
        except Refusal as refusal:
            form.refuse(refusal)
    shown: dict[str, Any] = {
        "form": form,
        "answer": answer,
        "page": None,
        "kinds": HIT_KINDS,
        "kept": _kept(asked),
        "strange": [name[:LONGEST_TOLD] for name in request.args if name not in (*FACETS, *OTHERS)][:MOST_TOLD],
    }
    if answer is None:
        return shown
    named = _names(answer)
    return shown | {
        "page": answer.page,
        "practices": sum(hit.kind == PRACTICE_KIND for hit in answer.page.items),
        "page_url": lambda number: address(replace(asked, page=number)),
        "facets": _facets(answer, asked, named),
        "chosen": _chosen(asked, named),
        "clear_url": address(Asked(asked.text)),
        "unknown": [f"{with_colon(FACET_NAMES[name])} {named(name, code)}" for name, code in answer.unknown],
        "more_to_come": bool(asked.text) and meaning.is_coming(),
        "near_url": address(replace(asked, page=answer.first_near)) if answer.first_near > asked.page else "",
        "offered": answer.offered,
        "offered_url": address(replace(asked, text=answer.offered, page=1)),
        "sorts": _sorts(asked),
        "files": _files(asked) if answer.page.total <= MOST_ROWS else {},
    }


def _files(asked: Asked) -> dict[str, str]:
    return {kind: address(replace(asked, page=1), format=kind) for kind in ("csv", "xlsx")}


def _chosen(asked: Asked, named: Callable[[str, str], str]) -> list[Chosen]:
    """What narrows a search down."""
    found = [
        Chosen(str(FACET_NAMES[name]), named(name, code), address(asked.without_filter(name, code)))
        for name, codes in asked.filters.items()
        for code in codes
    ]
    if asked.since:
        found.append(
            Chosen(_("Published or changed since"), show_day(asked.since), address(replace(asked, since=None, page=1)))
        )
    return found


def _sorts(asked: Asked) -> list[tuple[str, str, bool]]:
    """Name, address and whether it is the present one, of each order; none where no words are asked for."""
    return [
        (str(label), address(replace(asked, sort=sort, page=1)), sort == asked.sort)
        for sort, label in SORTS.items()
        if asked.text
    ]


def _kept(asked: Asked) -> list[tuple[str, str]]:
    """What of the address stays when other words are asked for."""
    query = replace(asked, text="", page=1).to_query()
    return [*((name, value) for name, values in query.items() for value in values), *language_kept().items()]


def _facets(answer: Answer, asked: Asked, named: Callable[[str, str], str]) -> list[Facet]:
    found, whole = [], request.args.get(ALL, "")
    for key, counts in answer.facets.items():
        if len(counts) < 2 and not any(counted.chosen for counted in counts):
            continue
        values = [
            Value(
                named(key, counted.code),
                counted.number,
                address((asked.without_filter if counted.chosen else asked.with_filter)(key, counted.code)),
                counted.chosen,
            )
            for counted in _in_order(key, counts)[: None if key == whole else MOST_SHOWN]
        ]
        first = len([value for value in values if value.chosen]) + SHOWN
        all_url = address(asked, all=key, _anchor=f"facet-{key}") if len(values) < len(counts) else ""
        found.append(
            Facet(key, str(FACET_NAMES[key]), values[:first], values[first:], len(counts), all_url, key == whole)
        )
    return found


def _in_order(key: str, counts: Iterable[Counted]) -> list[Counted]:
    """The chosen first; years from the newest; others as they come: the most frequent first."""
    if key == "year":
        counts = sorted(counts, key=lambda counted: counted.code, reverse=True)
    return sorted(counts, key=lambda counted: not counted.chosen)


def _names(answer: Answer) -> Callable[[str, str], str]:
    return names_of(counted.code for key in PARTY_FACETS for counted in answer.facets.get(key, ()))


def names_of(parties: Iterable[str]) -> Callable[[str, str], str]:
    """What codes of facets are called in the reader's language; a code that nothing is called is itself. `parties`: the
    codes of those that may be asked for. Two statements."""
    known: dict[str, Mapping[str, Any]] = {"kind": HIT_KINDS, "region": REGIONS, "language": LANGUAGE_NAMES}
    vocabularies = terms(*VOCABULARIES.values())
    for key, vocabulary in VOCABULARIES.items():
        known[key] = {
            code: f"{code}. {in_reader_language(title)}" if key in NUMBERED else in_reader_language(title)
            for code, title in vocabularies[vocabulary].items()
        }
    rows = db.session.execute(sa.select(Party.code, Party.short_names).where(Party.code.in_(set(parties))))
    called = {row.code: in_reader_language(row.short_names) for row in rows}
    known |= dict.fromkeys(PARTY_FACETS, called)
    return lambda key, code: str(known.get(key, {}).get(code, code))[:80]

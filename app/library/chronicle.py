"""What concerns a State or a theme over the years, as a table and as a timeline; pure.

An *entry* is one published thing; the *chronicle* is how many there are of each kind in each year, with the newest.
A thing is of the year in which its session began.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.core.paging import FURTHEST_PAGE, Page

NAMED = 3  # entries of a kind that the timeline names in a year
NEWEST = 5  # practices that a page shows
YEARS = 6  # that table and timeline show at once; those before them are folded away
PER_PAGE = 50  # entries of a kind that a page lists
YEAR = len("2026")
STEPS = (1, 3, 10)  # from which counts on a cell is darker


class ChronicleKind(StrEnum):
    """Which things there are over the years, in the order of pages."""

    PRACTICE = "practice"
    PRESENTATION = "presentation"
    STATEMENT = "statement"
    PARAGRAPH = "paragraph"
    RECOMMENDATION = "recommendation"
    REPORT = "report"


KINDS = {
    ChronicleKind.PRACTICE: _l("Good practices"),
    ChronicleKind.PRESENTATION: _l("Presentations"),
    ChronicleKind.STATEMENT: _l("Statements"),
    ChronicleKind.PARAGRAPH: _l("Paragraphs of summaries"),
    ChronicleKind.RECOMMENDATION: _l("Recommendations"),
    ChronicleKind.REPORT: _l("Reports on recommendations"),
}


class Entry(NamedTuple):
    """A published thing; `note` says where it is from. `lang`: of its title."""

    kind: ChronicleKind
    year: int
    title: str
    lang: str
    url: str
    note: str


class Later(NamedTuple):
    """An entry that is made where it is shown: of thousands a page shows a few."""

    kind: ChronicleKind
    year: int
    make: Callable[[], Entry]


Told = Entry | Later


def made(entries: Iterable[Told]) -> list[Entry]:
    """Make those that are shown."""
    return [one.make() if isinstance(one, Later) else one for one in entries]


@dataclass(frozen=True)
class Chronicle:
    """How many things there are by kind and year, and those of them that are named. `facts`: year -> what the directory
    knows to have begun or happened, as the timeline tells it."""

    counts: Mapping[tuple[ChronicleKind, int], int]
    entries: Sequence[Told]
    facts: Mapping[int, Sequence[Mapping[str, Any]]] = field(default_factory=dict)

    @property
    def kinds(self) -> list[ChronicleKind]:
        """The kinds of which there is anything."""
        there = {kind for kind, _year in self.counts}
        return [kind for kind in ChronicleKind if kind in there]

    @property
    def years(self) -> list[int]:
        """The years of which there is anything to read, the newest first."""
        return sorted({year for _kind, year in self.counts}, reverse=True)

    def total(self, kind: ChronicleKind) -> int:
        """How many there are of a kind."""
        return sum(count for (one, _year), count in self.counts.items() if one is kind)

    @cached_property
    def _by_kind(self) -> Mapping[tuple[ChronicleKind, int | None], list[Told]]:
        found: dict[tuple[ChronicleKind, int | None], list[Told]] = {}
        for entry in self.entries:
            for year in (None, entry.year):
                found.setdefault((entry.kind, year), []).append(entry)
        return found

    def of_kind(self, kind: ChronicleKind, year: int | None = None) -> Sequence[Told]:
        """The named entries of a kind (and year)."""
        return self._by_kind.get((kind, year), ())


def chronicle(
    practices: Mapping[int, int],
    entries: Iterable[Told],
    facts: Mapping[int, Sequence[Mapping[str, Any]]] | None = None,
) -> Chronicle:
    """Put together a chronicle; `practices`: year -> how many, since not all of those are among the entries."""
    found = list(entries)
    counts: Counter[tuple[ChronicleKind, int]] = Counter((entry.kind, entry.year) for entry in found)
    for year, count in practices.items():
        counts[ChronicleKind.PRACTICE, year] = count
    return Chronicle({key: count for key, count in counts.items() if count}, found, facts or {})


def counted(kind: ChronicleKind, number: int) -> str:
    """Return a number of things of a kind, in words."""
    if kind is ChronicleKind.PRACTICE:
        return str(ngettext("%(num)d good practice", "%(num)d good practices", number))
    if kind is ChronicleKind.PRESENTATION:
        return str(ngettext("%(num)d presentation", "%(num)d presentations", number))
    if kind is ChronicleKind.STATEMENT:
        return str(ngettext("%(num)d statement", "%(num)d statements", number))
    if kind is ChronicleKind.PARAGRAPH:
        return str(ngettext("%(num)d paragraph of a summary", "%(num)d paragraphs of summaries", number))
    if kind is ChronicleKind.REPORT:
        return str(ngettext("%(num)d report on a recommendation", "%(num)d reports on recommendations", number))
    return str(ngettext("%(num)d recommendation", "%(num)d recommendations", number))


class Addresses(NamedTuple):
    """Where lists are: the register of practices by year, and a page that lists another kind by year and part, each of
    which may be left out."""

    practices: Callable[[int | None], str]
    others: Callable[[ChronicleKind, int | None, int | None], str]

    def of(self, kind: ChronicleKind, year: int | None = None, part: int | None = None) -> str:
        """The address of the list of a kind, of one year or of all."""
        return self.practices(year) if kind is ChronicleKind.PRACTICE else self.others(kind, year, part)


def table(found: Chronicle, addresses: Addresses) -> dict[str, Any]:
    """Return the chronicle as components/matrix.html takes it: year x kind, and a row of sums; the years before the
    newest ones apart."""

    def cell(kind: ChronicleKind, number: int, year: int | None) -> dict[str, Any]:
        if not number:
            return {"text": "0", "heat": 0}
        label = counted(kind, number)
        if year:
            label = _("%(year)d: %(count)s", year=year, count=label)
        heat = sum(number >= step for step in STEPS)
        return {"text": str(number), "heat": heat, "url": addresses.of(kind, year), "label": label}

    rows = [
        {"label": str(year), "cells": [cell(kind, found.counts.get((kind, year), 0), year) for kind in found.kinds]}
        for year in found.years
    ]
    shown, earlier = _parted(rows)
    if len(rows) > 1:
        total = [cell(kind, found.total(kind), None) for kind in found.kinds]
        shown.append({"label": _("All years"), "cells": [{**one, "heat": 0} for one in total]})
    return {"columns": [{"label": str(KINDS[kind])} for kind in found.kinds], "rows": shown, "earlier": earlier}


def _parted(years: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Part the newest years from those that are folded away, which are more than one."""
    return (years[:YEARS], years[YEARS:]) if len(years) > YEARS + 1 else (years, [])


def timeline(found: Chronicle, addresses: Addresses) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the years, the newest first, each with what began or happened and with its newest things; the years before
    the newest ones apart. Of the newest of which there is anything to read, the things are open."""
    years = sorted({*found.years, *found.facts}, reverse=True)
    newest = found.years[0] if found.years else None
    lines = [
        {
            "year": year,
            "open": year == newest,
            "facts": found.facts.get(year, ()),
            "sentence": ", ".join(
                counted(kind, found.counts[kind, year]) for kind in found.kinds if (kind, year) in found.counts
            ),
            "kinds": [
                {
                    "kind": kind,
                    "label": counted(kind, found.counts[kind, year]),
                    "url": addresses.of(kind, year),
                    "entries": made(found.of_kind(kind, year)[:NAMED]),
                }
                for kind in found.kinds
                if (kind, year) in found.counts
            ],
        }
        for year in years
    ]
    return _parted(lines)


def sentence(found: Chronicle) -> str:
    """Return what there is, in words: "4 good practices, 2 statements"."""
    return ", ".join(counted(kind, found.total(kind)) for kind in found.kinds)


def over_the_years(found: Chronicle, addresses: Addresses, here: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """Return a chronicle as templates/library/_chronicle.html takes it; `asked`: the values of the address, which name
    the kind and year that are listed."""
    kind = next(
        (one for one in found.kinds if one.value == asked.get("kind") and one is not ChronicleKind.PRACTICE), None
    )
    year = int(text) if (text := asked.get("year", "")).isdecimal() and len(text) == YEAR else None
    shown, earlier = timeline(found, addresses)
    return {
        "sentence": sentence(found),
        "table": table(found, addresses) if found.counts else None,
        "timeline": shown,
        "earlier": earlier,
        "listed": _listed(found, kind, year, asked.get("part", ""), addresses) | {"url": f"{here}#years"}
        if kind
        else None,
    }


def _listed(found: Chronicle, kind: ChronicleKind, year: int | None, part: str, addresses: Addresses) -> dict[str, Any]:
    entries = found.of_kind(kind, year)
    number = max(int(part), 1) if part.isdecimal() and len(part) < len(str(FURTHEST_PAGE)) else 1
    first = (number - 1) * PER_PAGE
    page = Page(made(entries[first : first + PER_PAGE]), len(entries), number, PER_PAGE)
    return {
        "kind": kind.value,
        "title": KINDS[kind],
        "year": year,
        "page": page,
        "page_url": lambda number: addresses.of(kind, year, number),
    }

"""Two to five States: what each did by theme, objective and year, and the mechanisms that it belongs to."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.collections.comparing import Sided, drop_alike
from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.directory.enums import PartyKind
from app.directory.facts import Facts, facts_at
from app.directory.models import Party
from app.library import queries
from app.library.naming import TERM_PAGES
from app.library.practice_queries import Facts as PracticeFacts
from app.library.practice_queries import facts_of
from app.map.naming import in_order, page_of
from app.meetings.models import Delegation, Meeting
from app.meetings.years import year_of
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number, published_to
from app.practices.titles import Called, Written, called

KINDS = (PartyKind.STATE, PartyKind.TERRITORY)
MOST_READ = 1_000  # practices of all States together: the newest
MOST_LINKED = 20  # practices of one State and year


class Work(NamedTuple):
    """A published practice of one of the States, as it was written."""

    practice_id: int
    party_id: int
    slug: str
    language: str
    year: int
    facts: PracticeFacts


class Item(NamedTuple):
    """A line of a cell: words, and where they lead ("": nowhere)."""

    text: str
    url: str = ""
    language: str = ""


@dataclass(frozen=True)
class StateCell:
    """What is said of one State in a row."""

    state: str
    items: Sequence[Item]
    empty: str

    @property
    def plain(self) -> str:
        """The cell as one text."""
        return "\n".join(item.text for item in self.items)


@dataclass(frozen=True)
class StateLine(Sided):
    """A theme, an objective, a year or a mechanism; `url` its page, if it has one."""

    label: str
    url: str
    cells: Sequence[StateCell]
    label_lang: str = ""


@dataclass
class StateGroup:
    """Lines of one kind."""

    key: str
    title: str
    lines: list[StateLine] = field(default_factory=list)
    title_lang: str = ""


@dataclass(frozen=True)
class Side:
    """A State as a column."""

    party: Party
    name: str
    url: str
    practices: int


@dataclass(frozen=True)
class StatesCompared:
    """States side by side; `alike`: lines left out because they say the same of all; `cut`: whether not all practices
    were read."""

    columns: Sequence[Side]
    groups: Sequence[StateGroup]
    alike: int
    cut: bool


def load(codes: Sequence[str]) -> list[Party]:
    """Load the States and territories with these codes (two letters, or three), in their order. One statement."""
    wanted = [code.upper() for code in codes]
    if not wanted:
        return []
    rows = db.session.scalars(
        sa.select(Party).where(
            Party.kind.in_(KINDS),
            sa.or_(sa.func.upper(Party.code).in_(wanted), sa.func.upper(Party.reference_code).in_(wanted)),
        )
    ).all()
    named = {party.reference_code.upper(): party for party in rows} | {party.code.upper(): party for party in rows}
    return list(dict.fromkeys(named[code] for code in wanted if code in named))


def with_practices(actor: Actor) -> list[Party]:
    """The States and territories that have published practices which a person may read, by name. One statement."""
    theirs = sa.select(Delegation.party_id).where(Delegation.id.in_(_published(actor, Practice.delegation_id)))
    rows = db.session.scalars(sa.select(Party).where(Party.id.in_(theirs), Party.kind.in_(KINDS)))
    return sorted(rows, key=lambda party: fold(in_reader_language(party.label)))


def _published(actor: Actor, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .where(published_to(actor))
    )


def _work(actor: Actor, parties: Sequence[Party]) -> list[Work]:
    statement = (
        _published(
            actor,
            Practice.id.label("practice_id"),
            Delegation.party_id,
            Practice.reference,
            PracticeVersion.id,
            PracticeVersion.language,
            Meeting.starts_at,
            Meeting.zone,
        )
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == newest_number()),
        )
        .where(Delegation.party_id.in_([party.id for party in parties]))
        .order_by(Meeting.starts_at.desc(), Practice.reference)
        .limit(MOST_READ)
    )
    rows = db.session.execute(statement).all()
    facts = facts_of([row.id for row in rows])
    return [
        Work(
            row.practice_id,
            row.party_id,
            row.reference.replace("/", "-"),
            row.language,
            year_of(row),
            facts[row.id],
        )
        for row in rows
    ]


def compare(actor: Actor, parties: Sequence[Party], *, differing: bool = False) -> StatesCompared:
    """Return States side by side, as far as the person may read their practices. Ten statements at most."""
    work, facts, language = _work(actor, parties), facts_at(), current_language()
    terms = queries.terms("themes", "gcm")
    maker = _Maker(parties, work)
    themes = {code: title.in_language(language) for code, title in terms["themes"].items()}
    objectives = {code: f"{code}. {title.in_language(language)}" for code, title in terms["gcm"].items()}
    groups = [
        StateGroup("years", _("Good practices by year"), maker.by_year()),
        StateGroup("themes", _("Themes"), maker.by_term("themes", "theme", themes, lambda one: one.themes)),
        StateGroup(
            "gcm",
            _("Objectives of the Global Compact for Migration"),
            maker.by_term("gcm", "gcm", objectives, lambda one: (one.gcm_main, *one.gcm_other)),
        ),
        StateGroup("mechanisms", _("Mechanisms"), maker.mechanisms(facts)),
    ]
    alike = drop_alike(groups) if differing else 0
    return StatesCompared(
        [
            Side(
                party,
                in_reader_language(party.label),
                url_for("library.state", code=party.code),
                sum(one.party_id == party.id for one in work),
            )
            for party in parties
        ],
        [group for group in groups if group.lines],
        alike,
        len(work) == MOST_READ,
    )


class _Maker:
    """Makes lines in the reader's language."""

    def __init__(self, parties: Sequence[Party], work: Sequence[Work]) -> None:
        self.parties, self.work = parties, work
        self.names = {party.id: in_reader_language(party.label) for party in parties}

    def line(self, label: str, url: str, said: Mapping[int, Sequence[Item]], empty: str) -> StateLine:
        """A line of what is said of each State by its id."""
        cells = [StateCell(self.names[party.id], said.get(party.id, ()), empty) for party in self.parties]
        return StateLine(label, url, cells)

    def by_year(self) -> list[StateLine]:
        """A line for each year, with the practices. One statement."""
        none = _("No published practice")
        cells: dict[tuple[int, int], list[Work]] = {}
        for one in self.work:
            cells.setdefault((one.party_id, one.year), []).append(one)
        linked = [one for works in cells.values() for one in works[:MOST_LINKED]]
        named = called(Written(one.practice_id, one.language, one.facts.title) for one in linked)
        return [
            self.line(
                str(year),
                "",
                {party.id: self._of_year(party, cells.get((party.id, year), []), named) for party in self.parties},
                none,
            )
            for year in sorted({one.year for one in self.work}, reverse=True)
        ]

    def _of_year(self, party: Party, found: Sequence[Work], named: Mapping[int, Called]) -> list[Item]:
        items = [
            Item(
                named[one.practice_id].title or one.slug,
                url_for("library.practice", slug=one.slug),
                named[one.practice_id].title_lang,
            )
            for one in found[:MOST_LINKED]
        ]
        if (more := len(found) - MOST_LINKED) > 0:
            words = ngettext("and %(num)d more", "and %(num)d more", more)
            items.append(Item(words, url_for("library.practices", state=party.code, sort="-date")))
        return items

    def by_term(
        self, vocabulary: str, key: str, titles: Mapping[str, str], of: Callable[[PracticeFacts], Iterable[str]]
    ) -> list[StateLine]:
        """A line for each term that a practice has, with how many of each State do; they lead to the register."""
        none = _("No published practice")
        counts: dict[str, dict[int, int]] = {}
        for one in self.work:
            for code in {code for code in of(one.facts) if code}:
                of_term = counts.setdefault(code, {})
                of_term[one.party_id] = of_term.get(one.party_id, 0) + 1
        return [
            self.line(
                title,
                url_for(TERM_PAGES[vocabulary], code=code),
                {party.id: self._counted(party, counts[code].get(party.id, 0), {key: code}) for party in self.parties},
                none,
            )
            for code, title in titles.items()
            if code in counts
        ]

    def _counted(self, party: Party, count: int, asked: Mapping[str, Any]) -> list[Item]:
        if not count:
            return []
        words = ngettext("%(num)d practice", "%(num)d practices", count)
        return [Item(words, url_for("library.practices", state=party.code, **asked))]

    def mechanisms(self, facts: Facts) -> list[StateLine]:
        """A line for each mechanism of which one of the States is a member today."""
        theirs = {party.id: set(facts.mechanisms_of(party.id)) for party in self.parties}
        member, other = [Item(_("Member"))], _("Not a member")
        return [
            self.line(
                in_reader_language(row.names),
                page_of(row),
                {party: member for party, mechanisms in theirs.items() if row.id in mechanisms},
                other,
            )
            for row in in_order(facts.parties[row] for row in set().union(*theirs.values()))
        ]

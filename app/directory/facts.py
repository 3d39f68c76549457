"""The directory as it stood on a day: who is in which mechanism, and what each works on.

Of several lists that sources give of one subject, the one of the newest source not later than the day counts
(where all are later, of the oldest of those that give dates, else the oldest); the pages of mechanisms show all
of them side by side. Within a list a party counts from its `since` to its `until`; where the source gives none,
it is taken to hold.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.enums import Extent, PartyKind, StatementSubject
from app.directory.models import (
    Involvement,
    Mechanism,
    Membership,
    Organization,
    Party,
    Source,
    Statement,
    Tag,
    VocabularyItem,
    WorkingGroup,
)


class Standing(Enum):
    """Whether sources speak of a subject: they do, they are silent ("not stated"), or there is no source."""

    STATED = "stated"
    NOT_STATED = "not stated"
    NO_SOURCE = "no source"


@dataclass(frozen=True, slots=True)
class Known:
    """A party. `party_kind` says which; `subkind` is a mechanism's or an organization's own kind."""

    id: int
    kind: PartyKind
    code: str
    names: LocalizedText
    label: LocalizedText
    subkind: str
    slug: str
    founded: str
    ended: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Term:
    """An item of a vocabulary; `related`: "vocabulary:code" of terms of others that mean the same or are part of it."""

    id: int
    vocabulary: str
    code: str
    title: LocalizedText
    position: int
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A party's place in a list: since when and until when ("" where the source does not say), and the source."""

    since: str
    until: str
    source_id: int


@dataclass(frozen=True, slots=True)
class Cell:
    """An organization's involvement in an issue: as printed, as staff corrected it, and whether it is doubted."""

    id: int
    printed: Extent
    corrected: Extent | None
    doubted: bool

    @property
    def extent(self) -> Extent:
        """What holds."""
        return self.corrected or self.printed


@dataclass(frozen=True)
class Facts:
    """The directory on a day; everything is by id. Mechanisms that were not in being have no members nor secretariat.

    `works_on`: mechanism -> term -> numbers of its groups. `counts`: mechanism -> the numbers of members that
    sources give, by a list or by the number alone; more than one where they disagree.
    """

    day: str
    parties: Mapping[int, Known]
    terms: Mapping[int, Term]
    members: Mapping[int, Mapping[int, Place]]
    secretariats: Mapping[int, Mapping[int, Place]]
    works_on: Mapping[int, Mapping[int, frozenset[int]]]
    counts: Mapping[int, list[int]]
    standings: Mapping[tuple[int, StatementSubject], Standing]

    def of_kind(self, *kinds: PartyKind) -> list[Known]:
        """The parties of the kinds, in the order in which they were entered."""
        return [party for party in self.parties.values() if party.kind in kinds]

    def in_being(self, *kinds: PartyKind) -> list[Known]:
        """The parties of the kinds that had been founded and had not ended by the day, as far as sources tell."""
        return [party for party in self.of_kind(*kinds) if is_in_being(party, self.day)]

    def vocabulary(self, name: str) -> list[Term]:
        """The terms of a vocabulary, in order."""
        return [term for term in self.terms.values() if term.vocabulary == name]

    def related(self, term: Term) -> list[Term]:
        """The terms of other vocabularies that mean the same as a term or are part of it, whichever of both says so."""
        key = f"{term.vocabulary}:{term.code}"
        named = (row for row in self.terms.values() if f"{row.vocabulary}:{row.code}" in term.related)
        return [*named, *(row for row in self.terms.values() if key in row.related)]

    def standing(self, mechanism_id: int, subject: StatementSubject) -> Standing:
        """Whether sources speak of a subject of a mechanism."""
        return self.standings.get((mechanism_id, subject), Standing.NO_SOURCE)

    def mechanisms_of(self, party_id: int) -> list[int]:
        """The mechanisms that count the party as a member."""
        return [mechanism for mechanism, members in self.members.items() if party_id in members]

    def terms_of(self, mechanism_id: int, vocabulary: str) -> set[int]:
        """The terms of a vocabulary that a mechanism works on."""
        return {item for item in self.works_on.get(mechanism_id, {}) if self.terms[item].vocabulary == vocabulary}


def today() -> str:
    """Today's date (UTC), as facts are read by default."""
    return now().date().isoformat()


def holds(since: str, until: str, day: str) -> bool:
    """Whether something holds on a day; dates are ISO, as exact as known ("2014" is the whole year)."""
    return (not since or since <= day) and (not until or day[: len(until)] <= until)


def is_in_being(party: Known, day: str) -> bool:
    """Whether a party had been founded and had not ended by a day, as far as sources tell."""
    return holds(party.founded, party.ended, day)


class Listed(NamedTuple):
    """A list: the date of its source, whether it says from or until when anybody is in it, and its id."""

    date: str
    has_dates: bool
    id: int


def in_force(lists: Iterable[Listed], day: str) -> int | None:
    """Return the id of the list that counts on a day: of the newest source not later than the day.

    Where all are later: the oldest of those that give dates, which tell of the day as well, else the oldest.
    """
    rows = list(lists)
    if earlier := [row for row in rows if row.date <= day]:
        return max(earlier, key=lambda row: (row.date, row.id)).id
    return min(rows, key=lambda row: (not row.has_dates, row.date, row.id)).id if rows else None


def facts_at(day: str | None = None) -> Facts:
    """Read the directory as it stood on an ISO day (today where none is given), in five statements."""
    day = day or today()
    statements = db.session.execute(
        sa.select(
            Statement.id,
            Statement.mechanism_id,
            Statement.subject,
            Statement.stated,
            Statement.count.label("number"),
            Source.id.label("source_id"),
            Source.date,
        )
        .join(Source, Source.id == Statement.source_id)
        .order_by(Statement.id)
    ).all()
    lists: dict[int, list[tuple[str, str, int]]] = {}
    for row in db.session.execute(
        sa.select(Membership.statement_id, Membership.since, Membership.until, Membership.party_id).order_by(
            Membership.id
        )
    ):
        lists.setdefault(row.statement_id, []).append((row.since, row.until, row.party_id))

    standings: dict[tuple[int, StatementSubject], Standing] = {}
    candidates: dict[tuple[int, StatementSubject], dict[int, tuple[str, int]]] = {}
    counts: dict[int, set[int]] = {}
    for said in statements:
        key = (said.mechanism_id, said.subject)
        if said.subject is StatementSubject.MEMBERS and said.stated:
            held = {party for since, until, party in lists.get(said.id, ()) if holds(since, until, day)}
            counts.setdefault(said.mechanism_id, set()).add(len(held) if said.number is None else said.number)
        if said.stated:
            standings[key] = Standing.STATED
            if said.id in lists:
                candidates.setdefault(key, {})[said.id] = (said.date, said.source_id)
        else:
            standings.setdefault(key, Standing.NOT_STATED)

    parties = _parties()
    named: dict[StatementSubject, dict[int, dict[int, Place]]] = {subject: {} for subject in StatementSubject}
    for (mechanism_id, subject), sources in candidates.items():
        if not is_in_being(parties[mechanism_id], day):
            continue
        chosen = in_force(
            (
                Listed(date, any(since or until for since, until, _party in lists[row_id]), row_id)
                for row_id, (date, _source) in sources.items()
            ),
            day,
        )
        if chosen is not None:
            source_id = sources[chosen][1]
            named[subject][mechanism_id] = {
                party_id: Place(since, until, source_id)
                for since, until, party_id in lists[chosen]
                if holds(since, until, day)
            }
    return Facts(
        day=day,
        parties=parties,
        terms={
            row.id: Term(*row[:5], tuple(row.related.split()))
            for row in db.session.execute(
                sa.select(
                    VocabularyItem.id,
                    VocabularyItem.vocabulary,
                    VocabularyItem.code,
                    VocabularyItem.title,
                    VocabularyItem.position,
                    VocabularyItem.related,
                ).order_by(VocabularyItem.vocabulary, VocabularyItem.position)
            )
        },
        members=named[StatementSubject.MEMBERS],
        secretariats=named[StatementSubject.SECRETARIAT],
        works_on=_works_on(),
        counts={mechanism_id: sorted(numbers) for mechanism_id, numbers in counts.items()},
        standings=standings,
    )


def _parties() -> dict[int, Known]:
    party, mechanism, organization = (model.__table__ for model in (Party, Mechanism, Organization))
    statement = (
        sa.select(
            party.c.id,
            party.c.kind,
            party.c.code,
            party.c.names,
            party.c.short_names,
            sa.func.coalesce(
                sa.cast(mechanism.c.mechanism_kind, sa.String), sa.cast(organization.c.organization_kind, sa.String), ""
            ),
            sa.func.coalesce(mechanism.c.slug, ""),
            sa.func.coalesce(mechanism.c.founded, organization.c.founded, ""),
            sa.func.coalesce(mechanism.c.ended, organization.c.ended, ""),
            party.c.parent_id,
        )
        .outerjoin_from(party, mechanism, mechanism.c.id == party.c.id)
        .outerjoin(organization, organization.c.id == party.c.id)
        .order_by(party.c.id)
    )
    return {row[0]: Known(*row) for row in db.session.execute(statement)}


def _works_on() -> dict[int, dict[int, frozenset[int]]]:
    found: dict[int, dict[int, set[int]]] = {}
    statement = (
        sa.select(Statement.mechanism_id, Tag.item_id, WorkingGroup.number)
        .join(Statement, Statement.id == Tag.statement_id)
        .outerjoin(WorkingGroup, WorkingGroup.id == Tag.working_group_id)
        .order_by(Tag.id)
    )
    for mechanism_id, item_id, number in db.session.execute(statement):
        numbers = found.setdefault(mechanism_id, {}).setdefault(item_id, set())
        if number is not None:
            numbers.add(number)
    return {
        mechanism_id: {item: frozenset(numbers) for item, numbers in items.items()}
        for mechanism_id, items in found.items()
    }


def involvement() -> dict[tuple[int, int], Cell]:
    """The table of involvement: (organization, issue) -> cell, in one statement. A pair that is absent: no source."""
    statement = sa.select(
        Involvement.organization_id,
        Involvement.item_id,
        Involvement.id,
        Involvement.printed,
        Involvement.corrected,
        Involvement.doubt,
    ).order_by(Involvement.id)
    return {
        (row.organization_id, row.item_id): Cell(row.id, row.printed, row.corrected, bool(row.doubt))
        for row in db.session.execute(statement)
    }

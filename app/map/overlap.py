"""Overlap: what two or more mechanisms have in common, and who works on a term.

Two mechanisms are compared by their *members* and by their *terms* of one vocabulary (the themes, or the objectives
of the Global Compact), each only where sources name some of both. Either comparison is Jaccard's index: what both
have, divided by what one or the other has, from 0 to 1. Their *similarity* is the plain mean of those of the two that
could be made. A shared technical secretariat is told beside it and counts for nothing in it: a few organizations
serve most mechanisms.

Two *could work together* where they share a member and some of their terms, but not all; they rank by the index of
members x (1 - index of terms): the same parties sit in both, and each adds to what the other works on. They *may
duplicate* each other where they share a member, at least half of their terms (SAME) and the family of their kinds
(FAMILIES); they rank by the index of members x the index of terms. A mechanism and a part of it are in neither list.
Lists hold only mechanisms that were in being on the day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from itertools import combinations
from typing import NamedTuple

from app.core.localized import LocalizedText
from app.directory.enums import Extent, MechanismKind, PartyKind
from app.directory.facts import Cell, Facts, Known, Term, involvement
from app.map.naming import in_order
from app.map.queries import groups_on

THEMES, OBJECTIVES = "themes", "gcm"
SAME = 0.5
STRENGTH = (Extent.STRONG, Extent.SOME, Extent.NONE)
FAMILIES = (
    (
        MechanismKind.COMMITTEE,
        MechanismKind.CONSULTATIVE_PROCESS,
        MechanismKind.CONFERENCE,
        MechanismKind.COMMISSION,
        MechanismKind.FORUM,
    ),
    (MechanismKind.FRAMEWORK, MechanismKind.DECLARATION, MechanismKind.COMPACT, MechanismKind.AGENDA),
    (
        MechanismKind.PLATFORM,
        MechanismKind.NETWORK,
        MechanismKind.INTER_AGENCY_GROUP,
        MechanismKind.INITIATIVE,
        MechanismKind.PROJECT,
    ),
    (MechanismKind.INFORMATION_SYSTEM,),
)
_FAMILY: dict[str, int] = {kind: place for place, kinds in enumerate(FAMILIES) for kind in kinds}


class Side(NamedTuple):
    """A mechanism with its members, terms and secretariats as bit sets."""

    party: Known
    members: int
    terms: int
    secretariats: int


class Pair(NamedTuple):
    """Two mechanisms and how many members, terms and secretariats they share (a tuple: there are thousands).

    `by_members`, `by_terms`: the indices, None where a side has nothing to compare; `either_...` is then 0.
    `together`, `duplicate`: where the pair ranks in the two lists; 0 for a pair that is not in the list.
    """

    first: Known
    second: Known
    members: int
    either_members: int
    terms: int
    either_terms: int
    secretariats: int
    by_members: float | None
    by_terms: float | None
    together: float
    duplicate: float

    @property
    def similarity(self) -> float | None:
        """The mean of the indices that could be made; None where none could."""
        if self.by_members is None:
            return self.by_terms
        return self.by_members if self.by_terms is None else (self.by_members + self.by_terms) / 2

    @property
    def shares(self) -> bool:
        """Whether the two have anything in common."""
        return bool(self.members or self.terms or self.secretariats)


@dataclass(frozen=True)
class Common:
    """What several mechanisms all have in common, by id; the `silent` ones name none and are left out."""

    shared: frozenset[int]
    speaking: Sequence[Known]
    silent: Sequence[Known]


@dataclass(frozen=True)
class Work:
    """Who works on a term: mechanisms with the names of their groups, organizations with how far (strong first).

    `doubtful`: organizations that the table marks as not involved, though the print is doubted. `spoken`: whether
    the table has a row of the term; if not, nobody knows of organizations.
    """

    term: Term
    mechanisms: Sequence[tuple[Known, Sequence[LocalizedText]]]
    organizations: Sequence[tuple[Known, Cell]]
    doubtful: Sequence[tuple[Known, Cell]]
    spoken: bool


def are_alike(first: Known, second: Known) -> bool:
    """Whether the kinds of two mechanisms are of one family."""
    return _FAMILY[first.subkind] == _FAMILY[second.subkind]


def are_whole_and_part(first: Known, second: Known) -> bool:
    """Whether one of two mechanisms belongs to the other."""
    return first.id == second.parent_id or second.id == first.parent_id


def pairs(facts: Facts, parties: Iterable[Known], vocabulary: str) -> Iterator[Pair]:
    """Compare each of the mechanisms with each other, in the order given.

    One pair at a time: keeping the thousands of them makes the garbage collector run, which costs more than they do.
    """
    sides = _sides(facts, parties, vocabulary)
    return (_pair(first, second) for first, second in combinations(sides, 2))


def _sides(facts: Facts, parties: Iterable[Known], vocabulary: str) -> list[Side]:
    places: dict[int, int] = {}

    def bits(ids: Iterable[int]) -> int:
        return sum(1 << places.setdefault(item, len(places)) for item in ids)

    return [
        Side(
            party,
            bits(facts.members.get(party.id, ())),
            bits(facts.terms_of(party.id, vocabulary)),
            bits(facts.secretariats.get(party.id, ())),
        )
        for party in parties
    ]


def _pair(one: Side, other: Side) -> Pair:
    members, terms = (one.members & other.members).bit_count(), (one.terms & other.terms).bit_count()
    either_members = (one.members | other.members).bit_count() if one.members and other.members else 0
    either_terms = (one.terms | other.terms).bit_count() if one.terms and other.terms else 0
    by_members = members / either_members if either_members else None
    by_terms = terms / either_terms if either_terms else None
    together = duplicate = 0.0
    if by_members and by_terms and not are_whole_and_part(one.party, other.party):
        together = by_members * (1 - by_terms)
        if by_terms >= SAME and are_alike(one.party, other.party):
            duplicate = by_members * by_terms
    return Pair(
        one.party,
        other.party,
        members,
        either_members,
        terms,
        either_terms,
        (one.secretariats & other.secretariats).bit_count(),
        by_members,
        by_terms,
        together,
        duplicate,
    )


def could_work_together(found: Iterable[Pair], most: int) -> list[Pair]:
    """At most so many of the pairs that could work together, the likeliest first."""
    return nlargest(most, (pair for pair in found if pair.together), key=lambda pair: (pair.together, pair.members))


def may_duplicate(found: Iterable[Pair], most: int) -> list[Pair]:
    """At most so many of the pairs that may do the same twice, the likeliest first."""
    return nlargest(most, (pair for pair in found if pair.duplicate), key=lambda pair: (pair.duplicate, pair.members))


def by_similarity(found: Iterable[Pair], most: int) -> list[Pair]:
    """At most so many of the pairs that share anything, the most similar first; last those not compared."""

    def rank(pair: Pair) -> tuple[float, int]:
        index = pair.similarity
        return -1.0 if index is None else index, pair.members + pair.terms

    return nlargest(most, (pair for pair in found if pair.shares), key=rank)


def common_members(facts: Facts, parties: Sequence[Known]) -> Common:
    """The parties that are members of all the mechanisms."""
    return _common(parties, [facts.members.get(party.id, ()) for party in parties])


def common_terms(facts: Facts, parties: Sequence[Known], vocabulary: str) -> Common:
    """The terms of a vocabulary that all the mechanisms work on."""
    return _common(parties, [facts.terms_of(party.id, vocabulary) for party in parties])


def common_secretariats(facts: Facts, parties: Sequence[Known]) -> Common:
    """The organizations that are technical secretariats of all the mechanisms."""
    return _common(parties, [facts.secretariats.get(party.id, ()) for party in parties])


def _common(parties: Sequence[Known], lists: Sequence[Collection[int]]) -> Common:
    named = [frozenset(items) for items in lists if items]
    return Common(
        shared=frozenset.intersection(*named) if len(named) > 1 else frozenset(),
        speaking=[party for party, items in zip(parties, lists, strict=True) if items],
        silent=[party for party, items in zip(parties, lists, strict=True) if not items],
    )


def term_named(facts: Facts, vocabulary: str, code: str) -> Term | None:
    """The term of a vocabulary with a code."""
    return next((term for term in facts.vocabulary(vocabulary) if term.code == code), None)


def who_works_on(facts: Facts, item_ids: Collection[int]) -> list[Work]:
    """Who, of those in being on the day, works on each of the terms; two statements beside those of the facts.

    An organization works on a term where the table of involvement gives it some or strong involvement. Who works on
    a related term of another vocabulary (an issue of a theme, say) works on the term.
    """
    related = {item: {row.id for row in facts.related(facts.terms[item])} for item in item_ids}
    groups, cells = groups_on(set(item_ids).union(*related.values())), involvement()
    spoken = {item for _organization, item in cells}
    found = []
    for item in item_ids:
        same = {item} | related[item]
        named: dict[int, list[LocalizedText]] = {}
        for (party_id, term_id), names in groups.items():
            if term_id in same:
                known = named.setdefault(party_id, [])
                known += [name for name in names if name not in known]
        found.append(
            Work(
                term=facts.terms[item],
                mechanisms=[
                    (party, named.get(party.id, []))
                    for party in in_order(facts.in_being(PartyKind.MECHANISM))
                    if not same.isdisjoint(facts.works_on.get(party.id, ()))
                ],
                organizations=involved(facts, cells, same),
                doubtful=doubtful(facts, cells, same),
                spoken=not same.isdisjoint(spoken),
            )
        )
    return found


def involved(
    facts: Facts, cells: Mapping[tuple[int, int], Cell], item_ids: Collection[int]
) -> list[tuple[Known, Cell]]:
    """The organizations in being on the day that work on any of the terms, those that do so strongly first.

    Each with the cell of its strongest involvement.
    """
    rows = [(party, own[0]) for party, own in _in_table(facts, cells, item_ids) if own[0].extent is not Extent.NONE]
    return sorted(rows, key=lambda row: row[1].extent is not Extent.STRONG)


def doubtful(
    facts: Facts, cells: Mapping[tuple[int, int], Cell], item_ids: Collection[int]
) -> list[tuple[Known, Cell]]:
    """The organizations in being on the day that work on none of the terms by a print that is doubted.

    Each with a cell that is doubted and that nobody corrected.
    """
    return [
        (party, next(filter(is_doubted, own)))
        for party, own in _in_table(facts, cells, item_ids)
        if own[0].extent is Extent.NONE and any(map(is_doubted, own))
    ]


def is_doubted(cell: Cell) -> bool:
    """Whether what holds of a cell is a print that is doubted."""
    return cell.doubted and cell.corrected is None


def _in_table(
    facts: Facts, cells: Mapping[tuple[int, int], Cell], item_ids: Collection[int]
) -> list[tuple[Known, list[Cell]]]:
    """The organizations with their cells of the terms, the strongest first."""
    found = []
    for party in in_order(facts.in_being(PartyKind.ORGANIZATION)):
        own = [cells[party.id, item] for item in sorted(item_ids) if (party.id, item) in cells]
        if own:
            found.append((party, sorted(own, key=lambda cell: STRENGTH.index(cell.extent))))
    return found

"""Gaps: what no mechanism, or only one, covers; each formula tells "none" from "no source says".

Only mechanisms and organizations that were in being on the day of the facts count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.directory.enums import PartyKind, StatementSubject
from app.directory.facts import Cell, Facts, Known, Standing, Term
from app.map.americas import is_drawn
from app.map.naming import in_order
from app.map.overlap import doubtful, involved


@dataclass(frozen=True)
class Coverage:
    """Which mechanisms work on a term: in groups (how many there are), and those that do so as a whole alone."""

    term: Term
    groups: int
    in_groups: Sequence[Known]
    as_whole: Sequence[Known]


@dataclass(frozen=True)
class FewPlaces:
    """The States of the Americas in fewer mechanisms than `fewer`, fewest first.

    `quartile`: the lower quartile of all their numbers; `counted`: how many mechanisms name members;
    `unlisted`: those that do not, so that nobody knows whether a State belongs to them.
    """

    rows: Sequence[tuple[Known, int]]
    states: int
    fewer: int
    quartile: int
    counted: int
    unlisted: Sequence[Known]


@dataclass(frozen=True)
class Issue:
    """An issue with the organizations that work on it, and those whose empty print is doubted.

    `spoken`: whether the table of involvement has a row of it.
    """

    term: Term
    organizations: Sequence[tuple[Known, Cell]]
    doubtful: Sequence[tuple[Known, Cell]]
    spoken: bool


def coverage(facts: Facts, vocabulary: str) -> list[Coverage]:
    """Count for each term of a vocabulary the groups of mechanisms that work on it."""
    mechanisms = in_order(facts.in_being(PartyKind.MECHANISM))
    found = []
    for term in facts.vocabulary(vocabulary):
        at_work = [
            (party, facts.works_on[party.id][term.id])
            for party in mechanisms
            if term.id in facts.works_on.get(party.id, ())
        ]
        found.append(
            Coverage(
                term,
                sum(len(groups) for _party, groups in at_work),
                [party for party, groups in at_work if groups],
                [party for party, groups in at_work if not groups],
            )
        )
    return found


def without_group(covered: Iterable[Coverage]) -> list[Coverage]:
    """The terms that no group of a mechanism works on, first those that no mechanism works on at all."""
    return sorted((row for row in covered if row.groups == 0), key=lambda row: len(row.as_whole))


def with_one_group(covered: Iterable[Coverage]) -> list[Coverage]:
    """The terms that a single group of all mechanisms works on."""
    return [row for row in covered if row.groups == 1]


def unknown(facts: Facts, vocabulary: str) -> dict[Standing, list[Known]]:
    """The mechanisms of which no source names a term of the vocabulary, by what their sources do.

    STATED: sources say what they work on, in other terms. They may fill a gap; nobody knows. One that a source says
    works on nothing is not among them.
    """
    found: dict[Standing, list[Known]] = {standing: [] for standing in Standing}
    for party in in_order(facts.in_being(PartyKind.MECHANISM)):
        standing = facts.standing(party.id, StatementSubject.THEMES)
        says_none = standing is Standing.STATED and not facts.works_on.get(party.id)
        if not says_none and not facts.terms_of(party.id, vocabulary):
            found[standing].append(party)
    return found


def lower_quartile(counts: Iterable[int]) -> int:
    """Return the number that stands a quarter of the way up the ordered numbers (nearest rank); 0 for none."""
    ordered = sorted(counts)
    return ordered[-(-len(ordered) // 4) - 1] if ordered else 0


def states_in_few(facts: Facts, fewer: int | None = None) -> FewPlaces:
    """Return the States of the Americas that are members of fewer mechanisms than a number.

    Without one it is the lower quartile of the numbers of all those States, and at least 1.
    """
    mechanisms = in_order(facts.in_being(PartyKind.MECHANISM))
    listed = [party for party in mechanisms if facts.members.get(party.id)]
    counts = {
        state: sum(state.id in facts.members[party.id] for party in listed)
        for state in in_order(state for state in facts.of_kind(PartyKind.STATE) if is_drawn(state))
    }
    quartile = lower_quartile(counts.values())
    fewer = max(quartile, 1) if fewer is None else fewer
    return FewPlaces(
        rows=sorted(((state, count) for state, count in counts.items() if count < fewer), key=lambda row: row[1]),
        states=len(counts),
        fewer=fewer,
        quartile=quartile,
        counted=len(listed),
        unlisted=[party for party in mechanisms if party not in listed],
    )


def issues(facts: Facts, cells: Mapping[tuple[int, int], Cell]) -> list[Issue]:
    """The issues with the organizations that work on each (some or strong, as corrected where staff did)."""
    spoken = {item_id for _organization, item_id in cells}
    return [
        Issue(term, involved(facts, cells, [term.id]), doubtful(facts, cells, [term.id]), term.id in spoken)
        for term in facts.vocabulary("issues")
    ]

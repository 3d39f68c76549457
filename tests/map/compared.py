"""A directory made for a test of overlaps and gaps: what mechanisms work on too, without a database."""

from dataclasses import replace

from app.core.localized import LocalizedText
from app.directory.enums import Extent, MechanismKind, PartyKind, StatementSubject
from app.directory.facts import Cell, Facts, Known, Place, Standing, Term
from tests.map.facts import facts_of, known

SILENT = None  # a source that does not state what a mechanism works on


def directory(
    members: dict[str, list[str]],
    works_on: dict[str, dict[str, list[int]] | None] | None = None,
    *,
    vocabulary: str = "themes",
    terms: list[str] = (),
    secretariats: dict[str, list[str]] | None = None,
    kinds: dict[str, MechanismKind] | None = None,
    ended: dict[str, str] | None = None,
    parents: dict[str, str] | None = None,
) -> Facts:
    """As facts_of; `works_on`: mechanism -> code of a term -> numbers of its groups."""
    facts = facts_of(members, kinds, ended)
    ids = {party.code: party.id for party in facts.parties.values()}
    works_on, secretariats = works_on or {}, secretariats or {}
    codes = terms or sorted({code for named in works_on.values() for code in named or ()})
    known_terms = {
        number: Term(number, vocabulary, code, LocalizedText(en=code), number)
        for number, code in enumerate(codes, start=1)
    }
    numbers = {term.code: term.id for term in known_terms.values()}
    organizations = {
        code: known(number, code, PartyKind.ORGANIZATION)
        for number, code in enumerate(sorted({code for named in secretariats.values() for code in named}), start=501)
    }
    parties = {
        **{
            party.id: replace(party, parent_id=ids.get((parents or {}).get(party.code, "")))
            for party in facts.parties.values()
        },
        **{party.id: party for party in organizations.values()},
    }
    said = {
        (ids[code], StatementSubject.THEMES): Standing.NOT_STATED if named is SILENT else Standing.STATED
        for code, named in works_on.items()
    }
    return replace(
        facts,
        parties=parties,
        terms=known_terms,
        works_on={
            ids[code]: {numbers[term]: frozenset(groups) for term, groups in named.items()}
            for code, named in works_on.items()
            if named
        },
        secretariats={
            ids[code]: {organizations[name].id: Place("", "", 1) for name in named}
            for code, named in secretariats.items()
        },
        standings={**facts.standings, **said},
    )


def called(facts: Facts, code: str) -> Known:
    """The party with a code."""
    return next(party for party in facts.parties.values() if party.code == code)


def table(facts: Facts, marks: dict[tuple[str, str], Extent]) -> dict[tuple[int, int], Cell]:
    """A table of involvement: (organization, issue) -> as printed."""
    issues = {term.code: term.id for term in facts.terms.values()}
    return {
        (called(facts, organization).id, issues[issue]): Cell(number, extent, None, False)
        for number, ((organization, issue), extent) in enumerate(marks.items(), start=1)
    }

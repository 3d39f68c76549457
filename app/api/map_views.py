"""The API's addresses of the directory and the map: what their pages show, as at a day."""

from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.api import directory_schemas, directory_shapes, map_schemas, map_shapes, schemas
from app.api.addresses import Shape, address, cut, page_of
from app.coordination.queries import coordinations as all_coordinations
from app.core.actors import Actor
from app.directory import queries
from app.directory.enums import PartyKind
from app.directory.facts import facts_at, holds, involvement
from app.directory.history import sources as all_sources
from app.directory.models import Mechanism, Organization
from app.library.directory_pages import mechanism_named, organization_named
from app.map import gaps as map_gaps
from app.map import overlap
from app.map.naming import in_order

RANKED = {
    "together": overlap.could_work_together,
    "duplicate": overlap.may_duplicate,
    "all": overlap.by_similarity,
}
MOST_PAIRS = 10_000


def _vocabulary(actor: Actor, name: str) -> str:
    if name not in {term.vocabulary for term in facts_at().terms.values()}:
        raise NotFound
    return name


def _term(actor: Actor, vocabulary: str, code: str) -> tuple[str, str]:
    if overlap.term_named(facts_at(), vocabulary, code) is None:
        raise NotFound
    return vocabulary, code


@address("/mechanisms", schemas.MechanismPage, map_schemas.AskedMechanisms)
def mechanisms(asked: map_schemas.AskedMechanisms) -> Shape:
    """The mechanisms, with members, working groups and technical secretariat; as at a day, those in being."""
    facts = facts_at(asked.day)
    in_being = {row.id for row in facts.in_being(PartyKind.MECHANISM)}
    states = {row.id for row in facts.parties.values() if row.code == asked.state}
    themes = {term.id for term in facts.vocabulary("themes") if term.code == asked.theme}
    rows = [
        row
        for row in queries.mechanisms()
        if (not asked.at or row.id in in_being)
        and (not asked.kind or row.mechanism_kind == asked.kind)
        and (not asked.state or not states.isdisjoint(facts.members.get(row.id, ())))
        and (not asked.theme or not themes.isdisjoint(facts.works_on.get(row.id, ())))
    ]
    page = cut(rows, asked)
    return page_of(page, [directory_shapes.mechanism_item(row, facts) for row in page.items])


@address("/mechanisms/<slug>", directory_schemas.Mechanism, map_schemas.AskedDay, load=mechanism_named)
def mechanism(row: Mechanism, asked: map_schemas.AskedDay) -> Shape:
    """One mechanism, with what each source says of it."""
    return directory_shapes.mechanism(row, facts_at(asked.day))


@address("/organizations", schemas.OrganizationPage, map_schemas.AskedDayPage)
def organizations(asked: map_schemas.AskedDayPage) -> Shape:
    """The organizations of the directory; as at a day, those in being."""
    day = asked.day
    rows = queries.organizations()
    page = cut([row for row in rows if not day or holds(row.founded or "", row.ended or "", day)], asked)
    return page_of(page, [directory_shapes.organization_item(row) for row in page.items])


@address("/organizations/<code>", directory_schemas.Organization, schemas.Asked, load=organization_named)
def organization(row: Organization, asked: schemas.Asked) -> Shape:
    """One organization: its mandate, and where sources name it, with the dates that they give."""
    return directory_shapes.organization(row)


@address("/states", map_schemas.StatePage, map_schemas.AskedDayPage)
def states(asked: map_schemas.AskedDayPage) -> Shape:
    """The States and territories, each with the mechanisms that count it as a member."""
    facts = facts_at(asked.day)
    page = cut(in_order(facts.of_kind(PartyKind.STATE, PartyKind.TERRITORY)), asked)
    return page_of(page, [map_shapes.state(row, facts) for row in page.items])


@address("/vocabularies/<name>", map_schemas.VocabularyPage, schemas.AskedPage, load=_vocabulary)
def vocabulary(name: str, asked: schemas.AskedPage) -> Shape:
    """The terms of a vocabulary, in order."""
    page = cut(facts_at().vocabulary(name), asked)
    return page_of(page, [map_shapes.term(row) for row in page.items])


@address("/vocabularies/<vocabulary>/<code>", map_schemas.Work, map_schemas.AskedDay, load=_term)
def work(named: tuple[str, str], asked: map_schemas.AskedDay) -> Shape:
    """Who works on a term."""
    facts = facts_at(asked.day)
    found = overlap.term_named(facts, *named)
    if found is None:
        raise NotFound
    return map_shapes.work(overlap.who_works_on(facts, [found.id])[0])


@address("/sources", map_schemas.SourcePage, schemas.AskedPage)
def sources(asked: schemas.AskedPage) -> Shape:
    """The documents that facts come from, the newest first."""
    page = cut(all_sources(), asked)
    return page_of(page, [directory_shapes.source(row) for row in page.items])


@address("/events", map_schemas.EventPage, map_schemas.AskedEvents)
def events(asked: map_schemas.AskedEvents) -> Shape:
    """What happened in the system, oldest first."""
    page = cut([row for row in queries.events() if asked.kind in (None, row.event_kind)], asked)
    return page_of(page, [directory_shapes.event(row) for row in page.items])


@address("/overlaps", map_schemas.OverlapPage, map_schemas.AskedOverlaps)
def overlaps(asked: map_schemas.AskedOverlaps) -> Shape:
    """Pairs of mechanisms, and what they have in common."""
    facts = facts_at(asked.day)
    compared = overlap.pairs(facts, in_order(facts.in_being(PartyKind.MECHANISM)), asked.vocabulary)
    found = (row for row in compared if asked.mechanism in (None, row.first.slug, row.second.slug))
    page = cut(RANKED[asked.show](found, MOST_PAIRS), asked)
    return page_of(page, [map_shapes.pair(row, facts) for row in page.items])


@address("/gaps", map_schemas.Gaps, map_schemas.AskedCompared)
def gaps(asked: map_schemas.AskedCompared) -> Shape:
    """Terms with no group, States in few mechanisms, issues with one organization."""
    facts = facts_at(asked.day)
    return map_shapes.gaps(
        map_gaps.coverage(facts, asked.vocabulary),
        map_gaps.unknown(facts, asked.vocabulary),
        map_gaps.states_in_few(facts),
        map_gaps.issues(facts, involvement()),
    )


@address("/coordinations", map_schemas.CoordinationPage, map_schemas.AskedCoordinations)
def coordinations(asked: map_schemas.AskedCoordinations) -> Shape:
    """Who works together on what, as sessions recorded it, by the sources that whoever asks may read."""
    page = all_coordinations(current_user, state=asked.state, page=asked.page, per_page=asked.per_page)
    return page_of(page, [map_shapes.coordination(row) for row in page.items])

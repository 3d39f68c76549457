"""Rows of the directory as the API's models take them: names in the language in force, addresses in full."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for

from app.core.addresses import whole_address
from app.core.wording import in_reader_language as text
from app.directory.enums import PartyKind, StatementSubject
from app.directory.facts import Facts, Known, Listed, Place, in_force
from app.directory.models import Event, Involvement, Mechanism, Membership, Organization, Party, Source, Statement
from app.directory.queries import events_of, parties, places_of
from app.library.directory_pages import count, in_order, sources_differ
from app.map.naming import in_order as by_name

Shape = dict[str, Any]


def address(endpoint: str, **values: Any) -> str:
    """Return the full address of a page."""
    return whole_address(url_for(endpoint, **values))


def party(row: Party | Known) -> Shape:
    """Return a party by its official name."""
    return {"code": row.code, "name": text(row.names)}


def source(row: Source) -> Shape:
    """Return the document that a fact comes from."""
    return {
        "key": row.key,
        "title": text(row.title),
        "publisher": row.publisher,
        "date": row.date,
        "symbol": row.symbol,
        "url": row.url,
    }


def _parties(row: Statement) -> list[Shape]:
    return [party(item) for item in in_order(membership.party for membership in row.memberships)]


def _places(row: Statement) -> list[Shape]:
    """Who is named, with dates: by name, but those who held the presidency in turn."""
    rows: Iterable[Membership] = row.memberships
    if row.subject is not StatementSubject.PRESIDENCY:
        names = {item.id: place for place, item in enumerate(in_order(place.party for place in rows))}
        rows = sorted(rows, key=lambda place: (names[place.party_id], place.since))
    return [{**party(place.party), "since": place.since or None, "until": place.until or None} for place in rows]


def _groups(row: Statement) -> list[Shape]:
    return [
        {
            "number": item.number,
            "name": text(item.names),
            "pillar": text(item.pillar) or None,
            "chairs": [party(chair) for chair in item.chairs],
        }
        for item in row.groups
    ]


def _themes(row: Statement) -> list[Shape]:
    return [
        {
            "vocabulary": tag.item.vocabulary,
            "code": tag.item.code,
            "title": text(tag.item.title),
            "group": tag.working_group.number if tag.working_group else None,
        }
        for tag in row.tags
    ]


def statement(row: Statement, day: str) -> Shape:
    """Return what one source says of one subject; it counts whom it names on the day."""
    return {
        "subject": row.subject,
        "source": source(row.source),
        "stated": row.stated,
        "count": count(row, day) if row.stated else None,
        "label": text(row.label) or None,
        "parties": _places(row),
        "groups": _groups(row),
        "themes": _themes(row),
    }


def mechanism_item(row: Mechanism, facts: Facts) -> Shape:
    """Return a mechanism with the lists that count on the day of the facts; null where none states it."""
    stated = {item.id: item for item in row.statements if item.subject is StatementSubject.GROUPS and item.stated}
    chosen = in_force((Listed(item.source.date, False, item.id) for item in stated.values()), facts.day)

    def listed(lists: Mapping[int, Mapping[int, Place]]) -> list[Shape] | None:
        if row.id not in lists:
            return None
        return [party(item) for item in by_name(facts.parties[party_id] for party_id in lists[row.id])]

    return {
        "acronym": row.code,
        "slug": row.slug,
        "name": text(row.names),
        "kind": row.mechanism_kind,
        "founded": row.founded,
        "ended": row.ended,
        "parent": party(facts.parties[row.parent_id]) if row.parent_id else None,
        "members": listed(facts.members),
        "groups": _groups(stated[chosen]) if chosen else None,
        "secretariat": listed(facts.secretariats),
        "sources_disagree": [subject for subject in StatementSubject if sources_differ(row, subject, facts.day)],
        "url": address("library.mechanism", slug=row.slug),
    }


def mechanism(row: Mechanism, facts: Facts) -> Shape:
    """Return a mechanism with everything that each source says."""
    return {
        **mechanism_item(row, facts),
        "about": text(row.about),
        "source": source(row.source),
        "dates_source": source(row.dates_source) if row.dates_source else None,
        "events": [event(item) for item in events_of(row.id)],
        "statements": [statement(item, facts.day) for item in row.statements],
        "aliases": [{"name": text(alias.names), "source": source(alias.source)} for alias in row.aliases],
    }


def event(row: Event) -> Shape:
    """Return something that happened."""
    return {
        "date": row.date,
        "until": row.until or None,
        "kind": row.event_kind,
        "title": text(row.title),
        "place": text(row.place) or None,
        "party": party(row.party) if row.party else None,
        "host": party(row.host) if row.host else None,
        "source": source(row.source),
    }


def organization_item(row: Organization) -> Shape:
    """Return an organization as in the list."""
    return {
        "acronym": row.code,
        "name": text(row.names),
        "kind": row.organization_kind,
        "founded": row.founded,
        "ended": row.ended,
        "parent": party(row.parent) if row.parent else None,
        "url": address("library.organization", code=row.code),
    }


def organization(row: Organization) -> Shape:
    """Return an organization with its mandate and where sources name it."""
    mechanisms = {item.id: item for item in parties(PartyKind.MECHANISM)}
    return {
        **organization_item(row),
        "mandate": text(row.mandate) or None,
        "mandate_source": source(row.mandate_source) if row.mandate_source else None,
        "source": source(row.source),
        "places": [
            {
                "mechanism": party(mechanisms[mechanism_id]),
                "subject": subject,
                "since": since or None,
                "until": until or None,
                "source": source(document),
            }
            for mechanism_id, subject, since, until, document in places_of(row.id)
        ],
    }


def involvement(row: Involvement) -> Shape:
    """Return a cell of the table of involvement."""
    return {
        "organization": party(row.organization),
        "issue": {"code": row.item.code, "title": text(row.item.title)},
        "extent": row.extent,
        "printed": row.printed,
        "doubt": text(row.doubt) or None,
        "corrected": row.corrected,
        "reason": row.reason or None,
        "source": source(row.source),
        "url": address("map.cell", cell_id=row.id),
    }

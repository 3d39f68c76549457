"""What the pages of mechanisms, organizations and States show, made ready for the templates."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.texts import fold
from app.core.wording import in_reader_language, language_shown
from app.directory.enums import Extent, PartyKind, StatementSubject
from app.directory.facts import Facts, Known, Standing, facts_at, holds, is_in_being
from app.directory.labels import EVENT_KINDS, EXTENTS, GROUP_KINDS, MECHANISM_KINDS, ORGANIZATION_KINDS
from app.directory.models import Event, Mechanism, Organization, Party, Statement
from app.directory.queries import (
    events_of,
    groups_chaired_by,
    involvement_of,
    mechanism_by_slug,
    organization_by_code,
    parts_of,
    places_of,
)
from app.library import practice_queries, queries
from app.library.forms import MechanismFilter, OrganizationFilter
from app.map.americas import is_drawn, members_picture
from app.map.forms import DayForm
from app.map.naming import day_shown, link, period, source
from app.map.naming import in_order as known_in_order
from app.map.svg import drawn
from app.map.timeline import happened_by


def in_order(parties: Iterable[Party]) -> list[Party]:
    """Sort parties by their everyday names in the reader's language."""
    return sorted(parties, key=lambda party: fold(in_reader_language(party.label)))


def party_link(party: Party) -> dict[str, str]:
    """Return a party's name and its page."""
    if isinstance(party, Mechanism):
        url = url_for("library.mechanism", slug=party.slug)
    elif party.kind is PartyKind.ORGANIZATION:
        url = url_for("library.organization", code=party.code)
    else:
        url = url_for("library.state", code=party.code)
    return {"label": in_reader_language(party.label), "name": in_reader_language(party.names), "url": url}


def said(mechanism: Mechanism, subject: StatementSubject, day: str) -> list[dict[str, Any]]:
    """Return what each source says of one subject, as at a day: silent, a number alone, parties, or groups."""
    works_on = _terms_by_group(mechanism)
    return [
        {
            "source": source(row.source),
            "key": row.source.key,
            "part": row.part,
            "edited": row.edited,
            "stated": row.stated,
            "count": count(row, day),
            "named": bool(row.memberships),
            "parties": _places(row, day),
            "label": in_reader_language(row.label),
            "pillars": _by_pillar(row, works_on),
        }
        for row in mechanism.statements
        if row.subject is subject
    ]


def _places(statement: Statement, day: str) -> list[dict[str, Any]]:
    """The parties of a list with their dates: those of the day, but all who ever held the presidency."""
    rows = statement.memberships
    if statement.subject is StatementSubject.PRESIDENCY:
        return [
            {
                **party_link(row.party),
                "period": period(row.since, row.until),
                "now": bool(row.since) and holds(row.since, row.until, day),
            }
            for row in rows
        ]
    names = {party.id: place for place, party in enumerate(in_order(row.party for row in rows))}
    return [
        {**party_link(row.party), "period": period(row.since, row.until)}
        for row in sorted(rows, key=lambda row: (names[row.party_id], row.since))
        if holds(row.since, row.until, day)
    ]


def count(statement: Statement, day: str) -> int:
    """How many parties or groups a source gives, by a list (those of the day, each once) or by the number alone."""
    if statement.count is not None:
        return statement.count
    if statement.subject is StatementSubject.GROUPS:
        return len(statement.groups)
    return len({row.party_id for row in statement.memberships if holds(row.since, row.until, day)})


def _terms_by_group(mechanism: Mechanism) -> dict[int | None, list[dict[str, str]]]:
    """Group id (None: the mechanism as a whole) -> the terms that it works on, with their pages."""
    found: dict[int | None, list[dict[str, str]]] = {}
    for statement in mechanism.statements:
        for tag in statement.tags:
            found.setdefault(tag.working_group_id, []).append(
                {
                    "title": in_reader_language(tag.item.title),
                    "url": url_for("map.term", vocabulary=tag.item.vocabulary, code=tag.item.code),
                    "vocabulary": tag.item.vocabulary,
                }
            )
    return found


def _by_pillar(statement: Statement, works_on: Mapping[int | None, list[dict[str, str]]]) -> list[tuple[str, Any]]:
    pillars: dict[str, list[dict[str, Any]]] = {}
    for group in statement.groups:
        pillars.setdefault(in_reader_language(group.pillar), []).append(
            {
                "number": group.number,
                "name": in_reader_language(group.names),
                "kind": GROUP_KINDS[group.group_kind],
                "chairs": [party_link(party) for party in group.chairs],
                "terms": works_on.get(group.id, []),
            }
        )
    return list(pillars.items())


def sources_differ(row: Mechanism, subject: StatementSubject, day: str) -> bool:
    """Whether sources give different numbers of members (or groups), or name different ones."""
    if subject is StatementSubject.PRESIDENCY:
        return False  # each source tells of the years that it knows
    speaking = [item for item in row.statements if item.subject is subject and item.stated]
    lists = {frozenset(member.party_id for member in item.memberships) for item in speaking if item.memberships}
    return len({count(item, day) for item in speaking}) > 1 or len(lists) > 1


def members_text(facts: Facts, mechanism_id: int) -> str:
    """Return how many members a mechanism has, as its sources count them."""
    counts = facts.counts.get(mechanism_id, [])
    if len(counts) > 1:
        return str(_("%(counts)s members, depending on the source", counts=_(" or ").join(map(str, counts))))
    if counts:
        return str(ngettext("%(num)d member", "%(num)d members", counts[0]))
    if facts.standing(mechanism_id, StatementSubject.MEMBERS) is Standing.NOT_STATED:
        return str(_("Not stated by the source"))
    return str(_("No source at hand"))


def mechanisms() -> dict[str, Any]:
    """Return what templates/library/mechanisms.html needs: the directory, as the address filters it.

    It lists mechanisms that have ended too; as at a day, those in being on that day.
    """
    form = MechanismFilter.of_request()
    facts = facts_at(form.day)
    form.choose_from(facts)
    every = facts.in_being if form.wanted("at") else facts.of_kind
    rows = known_in_order(every(PartyKind.MECHANISM))
    form.validate()
    kind, state, theme = form.wanted("kind"), form.wanted("state"), form.wanted("theme")
    terms = {term.code: term.id for term in facts.vocabulary("themes")}
    shown = [
        row
        for row in rows
        if (not kind or row.subkind == kind)
        and (not state or any(facts.parties[party].code == state for party in facts.members.get(row.id, {})))
        and (not theme or terms[theme] in facts.works_on.get(row.id, {}))
    ]
    return {"form": form, "filtered": bool(kind or state or theme), "rows": [_line(row, facts) for row in shown]}


def _line(row: Known, facts: Facts) -> dict[str, Any]:
    return {
        **link(row),
        "lang": language_shown(row.names),
        "kind": _kind(row),
        "founded": period(row.founded, row.ended) if row.ended else day_shown(row.founded) if row.founded else "",
        "members": members_text(facts, row.id),
        "secretariat": ", ".join(
            in_reader_language(facts.parties[party].label) for party in facts.secretariats.get(row.id, {})
        ),
    }


def _kind(row: Known) -> str:
    kinds: Mapping[Any, Any] = MECHANISM_KINDS if row.kind is PartyKind.MECHANISM else ORGANIZATION_KINDS
    return str(kinds.get(row.subkind, ""))


def organizations() -> dict[str, Any]:
    """Return what templates/library/organizations.html needs: the organizations, as the address filters them."""
    form = OrganizationFilter.of_request()
    facts = facts_at(form.day)
    form.choose_from(facts)
    every = facts.in_being if form.wanted("at") else facts.of_kind
    rows = known_in_order(every(PartyKind.ORGANIZATION))
    form.validate()
    kind = form.wanted("kind")
    serves: dict[int, list[str]] = {}
    for mechanism_id, places in facts.secretariats.items():
        for party in places:
            serves.setdefault(party, []).append(in_reader_language(facts.parties[mechanism_id].label))
    return {
        "form": form,
        "filtered": bool(kind),
        "rows": [
            {**_line(row, facts), "serves": ", ".join(serves.get(row.id, []))}
            for row in rows
            if not kind or row.subkind == kind
        ],
    }


def mechanism_named(actor: Actor, slug: str) -> Mechanism:
    """Load a mechanism; raises NotFound."""
    found = mechanism_by_slug(slug)
    if found is None:
        raise NotFound
    return found


def organization_named(actor: Actor, code: str) -> Organization:
    """Load an organization; raises NotFound."""
    found = organization_by_code(code)
    if found is None:
        raise NotFound
    return found


def event_line(event: Event) -> dict[str, Any]:
    """Return an event as a line of a list."""
    return {
        "day": period(event.date, event.until) if event.until else day_shown(event.date),
        "title": in_reader_language(event.title),
        "lang": language_shown(event.title),
        "place": in_reader_language(event.place),
        "kind": EVENT_KINDS[event.event_kind],
        "source": source(event.source),
    }


def mechanism(row: Mechanism, actor: Actor, *, may_edit: bool, may_propose: bool) -> dict[str, Any]:
    """Return what templates/library/mechanism.html needs."""
    form = DayForm.of_request()
    known = facts_at(form.day)
    facts = [
        {"label": _("Kind"), "value": MECHANISM_KINDS[row.mechanism_kind]},
        {"label": _("Founded"), "value": _founded(row)},
    ]
    if row.ended:
        facts.append({"label": _("Ended"), "value": day_shown(row.ended)})
    return {
        "mechanism": row,
        "form": form,
        "may_edit": may_edit,
        "may_propose": may_propose,
        "in_being": is_in_being(known.parties[row.id], form.day),
        "members": said(row, StatementSubject.MEMBERS, form.day),
        "drawing": _drawing(row, known),
        "disagree": {subject.value for subject in StatementSubject if sources_differ(row, subject, form.day)},
        "facts": facts,
        "parent": party_link(row.parent) if row.parent else None,
        "parts": [party_link(part) for part in parts_of(row.id)],
        "groups": said(row, StatementSubject.GROUPS, form.day),
        "works_on": _terms_by_group(row).get(None, []),
        "secretariat": said(row, StatementSubject.SECRETARIAT, form.day),
        "presidency": said(row, StatementSubject.PRESIDENCY, form.day),
        "events": [event_line(event) for event in happened_by(events_of(row.id), form.day)],
        "source": source(row.source),
        "dates_source": source(row.dates_source) if row.dates_source else None,
        "aliases": [
            {
                "name": in_reader_language(alias.names),
                "lang": language_shown(alias.names),
                "source": source(alias.source),
            }
            for alias in row.aliases
        ],
        "meetings": [
            {
                "title": in_reader_language(meeting.title),
                "lang": language_shown(meeting.title),
                "url": url_for("library.meeting", slug=meeting.slug),
            }
            for meeting in queries.sessions(actor, mechanism_id=row.id).items
        ],
        "presentations": [
            {
                "title": in_reader_language(item.title),
                "lang": language_shown(item.title),
                "url": url_for("library.presentation", slug=item.slug, code=item.code),
            }
            for item in queries.presentations_published(actor, party_id=row.id).items
        ],
        "practices": practice_queries.count_practices(actor, mechanism=row.code),
        "practices_url": url_for("library.practices", mechanism=row.code),
    }


def _drawing(row: Mechanism, facts: Facts) -> Markup | None:
    """The members on the map of the Americas; None where none of them is on it."""
    members = (facts.parties[party] for party in facts.members.get(row.id, {}))
    if not any(is_drawn(party) for party in members):
        return None
    caption = _("Members of %(mechanism)s", mechanism=in_reader_language(row.label))
    return drawn(members_picture(facts, facts.parties[row.id], caption, others=False))


def _founded(row: Mechanism | Organization) -> str:
    return day_shown(row.founded) if row.founded else str(_("Not stated by the source"))


def organization(row: Organization) -> dict[str, Any]:
    """Return what templates/library/organization.html needs."""
    form = DayForm.of_request()
    known = facts_at(form.day)
    facts = [
        {"label": _("Kind"), "value": ORGANIZATION_KINDS[row.organization_kind]},
        {"label": _("Founded"), "value": _founded(row)},
    ]
    if row.ended:
        facts.append({"label": _("Ended"), "value": day_shown(row.ended)})
    cells = involvement_of(row.id)
    return {
        "organization": row,
        "form": form,
        "in_being": is_in_being(known.parties[row.id], form.day),
        "facts": facts,
        "parent": party_link(row.parent) if row.parent else None,
        "parts": [party_link(part) for part in parts_of(row.id)],
        "source": source(row.source),
        "mandate_source": source(row.mandate_source) if row.mandate_source else None,
        "places": _places_by_subject(row.id, known),
        "chairs": [
            {**link(known.parties[item.mechanism_id]), "group": in_reader_language(item.names)}
            for item in groups_chaired_by(row.id)
        ],
        "involvement": [
            {
                "issue": in_reader_language(cell.item.title),
                "url": url_for("map.cell", cell_id=cell.id),
                "extent": EXTENTS[cell.extent],
                "strong": cell.extent is Extent.STRONG,
                "doubted": bool(cell.doubt) and cell.corrected is None,
                "corrected": cell.corrected is not None,
            }
            for cell in cells
            if cell.extent is not Extent.NONE or cell.doubt or cell.corrected
        ],
        "involvement_source": source(cells[0].source) if cells else None,
        "events": [event_line(event) for event in happened_by(events_of(row.id), form.day)],
    }


def _places_by_subject(party_id: int, facts: Facts) -> dict[str, list[dict[str, Any]]]:
    """Subject -> the mechanisms where a party has that place, each with its dates and source.

    Those in being in which it has it on the day; where it ever presided.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    in_being = {mechanism.id for mechanism in facts.in_being(PartyKind.MECHANISM)}
    for mechanism_id, subject, since, until, row in places_of(party_id):
        of_the_day = mechanism_id in in_being and holds(since, until, facts.day)
        if subject is not StatementSubject.PRESIDENCY and not of_the_day:
            continue
        found.setdefault(subject.value, []).append(
            {**link(facts.parties[mechanism_id]), "period": period(since, until), "source": source(row)}
        )
    return found


def state_places(party: Party, day: str) -> dict[str, Any]:
    """Where a State or territory takes part as at a day, and what it presided over or hosted."""
    facts = facts_at(day)
    sources: Collection[int] = {
        facts.members[mechanism][party.id].source_id for mechanism in facts.mechanisms_of(party.id)
    }
    named = queries.sources(sources)
    happened = happened_by(events_of(party.id), day)
    return {
        "years": _by_year(party, facts, happened),
        "memberships": [
            {
                **link(row),
                "kind": _kind(row),
                "period": period(facts.members[row.id][party.id].since, facts.members[row.id][party.id].until),
                "source": source(named[facts.members[row.id][party.id].source_id]),
            }
            for row in known_in_order(facts.parties[mechanism] for mechanism in facts.mechanisms_of(party.id))
        ],
        "presided": _places_by_subject(party.id, facts).get(StatementSubject.PRESIDENCY, []),
        "events": [event_line(event) for event in happened],
    }


def _by_year(party: Party, facts: Facts, happened: Iterable[Event]) -> dict[int, list[dict[str, str]]]:
    """Year -> what began or happened in it: memberships of which a source gives the beginning, and events."""
    found: dict[int, list[dict[str, str]]] = {}
    for row in known_in_order(facts.parties[mechanism] for mechanism in facts.mechanisms_of(party.id)):
        if since := facts.members[row.id][party.id].since:
            joined = link(row)
            text = _("Member of %(mechanism)s", mechanism=joined["label"])
            found.setdefault(int(since[:4]), []).append({"text": text, "lang": "", "url": joined["url"]})
    for event in happened:
        shown = event_line(event)
        found.setdefault(int(event.date[:4]), []).append({"text": shown["title"], "lang": shown["lang"], "url": ""})
    return found

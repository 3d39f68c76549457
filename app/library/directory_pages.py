"""What the pages of mechanisms and States show, made ready for the templates."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask import url_for
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.texts import fold
from app.core.wording import in_reader_language, language_shown, show_day
from app.directory.enums import PartyKind, StatementSubject
from app.directory.models import Mechanism, Party, Source, Statement
from app.directory.queries import mechanism_by_slug
from app.library import queries

# As the data files call them.
KINDS = {
    "committee": _l("Committee"),
    "consultative process": _l("Consultative process"),
    "framework": _l("Framework"),
    "network": _l("Network"),
    "declaration": _l("Declaration"),
    "platform": _l("Platform"),
    "commission": _l("Commission"),
    "forum": _l("Forum"),
}


def source_day(day: str) -> str:
    """Return a source's date as exact as it is known: "2023-04" as "April 2023"."""
    parts = [int(part) for part in day.split("-")]
    if len(parts) == 1:
        return day
    if len(parts) == 2:
        return str(format_skeleton("yMMMM", date(parts[0], parts[1], 1), locale=get_locale()))
    return show_day(date(*parts))


def source(row: Source) -> dict[str, Any]:
    """Return a source as the macro of templates/library/_source.html takes it."""
    return {
        "title": in_reader_language(row.title),
        "lang": language_shown(row.title),
        "publisher": row.publisher,
        "date": source_day(row.date),
        "symbol": row.symbol,
        "url": row.url,
    }


def in_order(parties: Iterable[Party]) -> list[Party]:
    """Sort parties by their everyday names in the reader's language."""
    return sorted(parties, key=lambda party: fold(in_reader_language(party.label)))


def party_link(party: Party) -> dict[str, str]:
    """Return a party's name and its page; organizations have none."""
    if party.kind in (PartyKind.STATE, PartyKind.TERRITORY):
        url = url_for("library.state", code=party.code)
    elif isinstance(party, Mechanism):
        url = url_for("library.mechanism", slug=party.slug)
    else:
        url = ""
    return {"label": in_reader_language(party.label), "name": in_reader_language(party.names), "url": url}


def said(mechanism: Mechanism, subject: StatementSubject) -> list[dict[str, Any]]:
    """Return what each source says of one subject: silent, a number alone, parties, or groups by pillar."""
    return [
        {
            "source": source(row.source),
            "stated": row.stated,
            "count": count(row),
            "named": bool(row.memberships),
            "parties": [party_link(party) for party in in_order(item.party for item in row.memberships)],
            "label": in_reader_language(row.label),
            "pillars": _by_pillar(row),
        }
        for row in mechanism.statements
        if row.subject is subject
    ]


def count(statement: Statement) -> int:
    """How many members or groups a source gives, by listing them or by the number alone."""
    if statement.count is not None:
        return statement.count
    return len(statement.groups if statement.subject is StatementSubject.GROUPS else statement.memberships)


def _by_pillar(statement: Statement) -> list[tuple[str, list[str]]]:
    pillars: dict[str, list[str]] = {}
    for group in statement.groups:
        pillars.setdefault(in_reader_language(group.pillar), []).append(in_reader_language(group.names))
    return list(pillars.items())


def members_differ(row: Mechanism) -> bool:
    """Whether sources give different numbers of members, or different names."""
    speaking = [item for item in row.statements if item.subject is StatementSubject.MEMBERS and item.stated]
    lists = {frozenset(member.party_id for member in item.memberships) for item in speaking if item.memberships}
    return len({count(item) for item in speaking}) > 1 or len(lists) > 1


def mechanism_line(mechanism: Mechanism) -> dict[str, Any]:
    """Return a mechanism as a line of the list: its members as the sources count them, its secretariat."""
    members = said(mechanism, StatementSubject.MEMBERS)
    counts = sorted({item["count"] for item in members if item["stated"]})
    if len(counts) > 1:
        text = _("%(counts)s members, depending on the source", counts=_(" or ").join(map(str, counts)))
    elif counts:
        text = ngettext("%(num)d member", "%(num)d members", counts[0])
    else:
        text = _("Members not stated by the source")
    return {
        "title": in_reader_language(mechanism.names),
        "lang": language_shown(mechanism.names),
        "acronym": in_reader_language(mechanism.label),
        "about": in_reader_language(mechanism.about),
        "members": text,
        "url": url_for("library.mechanism", slug=mechanism.slug),
    }


def mechanism_named(actor: Actor, slug: str) -> Mechanism:
    """Load a mechanism; raises NotFound."""
    found = mechanism_by_slug(slug)
    if found is None:
        raise NotFound
    return found


def mechanism(row: Mechanism, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/mechanism.html needs."""
    members = said(row, StatementSubject.MEMBERS)
    facts = [{"label": _("Kind"), "value": KINDS.get(row.mechanism_kind, row.mechanism_kind)}]
    if row.founded:
        facts.append({"label": _("Founded"), "value": source_day(row.founded)})
    return {
        "mechanism": row,
        "members": members,
        "disagree": members_differ(row),
        "facts": facts,
        "groups": said(row, StatementSubject.GROUPS),
        "secretariat": said(row, StatementSubject.SECRETARIAT),
        "source": source(row.source),
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
    }

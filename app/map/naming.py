"""How parties, dates and sources are named, ordered and linked on pages."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from babel.dates import format_skeleton
from flask import url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from app.core.texts import fold
from app.core.wording import in_reader_language, language_shown, show_day, show_days
from app.directory.enums import PartyKind
from app.directory.facts import Known
from app.directory.models import Mechanism, Party, Source, VocabularyItem, WorkingGroup

Named = TypeVar("Named", bound=Known)


def in_order(parties: Iterable[Named]) -> list[Named]:
    """Sort parties by their everyday names in the reader's language."""
    return sorted(parties, key=lambda party: fold(in_reader_language(party.label)))


def page_of(party: Known | Party) -> str:
    """Return the address of a party's page."""
    if isinstance(party, Known | Mechanism) and party.kind is PartyKind.MECHANISM:
        return url_for("library.mechanism", slug=party.slug)
    if party.kind is PartyKind.ORGANIZATION:
        return url_for("library.organization", code=party.code)
    return url_for("library.state", code=party.code)


def link(party: Known | Party) -> dict[str, str]:
    """Return a party's everyday name, its whole name and its page."""
    return {
        "label": in_reader_language(party.label),
        "name": in_reader_language(party.names),
        "url": page_of(party),
    }


def day_shown(day: str) -> str:
    """Return a date of the directory as exact as it is known: "2023-04" as "April 2023"."""
    parts = [int(part) for part in day.split("-")]
    if len(parts) == 1:
        return day
    if len(parts) == 2:
        return str(format_skeleton("yMMMM", date(parts[0], parts[1], 1), locale=get_locale()))
    return show_day(date(*parts))


def period(since: str, until: str) -> str:
    """Return from when to when a fact holds, in words; "" where the source gives no dates."""
    if since and until:
        if since == until:
            return day_shown(since)
        if len(since) == len(until) == len("2023-04-01"):
            return show_days(date.fromisoformat(since), date.fromisoformat(until))
        return str(_("%(since)s to %(until)s", since=day_shown(since), until=day_shown(until)))
    if since:
        return str(_("since %(day)s", day=day_shown(since)))
    return str(_("until %(day)s", day=day_shown(until))) if until else ""


def source(row: Source) -> dict[str, Any]:
    """Return a source as the macro of templates/library/_source.html takes it."""
    return {
        "title": in_reader_language(row.title),
        "lang": language_shown(row.title),
        "publisher": row.publisher,
        "date": day_shown(row.date),
        "symbol": row.symbol,
        "url": row.url,
    }


def group_shown(group: WorkingGroup) -> str:
    """Return a group's number and name."""
    return f"{group.number}. {in_reader_language(group.names)}"


def term_shown(item: VocabularyItem) -> str:
    """Return a term, after its code where that is a number ("T1") and no word."""
    title = in_reader_language(item.title)
    return f"{item.code} {title}" if any(char.isdigit() for char in item.code) else title

"""Published orders of business in words that people read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _

from app.core.wording import hour_text, in_reader_language, show_day, zone_name
from app.meetings.enums import ItemRole
from app.meetings.labels import ITEM_ROLES
from app.meetings.models import AgendaVersion
from app.meetings.programme import Change


def version_name(number: int) -> str:
    """Return what a version is called: "first version", then "rev. 1"."""
    return str(_("first version") if number == 1 else _("rev. %(number)d", number=number - 1))


def _span(times: list[str] | None, zone: str) -> str:
    if times is None:
        return str(_("no set time"))
    starts, ends = (datetime.fromisoformat(moment) for moment in times)
    words = {"day": show_day(starts, zone), "starts": hour_text(starts, zone), "ends": hour_text(ends, zone)}
    return str(_("%(day)s, %(starts)s–%(ends)s", **words))


def change_lines(changes: Iterable[Mapping[str, Any]], zone: str) -> list[str]:
    """Return each change as a sentence in the reader's language, moments in `zone`."""
    lines = []
    for change in changes:
        what = Change(change["what"])
        words = {"number": change["number"], "title": in_reader_language(change["title"])}
        before, after = change["before"], change["after"]
        if what is Change.ADDED:
            lines.append(_("Added: %(number)s %(title)s.", **words))
        elif what is Change.REMOVED:
            lines.append(_("Removed: %(title)s (it was %(number)s).", **words))
        elif what is Change.MOVED:
            was = {"was": before["number"], "was_day": before["day"], "day": after["day"]}
            lines.append(
                _("Moved: %(title)s, from %(was)s (day %(was_day)d) to %(number)s (day %(day)d).", **words, **was)
            )
        elif what is Change.RETITLED:
            lines.append(
                _("Retitled: %(number)s, from “%(was)s” to “%(title)s”.", **words, was=in_reader_language(before))
            )
        elif what is Change.RETIMED:
            spans = {"was": _span(before, zone), "now": _span(after, zone)}
            lines.append(_("Retimed: %(number)s %(title)s, now %(now)s; it was %(was)s.", **words, **spans))
        else:
            lines.append(_("Revised: %(number)s %(title)s, its kind, description or people.", **words))
    return lines


def people_lines(people: Iterable[Mapping[str, Any]], *, named: bool = True) -> list[tuple[str, str]]:
    """Return who has a part in a published item, as (part, names); without the names of participants unless `named`."""
    found: dict[str, list[str]] = {}
    for person in people:
        words = [in_reader_language(person[key]) for key in ("party", "function")]
        first, *more = [word for word in (person.get("name", "") if named else "", *words) if word]
        both = _("%(party)s (%(function)s)", party=first, function=", ".join(more)) if more else first
        found.setdefault(str(ITEM_ROLES[ItemRole(person["role"])]), []).append(both)
    return [(role, ", ".join(names)) for role, names in found.items()]


def days_of_version(version: AgendaVersion | None, *, named: bool = True) -> list[dict[str, Any]]:
    """Return a published order of business by day, each item with its number and its time in the session's zone.

    `named`: with the names of participants; what is kept for ever has none.
    """
    return days_of_items(version.content["items"], version.content["zone"], named=named) if version else []


def days_of_items(items: Iterable[Mapping[str, Any]], zone: str, *, named: bool = True) -> list[dict[str, Any]]:
    """Return items as `programme` holds them by day; see `days_of_version`."""
    days: dict[str, dict[str, Any]] = {}
    for item in items:
        starts = datetime.fromisoformat(item["starts_at"])
        new = {"date": date.fromisoformat(item["date"]), "zone": zone_name(starts, zone), "items": []}
        days.setdefault(item["date"], new)["items"].append(
            {
                "mark": item["mark"],
                "number": item["number"],
                "sub": item["parent"] is not None,
                "title": item["title"],
                "description": item["description"],
                "time": hour_text(starts, zone) if item["timed"] else "",
                "people": people_lines(item["people"], named=named),
            }
        )
    return list(days.values())

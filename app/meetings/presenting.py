"""Published orders of business in words that people read."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import ngettext

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


TOGETHER = 3  # so many neighbours that move by the same time are told in one sentence


def change_lines(changes: Iterable[Mapping[str, Any]], zone: str) -> list[str]:
    """Return the changes as sentences in the reader's language, moments in `zone`."""
    lines = []
    for minutes, same in groupby(changes, key=lambda change: _minutes_later(change, zone)):
        run = list(same)
        if minutes and len(run) >= TOGETHER:
            lines.append(_retimed_together([change["number"] for change in run], minutes))
        else:
            lines += _each(run, zone)
    return lines


def _minutes_later(change: Mapping[str, Any], zone: str) -> int:
    """By how many minutes an item as a whole begins later (or earlier) on its day; 0 where it is otherwise changed."""
    if change["what"] != Change.RETIMED or not (change["before"] and change["after"]):
        return 0
    before, after = (
        [datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)) for moment in change[when]]
        for when in ("before", "after")
    )
    shifts = {now.replace(tzinfo=None) - was.replace(tzinfo=None) for was, now in zip(before, after, strict=True)}
    same_day = before[0].date() == after[0].date()
    return int(shifts.pop().total_seconds()) // 60 if same_day and len(shifts) == 1 else 0


def _retimed_together(numbers: list[str], minutes: int) -> str:
    words = {"first": numbers[0], "last": numbers[-1], "count": len(numbers)}
    if minutes > 0:
        later = ngettext(
            "Retimed: %(count)d items from %(first)s to %(last)s, each %(num)d minute later.",
            "Retimed: %(count)d items from %(first)s to %(last)s, each %(num)d minutes later.",
            minutes,
            **words,
        )
        return str(later)
    earlier = ngettext(
        "Retimed: %(count)d items from %(first)s to %(last)s, each %(num)d minute earlier.",
        "Retimed: %(count)d items from %(first)s to %(last)s, each %(num)d minutes earlier.",
        -minutes,
        **words,
    )
    return str(earlier)


def _each(changes: Iterable[Mapping[str, Any]], zone: str) -> list[str]:
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

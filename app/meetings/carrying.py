"""What a new session carries from an earlier one, or from a template of its body.

A *set-up* is everything of a session that its next edition can start from, as one plain value: its own facts,
and a *part* for each carrier. Moments in it are told from the session's first day, by the clock of its zone:
`[-44, "18:00"]` is six in the evening, 44 days before. Later packages register carriers when the application starts.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date
from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.meetings.enums import Mode
from app.meetings.models import Meeting
from app.meetings.retention import names_held

Offset = list[Any]
SetUp = dict[str, Any]
WEEKEND = frozenset({5, 6})
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
TEXTS = ("title", "theme", "mandate_text", "place", "chair")


@dataclass(frozen=True)
class Carrier:
    """One part of a session that can be carried.

    `pack` gives it as a plain list (or a mapping), empty where there is nothing; `unpack` makes its rows in a new
    session and returns how many. `dates` tells the moments in what was packed. `impersonal` gives what of it a
    template may hold, which says nothing of any person. `needs` is the key of the part that this one hangs on; one
    that goes `within` another is not chosen by itself, but carried wherever that one is.
    """

    key: str
    label: LazyString
    pack: Callable[[Meeting], Any]
    unpack: Callable[[Any, Meeting], int]
    dates: Callable[[Any], list[tuple[LazyString, Offset]]] = lambda packed: []
    impersonal: Callable[[Any], Any] = lambda packed: packed
    needs: str | None = None
    within: str | None = None


_carriers: dict[str, Carrier] = {}


def carries(carrier: Carrier) -> None:
    """Register a carrier; parts are carried in the order in which they were registered."""
    _carriers.setdefault(carrier.key, carrier)


def carriers() -> list[Carrier]:
    """Return the carriers, in order."""
    return list(_carriers.values())


def is_carried(carrier: Carrier, set_up: SetUp, keys: Collection[str]) -> bool:
    """Whether a new session takes over what a set-up has of a carrier, where the parts with these keys are chosen."""
    return carrier.key in set_up["parts"] and (carrier.within or carrier.key) in keys


def first_day(meeting: Meeting) -> date:
    """Return the session's first day, in its zone."""
    return meeting.starts_at.astimezone(meeting.tz).date()


def offset_of(moment: datetime, meeting: Meeting) -> Offset:
    """Return a moment as days from the session's first day and the time on its zone's clock."""
    local = moment.astimezone(meeting.tz)
    return [(local.date() - first_day(meeting)).days, local.strftime("%H:%M")]


@dataclass(frozen=True)
class Placed:
    """A moment put into a zone; `note` says so where the clocks change at that hour and it could not stay as it was."""

    moment: datetime
    note: str = ""


def place(offset: Offset, first: date, zone: str) -> Placed:
    """Put an offset after a new first day: the same hour on the zone's clock.

    An hour that the zone skips becomes the hour that the clock then shows; one that comes twice is the first.
    """
    days, text = offset
    local = datetime.combine(first + timedelta(days=days), time.fromisoformat(text))
    aware = local.replace(tzinfo=ZoneInfo(zone))
    moment = aware.astimezone(UTC)
    shown = moment.astimezone(ZoneInfo(zone))
    if shown.replace(tzinfo=None) != local:
        return Placed(
            moment,
            _("%(hour)s does not exist that day: the clocks are put forward. It becomes %(shown)s.",
              hour=text, shown=shown.strftime("%H:%M")),
        )  # fmt: skip
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():
        return Placed(
            moment, _("%(hour)s comes twice that day: the clocks are put back. The first is taken.", hour=text)
        )
    return Placed(moment)


def moment_at(offset: Offset, meeting: Meeting) -> datetime:
    """Return the moment of an offset in a session."""
    return place(offset, first_day(meeting), meeting.zone).moment


def in_year(text: str, was: int | None, year: int) -> str:
    """Return a text in which each year stands as far from `year` as it stood from `was`; as it is for no `was`."""
    return YEAR.sub(lambda found: str(int(found[0]) + year - was), text) if was else text


def texts_in_year(texts: Mapping[str, str], was: int | None, year: int) -> LocalizedText:
    """`in_year` for a text in several languages."""
    return LocalizedText({language: in_year(text, was, year) for language, text in texts.items()})


@lru_cache(maxsize=64)
def _calendar(country: str, language: str, year: int) -> holidays.HolidayBase:
    known = holidays.country_holidays(country).supported_languages
    chosen = next((code for code in known if code.split("_")[0] == language), None)
    return holidays.country_holidays(country, years=year, language=chosen)


def countries() -> frozenset[str]:
    """Return the ISO 3166 alpha-2 codes of the countries whose holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def day_off(day: date, country: str | None) -> str:
    """Return why nobody works on a day at the venue (a holiday by its name, a weekend), or nothing."""
    why: str = ""
    weekend = WEEKEND
    if country in countries():
        calendar = _calendar(str(country), current_language(), day.year)
        if name := calendar.get(day):
            why = _("Holiday: %(name)s", name=name)
        weekend = frozenset(calendar.weekend)
    if not why and day.weekday() in weekend:
        why = _("Weekend: %(weekday)s", weekday=format_date(day, "EEEE", locale=get_locale()))
    return why


def notes_on(moment: datetime, zone: str, country: str | None) -> list[str]:
    """Return what is to be known of a moment in a zone before it is taken: that it is past, that nobody works then."""
    past = _("In the past") if moment < now() else ""
    return [note for note in (past, day_off(moment.astimezone(ZoneInfo(zone)).date(), country)) if note]


@dataclass(frozen=True)
class DateLine:
    """A date of the new session: what, when, and what is to be known about it. `moment` is None for a whole day."""

    label: LazyString
    day: date
    moment: datetime | None
    notes: list[str]


def dates_of(set_up: SetUp, first: date, keys: Collection[str]) -> list[DateLine]:
    """Return the dates that a session which starts on `first` would have, in order, with those to look at noted."""
    facts = set_up["facts"]
    lines = []
    for label, offset in _offsets(set_up, keys):
        placed = place(offset, first, facts["zone"])
        day = placed.moment.astimezone(ZoneInfo(facts["zone"])).date()
        notes = notes_on(placed.moment, facts["zone"], facts["country"])
        lines.append(DateLine(label, day, placed.moment, [*notes, *([placed.note] if placed.note else [])]))
    for label, name in ((_l("Call planned to open"), "call_planned_on"), (_l("Publication planned"), "published_on")):
        if facts[name] is not None:
            day = first + timedelta(days=facts[name])
            if name == "call_planned_on" and any(line.day == day for line in lines[2:]):
                continue  # the call that is carried opens then, and says so
            end_of_day = place([0, "23:59"], day, facts["zone"]).moment
            lines.append(DateLine(label, day, None, notes_on(end_of_day, facts["zone"], facts["country"])))
    return sorted(lines, key=lambda line: line.day)


def _offsets(set_up: SetUp, keys: Collection[str]) -> Iterator[tuple[LazyString, Offset]]:
    yield _l("Session starts"), set_up["facts"]["starts"]
    yield _l("Session ends"), set_up["facts"]["ends"]
    for carrier in carriers():
        if is_carried(carrier, set_up, keys):
            yield from carrier.dates(set_up["parts"][carrier.key])


def set_up_of(meeting: Meeting) -> SetUp:
    """Return a session's set-up; a participant who is its chair stays with the session that registered them."""
    day = first_day(meeting)
    chair = names_held(meeting).without(dict(meeting.chair)) if meeting.chair else {}
    packed = {row.key: row.pack(meeting) for row in carriers()}
    return {
        "facts": {
            "year": day.year,
            **{name: dict(getattr(meeting, name)) for name in TEXTS},
            "chair": {language: text for language, text in chair.items() if text},
            "mandate_resolution": meeting.mandate_resolution,
            "mandate_paragraph": meeting.mandate_paragraph,
            "starts": offset_of(meeting.starts_at, meeting),
            "ends": offset_of(meeting.ends_at, meeting),
            "call_planned_on": (meeting.call_planned_on - day).days if meeting.call_planned_on else None,
            "published_on": (meeting.publication_planned_on - day).days if meeting.publication_planned_on else None,
            "zone": meeting.zone,
            "country": meeting.country,
            "mode": meeting.mode.value,
            "languages": meeting.languages,
            "distribution": meeting.distribution.value,
        },
        "parts": {key: value for key, value in packed.items() if value},
    }


def impersonal(set_up: SetUp) -> SetUp:
    """Return what a template may hold of a set-up. The chair, an office or a name, stays out of it."""
    there = {row.key: row.impersonal(set_up["parts"][row.key]) for row in carriers() if row.key in set_up["parts"]}
    parts = {key: value for key, value in there.items() if value}
    return {"facts": {**set_up["facts"], "chair": {}}, "parts": parts}


def facts_on(set_up: SetUp, first: date) -> dict[str, Any]:
    """Return the fields of a session (as `operations.create_meeting` takes them) that starts on `first`."""
    facts = set_up["facts"]
    return {
        **{name: LocalizedText(facts[name]) for name in TEXTS},
        "starts_at": place(facts["starts"], first, facts["zone"]).moment,
        "ends_at": place(facts["ends"], first, facts["zone"]).moment,
        "zone": facts["zone"],
        "country": facts["country"],
        "mode": Mode(facts["mode"]),
        "languages": facts["languages"],
        "distribution": Audience(facts["distribution"]),
    }


def plan_on(set_up: SetUp, first: date) -> dict[str, date | None]:
    """Return the planned days of a session that starts on `first`, as `operations.plan_stages` takes them."""
    days = {"call_planned_on": "call_planned_on", "publication_planned_on": "published_on"}
    return {
        name: None if set_up["facts"][key] is None else first + timedelta(days=set_up["facts"][key])
        for name, key in days.items()
    }


def unpack(set_up: SetUp, meeting: Meeting, keys: Collection[str]) -> dict[str, int]:
    """Make the rows of the chosen parts in a new session; return how many of each chosen part were made."""
    made = {}
    for carrier in carriers():
        if is_carried(carrier, set_up, keys):
            number = carrier.unpack(set_up["parts"][carrier.key], meeting)
            if carrier.within is None:
                made[carrier.key] = number
            db.session.flush()
    return made

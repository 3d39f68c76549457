"""Template filters and globals: how moments, localized texts and plain paragraphs are shown."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, get_timezone_location
from flask import Flask
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LANGUAGES, LocalizedText


def in_reader_language(text: LocalizedText | dict[str, str] | None) -> str:
    """Return a localized text in the reader's language, else in the first it has."""
    return LocalizedText(text or {}).in_language(current_language())


def language_shown(text: LocalizedText | dict[str, str] | None) -> str:
    """Return the language that `in_reader_language` shows, for the lang attribute."""
    return LocalizedText(text or {}).language_for(current_language())


def zone_name(moment: datetime, zone: str) -> str:
    """Return a zone as people say it: "Washington, UTC-4" (the offset at that moment)."""
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    mark = f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}" if minutes else "UTC"
    city = str(get_timezone_location(ZoneInfo(zone), locale=get_locale(), return_city=True))
    city = {"America/New_York": "Washington"}.get(zone, city)
    return mark if zone == "UTC" else f"{city}, {mark}"


def moment_text(moment: datetime, zone: str = "UTC") -> str:
    """Return "14 May 2026, 10:00 (Washington, UTC-4)" in the reader's language."""
    local = moment.astimezone(ZoneInfo(zone))
    locale = get_locale()
    return f"{show_day(local.date())}, {format_datetime(local, 'HH:mm', locale=locale)} ({zone_name(moment, zone)})"


def show_moment(moment: datetime | None, zone: str = "UTC") -> Markup:
    """Return a <time> element; nothing for None."""
    if moment is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), moment_text(moment, zone))


def show_day(moment: datetime | date | None, zone: str = "UTC") -> str:
    """Return the day alone: "14 May 2026"."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone)) if isinstance(moment, datetime) else moment
    locale = get_locale()
    day = format_date(local, "long" if locale and locale.language != "en" else "d MMMM y", locale=locale)
    return _first_day(day)


def _first_day(day: str) -> str:
    """Return a day, or its number, with the first of a month as French writes it: "1er"."""
    locale = get_locale()
    return re.sub(r"^1\b", "1er", day) if locale and locale.language == "fr" else day


def show_days(first: datetime | date, last: datetime | date, zone: str = "UTC") -> str:
    """Return a range of days: "8 to 9 May 2028", "30 April 2028 to 2 May 2028"; one day alone where it has no other."""
    begins, ends = (
        day.astimezone(ZoneInfo(zone)).date() if isinstance(day, datetime) else day for day in (first, last)
    )
    if begins == ends:
        return show_day(begins)
    if (begins.year, begins.month) == (ends.year, ends.month):
        return str(_("%(number)s to %(last_day)s", number=_first_day(str(begins.day)), last_day=show_day(ends)))
    return str(_("%(first_day)s to %(last_day)s", first_day=show_day(begins), last_day=show_day(ends)))


def hour_text(moment: datetime, zone: str = "UTC") -> str:
    """Return the hour of a moment: "10:00"."""
    return format_datetime(moment.astimezone(ZoneInfo(zone)), "HH:mm", locale=get_locale())


def show_hour(moment: datetime, zone: str = "UTC") -> Markup:
    """Return the hour of a moment, in a <time> element: "10:00"."""
    return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), hour_text(moment, zone))


def show_paragraphs(text: str | None) -> Markup:
    """Return plain text as escaped <p> elements; a blank line parts paragraphs, a line feed is a <br>."""
    parts = [part for part in (text or "").split("\n\n") if part.strip()]
    return Markup("").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in part.split("\n"))) for part in parts
    )


def init_app(app: Flask) -> None:
    """Give the templates our filters."""
    app.jinja_env.filters.update(
        loc=in_reader_language,
        loc_lang=language_shown,
        moment=show_moment,
        day=show_day,
        hour=show_hour,
        paragraphs=show_paragraphs,
    )
    app.jinja_env.globals.update(languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

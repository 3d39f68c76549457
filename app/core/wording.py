"""Template filters and globals: how moments, localized texts and plain paragraphs are shown."""

import re
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_time, get_timezone_location
from flask import Flask
from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.core.languages import current_language, current_locale
from app.core.localized import LANGUAGE_NAMES, LANGUAGES, LocalizedText
from app.core.rich_text import as_html

_TIME = Markup('<time datetime="%s">%s</time>')


def _localized(text: LocalizedText | dict[str, str] | None) -> LocalizedText:
    return text if isinstance(text, LocalizedText) else LocalizedText(text or {})


def in_reader_language(text: LocalizedText | dict[str, str] | None) -> str:
    """Return a localized text in the reader's language, else in the first it has."""
    return _localized(text).in_language(current_language())


def language_shown(text: LocalizedText | dict[str, str] | None) -> str:
    """Return the language that `in_reader_language` shows, for the lang attribute."""
    return _localized(text).language_for(current_language())


def with_colon(label: Any) -> str:
    """Return a label with a colon after it, as the reader's language writes that: French puts a no-break space between.

    Markup stays markup. "": the colon alone, for after an element. What follows comes after a space.
    """
    pattern = _("%(label)s:")
    if isinstance(label, Markup):
        return Markup(pattern) % {"label": label}  # noqa: S704  (what the catalogues hold is ours)
    return str(pattern % {"label": label})


def foreign_language(code: str) -> str:
    """Return what a language calls itself, to be told beside a text in it; "" of the screen's own."""
    return "" if code == current_language() else LANGUAGE_NAMES.get(code, "")


def language_in_words(code: str) -> str:
    """Return how the reader's language names one of the four, for the middle of a sentence: "español"."""
    return str(Locale.parse(current_language()).languages[code])


def in_all_languages(text: LazyString | str) -> LocalizedText:
    """Return what a text of ours says in each language."""
    said = {}
    for language in LANGUAGES:
        with force_locale(language):
            said[language] = str(text)
    return LocalizedText(said)


def zone_name(moment: datetime, zone: str) -> str:
    """Return a zone as people say it: "Washington, UTC-4" (the offset at that moment)."""
    offset = moment.astimezone(ZoneInfo(zone)).utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    hours, rest = divmod(abs(minutes), 60)
    mark = f"UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02d}' if rest else ''}" if minutes else "UTC"
    return mark if zone == "UTC" else f"{city_of(zone, current_locale())}, {mark}"


@lru_cache(maxsize=1000)
def city_of(zone: str, locale: Locale | str | None) -> str:
    """Return the city by which a language names a zone."""
    city = str(get_timezone_location(ZoneInfo(zone), locale=locale, return_city=True))
    return {"America/New_York": "Washington"}.get(zone, city)


def moment_text(moment: datetime, zone: str = "UTC") -> str:
    """Return "14 May 2026, 10:00 (Washington, UTC-4)" in the reader's language."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{show_day(local.date())}, {_hour(local.hour, local.minute, current_locale())} ({zone_name(moment, zone)})"


def show_moment(moment: datetime | None, zone: str = "UTC") -> Markup:
    """Return a <time> element; nothing for None."""
    if moment is None:
        return Markup("")
    return _TIME % (moment.isoformat(), moment_text(moment, zone))


def show_day(moment: datetime | date | None, zone: str = "UTC") -> str:
    """Return the day alone: "14 May 2026"."""
    if moment is None:
        return ""
    local = moment.astimezone(ZoneInfo(zone)).date() if isinstance(moment, datetime) else moment
    return _day(local, current_locale())


@lru_cache(maxsize=4000)
def _day(day: date, locale: Locale | None) -> str:
    """Rows of a page are of few days, and many pages of the same."""
    text = format_date(day, "long" if locale and locale.language != "en" else "d MMMM y", locale=locale)
    return _first_day(text, locale)


@lru_cache(maxsize=4000)
def _hour(hour: int, minute: int, locale: Locale | None) -> str:
    return format_time(time(hour, minute), "HH:mm", locale=locale)


def _first_day(day: str, locale: Locale | None) -> str:
    """Return a day, or its number, with the first of a month as French writes it: "1er"."""
    return re.sub(r"^1\b", "1er", day) if locale and locale.language == "fr" else day


def show_days(first: datetime | date, last: datetime | date, zone: str = "UTC") -> str:
    """Return a range of days: "8 to 9 May 2028", "30 April 2028 to 2 May 2028"; one day alone where it has no other."""
    begins, ends = (
        day.astimezone(ZoneInfo(zone)).date() if isinstance(day, datetime) else day for day in (first, last)
    )
    if begins == ends:
        return show_day(begins)
    if (begins.year, begins.month) == (ends.year, ends.month):
        return str(
            _(
                "%(number)s to %(last_day)s",
                number=_first_day(str(begins.day), current_locale()),
                last_day=show_day(ends),
            )
        )
    return str(_("%(first_day)s to %(last_day)s", first_day=show_day(begins), last_day=show_day(ends)))


def hour_text(moment: datetime, zone: str = "UTC") -> str:
    """Return the hour of a moment: "10:00"."""
    local = moment.astimezone(ZoneInfo(zone))
    return _hour(local.hour, local.minute, current_locale())


def clock_time(moment: datetime, zone: str) -> str:
    """Return what a clock shows, and whose clock: "17:18 (Washington, UTC-5)"."""
    return f"{hour_text(moment, zone)} ({zone_name(moment, zone)})"


def show_hour(moment: datetime, zone: str = "UTC") -> Markup:
    """Return the hour of a moment, in a <time> element: "10:00"."""
    return _TIME % (moment.isoformat(), hour_text(moment, zone))


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
        language_in_words=language_in_words,
        foreign=foreign_language,
        colon=with_colon,
        moment=show_moment,
        day=show_day,
        hour=show_hour,
        paragraphs=show_paragraphs,
        rich=as_html,
    )
    app.jinja_env.globals.update(languages=[(code, LANGUAGE_NAMES[code]) for code in LANGUAGES])
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

"""What the registers of good practices show, made ready so that 200 rows cost little."""

from typing import Any, NamedTuple

from flask import Response, request, url_for
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.languages import current_language, language_kept
from app.core.localized import LANGUAGE_NAMES
from app.core.paging import PER_PAGE
from app.core.sheets import MOST_ROWS, wanted_format
from app.core.wording import in_reader_language, show_day
from app.library import practice_queries, practice_sheet, queries
from app.library.forms import PracticeFilter
from app.library.practice_queries import Listed, Wanted
from app.meetings.models import Meeting
from app.practices.titles import Called, called

MOST, NAME_LIMIT = 5, 80  # practices that are compared, characters of the name of one
KEPT = ("state", "theme", "gcm", "year", "language", "mechanism", "term", "body", "sort", "per_page", "at")


def register(actor: Actor, meeting: Meeting | None = None) -> dict[str, Any] | Response:
    """Return what templates/library/practices.html needs, as the address asks for it; or the whole list as a file."""
    language = current_language()
    terms = queries.terms("themes", "gcm", *practice_queries.TERM_FIELDS)
    themes = {code: title.in_language(language) for code, title in terms["themes"].items()}
    objectives = {code: f"{code}. {title.in_language(language)}" for code, title in terms["gcm"].items()}
    parties = practice_queries.parties_in_order(actor, meeting.slug if meeting else "")
    form = PracticeFilter.of_request(
        states={row.code: row.short_names.in_language(language) for row in parties},
        themes=themes,
        objectives=objectives,
        mechanisms={row.code: in_reader_language(row.short_names) for row in queries.mechanism_names()},
        terms={
            f"{name}:{code}": title.in_language(language)
            for name in practice_queries.TERM_FIELDS
            for code, title in terms[name].items()
        },
    )
    asked = form.validate()
    wanted = form.wanted(meeting.slug if meeting else "")
    if (file_format := wanted_format()) and asked:
        return practice_sheet.as_file(actor, wanted, parties, file_format)
    page = practice_queries.practice_register(
        actor,
        wanted,
        parties,
        page=request.args.get("page", 1, int),
        per_page=request.args.get("per_page", PER_PAGE, int),
    )
    columns = _columns(wanted.sort, across=meeting is None)
    return {
        "meeting": meeting,
        "form": form,
        "wanted": wanted,
        "page": page,
        "page_url": _page_url,
        "rows": _rows(page.items, themes, objectives),
        "clear_url": url_for(str(request.endpoint), **{**(request.view_args or {}), **language_kept()}),
        "kept": language_kept(),
        "columns": columns,
        "labels": {column["key"]: column["label"] for column in columns},
        "chosen": _chosen(),
        "files": {kind: _same_address(format=kind) for kind in ("csv", "xlsx")} if page.total <= MOST_ROWS else {},
    }


def _page_url(number: int) -> str:
    return _same_address(page=str(number))


def _chosen() -> list[str]:
    """What was chosen already to be compared: the address carries it on."""
    return [name[:NAME_LIMIT] for name in dict.fromkeys(request.args.getlist("practice")) if name][:MOST]


def _same_address(**changes: str) -> str:
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if request.args.get(key)}
    kept |= language_kept()
    kept |= {"practice": chosen} if (chosen := _chosen()) else {}
    return url_for(str(request.endpoint), **(request.view_args or {}), **{**kept, **changes})


def _columns(sort: str, *, across: bool) -> list[dict[str, str]]:
    columns = [
        {"key": "choose", "label": _("Compare")},
        {"key": "title", "label": _("Title")},
        {"key": "state", "label": _("State")},
        {"key": "themes", "label": _("Themes")},
        {"key": "gcm", "label": _("Global Compact objective")},
    ]
    if across:
        columns.append({"key": "meeting", "label": _("Session")})
    columns.append({"key": "date", "label": _("Published")})
    for column in columns:
        if (key := column["key"]) in practice_queries.SORTS:
            column["sort_url"] = _same_address(sort=f"-{key}" if sort == key else key)
            if sort.removeprefix("-") == key:
                column["sorted"] = "descending" if sort.startswith("-") else "ascending"
    return columns


def meeting_mark(item: Listed) -> str:
    """Return a session's short name: "CAM 2026"."""
    return f"{item.meeting.short_names.in_language(current_language())} {item.meeting.code}"


class Row(NamedTuple):
    """A practice as a row of the register (a tuple, because templates read those fast). `lang`: of its title;
    `language`: what is said of the language in which it was written."""

    title: str
    lang: str
    language: str
    url: str
    slug: str
    state: str
    themes: str
    gcm: str
    meeting: str
    meeting_url: str
    day: str


def _rows(listed: list[Listed], themes: dict[str, str], objectives: dict[str, str]) -> list[Row]:
    language = current_language()
    named = called(item.written for item in listed)
    days = {date: show_day(date) for date in {item.published_at.date() for item in listed}}
    marks = {item.meeting.id: meeting_mark(item) for item in listed}
    practices = url_for("library.practice", slug="-").removesuffix("-")
    meetings = url_for("library.meeting", slug="-").removesuffix("-")
    return [
        Row(
            title=named[item.id].title,
            lang=named[item.id].title_lang,
            language=_written_in(named[item.id]),
            url=practices + item.slug,
            slug=item.slug,
            state=item.party.short_names.in_language(language),
            day=days[item.published_at.date()],
            themes="; ".join(themes.get(code, code) for code in item.facts.themes),
            gcm=objectives.get(item.facts.gcm_main, item.facts.gcm_main),
            meeting=marks[item.meeting.id],
            meeting_url=meetings + item.meeting.slug,
        )
        for item in listed
    ]


def _written_in(practice: Called) -> str:
    name = LANGUAGE_NAMES[practice.original]
    return _("Original: %(language)s", language=name) if practice.is_translated else name


def newest(actor: Actor) -> list[Row]:
    """Return the newest published practices that a person may read, as rows."""
    parties = practice_queries.parties_in_order(actor)
    return _rows(practice_queries.practice_register(actor, Wanted(sort="-date"), parties, per_page=10).items, {}, {})


def entries(items: list[Listed]) -> list[dict[str, str]]:
    """Return practices as components/entry.html takes them."""
    themes = {code: title.in_language(current_language()) for code, title in queries.terms("themes")["themes"].items()}
    named = called(item.written for item in items)
    return [
        {
            "title": named[item.id].title,
            "lang": named[item.id].title_lang,
            "summary": named[item.id].summary,
            "summary_lang": named[item.id].summary_lang,
            "url": url_for("library.practice", slug=item.slug),
            "party": item.party.short_names.in_language(current_language()),
            "meeting": meeting_mark(item),
            "themes": "; ".join(themes.get(code, code) for code in item.facts.themes),
            "slug": item.slug,
        }
        for item in items
    ]

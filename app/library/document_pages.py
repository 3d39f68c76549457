"""What the register of a session's documents and the page of one show, made ready for the templates."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.audience import Audience
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.paging import PER_PAGE
from app.core.sheets import as_download, wanted_format
from app.core.wording import in_reader_language, show_day
from app.library.citation import Work, WorkKind
from app.library.citation_page import cite_as, day_of
from app.library.forms import DocumentFilter
from app.library.queries import audiences as audiences_of
from app.library.queries import words_of_document
from app.library.reading_time import minutes_of_words
from app.meetings.arrangement import number_of
from app.meetings.labels import AUDIENCES
from app.meetings.models import Meeting
from app.meetings.queries import agenda_of, latest_agenda
from app.register import queries, symbols
from app.register.enums import LanguageStatus, Suffix
from app.register.labels import BELONGS, CLASSES, STATUS_MARKS, STATUSES
from app.register.models import Document, LanguageVersion
from app.register.queries import Listed, Wanted
from app.register.visits import last_visit

KEPT = ("q", "class", "language", "item", "new", "sort", "per_page")


class FileLink(NamedTuple):
    """A current file of a document in the register, or (without `url`) a language that is pending."""

    language: str
    code: str
    kind: str
    url: str
    mark: str


class Row(NamedTuple):
    """A document as a row of the register (a tuple, because templates read those fast)."""

    symbol: str
    url: str
    title: str
    lang: str
    document_class: str
    day: str
    distribution: str
    state: str
    belongs: str
    new: bool
    files: list[FileLink]


def register(actor: Actor, meeting: Meeting) -> dict[str, Any] | Response:
    """Return what templates/library/documents.html needs, as the address asks for it; or the same list as a file."""
    language = current_language()
    form = DocumentFilter.of_request(_items_offered(actor, meeting))
    form.validate()
    since, newer = last_visit(actor, meeting)
    wanted = Wanted(
        words=form.asked("q"),
        document_class=form.asked("document_class"),
        language=form.asked("language"),
        item=form.asked("item"),
        since=since,
        only_new=bool(form.asked("new")),
        meeting=meeting.slug,
        sort=form.asked("sort") or "symbol",
    )
    file_format = wanted_format()
    page = queries.documents(
        actor,
        wanted,
        language=language,
        page=1 if file_format else request.args.get("page", 1, int),
        per_page=None if file_format else request.args.get("per_page", PER_PAGE, int),
    )
    rows = [row_of(item, meeting, language) for item in page.items]
    columns = _columns(wanted.sort)
    if file_format:
        return as_download(_sheet(rows, columns), name=f"{meeting.slug}-documents", file_format=file_format)
    return {
        "meeting": meeting,
        "form": form,
        "filtered": any((wanted.words, wanted.document_class, wanted.language, wanted.item, wanted.only_new)),
        "page": page,
        "page_url": lambda number: _same_address(page=str(number)),
        "rows": rows,
        "columns": columns,
        "clear_url": request.path,
        "csv_url": _same_address(format="csv"),
        "xlsx_url": _same_address(format="xlsx"),
        "since": since,
        "newer": newer,
        "new_url": url_for("library.documents", slug=meeting.slug, new="1"),
        "archive_url": url_for("register.archive", slug=meeting.slug),
        "whole_archive_url": url_for("register.archive", slug=meeting.slug, replaced="1"),
    }


def _items_offered(actor: Actor, meeting: Meeting) -> dict[str, str]:
    """Mark -> number and title of the items as readers know them; of the draft for the secretariat, whose it is."""
    if actor.is_staff:
        draft = agenda_of(meeting.id)
        numbers = number_of(draft)
        return {item.mark: f"{numbers[item.id]} {in_reader_language(item.title)}" for item in draft}
    version = latest_agenda(meeting.id)
    return {
        item["mark"]: f"{item['number']} {in_reader_language(item['title'])}"
        for item in (version.content["items"] if version else ())
    }


def _same_address(**changes: str) -> str:
    kept: dict[str, Any] = {key: request.args[key] for key in KEPT if request.args.get(key)}
    return url_for(str(request.endpoint), **(request.view_args or {}), **{**kept, **changes})


def _columns(sort: str) -> list[dict[str, str]]:
    columns = [
        {"key": "symbol", "label": _("Symbol")},
        {"key": "title", "label": _("Title")},
        {"key": "class", "label": _("Class")},
        {"key": "files", "label": _("Languages")},
        {"key": "distribution", "label": _("Distribution")},
        {"key": "date", "label": _("Date")},
    ]
    for column in columns:
        if (key := column["key"]) in queries.SORTS:
            column["sort_url"] = _same_address(sort=f"-{key}" if sort == key else key)
            if sort.removeprefix("-") == key:
                column["sorted"] = "descending" if sort.startswith("-") else "ascending"
    return columns


def row_of(item: Listed, meeting: Meeting, language: str) -> Row:
    """Return a document as a row, its files in the reader's `language` first and then those of the original."""
    address = f"/documents/{item.slug}"
    shown = item.title.language_for(language)
    state = "" if item.issued_at else _("Not issued")
    if item.withdrawn_at:
        state = _("Withdrawn")
    elif item.replaced_by:
        state = _("Replaced by %(symbol)s", symbol=item.replaced_by)
    return Row(
        symbol=item.symbol,
        url=address,
        title=item.title.in_language(language),
        lang=shown,
        document_class=str(CLASSES[item.document_class]),
        day=show_day(item.issued_at or item.registered_at, meeting.zone),
        distribution=str(AUDIENCES[item.distribution.narrower(meeting.distribution)]),
        state=state,
        belongs=belongs_to(item.symbol),
        new=item.new,
        files=[]
        if item.withdrawn_at
        else [
            FileLink(
                LANGUAGE_NAMES[file.language],
                file.language,
                (file.extension or "").upper(),
                f"{address}/files/{file.language}.{file.extension}" if file.extension else "",
                str(STATUS_MARKS[file.status]) if file.extension else _("pending"),
            )
            for file in sorted(
                item.files, key=lambda file: (file.language != language, file.language != item.original_language)
            )
        ],
    )


def _sheet(rows: list[Row], columns: list[dict[str, str]]) -> list[list[str]]:
    lines = [[column["label"] for column in columns]]
    for row in rows:
        files = "; ".join(
            " ".join(part for part in (file.language, file.kind, file.mark) if part) for file in row.files
        )
        symbol = f"{row.symbol} ({row.state})" if row.state else row.symbol
        title = f"{row.title} ({row.belongs})" if row.belongs else row.title
        lines.append([symbol, title, row.document_class, files, row.distribution, row.day])
    return lines


def document(row: Document, actor: Actor) -> dict[str, Any]:
    """Return what templates/library/document.html needs, or the note in place of a withdrawn document."""
    settings = queries.settings_of(row.meeting.mechanism)
    family = queries.family_of(actor, row)
    words, audiences = words_of_document(row.slug), audiences_of(actor, row.meeting)
    return {
        "document": row,
        "meeting": row.meeting,
        "class_label": CLASSES[row.document_class],
        "series": settings.series,
        "original": _("Textual") if row.textual else LANGUAGE_NAMES[row.original_language],
        "distribution": AUDIENCES[row.audience],
        "items": [
            {
                "number": item["number"],
                "title": item["title"],
                "url": url_for("library.agenda_item", slug=row.meeting.slug, mark=item["mark"]),
            }
            for item in queries.items_known(row)
        ],
        "versions": [
            _language(row, version, words.get(version.language, 0), audiences)
            for version in in_order(row, current_language())
        ],
        "family": _nested(row, family),
        "has_family": len(family) > 1,
        "belongs": belongs_to(row.symbol),
        **_citation(row, current_language()),
        "replaced_by": _link(later) if (later := replacing(row, family)) else None,
    }


def belongs_to(symbol: str) -> str:
    """What a corrigendum or addendum says of itself: what it belongs to; nothing for other documents."""
    whole = symbols.belongs_to(symbol)
    if whole is None:
        return ""
    kind = Suffix.CORRIGENDUM if symbols.place_of(symbol)[2] else Suffix.ADDENDUM
    return str(BELONGS[kind]) % {"symbol": whole}


def replacing(row: Document, family: Sequence[Document]) -> Document | None:
    """The newest of a document's family that took its place."""
    later = [
        other
        for other in family
        if other.base == row.base and other.revision > row.revision and not other.corrects
        if other.issued_at and not other.withdrawn_at
    ]
    return max(later, key=lambda other: other.revision, default=None)


def _link(document: Document) -> dict[str, str]:
    return {"symbol": document.symbol, "url": url_for("library.document", symbol=document.slug)}


def _nested(row: Document, family: Sequence[Document]) -> list[dict[str, Any]]:
    """The family in order, corrigenda and addenda within what they correct or add to."""
    lines: dict[str, dict[str, Any]] = {}
    for other in family:
        later = replacing(other, family)
        lines[other.symbol] = {
            **_link(other),
            "current": other.id == row.id,
            "state": _("Withdrawn")
            if other.withdrawn_at
            else _("Replaced by %(symbol)s", symbol=later.symbol)
            if later
            else "",
            "below": [],
        }
    top: list[dict[str, Any]] = []
    for symbol, line in lines.items():
        whole = lines.get(symbols.belongs_to(symbol) or "")
        (whole["below"] if whole else top).append(line)
    return top


def in_order(row: Document, first: str = "") -> list[LanguageVersion]:
    """Return the language versions: one that is asked for first, then the original."""
    places = (first, row.original_language)
    return sorted(
        row.languages, key=lambda version: (*(version.language != place for place in places), version.language)
    )


def _language(row: Document, version: LanguageVersion, words: int, audiences: Collection[Audience]) -> dict[str, Any]:
    return {
        "minutes": minutes_of_words(words) if version.number else 0,
        "code": version.language,
        "name": LANGUAGE_NAMES[version.language],
        "original": version.language == row.original_language,
        "status": STATUSES[version.status if version.number else LanguageStatus.PENDING],
        "kind": "done" if version.status is LanguageStatus.OFFICIAL and version.number else "neutral",
        "files": [
            {
                "name": f"{row.slug}-{version.language}.{kept.extension}",
                "url": url_for("register.file", symbol=row.slug, language=version.language, extension=kept.extension),
                "kind": kept.extension.upper(),
                "size": kept.file.size,
                "lang": version.language,
                "note": show_day(kept.added_at, row.meeting.zone),
            }
            for kept in version.current
        ],
        "earlier": [
            {
                "number": kept.number,
                "kind": kept.extension.upper(),
                "day": show_day(kept.added_at, row.meeting.zone),
                "sha256": kept.file.sha256,
                "url": url_for(
                    "register.file_version",
                    symbol=row.slug,
                    language=version.language,
                    number=kept.number,
                    extension=kept.extension,
                ),
            }
            for kept in reversed(version.earlier(audiences))
        ],
        "read_url": url_for("library.read_document", symbol=row.slug, language=version.language)
        if any(kept.extension == "pdf" for kept in version.current)
        else "",
    }


def document_in_language(actor: Actor, symbol: str, language: str) -> tuple[Document, LanguageVersion]:
    """Load a document and its version in a language that has a PDF; raises NotFound."""
    row = queries.document_to_read(actor, symbol)
    version = row.in_language(language)
    if version is None or not any(kept.extension == "pdf" for kept in version.current):
        raise NotFound
    return row, version


def reading(row: Document, version: LanguageVersion) -> dict[str, Any]:
    """Return what templates/library/document_read.html needs; the address may name a language to read `beside` it."""
    readable = [
        other for other in in_order(row, current_language()) if any(kept.extension == "pdf" for kept in other.current)
    ]
    wanted = request.args.get("beside", "")
    beside = next((other for other in readable if other.language == wanted and other is not version), None)

    def address(language: str, **more: Any) -> str:
        return url_for("library.read_document", symbol=row.slug, language=language, **more)

    return {
        "document": row,
        "meeting": row.meeting,
        "language": version.language,
        "language_name": LANGUAGE_NAMES[version.language],
        "minutes": minutes_of_words(words_of_document(row.slug).get(version.language, 0)),
        **_citation(row, version.language),
        "frames": [
            {
                "code": one.language,
                "name": LANGUAGE_NAMES[one.language],
                "status": "" if one.status is LanguageStatus.OFFICIAL else STATUSES[one.status],
                "view_url": url_for("register.view", symbol=row.slug, language=one.language),
                "file_url": url_for("register.file", symbol=row.slug, language=one.language, extension="pdf"),
            }
            for one in (version, beside)
            if one
        ],
        "versions": [
            {
                "code": other.language,
                "name": LANGUAGE_NAMES[other.language],
                "url": address(other.language),
                "current": other is version,
                "original": other.language == row.original_language,
                "note": STATUS_MARKS[other.status],
            }
            for other in readable
        ],
        "pairs": [
            {
                "code": other.language,
                "name": LANGUAGE_NAMES[other.language],
                "url": address(version.language, **({} if other is beside else {"beside": other.language})),
                "current": other is beside,
            }
            for other in readable
            if other is not version
        ],
    }


def _citation(row: Document, language: str) -> dict[str, Any]:
    """How an issued document is cited; None of what the secretariat alone sees."""
    work = cited_work(row, language) if row.issued_at else None
    return {"work": work, "citation": cite_as(work) if work else None}


def cited_work(row: Document, language: str) -> Work:
    """Return an issued document as it is cited: in a language if it has it, else in its original one."""
    body = in_reader_language(row.meeting.mechanism.names)
    version = row.in_language(language)
    has_it = version is not None and bool(version.number)
    return Work(
        kind=WorkKind.DOCUMENT,
        author=body,
        body=body,
        title=row.title.in_language(language if has_it else row.original_language),
        symbol=row.symbol,
        version=0,
        session=in_reader_language(row.meeting.title),
        dated=day_of(row.registered_at, row.meeting.zone),
        language=language if has_it else row.original_language,
        url=whole_address(url_for("library.document", symbol=row.slug)),
    )

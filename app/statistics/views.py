"""The page of a session's statistics, its tables and pictures as files, and the whole as a document."""

from typing import Any, NamedTuple

from flask import render_template, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.policies import public
from app.core.sheets import as_download
from app.core.wording import moment_text
from app.documents.printing import PRINTERS, Block, BlockKind
from app.library.printed_texts import send_printed
from app.map.svg import TYPES, as_file, drawn
from app.meetings.models import Meeting
from app.meetings.queries import meeting_visible_to
from app.register.masthead import printed_document
from app.register.queries import settings_of
from app.statistics import bp
from app.statistics.enums import By
from app.statistics.pages import blocks_of, statistics_of

SHEETS = ("csv", "xlsx")


@bp.get("/sessions/<slug>/statistics")
@public(load=meeting_visible_to)
def index(meeting: Meeting) -> Any:
    """What a session received, by State, question, theme, language and week, as the person may know it."""
    found = statistics_of(current_user, meeting)
    return render_template(
        "statistics/index.html",
        meeting=meeting,
        found=found,
        tables=[
            {
                "table": table,
                "drawing": drawn(table.picture),
                "files": {
                    kind: url_for("statistics.file", slug=meeting.slug, by=table.by.value, extension=kind)
                    for kind in (*SHEETS, *TYPES)
                },
            }
            for table in found.tables
        ],
        reports=[(language, [*PRINTERS]) for language in LANGUAGES],
        language_names=LANGUAGE_NAMES,
    )


class Wanted(NamedTuple):
    """A file: of which session, counted by what (None: the whole), in which language, of which kind."""

    meeting: Meeting
    by: By | None
    language: str
    extension: str


def _file(actor: Actor, slug: str, by: str, extension: str) -> Wanted:
    wanted = next((one for one in By if one.value == by), None)
    if wanted is None or extension not in (*SHEETS, *TYPES):
        raise NotFound
    return Wanted(meeting_visible_to(actor, slug), wanted, "", extension)


@bp.get("/sessions/<slug>/statistics/<by>.<extension>")
@public(load=_file)
def file(wanted: Wanted) -> Response:
    """One table as a sheet, or its picture."""
    table = statistics_of(current_user, wanted.meeting).table(wanted.by) if wanted.by else None
    if table is None:
        raise NotFound
    name = f"{wanted.meeting.slug}-{table.by.value}"
    if wanted.extension in SHEETS:
        return as_download(table.sheet, name=name, file_format=wanted.extension)
    db.session.rollback()
    return as_file(table.picture, wanted.extension, name)


def _report(actor: Actor, slug: str, language: str, extension: str) -> Wanted:
    if language not in LANGUAGES or extension not in PRINTERS:
        raise NotFound
    return Wanted(meeting_visible_to(actor, slug), None, language, extension)


@bp.get("/sessions/<slug>/statistics/report/<language>.<extension>")
@public(load=_report)
def report(wanted: Wanted) -> Response:
    """All tables as a document, for the session's report, as they stand at this moment."""
    meeting, language, at = wanted.meeting, wanted.language, now().replace(second=0, microsecond=0)
    with force_locale(language):
        stood = Block(BlockKind.PARAGRAPH, _("As it stood on %(moment)s", moment=moment_text(at, meeting.zone)))
        printed = printed_document(
            meeting,
            language=language,
            series=settings_of(meeting.mechanism).series,
            title=_("Statistics of inputs"),
            blocks=[stood, *blocks_of(statistics_of(current_user, meeting))],
            created=at,
            audience=Audience.RESTRICTED if current_user.is_authenticated else Audience.PUBLIC,
        )
    return send_printed(printed, wanted.extension, f"{meeting.slug}-statistics-{language}")

"""The files of the register: to download, to see, all at once; and the mastheads."""

from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.languages import current_language
from app.core.policies import public, signed_in
from app.documents.models import StoredFile
from app.documents.operations import clean_name
from app.documents.printing import printed_pdf
from app.documents.responses import send, send_archive, send_made, show
from app.meetings.models import Meeting
from app.meetings.queries import meeting_visible_to
from app.register import bp, queries
from app.register.masthead import masthead_page
from app.register.models import Document
from app.register.policies import can_manage_register


def _file(actor: Actor, symbol: str, language: str, extension: str, number: int | None = None) -> StoredFile:
    """The file under its document's name, whatever it was called when it was brought (on a copy: nothing is saved)."""
    file = queries.file_to_read(actor, symbol, language, extension, number).file
    version = f"-v{number}" if number else ""
    name = f"{symbol}-{language}{version}.{extension}"
    return StoredFile(name=name, media_type=file.media_type, size=file.size, sha256=file.sha256)


@bp.get("/documents/<symbol>/files/<language>.<extension>")
@public(load=_file)
def file(found: StoredFile) -> Response:
    """The current file of a document in a language, to download."""
    return send(found)


@bp.get("/documents/<symbol>/files/<language>/<int:number>.<extension>")
@public(load=_file)
def file_version(found: StoredFile) -> Response:
    """A file as it was in an earlier version of a document in a language, to download."""
    return send(found)


@bp.get("/documents/<symbol>/files/<language>/view")
@public(load=lambda actor, symbol, language: _file(actor, symbol, language, "pdf"))
def view(found: StoredFile) -> Response:
    """The current PDF of a document in a language, for the frame of its reading page."""
    return show(found)


@bp.get("/sessions/<slug>/documents.zip")
@public(load=meeting_visible_to)
def archive(meeting: Meeting) -> Any:
    """The current files of a session's documents that the reader may have, in one archive that is made as it leaves;
    those of documents whose place another took only where they are asked for."""
    replaced = request.args.get("replaced") == "1"
    files = queries.archived_files(current_user, meeting, language=current_language(), replaced=replaced)
    return send_archive(files, clean_name(_("Documents %(code)s", code=meeting.slug), "zip"))


def _masthead(actor: Actor, symbol: str, language: str) -> tuple[Document, str]:
    document = queries.document_visible_to(actor, symbol)
    if language not in document.meeting.languages:
        raise NotFound
    return document, language


@bp.get("/documents/<symbol>/masthead/<language>.pdf")
@signed_in(can_manage_register, load=_masthead)
def masthead(wanted: tuple[Document, str]) -> Response:
    """The masthead of a document in a language, as a page of its own."""
    document, language = wanted
    series = queries.settings_of(document.meeting.mechanism).series
    made = printed_pdf(masthead_page(document, language, series=series))
    return send_made(made, f"{document.slug}-masthead-{language}.pdf")

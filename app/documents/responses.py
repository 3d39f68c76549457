"""Handing files out: as a download of the sniffed type, never as a page of ours; a PDF also to be seen in one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from flask import Response, current_app, request, send_file
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from zipstream import ZipStream

from app.core.downloads import name_file
from app.core.errors import Unavailable
from app.core.storage import CHUNK, storage
from app.documents.models import StoredFile
from app.documents.sniffing import MEDIA_TYPES


def send(stored: StoredFile) -> Response:
    """Return the file, or the part that is asked for, as a download. The caller has checked who may have it.

    Raises Unavailable where the storage fails.
    """
    try:
        stream = storage().open(stored.sha256)
    except OSError as error:
        current_app.logger.exception("the storage does not have %s", stored.sha256)
        raise Unavailable(
            _l("This server cannot get at the file now. Try again later, or tell the secretariat.")
        ) from error
    response = send_file(
        stream,
        mimetype=stored.media_type,
        as_attachment=True,
        download_name=stored.name,
        conditional=False,
        etag=stored.sha256,
        max_age=0,
    )
    response.content_length = stored.size
    response.accept_ranges = "bytes"
    try:
        response.make_conditional(request, accept_ranges=_wants_part(stored), complete_length=stored.size)
    except RequestedRangeNotSatisfiable:
        stream.close()
        raise
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _wants_part(stored: StoredFile) -> bool:
    """Whether a part is to be sent: one range of bytes, by GET, to who does not have the file. Any other Range is as if
    it were not there (RFC 9110, 13.2.2 and 14.2)."""
    wanted = request.range
    one = wanted is not None and wanted.units == "bytes" and len(wanted.ranges) == 1
    return one and request.method == "GET" and not request.if_none_match.contains_weak(stored.sha256)


def send_made(made: bytes, name: str) -> Response:
    """Return a PDF or DOCX that was made for this request as a download."""
    response = Response(made, mimetype=MEDIA_TYPES[name.rsplit(".", 1)[-1]])
    name_file(response, name)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def show(stored: StoredFile) -> Response:
    """Return a PDF to be seen in a frame of our own pages and nowhere else. The caller has checked who may have it.

    It may load nothing and run nothing of ours; browsers refuse to show a PDF that is sandboxed, so it is not. Raises
    ValueError for a file of another type: those are only ever downloaded.
    """
    if stored.media_type != "application/pdf":
        raise ValueError(f"{stored.media_type} is not shown")
    response = send(stored)
    name_file(response, stored.name, how="inline")
    response.headers["Content-Security-Policy"] = "default-src 'none'; object-src 'self'; frame-ancestors 'self'"
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


@dataclass(frozen=True)
class ArchivedFile:
    """A file as an archive holds it: its name there, where its bytes are, and how many."""

    name: str
    sha256: str
    size: int


def send_archive(files: Iterable[ArchivedFile], name: str, *, made: tuple[str, bytes] | None = None) -> Response:
    """Return files in one archive that is made as it leaves, so that memory stays flat.

    `made`: the name and the bytes of one that was written for this request. A file whose bytes are not there is named
    in a note inside: found out on the way, it would break the archive. The caller has checked who may have them.
    """
    place = storage()
    archive = ZipStream(sized=True)
    if made:
        archive.add(made[1], made[0])
    missing = []
    for item in files:
        if place.size(item.sha256) != item.size:
            missing.append(item.name)
            continue
        opened = _chunks(lambda sha256=item.sha256: place.open(sha256))  # type: ignore[misc]
        archive.add(opened, item.name, size=item.size)
    if missing:
        current_app.logger.error("files that an archive should hold are not in the storage: %s", missing)
        lines = [_("The storage of this server does not have these files. Tell the secretariat."), "", *missing]
        name_of_note = _("Files that are missing")
        archive.add("\r\n".join(lines).encode(), f"{name_of_note}.txt")
    response = Response(iter(archive), mimetype="application/zip")
    response.content_length = len(archive)
    name_file(response, name)
    return response


def _chunks(open_file: Callable[[], BinaryIO]) -> Iterator[bytes]:
    """Yield a file in pieces; it is opened at the first and closed after the last."""
    with open_file() as stream:
        while piece := stream.read(CHUNK):
            yield piece

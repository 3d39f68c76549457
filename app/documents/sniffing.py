"""What a file really is, told from its content alone."""

import struct
import zipfile
import zlib
from threading import Lock
from typing import BinaryIO, NamedTuple

import filetype
import pypdfium2
from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal

UNPACKED_LIMIT = 400 * 1024 * 1024
MEMBERS_LIMIT = 10_000
RATIO_LIMIT = 200

OFFICE_PARTS = {
    "docx": ("word/document.xml", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xlsx": ("xl/workbook.xml", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pptx": ("ppt/presentation.xml", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "png": "image/png",
    "csv": "text/csv",
    "html": "text/html",
    "json": "application/json",
    "xml": "application/xml",
    **{kind: media_type for kind, (_part, media_type) in OFFICE_PARTS.items()},
}
NAMES = {"pdf": "PDF", "docx": "DOCX", "xlsx": "XLSX", "pptx": "PPTX", "jpg": "JPEG", "png": "PNG"}


_PDFIUM = Lock()  # it is not safe in two threads at once


class Kind(NamedTuple):
    """A recognised type: its usual extension and its media type."""

    extension: str
    media_type: str


def _office_kind(stream: BinaryIO) -> str | None:
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if len(members) > MEMBERS_LIMIT or sum(member.file_size for member in members) > UNPACKED_LIMIT:
                raise Refusal(_l("This file unpacks to far more than it seems to hold, so it was not taken."))
            if any(member.file_size > RATIO_LIMIT * max(member.compress_size, 1000) for member in members):
                raise Refusal(_l("This file unpacks to far more than it seems to hold, so it was not taken."))
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refusal(_l("This file holds macros. Save it without macros and send it again."))
            if "[Content_Types].xml" not in names:
                return None
            kind = next((kind for kind, (part, _type) in OFFICE_PARTS.items() if part in names), None)
            if kind and archive.testzip() is not None:
                raise Refusal(_l("This file is damaged: part of it cannot be read. Save it again and resend it."))
            return kind
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        OSError,
    ) as error:
        raise Refusal(_l("This file is damaged or cut short. Save it again and resend it.")) from error


def _is_whole(kind: str, stream: BinaryIO) -> bool:
    """Whether a PDF or picture has its end: what is cut short in transit does not."""
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(max(0, size - 2048))
    tail = stream.read()
    if kind == "pdf":
        return b"%%EOF" in tail
    if kind == "png":
        return tail.endswith(b"IEND\xaeB`\x82")
    return b"\xff\xd9" in tail


def _refuse_locked(stream: BinaryIO) -> None:
    """Refuse a PDF that opens only with a password. One that only asks not to be printed or copied opens."""
    stream.seek(0)
    with _PDFIUM:
        try:
            pypdfium2.PdfDocument(stream).close()
        except pypdfium2.PdfiumError as error:
            if error.err_code == pypdfium2.raw.FPDF_ERR_PASSWORD:
                raise Refusal(
                    _l("This PDF is locked with a password. Save it without one and send it again.")
                ) from error


def sniff(stream: BinaryIO) -> Kind | None:
    """Return what the content is, or None where it is none of the types Plenaria takes.

    Raises Refusal for a damaged, truncated, locked, macro-bearing or bomb-like file. The stream ends at 0.
    """
    try:
        stream.seek(0)
        guess = filetype.guess(stream.read(8192))
        stream.seek(0)
        kind = guess.extension if guess else None
        if kind in {"zip", "docx", "xlsx", "pptx"}:
            kind = _office_kind(stream)
        if kind not in MEDIA_TYPES:
            return None
        if kind in {"pdf", "jpg", "png"} and not _is_whole(kind, stream):
            raise Refusal(_l("This file is damaged or cut short. Save it again and resend it."))
        if kind == "pdf":
            _refuse_locked(stream)
        return Kind(kind, MEDIA_TYPES[kind])
    finally:
        stream.seek(0)

"""What is taken for a file is told by its content, whatever its name says."""

import io
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from docx import Document
from flask import current_app
from werkzeug.datastructures import FileStorage

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal, TooLarge
from app.core.storage import storage
from app.documents.operations import ATTACHMENTS, SLIDES, clean_name, forget_file, keep_upload, name_of_title
from app.documents.responses import ArchivedFile, send, send_archive

PDF = b"%PDF-1.7\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 40 + b"IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 64 + b"\xff\xd9"


def docx() -> bytes:
    target = io.BytesIO()
    document = Document()
    document.add_paragraph("Text")
    document.save(target)
    return target.getvalue()


def office(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **members}.items():
            archive.writestr(name, content)
    return target.getvalue()


def upload(content: bytes, name: str = "file.pdf") -> FileStorage:
    return FileStorage(io.BytesIO(content), filename=name)


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (PDF, "Annex.PDF", "Annex.pdf"),
        (PNG, "photo.jpeg", "photo.png"),
        (JPEG, "photo.jpg", "photo.jpg"),
        (docx(), "text.docx", "text.docx"),
        (office(**{"xl/workbook.xml": b"<x/>"}), "sheet.zip", "sheet.xlsx"),
        (office(**{"ppt/presentation.xml": b"<x/>"}), "slides.pptx", "slides.pptx"),
    ],
    ids=["pdf", "png", "jpeg", "docx", "xlsx", "pptx"],
)
def test_the_content_decides_the_type(app, content, name, kept):
    row = keep_upload(upload(content, name), allowed=ATTACHMENTS, by=SYSTEM)
    assert (row.name, row.size) == (kept, len(content))
    with storage().open(row.sha256) as stream:
        assert stream.read() == content


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "empty.pdf", "is empty"),
        (b"<html><script>alert(1)</script></html>", "page.pdf", "not a file of a kind taken here"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.png", "not a file of a kind taken here"),
        (b"MZ" + b"\x00" * 300, "setup.docx", "not a file of a kind taken here"),
        (PDF[:-7], "cut.pdf", "cut short"),
        (PNG[:-4], "cut.png", "cut short"),
        (docx()[:-200], "cut.docx", "cut short"),
        (office(**{"word/document.xml": b"<x/>", "word/vbaProject.bin": b"x"}), "macro.docx", "macros"),
        (office(**{"word/document.xml": b"0" * 50_000_000}), "bomb.docx", "unpacks to far more"),
        (office(**{"other.xml": b"<x/>"}), "zip.docx", "not a file of a kind taken here"),
    ],
    ids=["empty", "html", "svg", "program", "pdf", "png", "docx", "macro", "bomb", "zip"],
)
def test_what_is_wrong_is_refused_with_a_reason(app, content, name, words):
    with pytest.raises(Refusal) as refusal:
        keep_upload(upload(content, name), allowed=ATTACHMENTS, by=SYSTEM)
    assert words in str(refusal.value)


def test_a_damaged_member_is_found(app):
    content = bytearray(office(**{"word/document.xml": bytes(range(256)) * 40}))
    place = content.index(b"word/document.xml") + 40
    content[place : place + 20] = b"\xff" * 20
    with pytest.raises(Refusal):
        keep_upload(upload(bytes(content), "text.docx"), allowed=ATTACHMENTS, by=SYSTEM)


def test_a_file_over_the_limit_is_refused_and_the_limit_is_named(app):
    app.config["FILE_LIMIT"] = 1024 * 1024
    with pytest.raises(TooLarge) as refusal:
        keep_upload(upload(PDF + b"0" * 1024 * 1024), allowed=ATTACHMENTS, by=SYSTEM)
    assert "the limit is 1 MB" in str(refusal.value)


def test_only_the_types_of_the_place_are_taken(app):
    with pytest.raises(Refusal):
        keep_upload(upload(PNG, "slide.png"), allowed=SLIDES, by=SYSTEM)
    with pytest.raises(Refusal):
        keep_upload(None, allowed=SLIDES, by=SYSTEM)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\folder\\Informe final.docx", "Informe final.pdf"),
        ("año <b>.pdf", "año _b_.pdf"),
        ("\x00\x01", "file.pdf"),
        (None, "file.pdf"),
        ("x" * 500 + ".pdf", "x" * 160 + ".pdf"),
    ],
)
def test_names_are_cleaned(name, expected):
    assert clean_name(name, "pdf") == expected


def test_a_title_names_a_file_whole():
    assert name_of_title("Perú/Haití \\ no. 2.0", "pdf") == "Perú-Haití - no. 2.0.pdf"
    assert name_of_title("...", "docx") == "file.docx"


def test_the_same_bytes_are_kept_once(app):
    first = keep_upload(upload(PDF, "a.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    second = keep_upload(upload(PDF, "b.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    assert first.sha256 == second.sha256
    assert len([path for path in Path(app.config["STORAGE"]).rglob("*") if path.is_file()]) == 1


def test_a_stream_that_breaks_leaves_nothing_behind(app):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError("line lost")

    with pytest.raises(OSError, match="line lost"):
        storage().put(Broken())
    assert [path for path in Path(app.config["STORAGE"]).rglob("*") if path.is_file()] == []


def test_files_leave_as_downloads(app):
    row = keep_upload(upload(PDF, "a.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    with app.test_request_context():
        response = send(row)
        response.direct_passthrough = False
        assert response.get_data() == PDF
        response.close()
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.mimetype == "application/pdf"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def lines_of(row) -> bytes | None:
    try:
        with storage().open(row.sha256) as stream:
            return stream.read()
    except FileNotFoundError:
        return None


@pytest.fixture
def kept(app):
    row = keep_upload(upload(PDF, "a.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    db.session.commit()
    return row


def make_old(row) -> None:
    path = next(Path(current_app.config["STORAGE"]).rglob(row.sha256))
    os.utime(path, (0, 0))


def test_bytes_of_a_forgotten_file_go_after_the_commit_only(kept, run_jobs):
    make_old(kept)
    forget_file(kept, by=SYSTEM)
    db.session.rollback()
    run_jobs()
    assert lines_of(kept) == PDF
    sha256 = kept.sha256
    forget_file(kept, by=SYSTEM)
    assert storage().size(sha256) == len(PDF)
    run_jobs()
    assert storage().size(sha256) is None
    assert [path for path in Path(current_app.config["STORAGE"]).rglob("*") if path.is_file()] == []


def test_bytes_that_another_file_shares_stay(kept, run_jobs):
    make_old(kept)
    forget_file(kept, by=SYSTEM)
    other = keep_upload(upload(PDF, "b.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    make_old(other)
    run_jobs()
    assert lines_of(other) == PDF


def test_bytes_put_by_a_transaction_that_goes_on_stay_and_are_looked_at_again(kept, run_jobs):
    make_old(kept)
    forget_file(kept, by=SYSTEM)
    storage().put(io.BytesIO(PDF))  # somebody else's upload; its row is not committed
    run_jobs()
    assert storage().size(kept.sha256) == len(PDF)
    with time_machine.travel(datetime.now(UTC) + timedelta(hours=2), tick=False):
        run_jobs()
    assert storage().size(kept.sha256) is None


def test_a_removal_that_was_killed_is_ended_by_the_next(kept):
    path = next(Path(current_app.config["STORAGE"]).rglob(kept.sha256))
    path.rename(path.with_suffix(".going"))
    assert storage().remove(kept.sha256, idle=timedelta(0))
    assert list(path.parent.iterdir()) == []


def test_an_archive_names_what_the_storage_lost(kept):
    other = keep_upload(upload(PNG, "p.png"), allowed=ATTACHMENTS, by=SYSTEM)
    storage().remove(other.sha256, idle=timedelta(0))
    files = [ArchivedFile(row.name, row.sha256, row.size) for row in (other, kept)]
    with current_app.test_request_context():
        answer = send_archive(files, "all.zip")
        assert len(answer.data) == answer.content_length
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    assert archive.read("a.pdf") == PDF
    note = archive.read("Files that are missing.txt").decode()
    assert note.splitlines()[-1] == "p.png"

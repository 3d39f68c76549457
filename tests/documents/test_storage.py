"""A folder and a bucket keep files alike."""

import hashlib
import io
import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import current_app
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from app.cli import plenaria
from app.core.actors import SYSTEM
from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Unavailable
from app.core.storage import CHUNK, FolderStorage, storage, storage_at
from app.documents.operations import ATTACHMENTS, forget_file, keep_upload
from app.documents.responses import ArchivedFile, send, send_archive
from app.documents.sniffing import sniff
from app.documents.word_reading import read_word
from tests.documents.test_uploads import PDF, PNG, docx, upload

LONG = bytes(range(256)) * 4096 * 9  # 9 MB: a bucket takes it in parts
HOUR = timedelta(hours=1)


@pytest.fixture(params=["folder", "bucket"])
def address(request, tmp_path):
    return str(tmp_path / "kept") if request.param == "folder" else request.getfixturevalue("bucket")


@pytest.fixture
def place(address):
    return storage_at(address)


@pytest.fixture
def in_bucket(app, bucket):
    """The application keeps its files in a bucket."""
    app.config["STORAGE"] = bucket
    return storage_at(bucket)


def test_what_is_put_is_read_again_from_anywhere(place):
    sha256, size = place.put(io.BytesIO(LONG))
    assert (sha256, size) == (hashlib.sha256(LONG).hexdigest(), len(LONG))
    assert place.put(io.BytesIO(LONG)) == (sha256, size)
    with place.open(sha256) as stream:
        assert stream.read(3) == LONG[:3]
        assert stream.seek(-5, io.SEEK_END) == size - 5
        assert stream.read() == LONG[-5:]
        assert stream.seek(CHUNK - 1) == CHUNK - 1
        assert stream.read(CHUNK + 2) == LONG[CHUNK - 1 : 2 * CHUNK + 1]
        assert stream.seek(-1, io.SEEK_CUR) == stream.tell() == 2 * CHUNK
        stream.seek(0)
        assert stream.read() == LONG
    assert place.size(sha256) == size
    assert list(place.sizes()) == [(sha256, size)]


def test_what_is_not_there(place):
    name = "0" * 64
    place.put(io.BytesIO(b""))
    with pytest.raises(FileNotFoundError):
        place.open(name)
    assert place.size(name) is None
    assert place.remove(name, idle=HOUR)


def test_what_was_put_lately_is_not_removed(place):
    sha256, _size = place.put(io.BytesIO(PDF))
    assert not place.remove(sha256, idle=HOUR)
    assert place.size(sha256) == len(PDF)
    assert place.remove(sha256, idle=timedelta(seconds=-5))  # a store counts whole seconds
    assert list(place.sizes()) == []


def test_a_stream_that_breaks_leaves_nothing(place):
    class Broken(io.BytesIO):
        def read(self, size=-1):
            piece = super().read(size)
            if not piece:
                raise OSError("line lost")
            return piece

    with pytest.raises(OSError, match="line lost"):
        place.put(Broken(LONG))
    assert list(place.sizes()) == []


def test_a_store_that_is_down_says_so_at_once(bucket, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    place = storage_at(f"{bucket}/down")
    for act in (
        lambda: place.open("0" * 64),
        lambda: list(place.sizes()),
    ):
        with pytest.raises(ConnectionError, match=r"127\.0\.0\.1:1"):
            act()


def test_an_upload_is_refused_and_a_download_too_while_the_store_is_down(app, bucket, monkeypatch, caplog):
    row = keep_upload(upload(PDF, "a.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    app.config["STORAGE"] = f"{bucket}/still-down"
    with pytest.raises(Unavailable, match=r"“b\.pdf” was not kept") as refusal:
        keep_upload(upload(PDF, "b.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    assert (refusal.value.status, refusal.value.field) == (503, "file")
    with app.test_request_context(), pytest.raises(Unavailable, match="Try again later"):
        send(row)
    assert "the storage did not take a file" in caplog.text


def get(row, **headers):
    with current_app.test_request_context(headers=headers):
        response = send(row)
        response.direct_passthrough = False
        data = response.get_data()
        response.close()
    return response, data


def test_downloads_come_whole_in_part_or_not_again(address, app):
    app.config["STORAGE"] = address
    row = keep_upload(upload(PDF, "a.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    response, data = get(row)
    assert (response.status_code, data, response.content_length) == (200, PDF, len(PDF))
    assert response.headers["Accept-Ranges"] == "bytes"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    part, data = get(row, Range="bytes=9-14")
    assert (part.status_code, data) == (206, PDF[9:15])
    assert part.headers["Content-Range"] == f"bytes 9-14/{len(PDF)}"
    again, _data = get(row, **{"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    with pytest.raises(RequestedRangeNotSatisfiable):
        get(row, Range="bytes=999-")


def test_an_office_file_is_read_from_a_bucket(in_bucket):
    row = keep_upload(upload(docx(), "a.docx"), allowed=ATTACHMENTS, by=SYSTEM)
    with in_bucket.open(row.sha256) as stream:
        assert sniff(stream).extension == "docx"
        assert read_word(stream.read()).blocks


def test_an_archive_of_files_in_a_bucket(in_bucket):
    rows = [
        keep_upload(upload(data, name), allowed=ATTACHMENTS, by=SYSTEM)
        for data, name in ((PDF, "a.pdf"), (PNG, "b.png"))
    ]
    with current_app.test_request_context():
        answer = send_archive([ArchivedFile(row.name, row.sha256, row.size) for row in rows], "all.zip")
        assert len(answer.data) == answer.content_length
    assert PDF in answer.data
    assert PNG in answer.data


def test_what_is_forgotten_leaves_the_bucket_after_an_hour(in_bucket, run_jobs):
    row = keep_upload(upload(PDF, "a.pdf"), allowed=ATTACHMENTS, by=SYSTEM)
    db.session.commit()
    sha256 = row.sha256
    forget_file(row, by=SYSTEM)
    run_jobs()
    assert in_bucket.size(sha256) == len(PDF)
    for hours in (1, 2):
        with standing_at(now() + timedelta(hours=hours, minutes=1)):
            run_jobs()
    assert in_bucket.size(sha256) is None


@pytest.fixture
def command(app):
    """A function that runs a command; returns its exit status and all it printed."""

    def run(*arguments, answer=""):
        db.session.commit()
        result = app.test_cli_runner().invoke(plenaria, ["files", *arguments], input=answer)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    return run


@pytest.fixture
def three(app):
    names = ("a.pdf", "b.png", "c.pdf")
    rows = [
        keep_upload(upload(data, name), allowed=ATTACHMENTS, by=SYSTEM)
        for data, name in zip((PDF, PNG, PDF), names, strict=True)
    ]
    db.session.commit()
    return rows


def test_files_are_copied_to_a_bucket_once(three, command, bucket, app):
    assert command("copy", bucket) == (0, "\n2 of 2 files are there and whole.\n")
    target = storage_at(bucket)
    assert dict(target.sizes()) == dict(storage().sizes())
    # Interrupted: what is there already is not read again, what is not is copied.
    pdf, png = three[0].sha256, three[1].sha256
    target.remove(png, idle=timedelta(seconds=-5))
    Path(app.config["STORAGE"], pdf[:2], pdf).write_bytes(b"no longer read")
    assert command("copy", bucket)[0] == 0
    app.config["STORAGE"] = bucket
    status, text = command("check")
    assert (status, "2 of 2" in text) == (0, True)


def test_a_damaged_or_missing_file_is_named_and_not_copied(three, command, tmp_path, app):
    pdf, png = three[0].sha256, three[1].sha256
    Path(app.config["STORAGE"], pdf[:2], pdf).write_bytes(b"x" * len(PDF))
    storage().remove(png, idle=timedelta(0))
    for arguments in (["check"], ["copy", str(tmp_path / "other")]):
        status, text = command(*arguments)
        assert status == 1
        assert f"WRONG  {pdf} (a.pdf, c.pdf): damaged" in text
        assert f"WRONG  {png} (b.png): missing" in text
        assert "0 of 2 files" in text
    assert list(FolderStorage(tmp_path / "other").sizes()) == []


def test_copying_to_a_store_that_refuses_or_loses_says_so(three, command, bucket, tmp_path, monkeypatch):
    status, text = command("copy", bucket.replace("files-", "nowhere-"))
    assert (status, "404 Not Found" in text) == (1, True), text
    monkeypatch.setattr(FolderStorage, "put", lambda self, stream: ("", 0))
    assert command("copy", str(tmp_path / "other"))[1].count("missing") == 2
    monkeypatch.setattr(FolderStorage, "open", lambda self, sha256: (_ for _ in ()).throw(PermissionError("no")))
    assert command("check")[1].count(": no") == 2


def test_what_belongs_to_no_file_is_deleted_once_it_is_old(three, command, app):
    left, _size = storage().put(io.BytesIO(b"of an upload that was rolled back"))
    status, text = command("check")
    assert (status, text.splitlines()[0]) == (0, "1 belong to no file that this database knows.")
    assert "Deleted 0; 1 are too new" in command("check", "--remove-unknown", answer="y\n")[1]
    os.utime(Path(app.config["STORAGE"], left[:2], left), (0, 0))
    assert command("check", "--remove-unknown", answer="n\n")[0] == 1
    assert storage().size(left)
    assert "Deleted 1; 0 are too new" in command("check", "--remove-unknown", answer="y\n")[1]
    assert {sha256 for sha256, _size in storage().sizes()} == {row.sha256 for row in three}

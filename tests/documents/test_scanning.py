"""Uploads are looked at by a virus scanner, asked over a real socket; a scanner that fails lets nothing through."""

import io
import threading

import pytest
import sqlalchemy as sa

import config
from app.cli import problems
from app.core.db import db
from app.core.storage import storage
from app.documents import scanning
from app.documents.models import StoredFile
from app.practices.queries import own_delegation
from tests.client import post_form, sign_in
from tests.documents.clamd import EICAR, clamd
from tests.documents.test_uploads import PDF, docx
from tests.factories.practices import make_open_meeting, start

INFECTED = PDF + EICAR + b"\n%%EOF"


@pytest.fixture(params=["tcp", "unix"])
def each_scanner(request, app, tmp_path):
    with clamd(tmp_path / "clamd.ctl" if request.param == "unix" else None) as scanner:
        app.config["CLAMAV"] = scanner.address
        yield scanner


@pytest.fixture
def scanner(app):
    with clamd() as scanner:
        app.config["CLAMAV"] = scanner.address
        yield scanner


@pytest.fixture
def attach(app, client, personas):
    """A function that adds files to a draft, with a new title in the same form; returns the answer."""
    meeting = make_open_meeting()
    personas.join(meeting)
    practice = start(own_delegation(personas.delegate_a, meeting.slug, "PE"), personas.delegate_a)
    db.session.commit()
    sign_in(client, personas.delegate_a)
    page = f"/practices/drafts/{practice.id}"

    def send(content, name="anexo.pdf", address=page, **more):
        values = {"title": "What I just wrote", "file": (io.BytesIO(content), name), "action": "attach", **more}
        return post_form(client, address, values)

    send.page = page
    return send


def nothing_kept() -> bool:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count(StoredFile.id))) == 0 and not list(storage().sizes())


def test_a_clean_file_is_seen_whole_and_kept(each_scanner, attach):
    assert attach(PDF).status_code == 303
    assert each_scanner.seen == [PDF]
    (blob,) = storage().sizes()
    assert blob[1] == len(PDF)


def test_an_infected_file_is_refused_with_its_finding_and_the_text_stays(each_scanner, attach):
    answer = attach(INFECTED)
    assert answer.status_code == 422
    assert "The virus scanner found “Eicar-Test-Signature” in the file “anexo.pdf”" in answer.text
    assert "What I just wrote" in answer.text
    assert nothing_kept()


@pytest.mark.parametrize(
    "said",
    [b"", b"stream: OK", b"stream: Something ERROR\0", b"UNKNOWN COMMAND\0", b"\xff\xfe\0", b"\0", b"x" * 9000],
    ids=["nothing", "cut", "error", "unknown", "no-text", "empty", "endless"],
)
def test_what_is_no_answer_lets_nothing_through(scanner, attach, said, caplog):
    scanner.answer = said
    answer = attach(PDF)
    assert answer.status_code == 503
    assert "The virus scanner does not answer, so the file “anexo.pdf” was not kept." in answer.text
    assert "What I just wrote" in answer.text
    assert nothing_kept()
    assert "the virus scanner on 'anexo.pdf'" in caplog.text


def test_a_scanner_that_is_slow_or_gone_lets_nothing_through(scanner, attach, app, monkeypatch, tmp_path):
    monkeypatch.setattr(scanning, "SECONDS", 0.3)
    scanner.stalls = threading.Event()
    assert attach(PDF).status_code == 503
    for address in ("127.0.0.1:1", str(tmp_path / "no-socket")):
        app.config["CLAMAV"] = address
        assert attach(PDF).status_code == 503
    assert nothing_kept()
    scanner.stalls.set()


def test_a_scanner_that_does_not_read_lets_nothing_through(attach, app, monkeypatch, tmp_path):
    monkeypatch.setattr(scanning, "SECONDS", 0.3)
    with clamd(tmp_path / "clamd.ctl") as scanner:
        app.config["CLAMAV"] = scanner.address
        scanner.deaf = threading.Event()
        assert attach(PDF + b"0" * 450_000 + b"%%EOF").status_code == 503
        scanner.deaf.set()
    assert nothing_kept()


def test_a_file_past_the_limit_of_the_scanner_is_refused_as_that(each_scanner, attach):
    each_scanner.limit = 200_000
    answer = attach(PDF + b"0" * 450_000 + b"%%EOF")
    assert answer.status_code == 413
    assert "larger than the virus scanner takes" in answer.text
    assert nothing_kept()


def test_each_of_several_files_in_one_field_is_looked_at(scanner, attach, app):
    sent = {"file": [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(INFECTED), "b.pdf")]}
    with app.test_request_context("/", method="POST", data=sent) as context:
        scanning._scan_uploads()
        clean, infected = context.request.files.getlist("file")
        assert clean.read() == PDF
        with pytest.raises(Exception, match="Eicar-Test-Signature"):
            infected.stream.read()


def test_a_word_form_is_looked_at_before_it_is_read(scanner, attach, client):
    scanner.answer = b"stream: Doc.Trojan.Agent-1 FOUND\0"
    address = f"{attach.page}/word"
    answer = post_form(client, address, {"file": (io.BytesIO(docx()), "form.docx")})
    assert answer.status_code == 422
    assert "found “Doc.Trojan.Agent-1” in the file “form.docx”" in answer.text


def test_the_doctor_asks_whether_it_is_there(scanner, app):
    assert list(problems.scanner_problems()) == []
    scanner.answer = b"what?\0"
    assert "does not answer, so no file is taken: what?" in next(problems.scanner_problems()).what
    app.config["CLAMAV"] = "127.0.0.1:1"
    assert "ConnectionRefusedError" in next(problems.scanner_problems()).what
    app.config["CLAMAV"] = ""
    assert list(problems.scanner_problems()) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PLENARIA_CLAMAV", "clamd"),
        ("PLENARIA_CLAMAV", ":3310"),
        ("PLENARIA_CLAMAV", "scanner.example.org:99999"),
        ("PLENARIA_STORAGE", "gs://bucket/files"),
    ],
)
def test_addresses_that_cannot_be_meant_are_refused_at_the_start(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(config.ConfigurationError, match=name):
        config.Development()

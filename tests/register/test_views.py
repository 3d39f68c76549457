"""The pages of documents: registering, reading, files, issuing; with the faults a browser can send."""

import io
import zipfile

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import WrongState
from app.directory.models import Mechanism
from app.documents.models import StoredFile
from app.documents.responses import show
from app.jobs.models import Job
from app.meetings.models import AgendaItem, Meeting
from app.register import operations
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.models import Document
from tests.client import post_form, sign_in
from tests.factories.register import PDF, fields, issue, register
from tests.factories.summaries import NOON, everywhere, make_meeting
from tests.register.registers import NEW, REGISTER, only, send
from tests.register.test_operations import office_with_macros, pdf


@pytest.fixture
def meeting(app) -> Meeting:
    return make_meeting()


@pytest.fixture(autouse=True)
def in_2026():
    with standing_at(NOON):
        yield


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def test_staff_register_upload_and_issue_in_one_form(meeting, staff):
    answer = send(
        staff, file_es=[(io.BytesIO(pdf()), "papel.pdf")], file_en=[(io.BytesIO(pdf(2)), "paper.pdf")],
        status_en="machine", issue_now="y", items=[str(db.session.scalars(sa.select(AgendaItem.id)).one())],
    )  # fmt: skip
    assert answer.location == "/documents/CAM-doc.1-26/edit"
    document = only()
    assert (document.symbol, document.issued_at, len(document.items)) == ("CAM/doc.1/26", NOON, 1)
    assert {row.language: (row.status.value, row.number) for row in document.languages} == {
        "en": ("machine", 1), "es": ("official", 1), "fr": ("pending", 0), "pt": ("pending", 0),
    }  # fmt: skip
    page = staff.get(answer.location).text
    assert document.in_language("es").files[0].file.sha256 in page
    assert "Secretariat" in page


def test_the_same_form_sent_twice_registers_once(meeting, staff):
    key = BeautifulSoup(staff.get(NEW).text, "html5lib").find("input", {"name": "form_key"})["value"]
    for _time in range(2):
        assert send(staff, form_key=key).location == "/documents/CAM-doc.1-26/edit"
    assert only().symbol == "CAM/doc.1/26"


@pytest.mark.parametrize(
    ("values", "file", "says"),
    [
        ({"title-en": "", "title-es": ""}, None, "Title: write this text in at least one language."),
        ({}, ("a.pdf", lambda: pdf(password="x")), "locked with a password"),
        ({}, ("a.docx", office_with_macros), "holds macros"),
        ({"issue_now": "y"}, None, "no file yet"),
    ],
    ids=["title", "locked", "macros", "nothing"],
)
def test_what_is_wrong_is_said_and_nothing_is_registered(meeting, staff, values, file, says):
    files = {"file_es": [(io.BytesIO(file[1]()), file[0])]} if file else {}
    answer = send(staff, **values, **files)
    assert answer.status_code in (409, 422)
    assert says in answer.text
    assert "Concept paper" in answer.text or "title-en" in values
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Document)) == 0


def test_several_large_files_fit_one_request_of_the_secretariat_only(app, meeting, staff, personas):
    app.config["MAX_CONTENT_LENGTH"] = 3000
    big = PDF[:-6] + b"%" * 2000 + b"\n%%EOF\n"
    files = {f"file_{code}": [(io.BytesIO(big), f"{code}.pdf")] for code in ("en", "es", "fr", "pt")}
    assert send(staff, **files).status_code == 303
    assert {row.number for row in only().languages} == {1}
    sign_in(staff, personas.delegate_a)
    assert staff.post(NEW, data={"title-en": "x" * 5000}).status_code == 413


def test_editing_needs_the_version_that_was_seen(meeting, staff):
    document = register(meeting)
    db.session.commit()
    url = f"/documents/{document.slug}/edit"
    seen = {"version": str(document.version)}
    assert send(staff, url, **{"title-en": "First"}).status_code == 303
    late = send(staff, url, **{"title-en": "Second", **seen})
    assert late.status_code == 409
    assert "Second" in late.text
    assert only().title["en"] == "First"
    empty = {f"title-{code}": "" for code in ("en", "es", "fr", "pt")}
    assert send(staff, url, **empty).status_code == 422


def test_files_are_replaced_and_never_deleted(meeting, staff):
    document = issue(meeting)
    url, action = f"/documents/{document.slug}/edit", f"/documents/{document.slug}/files"
    answer = post_form(staff, url, {"file_es": [(io.BytesIO(pdf(3)), "new.pdf")]}, action=action)
    assert answer.status_code == 303
    assert staff.get(f"{action}/es/1.pdf").data == PDF
    assert staff.get(f"{action}/es.pdf").data != PDF
    for files, says in (([], "Choose a file first"), ([(io.BytesIO(b"no"), "a.pdf")], "not a file of a kind")):
        answer = post_form(staff, url, {"file_es": files}, action=action)
        assert answer.status_code == 422
        assert says in answer.text


def test_what_follows_a_document_is_registered_from_its_page(meeting, staff):
    document = issue(meeting)
    url = f"/documents/{document.slug}/revise"
    assert post_form(staff, url, {"suffix": "rev"}).location == "/documents/CAM-doc.1-26-rev.1/edit"
    answer = post_form(staff, "/documents/CAM-doc.1-26-rev.1/revise", {"suffix": "corr"})
    assert answer.location == "/documents/CAM-doc.1-26-rev.1-corr.1/edit"
    assert "CAM/doc.1/26 rev. 1 corr. 1" in staff.get(f"/documents/{document.slug}").text


def test_a_withdrawn_document_leaves_a_note_and_no_file(meeting, staff, personas):
    document = issue(meeting)
    url = f"/documents/{document.slug}"
    assert post_form(staff, f"{url}/withdraw", {"note-en": ""}).status_code == 422
    assert post_form(staff, f"{url}/withdraw", {"note-en": "Issued by mistake."}).status_code == 303
    assert staff.get(f"{url}/files/es.pdf").status_code == 200
    assert staff.get(f"{url}/edit").status_code == 200
    sign_in(staff, personas.anonymous)
    note = staff.get(url)
    assert note.status_code == 410
    assert "Issued by mistake." in note.text
    for gone in (f"{url}/files/es.pdf", f"{url}/files/es/view", f"{url}/read/es"):
        assert staff.get(gone).status_code == 410
    assert "Withdrawn" in staff.get(REGISTER).text
    assert zipfile.ZipFile(io.BytesIO(staff.get(f"{REGISTER}.zip").data)).namelist() == []
    item = staff.get(f"/api/v1/documents/{document.slug}").json
    assert [language["files"] for language in item["languages"]] == [[], []]
    assert item["withdrawal_note"] == "Issued by mistake."


def test_a_stale_withdrawal_is_shown_again(meeting, staff):
    document = issue(meeting)
    url = f"/documents/{document.slug}/withdraw"
    assert post_form(staff, url, {"note-en": "Why.", "version": "99"}).status_code == 409


def test_issuing_from_the_page_and_its_refusal(meeting, staff):
    document = register(meeting)
    action = f"/documents/{document.slug}/issue"
    edit = f"/documents/{document.slug}/edit"
    assert action not in staff.get(edit).text  # there is nothing to issue yet
    with pytest.raises(WrongState):
        operations.issue_document(document, by=SYSTEM)
    operations.add_made(document, "es", {"pdf": PDF}, by=SYSTEM)
    assert post_form(staff, edit, action=action).status_code == 303
    assert only().issued_at == NOON


def test_a_pdf_is_shown_in_a_frame_of_ours_and_nowhere_else(meeting, client):
    document = issue(meeting)
    page = client.get(f"/documents/{document.slug}/read/es")
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    frame = BeautifulSoup(page.text, "html5lib").find("iframe")
    assert frame["title"] == "CAM/doc.1/26 in Español, PDF"
    shown = client.get(frame["src"])
    assert shown.data == PDF
    assert shown.headers["Content-Disposition"].startswith("inline")
    assert shown.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in shown.headers["Content-Security-Policy"]
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    download = client.get(f"/documents/{document.slug}/files/es.pdf")
    assert download.headers["Content-Disposition"] == "attachment; filename=CAM-doc.1-26-es.pdf"
    for nothing in ("read/fr", "read/xx", "files/es.docx", "files/en/view"):
        assert client.get(f"/documents/{document.slug}/{nothing}").status_code == 404


def test_what_is_no_pdf_is_never_shown(app, meeting):
    with app.test_request_context(), pytest.raises(ValueError, match="text/csv"):
        show(StoredFile(name="a.csv", media_type="text/csv", size=1, sha256="0" * 64))


def test_a_machine_translation_says_so_where_it_is_read(meeting, client):
    document = issue(meeting)
    document.in_language("es").status = LanguageStatus.MACHINE
    assert "Machine translation, not authoritative" in client.get(f"/documents/{document.slug}/read/es").text
    assert "machine translation" in client.get(REGISTER).text


def test_mastheads_are_made_in_each_working_language(meeting, staff):
    document = register(meeting)
    meeting.languages = ["en", "es"]
    assert staff.get(f"/documents/{document.slug}/masthead/es.pdf").data.startswith(b"%PDF")
    assert staff.get(f"/documents/{document.slug}/masthead/fr.pdf").status_code == 404


def test_a_body_says_how_its_symbols_are_made(meeting, staff):
    url = "/mechanisms/cam/register"
    assert "CAM/doc.1/26" in staff.get(url).text
    answer = post_form(
        staff, url, {"series": "OEA/Ser.W", "pattern": "CIDI/{body}/{class}.{number}/{yy}", "class_draft": "D"}
    )
    assert answer.status_code == 303
    assert "CIDI/CAM/doc.1/26" in staff.get(url).text
    assert register(meeting, document_class=DocumentClass.DRAFT).symbol == "CIDI/CAM/D.1/26"
    assert post_form(staff, url, {"pattern": "no number"}).status_code == 422
    assert post_form(staff, url, {"version": "0"}).status_code == 409
    assert staff.get("/mechanisms/none/register").status_code == 404
    assert db.session.scalars(sa.select(Mechanism).where(Mechanism.slug == "cam")).one()


GENERATED = "/sessions/cam-2026/manage/documents/generated"


def test_copies_are_looked_at_and_registered_from_one_page(meeting, staff, run_jobs):
    assert "Register it" in staff.get(GENERATED).text
    assert staff.get(f"{GENERATED}/questions/es.pdf").data.startswith(b"%PDF")
    assert staff.get(f"{GENERATED}/questions/es.docx").data.startswith(b"PK")
    for nothing in ("concept_paper/es.pdf", "questions/xx.pdf", "questions/es.exe"):
        assert staff.get(f"{GENERATED}/{nothing}").status_code == 404
    assert staff.get(f"{GENERATED}/participants/es.pdf").status_code == 409
    answer = post_form(staff, GENERATED, action=f"{GENERATED}/questions")
    assert answer.status_code == 303
    assert "Files are being made" in staff.get(GENERATED).text
    run_jobs()
    assert "Registered, not issued" in staff.get(GENERATED).text
    assert only().generated
    assert db.session.scalars(sa.select(Job.kind)).all() == ["register.render"]


def test_a_revision_of_a_withdrawn_one_is_still_its_family(meeting, client):
    document = issue(meeting)
    later = operations.register_document(meeting, fields(), by=SYSTEM, follows=document, suffix=Suffix.REVISION)
    operations.add_made(later, "es", {"pdf": pdf()}, by=SYSTEM)
    operations.issue_document(later, by=SYSTEM)
    operations.withdraw_document(document, note=everywhere("Replaced."), by=SYSTEM)
    assert later.symbol in client.get(f"/documents/{document.slug}").text
    assert "Withdrawn" in client.get(f"/documents/{later.slug}").text

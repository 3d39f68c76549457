"""The register's pages: registering, reading, files, archive, what is new; with the faults a browser can send."""

import io
import tracemalloc
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from openpyxl import load_workbook

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.core.sheets import as_meant
from app.directory.models import Mechanism
from app.documents.models import StoredFile
from app.documents.responses import show
from app.jobs.models import Job
from app.meetings.models import AgendaItem, Meeting
from app.register import operations
from app.register.enums import DocumentClass, LanguageStatus, Suffix
from app.register.models import Document, RegisterVisit
from bench.register_data import make_documents
from tests.client import post_form, sign_in
from tests.factories.register import PDF, fields, issue, register
from tests.factories.summaries import NOON, everywhere, make_meeting, publish_agenda
from tests.register.test_operations import office_with_macros, pdf
from tests.statements import count_statements

REGISTER = "/sessions/cam-2026/documents"
PAPER = LocalizedText(en="Concept paper")
NEW = "/sessions/cam-2026/manage/documents/new"


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


def only() -> Document:
    db.session.expire_all()
    return db.session.scalars(sa.select(Document)).one()


def send(client, url=NEW, **values):
    base = {
        "document_class": "concept_paper", "title-en": "Concept paper", "title-es": "Documento conceptual",
        "original_language": "es", "distribution": "public",
    }  # fmt: skip
    return post_form(client, url, {**base, **values})


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


def symbols(client, **query) -> list[str]:
    page = BeautifulSoup(client.get(REGISTER, query_string=query).text, "html5lib")
    return [cell.a.text for cell in page.select("table.register tbody th")]


@pytest.fixture
def many(meeting) -> list[Document]:
    item = db.session.scalars(sa.select(AgendaItem)).one()
    issue(meeting, title=LocalizedText(en="Zebra", es="Árbol"), items=[item])
    issue(meeting, title=LocalizedText(en="Éclair", es="Zorro"), document_class=DocumentClass.REPORT)
    for number in range(3, 13):
        issue(meeting, title=LocalizedText(en=f"Paper {number}"), document_class=DocumentClass.DRAFT, content=pdf(1))
    operations.add_made(
        db.session.scalars(sa.select(Document).where(Document.symbol == "CAM/doc.2/26")).one(), "fr", {"pdf": PDF},
        by=SYSTEM,
    )  # fmt: skip
    return list(db.session.scalars(sa.select(Document)))


def test_the_register_filters_sorts_searches_and_pages(many, client):
    assert symbols(client)[:3] == ["CAM/doc.1/26", "CAM/doc.2/26", "CAM/doc.3/26"]
    assert symbols(client)[-1] == "CAM/doc.12/26"
    assert symbols(client, sort="-symbol")[0] == "CAM/doc.12/26"
    assert symbols(client, sort="title")[0] == "CAM/doc.2/26"
    assert symbols(client, sort="-title")[0] == "CAM/doc.1/26"
    assert symbols(client, sort="class")[-1] == "CAM/doc.2/26"
    assert len(symbols(client, sort="date")) == 12
    assert symbols(client, **{"class": "report"}) == ["CAM/doc.2/26"]
    assert symbols(client, language="fr") == ["CAM/doc.2/26"]
    assert symbols(client, q="arbol") == symbols(client, q="DOC.1/26") == ["CAM/doc.1/26"]
    assert symbols(client, q="100%_") == []
    assert symbols(client, per_page=5, page=3) == ["CAM/doc.11/26", "CAM/doc.12/26"]
    assert client.get(REGISTER, query_string={"class": "nonsense"}).status_code == 422
    assert "This page of the list does not exist" in client.get(f"{REGISTER}?page=9").text
    assert "No document matches" in client.get(f"{REGISTER}?q=nothing").text


def test_the_register_offers_the_items_that_are_published_and_no_others(many, meeting, client):
    item = db.session.scalars(sa.select(AgendaItem)).one()
    item.title = LocalizedText(en="Election of the rapporteur")
    db.session.commit()
    assert "Election of the rapporteur" not in client.get(REGISTER).text
    publish_agenda(meeting)
    db.session.commit()
    assert "1 Election of the rapporteur" in client.get(REGISTER).text
    assert symbols(client, item=item.mark) == ["CAM/doc.1/26"]


def test_a_file_of_the_register_says_just_what_the_page_says(many, client):
    many[2].title = LocalizedText(en="=HYPERLINK(1)")
    page = BeautifulSoup(client.get(f"{REGISTER}?sort=-symbol").text, "html5lib")
    shown = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in page.select("table.register tr")
    ]
    book = load_workbook(io.BytesIO(client.get(f"{REGISTER}?sort=-symbol&format=xlsx").data))
    rows = [[cell or "" for cell in row] for row in book.active.iter_rows(values_only=True)]
    lines = client.get(f"{REGISTER}?sort=-symbol&format=csv").text.lstrip("\ufeff").splitlines()
    assert len(rows) == len(lines) == 13
    for row, line in zip(rows, shown, strict=True):
        assert [row[0], row[1], row[2], row[4], row[5]] == [line[0], line[1], line[2], line[4], line[5]]
        assert row[3].split(";")[0].split(" ")[0] == line[3].split(" ")[0]
    assert as_meant("'=HYPERLINK(1)") in [row[1] for row in rows]
    assert any("'=HYPERLINK(1)" in line for line in lines)
    assert len(client.get(f"{REGISTER}?format=csv&class=report").text.splitlines()) == 2


def test_a_register_without_documents_says_so(meeting, client, personas):
    register(meeting)
    assert "No document is issued yet" in client.get(REGISTER).text
    assert "Not issued" in sign_in(client, personas.secretariat).get(REGISTER).text


def test_the_page_of_a_session_leads_to_its_documents(meeting, client):
    assert f'href="{REGISTER}"' in client.get("/sessions/cam-2026").text


def test_search_finds_titles_and_symbols_by_audience(meeting, client, personas):
    personas.join(meeting)
    issue(meeting, distribution=Audience.RESTRICTED)
    for words in ("concept", "CAM doc 1"):
        assert "CAM-doc.1-26" not in client.get("/search", query_string={"q": words}).text
    sign_in(client, personas.delegate_a)
    for words in ("concept", "CAM doc 1"):
        assert "/documents/CAM-doc.1-26" in client.get("/search", query_string={"q": words}).text


def archive(client) -> zipfile.ZipFile:
    answer = client.get(f"{REGISTER}.zip")
    assert len(answer.data) == int(answer.headers["Content-Length"])
    return zipfile.ZipFile(io.BytesIO(answer.data))


def test_an_archive_holds_what_its_reader_may_have(meeting, client, personas):
    personas.join(meeting)
    issue(meeting, content=pdf(1), title=PAPER)
    issue(meeting, content=pdf(2), title=PAPER, distribution=Audience.RESTRICTED)
    register(meeting)
    assert archive(client).namelist() == ["CAM-doc.1-26 Concept paper (es).pdf"]
    made = archive(sign_in(client, personas.delegate_a))
    assert made.testzip() is None
    assert made.namelist() == [f"CAM-doc.{number}-26 Concept paper (es).pdf" for number in (1, 2)]
    assert made.read("CAM-doc.2-26 Concept paper (es).pdf") == pdf(2)


def test_an_archive_is_named_in_the_readers_language_and_can_be_unpacked_anywhere(meeting, client, personas):
    titles = LocalizedText(en="Paper", fr='Note : « été » <a|b> ../c\\d?*"\u202e')
    issue(meeting, title=titles)
    personas.reader.language = "fr"
    sign_in(client, personas.reader)
    answer = client.get(f"{REGISTER}.zip")
    assert 'filename="Documents cam-2026.zip"' in answer.headers["Content-Disposition"]
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert names == ["CAM-doc.1-26 Note été a b c d (es).pdf"]


def test_a_register_of_two_thousand_is_read_in_eight_statements_and_leaves_in_flat_memory(
    app, meeting, client, personas
):
    make_documents(meeting, content=b"%PDF-1.4\n" + b"0" * 100_000 + b"\n%%EOF\n")
    for actor in (personas.anonymous, personas.reader, personas.secretariat):
        sign_in(client, actor)
        client.get(REGISTER)
        with count_statements() as counted:
            assert client.get(REGISTER, query_string={"q": "regular", "sort": "-title"}).status_code == 200
        assert counted.number <= 8
    app.test_client_class = None
    with app.app_context():
        tracemalloc.start()
        answer = app.test_client().get(f"{REGISTER}.zip", buffered=False)
        total, first = 0, 0
        for piece in answer.iter_encoded():
            total += len(piece)
            first = first or tracemalloc.get_traced_memory()[0]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        answer.close()
    assert total == int(answer.headers["Content-Length"]) > 8000 * 100_000
    assert peak < 40 * 1024 * 1024


def visits() -> list[RegisterVisit]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(RegisterVisit)))


def come(client, **values):
    return post_form(client, REGISTER, values, action=f"{REGISTER}/visit")


def test_what_is_new_since_the_last_visit_is_told_by_a_post_alone(meeting, client, personas):
    sign_in(client, personas.reader)
    issue(meeting, distribution=Audience.PUBLIC)
    assert "From your next visit on" in client.get(REGISTER).text
    assert visits() == []
    assert come(client).status_code == 204
    with standing_at(NOON + timedelta(hours=1)):
        issue(meeting, distribution=Audience.PUBLIC)
        issue(meeting, distribution=Audience.RESTRICTED)
        register(meeting)
    with standing_at(NOON + timedelta(hours=2)):
        for _time in range(2):  # the page is read again in the same visit: it says the same
            page = client.get(REGISTER).text
            assert "1 document is new since your last visit" in page
            assert symbols(client, new="1") == ["CAM/doc.2/26"]
            come(client)
        assert come(client, all_read="1").location == REGISTER
        assert "Nothing is new since your last visit" in client.get(REGISTER).text
        assert symbols(client, new="1") == []


def test_a_new_file_makes_a_document_new_again(meeting, client, personas):
    document = issue(meeting)
    sign_in(client, personas.reader)
    come(client)
    with standing_at(NOON + timedelta(hours=1)):
        operations.add_made(document, "en", {"pdf": PDF}, by=SYSTEM)
        assert symbols(client, new="1") == [document.symbol]


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


def test_the_api_reads_the_register(many, client):
    page = client.get("/api/v1/documents?session=cam-2026&document_class=report&language=es").json
    assert [(item["symbol"], item["title"]) for item in page["items"]] == [("CAM/doc.2/26", "Zorro")]
    one = client.get("/api/v1/documents/CAM-doc.2-26").json
    assert [(row["language"], row["status"]) for row in one["languages"]] == [
        ("es", "official"), ("en", "pending"), ("fr", "official"),
    ]  # fmt: skip
    kept = one["languages"][0]["files"][0]
    assert client.get(kept["url"]).data == PDF
    assert client.get("/api/v1/documents?words=zorro").json["total"] == 1
    assert client.get("/api/v1/documents/none").status_code == 404


def test_a_revision_of_a_withdrawn_one_is_still_its_family(meeting, client):
    document = issue(meeting)
    later = operations.register_document(meeting, fields(), by=SYSTEM, follows=document, suffix=Suffix.REVISION)
    operations.add_made(later, "es", {"pdf": pdf()}, by=SYSTEM)
    operations.issue_document(later, by=SYSTEM)
    operations.withdraw_document(document, note=everywhere("Replaced."), by=SYSTEM)
    assert later.symbol in client.get(f"/documents/{document.slug}").text
    assert "Withdrawn" in client.get(f"/documents/{later.slug}").text

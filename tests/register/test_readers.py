"""Who still gets a document once something about it or its session has changed: everywhere at once."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import standing_at
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.operations import edit_meeting, fields_of, move_to_stage
from app.register import operations
from app.register.enums import LanguageStatus
from app.register.models import Document
from tests.client import post_form, sign_in
from tests.factories.register import PDF, fields, issue, register
from tests.factories.summaries import NOON, everywhere, make_meeting
from tests.register.test_operations import pdf

REGISTER = "/sessions/cam-2026/documents"
TITLE = everywhere("Zarzuela")
LANGUAGES = ("en", "es", "fr", "pt")
READERS = ("anonymous", "reader", "delegate_a", "secretariat")


@pytest.fixture(autouse=True)
def in_2026():
    with standing_at(NOON):
        yield


@pytest.fixture
def meeting(app, personas) -> Meeting:
    """A public session in whose call the delegate takes part, with visitors' pages kept."""
    app.config["CACHE_PAGES"] = True
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    personas.join(meeting)
    return meeting


def ways(client, actor, document: Document) -> set[str]:
    """By which ways a person comes upon a document (the only one there is) and its files."""
    sign_in(client, actor)
    slug, address = document.slug, f"/documents/{document.slug}"
    pages = {
        "page": address, "file": f"{address}/files/es.pdf", "earlier file": f"{address}/files/es/1.pdf",
        "frame": f"{address}/files/es/view", "reading": f"{address}/read/es", "API": f"/api/v1{address}",
    }  # fmt: skip
    found = {name for name, url in pages.items() if client.get(url).status_code == 200}
    lists = {"list": REGISTER, "search": "/search?q=zarzuela"}
    linked = re.compile(f'href="{re.escape(address)}(#language-es|#language-en)?"')
    found |= {name for name, url in lists.items() if linked.search(client.get(url).text)}
    if document.symbol in client.get(f"{REGISTER}?format=csv").text:
        found.add("sheet")
    if client.get("/api/v1/documents").json["total"]:
        found.add("count")
    archive = client.get(f"{REGISTER}.zip")
    if archive.status_code == 200 and zipfile.ZipFile(io.BytesIO(archive.data)).namelist():
        found.add("ZIP")
    if "API" in found:
        files = [file for row in client.get(f"/api/v1/documents/{slug}").json["languages"] for file in row["files"]]
        found |= {"API files"} if files else set()
    return found


EVERY_WAY = {
    "page", "file", "earlier file", "frame", "reading", "API", "API files", "list", "search", "sheet", "count", "ZIP",
}  # fmt: skip
NOTE_ALONE = {"API", "list", "sheet", "count"}  # its page answers 410


def narrow(distribution):
    return lambda row: operations.edit_document(row, fields(title=TITLE, distribution=distribution), by=SYSTEM)


def narrow_session(distribution):
    return lambda row: edit_meeting(row.meeting, by=SYSTEM, **{**fields_of(row.meeting), "distribution": distribution})


@pytest.mark.parametrize(
    ("change", "readers"),
    [
        (lambda row: None, READERS),
        (narrow(Audience.MEMBER_STATES), READERS[1:]),
        (narrow(Audience.RESTRICTED), READERS[2:]),
        (narrow_session(Audience.MEMBER_STATES), READERS[1:]),
        (narrow_session(Audience.RESTRICTED), READERS[2:]),
        (lambda row: move_to_stage(row.meeting, Stage.PREPARING, by=SYSTEM), READERS[3:]),
    ],
    ids=["public", "member states", "restricted", "session of member states", "restricted session", "preparing"],
)
def test_who_may_no_longer_read_finds_it_nowhere_at_once(meeting, client, personas, change, readers):
    document = issue(meeting, title=TITLE)
    with standing_at(NOON + timedelta(hours=1)):
        operations.add_made(document, "es", {"pdf": pdf()}, by=SYSTEM)
    for role in READERS:
        assert ways(client, getattr(personas, role), document) == EVERY_WAY, role
    change(document)
    for role in READERS:
        expected = EVERY_WAY if role in readers else set()
        assert ways(client, getattr(personas, role), document) == expected, role


def test_of_a_withdrawn_document_the_note_alone_is_left_at_once(meeting, client, personas):
    document = issue(meeting, title=TITLE)
    with standing_at(NOON + timedelta(hours=1)):
        operations.add_made(document, "es", {"pdf": pdf()}, by=SYSTEM)
    assert ways(client, personas.anonymous, document) == EVERY_WAY
    operations.withdraw_document(document, note=everywhere("Issued by mistake."), by=SYSTEM)
    for role in READERS[:3]:
        assert ways(client, getattr(personas, role), document) == NOTE_ALONE, role
    assert ways(client, personas.secretariat, document) == NOTE_ALONE | {"file", "earlier file", "frame", "reading"}


def test_a_wider_session_and_other_words_are_found_at_once(meeting, client, personas):
    narrow_session(Audience.RESTRICTED)(document := issue(meeting, title=TITLE, distribution=Audience.RESTRICTED))
    assert ways(client, personas.reader, document) == set()
    narrow_session(Audience.PUBLIC)(document)
    narrow(Audience.PUBLIC)(document)
    assert "search" in ways(client, personas.anonymous, document)
    operations.edit_document(document, fields(title=LocalizedText(fr="Opérette")), by=SYSTEM)
    assert "search" not in ways(client, personas.anonymous, document)
    assert f'href="/documents/{document.slug}#language-es"' in client.get("/search?q=operette").text
    assert "Opérette" in client.get(f"/documents/{document.slug}").text


def test_a_document_can_be_issued_before_its_session_opens(meeting, client, personas):
    meeting.stage = Stage.PREPARING
    document = register(meeting, title=TITLE)
    operations.add_made(document, "es", {"pdf": PDF}, by=SYSTEM)
    edit = f"/documents/{document.slug}/edit"
    sign_in(client, personas.secretariat)
    assert post_form(client, edit, action=f"/documents/{document.slug}/issue").status_code == 303
    page = client.get(edit).text
    assert "Its readers get it when the session opens." in page
    assert "readers get this document when the session opens" in page
    assert ways(client, personas.delegate_a, document) == set()
    meeting.stage = Stage.CALL_OPEN
    assert ways(client, personas.anonymous, document) == EVERY_WAY


def test_readers_have_the_earlier_files_of_an_issued_document_and_never_its_drafts(meeting, client, personas):
    document = register(meeting)
    for hour, content in enumerate((pdf(1), pdf(2), pdf(3), pdf(4))):
        with standing_at(NOON + timedelta(hours=hour)):
            operations.add_made(document, "es", {"pdf": content}, by=SYSTEM)
            if hour == 1:
                operations.issue_document(document, by=SYSTEM)
    files = f"/documents/{document.slug}/files/es"
    for role, statuses in (("anonymous", [404, 200, 200, 200, 404]), ("secretariat", [200, 200, 200, 200, 404])):
        sign_in(client, getattr(personas, role))
        assert [client.get(f"{files}/{number}.pdf").status_code for number in range(1, 6)] == statuses, role
    assert client.get(f"{files}/2.pdf").data == pdf(2)
    assert "CAM-doc.1-26-es-v2.pdf" in client.get(f"{files}/2.pdf").headers["Content-Disposition"]
    sign_in(client, None)
    page = BeautifulSoup(client.get(f"/documents/{document.slug}").text, "html5lib")
    told = page.select_one("details.earlier-versions")
    assert "2 earlier files" in told.summary.text
    assert [link["href"] for link in told.select("a")] == [f"{files}/3.pdf", f"{files}/2.pdf"]
    kept = document.in_language("es").files
    assert [code.text for code in told.select("code")] == [kept[2].file.sha256, kept[1].file.sha256]
    assert "15 May 2026" not in told.text
    assert told.text.count("14 May 2026") == 2


def test_a_document_that_is_widened_opens_no_file_that_was_replaced_before(meeting, client, personas):
    document = register(meeting, distribution=Audience.RESTRICTED)
    steps = [Audience.RESTRICTED, Audience.RESTRICTED, Audience.MEMBER_STATES, Audience.PUBLIC, Audience.PUBLIC]
    for hour, distribution in enumerate(steps):
        with standing_at(NOON + timedelta(hours=hour)):
            operations.add_made(document, "es", {"pdf": pdf(hour + 1)}, by=SYSTEM)
            operations.edit_document(document, fields(distribution=distribution), by=SYSTEM)
            if hour == 0:
                operations.issue_document(document, by=SYSTEM)
    files = f"/documents/{document.slug}/files/es"
    read = {
        "anonymous": [404, 404, 404, 200, 200],
        "reader": [404, 404, 200, 200, 200],
        "delegate_a": [200] * 5,
        "secretariat": [200] * 5,
    }
    for role, statuses in read.items():
        sign_in(client, getattr(personas, role))
        assert [client.get(f"{files}/{number}.pdf").status_code for number in range(1, 6)] == statuses, role
        page = BeautifulSoup(client.get(f"/documents/{document.slug}").text, "html5lib")
        listed = {link["href"] for link in page.select("details.earlier-versions a")}
        offered = {f"{files}/{number}.pdf" for number, status in enumerate(statuses[:4], 1) if status == 200}
        assert listed == offered, role


def test_what_is_new_is_told_to_those_it_is_for(meeting, client, personas):
    for role in READERS[1:3]:
        sign_in(client, getattr(personas, role))
        assert post_form(client, REGISTER, action=f"{REGISTER}/visit").status_code == 204
    with standing_at(NOON + timedelta(hours=1)):
        issue(meeting, distribution=Audience.MEMBER_STATES)
        issue(meeting, distribution=Audience.RESTRICTED)
        for role, number in (("reader", "1 document is new"), ("delegate_a", "2 documents are new")):
            sign_in(client, getattr(personas, role))
            assert number in client.get(REGISTER).text, role


@pytest.mark.parametrize(
    ("reader", "order"),
    [("pt", ["pt", "es", "en", "fr"]), ("en", ["en", "es", "fr", "pt"]), ("es", ["es", "en", "fr", "pt"])],
)
def test_the_reader_s_language_comes_first_and_then_the_original(client, meeting, reader, order):
    document = register(meeting, title=TITLE, statuses=dict.fromkeys(LANGUAGES, LanguageStatus.OFFICIAL))
    for language in LANGUAGES:
        operations.add_made(document, language, {"pdf": io.BytesIO(PDF)}, by=SYSTEM)
    operations.issue_document(document, by=SYSTEM)
    db.session.commit()

    def languages(url: str) -> list[str]:
        page = BeautifulSoup(client.get(url, headers={"Accept-Language": reader}).text, "lxml")
        return [link["hreflang"] for link in page.select("main a[hreflang]") if "/documents/" in link["href"]]

    assert languages(REGISTER) == order
    assert list(dict.fromkeys(languages(f"/documents/{document.slug}"))) == order
    assert list(dict.fromkeys(languages(f"/documents/{document.slug}/read/es"))) == [*order]

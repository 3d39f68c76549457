"""The register as its readers have it: filters, sheets, archive, what is new."""

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
from app.core.localized import LocalizedText
from app.core.sheets import as_meant
from app.meetings.models import AgendaItem, Meeting
from app.register import operations
from app.register.enums import DocumentClass
from app.register.models import Document, RegisterVisit
from bench.register_data import make_documents
from tests.client import post_form, sign_in
from tests.factories.register import PDF, issue, register
from tests.factories.summaries import NOON, make_meeting, publish_agenda
from tests.register.registers import PAPER, REGISTER, symbols
from tests.register.test_operations import pdf
from tests.statements import count_statements


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

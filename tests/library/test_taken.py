"""Practices and presentations as files of their own page: PDF, DOCX, and the words to cite them by."""

import io

import pytest
from docx import Document
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.directory.reference import read
from app.documents.typesetting import RenderingError
from app.library import printed_texts
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from tests.client import sign_in
from tests.factories.library import CONTACT, cited, publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import make_meeting

PRACTICE = "/practices/CAM-2026-GP-PER-01"
PRESENTATION = "/sessions/cam-2026/presentations/RCM"
SUMMARY = "/sessions/cam-2026/summary"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def lines_of(response) -> list[str]:
    assert response.status_code == 200
    return [line.text for line in Document(io.BytesIO(response.data)).paragraphs]


@pytest.mark.one_database
def test_a_practice_as_a_word_document(client, meeting):
    publish_practice(meeting, title="Gave permits", language="es")
    response = client.get(f"{PRACTICE}?format=docx")
    assert response.headers["Content-Disposition"] == "attachment; filename=CAM-2026-GP-PER-01.docx"
    lines = lines_of(response)
    assert "Gave permits" in lines
    assert "CAM/2026/GP/PER/01" in lines
    assert "Original: Español" in lines
    assert "Forty thousand permits were given. Formal work grew. Wait times fell by half." in lines
    assert lines[-1].endswith(f"available at http://localhost{PRACTICE}/versions/1")
    assert CONTACT["email"] not in " ".join(lines)


@pytest.mark.one_database
def test_who_may_see_the_contact_gets_another_document(client, meeting, personas):
    client.application.config["CACHE_PAGES"] = True
    publish_practice(meeting).call.template = read("call_template.yaml")
    db.session.commit()
    seen = {
        name: " ".join(lines_of(sign_in(client, getattr(personas, name)).get(f"{PRACTICE}?format=docx")))
        for name in ("reader", "representative", "secretariat")
    }
    assert [name for name, words in seen.items() if CONTACT["email"] in words] == ["reader", "secretariat"]


@pytest.mark.one_database
def test_what_says_the_same_is_made_once(client, meeting, monkeypatch):
    publish_practice(meeting)
    made = []
    monkeypatch.setitem(printed_texts.PRINTERS, "pdf", lambda printed: made.append(printed) or b"%PDF-")
    assert [client.get(f"{PRACTICE}?format=pdf").data for _time in range(3)] == [b"%PDF-"] * 3
    client.get(f"{PRACTICE}?format=pdf", headers={"Accept-Language": "fr"})
    assert [printed.language for printed in made] == ["en", "fr"]


@pytest.mark.one_database
def test_what_is_kept_is_bounded(client, meeting, monkeypatch):
    publish_practice(meeting)
    monkeypatch.setattr(printed_texts, "MOST_BYTES", 10)
    monkeypatch.setitem(printed_texts.PRINTERS, "pdf", lambda printed: printed.language.encode() * 3)
    for language in ("en", "es", "fr", "pt"):
        assert client.get(f"{PRACTICE}?format=pdf", headers={"Accept-Language": language}).status_code == 200
    assert list(client.application.extensions["library_printed"].values()) == [b"ptptpt"]


@pytest.mark.one_database
@pytest.mark.parametrize("why", ["fails", "too many"])
def test_what_cannot_be_made_now_is_said(client, meeting, monkeypatch, why):
    publish_practice(meeting)

    def fail(_printed):
        raise RenderingError("no")

    monkeypatch.setitem(printed_texts.PRINTERS, "pdf", fail)
    if why == "too many":
        monkeypatch.setattr(printed_texts, "SECONDS", 0)
        for _turn in range(printed_texts.AT_ONCE):
            printed_texts._turns.acquire()
    response = client.get(f"{PRACTICE}?format=pdf")
    if why == "too many":
        for _turn in range(printed_texts.AT_ONCE):
            printed_texts._turns.release()
    assert response.status_code == 503
    assert ("Too many documents" if why == "too many" else "could not be made") in response.text


@pytest.mark.one_database
def test_a_presentation_as_documents(client, meeting):
    presentation = publish_presentation(meeting)
    presentation.public_sources = [{"title": "A report"}]
    db.session.commit()
    lines = lines_of(client.get(f"{PRESENTATION}?format=docx"))
    assert "Pace is the main challenge." in lines
    assert any("It is not an official submission." in line for line in lines)
    assert client.get(f"{PRESENTATION}?format=pdf").data.startswith(b"%PDF-")
    page = html.document_fromstring(client.get(PRESENTATION).text)
    assert f"{PRESENTATION}?format=pdf" in page.xpath("//div[@class='document-actions']//a/@href")


@pytest.mark.parametrize("path", [PRACTICE, f"{PRACTICE}/versions/1", PRESENTATION, SUMMARY, f"{SUMMARY}/paragraph/1"])
@pytest.mark.parametrize(("extension", "begins"), [("bib", "@techreport{"), ("ris", "TY  - RPRT\r\n")])
def test_the_words_to_cite_it_by_as_a_file(client, meeting, path, extension, begins):
    publish_practice(meeting, title="Ação & 100 %")
    publish_presentation(meeting)
    publish_summary(meeting, [])
    response = client.get(f"{path}?format={extension}")
    assert response.status_code == 200
    assert response.text.startswith(begins)
    assert response.content_type.endswith("charset=utf-8")
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert response.headers["Content-Disposition"].endswith(f".{extension}")
    page = html.document_fromstring(client.get(path).text)
    assert (
        response.text.strip()
        == page.xpath(f"//pre[@id='cite-{'bibtex' if extension == 'bib' else 'ris'}']")[0]
        .text.replace("\n", "\r\n" if extension == "ris" else "\n")
        .strip()
    )


def test_a_document_is_cited_in_a_language_that_it_has(client, meeting):
    document = issue(meeting)
    path = f"/documents/{document.slug}"
    for address in (path, f"{path}/read/es"):
        response = client.get(f"{address}?format=bib")
        assert f"number = {{{document.symbol.replace('_', chr(92) + '_')}}}" in response.text
        assert "  language = {es},\n" in response.text
        assert f"url = {{http://localhost{path}}}" in response.text


@pytest.mark.parametrize("wanted", ["exe", "pdf%00", "../x", "html"])
def test_a_format_that_there_is_not_is_not_found(client, meeting, wanted):
    publish_practice(meeting)
    publish_presentation(meeting)
    publish_summary(meeting, [])
    for path in (PRACTICE, PRESENTATION, SUMMARY, f"{SUMMARY}/paragraph/1"):
        assert client.get(f"{path}?format={wanted}").status_code in (400, 404)


@pytest.mark.parametrize("format_", ["pdf", "docx", "bib", "ris"])
def test_files_are_for_those_who_may_read_the_page(client, meeting, personas, format_):
    publish_practice(meeting, consent=Audience.MEMBER_STATES)
    presentation = publish_presentation(meeting, consent=Audience.MEMBER_STATES)
    db.session.commit()
    for path in (PRACTICE, PRESENTATION):
        assert sign_in(client, None).get(f"{path}?format={format_}").status_code == 404
    presentation.published_at = None
    db.session.commit()
    assert sign_in(client, personas.secretariat).get(f"{PRESENTATION}?format={format_}").status_code == 404


@pytest.mark.parametrize("format_", ["pdf", "bib"])
def test_of_a_withdrawn_practice_no_file_is_had(client, meeting, format_):
    practice = publish_practice(meeting)
    publish_summary(meeting, [cited(practice)])
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    assert client.get(f"{PRACTICE}?format={format_}").status_code == 410

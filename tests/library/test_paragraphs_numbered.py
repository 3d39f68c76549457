"""Paragraphs of practices and presentations: numbered through the whole text, each with an address, cited alone."""

import io

import pytest
from docx import Document
from lxml import html

from app.core.db import db
from app.library.marked_text import Numbers, Span
from app.meetings.enums import Stage
from tests.client import sign_in
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import make_meeting

PRACTICE = "/practices/CAM-2026-GP-PER-01"
PRESENTATION = "/sessions/cam-2026/presentations/RCM"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def texts(meeting):
    publish_practice(
        meeting,
        context="People had no papers.\n\nEmployers asked.",
        results="Forty thousand permits were given.\n\nWait.",
    )
    publish_presentation(meeting, answers={"2": "One calendar.\n\nOne list.", "1": "Pace is the main challenge."})
    db.session.commit()


def page_of(client, path: str):
    response = client.get(path)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def numbered(page) -> list[tuple[str, str, str]]:
    """Number, anchor and text of each paragraph."""
    return [
        (one.xpath("string(./a)"), one.get("id"), one.xpath("string(./p)"))
        for one in page.xpath("//div[contains(@class, 'paragraph-source')]")
    ]


def test_numbers_run_through_the_whole_practice(client, texts):
    found = numbered(page_of(client, PRACTICE))
    assert [number for number, _anchor, _text in found] == [str(number) for number in range(1, len(found) + 1)]
    assert ("2", "field-context-2", "Employers asked.") in found
    assert found[[text for *_rest, text in found].index("Wait.")][1].startswith("field-results-")


def test_numbers_run_through_the_answers_of_a_presentation(client, texts):
    assert numbered(page_of(client, PRESENTATION)) == [
        ("1", "field-answers.1-1", "Pace is the main challenge."),
        ("2", "field-answers.2-2", "One calendar."),
        ("3", "field-answers.2-3", "One list."),
    ]


@pytest.mark.parametrize("path", [PRACTICE, PRESENTATION])
def test_the_number_is_an_address_by_which_the_paragraph_is_cited_alone(client, texts, path):
    whole = page_of(client, path)
    link = whole.xpath("//a[@class='paragraph-number'][.='2']")[0]
    query, _hash, anchor = link.get("href").partition("#")
    page = page_of(client, path + query)
    assert page.xpath(f"//*[@id='{anchor}']")
    shown = {style: page.xpath(f"string(//*[@id='cite-{style}'])") for style in ("un", "apa", "bibtex", "ris")}
    assert all("para. 2" in text for text in shown.values()), shown
    permanent = page.xpath("string(//details[@class='cite']/p/a[starts-with(@href, 'http')]/@href)")
    assert permanent in shown["un"]
    assert "/versions/1?" in permanent
    assert permanent.endswith(f"#{anchor}")
    cited_page = page_of(client, permanent.removeprefix("http://localhost"))
    assert cited_page.xpath(f"//*[@id='{anchor}']")
    assert "para. 2" in cited_page.xpath("string(//*[@id='cite-un'])")
    for extension in ("bib", "ris"):
        address = page.xpath(f"string(//details[@class='cite']//a[contains(@href, 'format={extension}')]/@href)")
        assert "para. 2" in client.get(address).text
    back = page.xpath("//details[@class='cite']//a[.='Cite the whole text']/@href")[0]
    assert "para." not in page_of(client, back).xpath("string(//*[@id='cite-un'])")
    assert "para." not in whole.xpath("string(//*[@id='cite-un'])")


@pytest.mark.parametrize("path", [PRACTICE, PRESENTATION])
@pytest.mark.parametrize("asked", ["99", "0", "-1", "x", "%C2%B2"])
def test_a_paragraph_that_it_has_not_is_not_cited(client, texts, path, asked):
    page = page_of(client, f"{path}?paragraph={asked}")
    assert "para." not in page.xpath("string(//*[@id='cite-un'])")
    assert client.get(f"{path}?paragraph={asked}&format=ris").status_code == 200


def test_who_may_see_the_contact_counts_the_same(client, texts, personas):
    public = numbered(page_of(client, PRACTICE))
    assert numbered(page_of(sign_in(client, personas.reader), PRACTICE)) == public


def test_what_the_summary_cites_is_marked_within_its_paragraph(client, meeting):
    practice = publish_practice(meeting)
    publish_summary(meeting, [cited(practice)])
    page = page_of(client, PRACTICE)
    (mark,) = page.xpath("//mark[@class='cited']")
    assert mark.text == "Forty thousand permits were given."
    assert mark.getparent().getparent().get("id").startswith("field-results-")


@pytest.mark.one_database
@pytest.mark.parametrize("path", [PRACTICE, PRESENTATION])
def test_documents_count_as_the_page_does(client, texts, path):
    printed = Document(io.BytesIO(client.get(f"{path}?format=docx").data))
    counted = [line.text for line in printed.paragraphs if line._p.pPr is not None and line._p.pPr.numPr is not None]
    assert counted == [text for *_rest, text in numbered(page_of(client, path))]
    assert client.get(f"{path}?format=pdf").data.startswith(b"%PDF-")


@pytest.mark.one_database
def test_texts_as_numbered_paragraphs(app):
    with app.test_request_context():
        numbers = Numbers([("a", "One.\n\n\n\nTwo <b>."), ("b", "  "), ("c", "Three.")], "text=es&")
        assert numbers.anchors == {"1": "field-a-1", "2": "field-a-2", "3": "field-c-3"}
        assert numbers.written("b", "  ") == ""
        written = numbers.written("a", "One.\n\n\n\nTwo <b>.", [Span(0, 3)])
        assert '<mark class="cited">One</mark>.' in written
        assert "Two &lt;b&gt;." in written
        assert 'href="?text=es&amp;paragraph=2#field-a-2"' in written

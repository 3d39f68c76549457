"""Two languages side by side, asked for in the address: summaries, their paragraphs, documents."""

import io

import pytest
from lxml import html

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.register import operations
from tests.factories.library import cited, publish_practice, publish_summary
from tests.factories.register import PDF, issue
from tests.factories.summaries import make_meeting

PATH = "/sessions/cam-2026/summary"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def page_of(client, path: str, **more):
    response = client.get(path, **more)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def test_each_paragraph_of_a_summary_stands_beside_itself(client, meeting):
    practice = publish_practice(meeting, "PE", language="es")
    publish_summary(meeting, [cited(practice)], [])
    page = page_of(client, f"{PATH}?language=es&beside=pt")
    pairs = page.xpath("//div[@class='paragraph-pair']")
    assert len(pairs) == 2
    columns = pairs[0].xpath("./div[@class='two-languages']/div")
    assert [column.get("lang") for column in columns] == ["es", "pt"]
    assert "(es)" in columns[0].text_content()
    assert "(pt)" in columns[1].text_content()
    assert [one.get("lang") for one in page.xpath("//h2[@id='section-1']//span[@lang]")] == ["es", "pt"]
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    links = {link.text: link.get("href") for link in page.xpath("//nav[@class='languages']/ul[2]//a")}
    assert links == {
        "Side by side with English": f"{PATH}?language=es&beside=en",
        "Side by side with Français": f"{PATH}?language=es&beside=fr",
        "No longer side by side with Português": f"{PATH}?language=es",
    }


def test_sources_and_recommendations_stand_beside_it_too(client, meeting):
    practice = publish_practice(meeting, "PE", language="es")
    hidden = publish_practice(meeting, "BR", consent=Audience.RESTRICTED)

    def recommend(content: dict) -> dict:
        texts = {"es": "Informar.", "pt": "Informem.", "en": "Report."}
        row = {"key": "r-1", "addressees": ["states"], "due": "2027-03-31", "text": texts}
        content["sections"][0]["paragraphs"][0]["recommendations"] = [row]
        return content

    publish_summary(meeting, [cited(practice), {**cited(hidden), "letter": "b"}], change=recommend)
    page = page_of(client, f"{PATH}?language=es&beside=pt")
    (pair,) = page.xpath("//div[@class='paragraph-pair']")
    one, other = (" ".join(node.text_content().split()) for node in pair.xpath(".//p[@class='recommended']"))
    assert one.startswith("Recomendado a")
    assert one.endswith("31 de marzo de 2027 Informar.")
    assert other.startswith("Recomendado a")
    assert other.endswith("31 de março de 2027 Informem.")
    assert pair.xpath(".//a[@class='note-ref']/@href") == ["#c-1-a", "#c-1-b"]
    notes = [" ".join(note.text_content().split()) for note in pair.xpath(".//li[@class='note']")]
    assert "CAM/2026/GP/PER/01" in notes[0]
    assert "Forty thousand permits were given." in notes[0]
    assert "BRA" not in notes[1]
    assert "Brasil" not in notes[1]


@pytest.mark.parametrize("beside", ["es", "de", "", "x%27--"])
def test_a_language_that_it_has_not_or_is_read_in_stands_beside_nothing(client, meeting, beside):
    publish_summary(meeting)
    page = page_of(client, f"{PATH}?language=es&beside={beside}")
    assert page.xpath("//div[@class='paragraph']")
    assert not page.xpath("//div[@class='paragraph-pair']")


def test_a_paragraph_alone_in_a_second_language(client, meeting):
    publish_summary(meeting)
    page = page_of(client, f"{PATH}/paragraph/1?language=es&beside=fr")
    texts = page.xpath("//section[@class='beside-paragraph']/div[@class='document-text']")
    assert [text.get("lang") for text in texts] == ["es", "fr"]
    assert "(fr)" in texts[1].text_content()


def test_two_files_of_a_document_in_frames(client, meeting):
    document = issue(meeting)
    operations.add_made(document, "en", {"pdf": io.BytesIO(PDF)}, by=SYSTEM)
    db.session.commit()
    path = f"/documents/{document.slug}/read/es"
    assert page_of(client, path).xpath("//nav[@class='languages']/ul[2]//a/@href") == [f"{path}?beside=en"]
    frames = page_of(client, f"{path}?beside=en").xpath("//div[@class='two-languages']//iframe/@src")
    assert frames == [f"/documents/{document.slug}/files/{code}/view" for code in ("es", "en")]
    for other in ("es", "fr", "xx"):
        assert len(page_of(client, f"{path}?beside={other}").xpath("//iframe")) == 1

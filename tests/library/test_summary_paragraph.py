"""A paragraph beside its sources, its address and citation; the sources with what cites them marked."""

import pytest
from lxml import html
from markupsafe import Markup

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.library.citing import cites_in
from app.library.marked_text import Span, marked, place_of
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.summaries.enums import PublicationKind
from tests.client import sign_in
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import everywhere, make_meeting

PATH = "/sessions/cam-2026/summary"
ONE = f"{PATH}/paragraph/1"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def page_of(client, path: str, **more):
    response = client.get(path, **more)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def rewritten(**values):
    """What makes content as it is frozen since 2026-11: with labels, levels and what `values` say of paragraph 1."""
    labels = ["1", "1 (a)", "1 (a) (i)", "2"]

    def change(content: dict) -> dict:
        content = {**content, "sections": [dict(part) for part in content["sections"]]}
        for section in content["sections"]:
            section["paragraphs"] = [
                {**one, "label": label, "level": label.count("("), "number": int(label[0]), "key": f"p-{label}"}
                for one, label in zip(section["paragraphs"], labels, strict=False)
            ]
            section["paragraphs"][0].update(values)
        return content

    return change


def test_the_whole_field_stands_beside_the_paragraph_with_the_words_marked(client, meeting):
    practice = publish_practice(meeting, "PE", language="es")
    presentation = publish_presentation(meeting, "RCM")
    publish_summary(meeting, [cited(practice), cited(presentation, "Pace is the main challenge.", "answers.1")])
    page = page_of(client, ONE)
    first, second = page.xpath("//article")
    assert first.xpath(".//mark")[0].text == "Forty thousand permits were given."
    assert "Formal work grew. Wait times fell by half." in first.text_content()
    assert first.xpath("./div/@lang") == ["es"]
    assert second.xpath(".//mark")[0].text == "Pace is the main challenge."
    assert "Delegations gave permits. (en)" in page.text_content()


def test_words_that_a_reader_may_not_read_are_not_there(client, meeting, personas):
    restricted = publish_practice(meeting, "PE", consent=Audience.RESTRICTED)
    withdrawn = publish_practice(meeting, "CL")
    publish_summary(meeting, [cited(restricted), cited(withdrawn)])
    withdrawn.state = PracticeState.WITHDRAWN
    db.session.commit()
    page = page_of(client, ONE)
    assert page.xpath("//mark") == []
    text = page.text_content()
    assert "Forty thousand" not in text
    assert "A contribution that was not made for everybody who may read this summary." in text
    assert "Peru" not in text
    assert "Withdrawn by the delegation." in text


def test_which_words_a_reader_may_not_read_are_of_one_source_is_not_told(client, meeting, personas):
    one, other = (
        publish_practice(meeting, "PE", consent=Audience.RESTRICTED),
        publish_practice(meeting, "CL", consent=Audience.RESTRICTED),
    )
    publish_summary(
        meeting, [cited(one), {**cited(other), "letter": "b"}, {**cited(one, field="context"), "letter": "c"}]
    )
    db.session.commit()
    (told,) = page_of(client, ONE).xpath("//article")
    assert told.xpath("string(.//span[@class='note-mark'])") == "a, b, c"
    sign_in(client, personas.secretariat)
    assert len(page_of(client, ONE).xpath("//article")) == 3


def test_a_version_that_is_no_longer_read_gives_its_words_alone(client, meeting):
    practice = publish_practice(meeting, "PE")
    publish_summary(meeting, [{**cited(practice), "version": 7}])
    page = page_of(client, ONE)
    assert page.xpath("//article//blockquote")[0].text_content().strip() == "Forty thousand permits were given."


@pytest.mark.parametrize("mark", ["0", "9", "1-a", "x", "1%20(a)"])
def test_an_unknown_paragraph_is_not_found(client, meeting, mark):
    publish_summary(meeting)
    assert client.get(f"{PATH}/paragraph/{mark}").status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("en", "para. 1, 14 May 2026"), ("es", "14 de mayo de 2026"), ("pt", "14 de maio de 2026")]
)
def test_the_words_to_cite_a_paragraph_by_are_in_the_language_of_the_text(client, meeting, language, words):
    publish_summary(meeting)
    page = page_of(client, f"{ONE}?language={language}", headers={"Accept-Language": "fr"})
    cite = page.xpath("//p[@class='cite-text']")[0].text
    assert f"Summary ({language})" in cite
    assert "CIDI/CAM/doc.12/26" in cite
    assert words in cite
    address = f"http://localhost{ONE}?version=1&language={language}"
    assert cite.endswith(address)
    assert address in page.xpath("//details[@class='cite']//a/@href")
    assert client.get(address.removeprefix("http://localhost")).status_code == 200


def test_sub_paragraphs_have_labels_anchors_and_pages(client, meeting):
    publish_summary(meeting, [], [], [], [], change=rewritten())
    page = page_of(client, PATH)
    found = page.xpath("//div[starts-with(@class, 'paragraph') and @id]")
    assert [one.get("id") for one in found] == ["paragraph-1", "paragraph-1-a", "paragraph-1-a-i", "paragraph-2"]
    assert [one.xpath("./a/text()")[0] for one in found] == ["1.", "(a)", "(i)", "2."]
    assert [link.get("id") for link in page.xpath("//a[@class='paragraph-number']")] == ["p-1", None, None, "p-2"]
    below = page_of(client, f"{PATH}/paragraph/1-a-i")
    assert below.xpath("//h1")[0].text_content().strip() == "Paragraph 1 (a) (i) beside its sources"
    assert [link.get("href").partition("?")[0] for link in below.xpath("//a[@rel='prev' or @rel='next']")] == [
        f"{PATH}/paragraph/1-a",
        f"{PATH}/paragraph/2",
    ]


def test_texts_have_their_form_and_their_footnotes(client, meeting):
    text = {"en": "**Many** spoke.[^1]\n\n- One\n- Two\n\n[^1]: Not <all>."}
    publish_summary(meeting, change=rewritten(text=text))
    page = page_of(client, PATH)
    assert page.xpath("//div[@id='paragraph-1']//strong/text()") == ["Many"]
    assert page.xpath("//div[@id='paragraph-1']//li/p/text()")[:2] == ["One", "Two"]
    (mark,) = page.xpath("//div[@id='paragraph-1']//sup/a/@href")
    assert "Not <all>." in page.xpath(f"//*[@id='{mark[1:]}']")[0].text_content()


def test_a_citation_says_on_whose_behalf_it_was_said(client, meeting):
    group = {"name": dict(everywhere("Andean group")), "members": ["PE"]}
    publish_summary(meeting, [{**cited(publish_practice(meeting, "PE")), "on_behalf": group}])
    for path in (PATH, ONE):
        assert "Peru, on behalf of Andean group (en), CAM/2026/GP/PER/01" in page_of(client, path).text_content()


def test_recommendations_are_marked_and_listed(client, meeting):
    row = {"key": "r-1", "addressees": ["PE", "CL"], "due": "2027-03-01", "text": {"en": "Share forms"}}
    publish_summary(meeting, change=rewritten(recommendations=[row]))
    page = page_of(client, PATH)
    told = page.xpath("//p[@class='recommended']")[0].text_content()
    assert told == "Recommended to: Chile, Peru, by 1 March 2027 Share forms"
    assert page.xpath("//section[@aria-labelledby='recommendations']//a/@href")[0] == "#paragraph-1"
    assert "#recommendations" in page.xpath("//nav[@class='contents']//a/@href")


def test_an_older_publication_says_what_took_its_place(client, meeting):
    first = publish_summary(meeting)
    how = {"kind": PublicationKind.CORRIGENDUM, "note": everywhere("Paragraph 1: a number")}
    later = publish_summary(meeting, number=2, summary=first.summary, **how)
    db.session.commit()
    older = page_of(client, f"{PATH}?version=1").text_content()
    told = " ".join(older.split())
    assert "This is an earlier version." in told
    assert f"Corrigendum: {later.symbol}" in told
    assert "Paragraph 1: a number (en)" in told
    newest = page_of(client, PATH).text_content()
    assert "This is an earlier version." not in newest
    assert "Paragraph 1: a number (en)" in newest


def test_a_publication_is_read_by_those_it_was_issued_to(client, meeting, personas):
    publish_summary(meeting, distribution=Audience.RESTRICTED)
    db.session.commit()
    for path in (PATH, ONE):
        assert client.get(path).status_code == 404


def test_a_practice_shows_beside_its_words_the_paragraphs_that_cite_them(client, meeting):
    practice = publish_practice(meeting, "PE")
    publish_summary(meeting, [cited(practice)], [cited(practice), cited(practice, "Formal work grew.")])
    page = page_of(client, "/practices/CAM-2026-GP-PER-01")
    assert page.xpath("//mark/text()") == ["Forty thousand permits were given.", "Formal work grew."]
    links = page.xpath("//mark/following-sibling::a[@class='cited-by']")
    assert [(link.text, link.get("href")) for link in links] == [
        ("1", f"{PATH}#paragraph-1"),
        ("2", f"{PATH}#paragraph-2"),
        ("2", f"{PATH}#paragraph-2"),
    ]
    (beside,) = page.xpath("//aside[@class='cited-beside']")
    assert [span.text for span in beside.xpath(".//span[@lang]")] == ["Delegations gave permits. (en)"] * 2
    assert f"{PATH}/paragraph/2" in beside.xpath(".//a/@href")


def test_a_presentation_shows_them_too(client, meeting):
    presentation = publish_presentation(meeting, "RCM")
    publish_summary(meeting, [cited(presentation, "Pace is the main challenge.", "answers.1")])
    page = page_of(client, "/sessions/cam-2026/presentations/RCM")
    assert page.xpath("//mark/text()") == ["Pace is the main challenge."]
    assert page.xpath("//a[@class='cited-by']/@href") == [f"{PATH}#paragraph-1"]


def test_marks_may_overlap_and_run_over_paragraphs():
    text = "One two.\n\nThree <four>.\nFive."
    spans = [Span(4, 15, Markup("[a]")), Span(10, len(text), Markup("[b]")), Span(4, 8, Markup("[c]"))]
    assert marked(text, spans) == (
        '<p>One <mark class="cited">two.</mark>[c]</p>'
        '<p><mark class="cited">Three</mark>[a]<mark class="cited"> &lt;four&gt;.<br>Five.</mark>[b]</p>'
    )
    assert marked("A <b>", []) == "<p>A &lt;b&gt;</p>"


def test_words_are_found_where_they_stood_or_where_they_stand_once():
    assert place_of("One. Two.", 5, 9, "Two.") == (5, 9)
    assert place_of("Zero. One. Two.", 5, 9, "Two.") == (11, 15)
    assert place_of("Two. Two. No.", 1, 4, "Two.") is None
    assert place_of("One.", 0, 4, "Two.") is None


def test_words_of_the_minutes_are_marked_where_they_stand_once(app, meeting):
    """Minutes part lines otherwise than their source text, so the words are looked for, whichever field they are of."""
    practice = publish_practice(meeting, "PE")
    words = {**cited(practice, "Formal work grew."), "source": "intervention-5", "kind": "intervention"}
    publish_summary(meeting, [words])
    with app.test_request_context():
        marks = cites_in(SYSTEM, meeting)("intervention-5").marked("", "It said:\nFormal work grew.\nNo more.")
        assert "<mark" not in cites_in(SYSTEM, meeting)("intervention-6").marked("", "Formal work grew.")
    assert '<mark class="cited">Formal work grew.</mark>' in marks
    assert f'href="{PATH}#paragraph-1"' in marks

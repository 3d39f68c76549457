"""The published summary: paragraphs that lead to the words they reflect, in the language asked for."""

import pytest
from lxml import html

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.documents.models import StoredFile
from app.documents.operations import keep_file
from app.library.summary_page import passage_fragment
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.summaries.enums import Format
from app.summaries.models import PublicationFile
from tests.client import sign_in
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import NOON, everywhere, make_meeting
from tests.statements import count_statements

PATH = "/sessions/cam-2026/summary"
QUOTE = "Forty thousand permits were given."


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def page_of(client, path: str = PATH, **more):
    response = client.get(path, **more)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def test_paragraphs_have_numbers_anchors_and_sources_in_the_margin(client, meeting):
    practice = publish_practice(meeting, "PE", language="es")
    presentation = publish_presentation(meeting, "RCM")
    publish_summary(meeting, [cited(practice)], [cited(presentation, "Pace is the main challenge.", "answers.1")], [])
    page = page_of(client)
    paragraphs = page.xpath("//div[@class='paragraph']")
    assert [item.get("id") for item in paragraphs] == ["paragraph-1", "paragraph-2", "paragraph-3"]
    assert paragraphs[0].xpath("./a[@class='paragraph-number']/@href") == ["#paragraph-1"]
    assert paragraphs[0].xpath(".//a[@class='note-ref']/@href") == ["#c-1-a"]
    (note,) = paragraphs[0].xpath(".//li[@id='c-1-a']")
    assert note.xpath("./a")[0].text == "Peru, CAM/2026/GP/PER/01"
    assert note.xpath("./a/@href")[0].startswith("/practices/CAM-2026-GP-PER-01#field-results:~:text=Forty%20")
    assert note.xpath("./q[@lang='es']")[0].text == QUOTE
    (note,) = paragraphs[1].xpath(".//li[@class='note']")
    assert note.xpath("./a")[0].text == "RCM, presentation"
    assert note.xpath("./a/@href")[0].startswith("/sessions/cam-2026/presentations/RCM#field-answers.1:~:text=Pace")
    assert "one delegation (1)" in paragraphs[0].text_content()
    assert paragraphs[2].xpath(".//*[@class='quantifier' or @class='notes']") == []


def test_links_of_the_margin_lead_to_places_that_exist(client, meeting):
    presentation = publish_presentation(meeting, "RCM")
    publish_summary(meeting, [cited(presentation, "Pace is the main challenge.", "answers.1")])
    link = page_of(client).xpath("//li[@class='note']/a/@href")[0]
    path, _hash, fragment = link.partition("#")
    source = page_of(client, path)
    assert source.xpath(f"//*[@id='{fragment.partition(':~:')[0]}']")
    assert "Pace is the main challenge." in source.text_content()


def test_a_short_quote_is_looked_for_whole_and_a_long_one_by_its_ends():
    fragment = passage_fragment({"kind": "practice", "field": "results", "quote": "Well-known, from 1 to 2"})
    assert fragment == "field-results:~:text=Well%2Dknown%2C%20from%201%20to%202"
    words = [f"w{number}" for number in range(20)]
    fragment = passage_fragment({"kind": "practice", "field": "results", "quote": " ".join(words)})
    assert fragment.endswith("text=w0%20w1%20w2%20w3%20w4%20w5,w14%20w15%20w16%20w17%20w18%20w19")


@pytest.mark.parametrize(
    ("header", "query", "shown"),
    [("fr", "", "fr"), ("fr", "?language=pt", "pt"), ("en", "?language=xx", "en"), ("de", "", "en")],
)
def test_the_text_follows_the_reader_with_a_choice(client, meeting, header, query, shown):
    publish_summary(meeting)
    page = page_of(client, PATH + query, headers={"Accept-Language": header})
    assert page.xpath("//div[@class='paragraphs']/@lang") == [shown]
    assert f"Delegations gave permits. ({shown})" in page.text_content()
    assert page.xpath("//h1")[0].text_content() == f"Summary ({shown})"
    chosen = page.xpath("//nav[@class='languages']//a[@aria-current='true']/@hreflang")
    assert chosen == [shown]
    assert len(page.xpath("//nav[@class='languages']/ul[1]//a")) == 4


def test_only_the_sessions_languages_are_offered(client, app):
    publish_summary(make_meeting(stage=Stage.PUBLISHED, languages=["es", "en"]))
    page = page_of(client, headers={"Accept-Language": "fr"})
    assert page.xpath("//nav[@class='languages']//a/@hreflang") == ["en", "es"]
    assert page.xpath("//div[@class='paragraphs']/@lang") == ["es"]


def test_languages_of_the_session_changed_after_the_publication(client, meeting):
    publish_summary(meeting, languages=["es", "fr"])
    meeting.languages = ["en", "pt"]
    db.session.commit()
    page = page_of(client, PATH + "?language=en")
    assert page.xpath("//nav[@class='languages']//a[@aria-current='true']/@hreflang") == ["es"]


def test_the_published_title_stands_in_lists_not_the_working_one(client, meeting, personas):
    publication = publish_summary(meeting)
    publication.summary.title = everywhere("Draft of the next")
    db.session.commit()
    for path in ("/", "/api/v1/summaries"):
        shown = client.get(path).text
        assert "Summary (en)" in shown
        assert "Draft of the next" not in shown
    assert "Summary (en)" in sign_in(client, personas.reader).get("/desk").text


def test_what_is_cited_is_of_the_newest_that_the_reader_may_read(client, meeting, personas):
    practice = publish_practice(meeting, "PE")
    first = publish_summary(meeting, [cited(practice)])
    how = {"summary": first.summary, "distribution": Audience.RESTRICTED}
    publish_summary(meeting, [], [cited(practice)], number=2, **how)
    personas.join(meeting)
    db.session.commit()
    path = f"/practices/{practice.slug}"
    for person, paragraph in ((personas.anonymous, 1), (personas.reader, 1), (personas.delegate_b, 2)):
        sign_in(client, person)
        assert client.get(f"/api/v1{path}").json["cited_in"] == [paragraph]
        links = page_of(client, path).xpath("//a[@class='cited-by']/@href")
        assert set(links) == {f"{PATH}#paragraph-{paragraph}"}


def test_terms_are_explained_in_the_language_of_the_text(client, meeting):
    publish_summary(meeting)
    note = page_of(client).xpath("//section[@aria-labelledby='terms']")[0].text_content()
    assert "12 delegations took part in the session." in note
    for words in ("all delegations", "most delegations", "a few delegations", "3 or 4"):
        assert words in note


def test_documents_or_that_they_are_being_made(client, meeting):
    publication = publish_summary(meeting)
    stored = StoredFile(name="s.pdf", media_type="application/pdf", size=10, sha256="0" * 64, created_at=NOON)
    publication.files.append(PublicationFile(language="es", format=Format.PDF, file=stored))
    db.session.commit()
    page = page_of(client, PATH + "?language=es")
    assert f"{PATH}/1/es.pdf" in page.xpath("//a/@href")
    assert "Word (DOCX): being prepared" in page.text_content()
    assert "PDF: being prepared" not in page.text_content()
    assert "PDF: being prepared" in page_of(client).text_content()


def test_all_formats_are_offered_and_answer(client, meeting):
    """On the summary's page, on the session's, and in the API."""
    publication = publish_summary(meeting)
    for kind in Format:
        language = "" if kind in (Format.JSON, Format.CSV) else "en"
        kept = keep_file(b"What is in it", name="s.pdf", by=SYSTEM)
        publication.files.append(PublicationFile(language=language, format=kind, file=kept))
    db.session.commit()
    wanted = {f"{PATH}/1/en.{one}" for one in ("pdf", "docx", "html", "xml")}
    wanted |= {f"{PATH}/1/all.{one}" for one in ("json", "csv")}
    for path in (PATH, "/sessions/cam-2026"):
        page = page_of(client, path)
        assert wanted <= set(page.xpath("//a/@href"))
        assert "Data: CSV" in page.text_content()
    listed = client.get(f"/api/v1{PATH}").json["files"]
    assert {one["url"].removeprefix("http://localhost") for one in listed} == wanted
    for one in listed:
        assert client.get(one["url"]).status_code == 200, one


def test_a_document_that_prints_withdrawn_words_is_not_offered(client, meeting):
    practice = publish_practice(meeting, "PE")
    publication = publish_summary(meeting, [cited(practice)])
    stored = StoredFile(name="s.pdf", media_type="application/pdf", size=10, sha256="0" * 64, created_at=NOON)
    publication.files.append(PublicationFile(language="en", format=Format.PDF, file=stored, hidden_sources=[]))
    db.session.commit()
    offered = f"{PATH}/1/en.pdf"
    for path in (PATH, "/sessions/cam-2026", "/api/v1" + PATH):
        assert offered in client.get(path).text
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    for path in (PATH, "/sessions/cam-2026", "/api/v1" + PATH):
        assert offered not in client.get(path).text
    publication.files[0].hidden_sources = [f"practice-{practice.id}"]
    db.session.commit()
    for path in (PATH, "/sessions/cam-2026", "/api/v1" + PATH):
        assert offered in client.get(path).text


def test_words_to_cite_it_by(client, meeting):
    publish_summary(meeting)
    page = page_of(client)
    words = page.xpath("//p[@class='cite-text']")[0].text
    address = f"http://localhost{PATH}?version=1&language=en"
    assert words == (
        f"Committee on Migration Affairs, “Summary (en)” (CIDI/CAM/doc.12/26), 14 May 2026, available at {address}"
    )
    assert page.xpath("//details[@class='cite']//a/@href") == [f"{PATH}?format=bib", f"{PATH}?format=ris", address]


def test_earlier_versions_can_be_read_and_say_that_they_are(client, meeting):
    first = publish_summary(meeting, [], [])
    publish_summary(meeting, [], number=2, summary=first.summary)
    latest = page_of(client)
    assert len(latest.xpath("//div[@class='paragraph']")) == 1
    assert "Version 2: CIDI/CAM/doc.12/26, 14 May 2026" in latest.text_content()
    assert [link.get("href") for link in latest.xpath("//section[@aria-labelledby='versions']//li/a")] == [
        f"{PATH}?version=2",
        f"{PATH}?version=1",
    ]
    earlier = page_of(client, PATH + "?version=1")
    assert len(earlier.xpath("//div[@class='paragraph']")) == 2
    assert "This is an earlier version." in earlier.text_content()
    assert f"{PATH}?version=1&language=es" in earlier.xpath("//nav[@class='languages']//a/@href")


@pytest.mark.parametrize("query", ["?version=2", "?version=0", "?version=-1"])
def test_a_version_that_is_not_there(client, meeting, query):
    publish_summary(meeting)
    assert client.get(PATH + query).status_code == 404


def test_nothing_is_published_yet(client, meeting):
    db.session.commit()
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize(
    ("consent", "readers"),
    [
        (Audience.PUBLIC, "anonymous reader delegate_a delegate_b representative secretariat administrator"),
        (Audience.MEMBER_STATES, "reader delegate_a delegate_b secretariat administrator"),
        (Audience.RESTRICTED, "delegate_a delegate_b representative secretariat administrator"),
    ],
)
@pytest.mark.parametrize("cache", [False, True])
def test_quotes_are_for_the_audience_of_their_source(client, meeting, personas, consent, readers, cache):
    client.application.config["CACHE_PAGES"] = cache
    personas.join(meeting)
    publish_summary(meeting, [cited(publish_practice(meeting, "BR", consent=consent))])
    seen = set()
    for name, person in personas.items():
        page = page_of(sign_in(client, person))
        if QUOTE in page.text_content():
            assert "Brazil, CAM/2026/GP/BRA/01" in page.text_content()
            seen.add(name)
        else:
            assert "Brazil" not in page.text_content()
            assert "A contribution that was not made for everybody who may read this summary." in page.text_content()
            assert page.xpath("//li[@class='note']/a") == []
    assert seen == set(readers.split())


@pytest.mark.parametrize("cache", [False, True])
def test_the_words_of_a_withdrawn_practice_are_gone_at_once(client, meeting, personas, cache):
    client.application.config["CACHE_PAGES"] = cache
    practice = publish_practice(meeting, "PE")
    publish_summary(meeting, [cited(practice)])
    sign_in(client, personas.reader)
    assert QUOTE in page_of(client).text_content()
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    shown = page_of(client).text_content()
    assert QUOTE not in shown
    assert "Peru, CAM/2026/GP/PER/01. Withdrawn by the delegation." in " ".join(shown.split())


def test_a_summary_is_for_the_sessions_audience(client, personas):
    publish_summary(make_meeting(stage=Stage.PUBLISHED, distribution=Audience.MEMBER_STATES))
    db.session.commit()
    assert client.get(PATH).status_code == 404
    assert sign_in(client, personas.reader).get(PATH).status_code == 200


def test_files_are_for_those_who_may_read_all_that_they_print(client, personas):
    """Who takes part in a session of member States reads its summary, and not what was written for member States."""
    meeting = make_meeting(stage=Stage.PUBLISHED, distribution=Audience.MEMBER_STATES)
    personas.join(meeting)
    publication = publish_summary(meeting)
    stored = keep_file(b"%PDF-1.7", name="summary.pdf", by=SYSTEM)
    row = PublicationFile(publication_id=publication.id, language="en", format=Format.PDF, hidden_sources=[])
    row.file = stored
    db.session.add(row)
    db.session.commit()
    address = f"{PATH}/1/en.pdf"
    for person, gets in ((personas.representative, False), (personas.reader, True), (personas.secretariat, True)):
        page = page_of(sign_in(client, person))
        assert bool(page.xpath(f"//a[@href='{address}']")) is gets
        assert client.get(address).status_code == (200 if gets else 404)
        files = client.get(f"/api/v1/sessions/{meeting.slug}/summary").json["files"]
        assert len(files) == gets


@pytest.mark.parametrize("number", [1, 300])
def test_a_worker_lays_a_publication_out_once(client, meeting, number):
    client.application.config["CACHE_PAGES"] = True
    publish_summary(meeting, *[[] for _ in range(number)])
    db.session.commit()
    with count_statements() as counted:
        page_of(client, PATH + "?language=en")
    assert counted.number == 8
    with count_statements() as counted:
        page_of(client, PATH + "?language=en&again=1")
    assert counted.number == 6
    assert not [statement for statement in counted.statements if "publications.content" in statement]


def test_what_changed_with_a_version(client, meeting):
    practice = publish_practice(meeting, "PE", consent=Audience.MEMBER_STATES)

    def other(content: dict) -> dict:
        content["sections"][0]["paragraphs"][0]["text"]["en"] = "Delegations gave many permits. (en)"
        return content

    first = publish_summary(meeting, [], [])
    publish_summary(meeting, [cited(practice)], number=2, summary=first.summary, change=other)
    page = page_of(client, f"{PATH}/changes?language=en")
    assert [words.text for words in page.xpath("//ins")] == ["many "]
    headings = [heading.text for heading in page.xpath("//h2")]
    assert headings == ["Paragraph 1", "Paragraph 2"]
    shown = " ".join(page.text_content().split())
    assert "Removed." in shown
    assert "Source added: A contribution that was not made for everybody who may read this summary." in shown
    assert "It changed in other languages." not in shown
    assert "no earlier version" in client.get(f"{PATH}/changes?version=1").text
    assert client.get(f"{PATH}/changes?version=9").status_code == 404
    assert f"{PATH}/changes?version=2&language=en" in page_of(client).xpath("//a/@href")


@pytest.mark.parametrize("consent", list(Audience))
def test_what_changed_names_sources_to_their_audience_alone(client, meeting, personas, consent):
    personas.join(meeting)
    practice = publish_practice(meeting, "BR", consent=consent)
    first = publish_summary(meeting, [cited(practice)], [])
    publish_summary(meeting, [], [cited(practice)], number=2, summary=first.summary)
    for person in (None, personas.reader, personas.representative, personas.secretariat):
        shown = page_of(sign_in(client, person), f"{PATH}/changes?language=en").text_content()
        told = QUOTE in page_of(client, f"{PATH}?version=1&language=en").text_content()  # as its page tells
        assert ("Brazil" in shown) is told
        assert (practice.reference in shown) is told
        assert "Forty thousand permits" not in shown
        assert ("A contribution that was not made for everybody" in shown) is not told


def test_without_a_summary_nothing_changed(client, meeting):
    assert client.get(f"{PATH}/changes").status_code == 404

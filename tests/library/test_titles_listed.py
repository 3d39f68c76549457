"""A practice is named in the reader's language wherever it is listed, and so is the page that its name leads to."""

import pytest
from lxml import html

from app.core.db import db
from app.practices.queries import call_of
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import make_delegation, make_meeting
from tests.factories.titled import TITLED, translate
from tests.statements import count_statements

SPANISH = {"Accept-Language": "es"}
TITLE, TRANSLATED, OTHER = "Zona de acolhida", "Zona de acogida", "Um registo comum"
LISTS = [
    "/practices",
    "/practices?sort=-title",
    "/sessions/cam-2026/practices",
    "/sessions/cam-2026/questions/1",
    "/states/BR",
    "/themes/T3",
    "/objectives/5",
    "/compare/states?state=BR&state=PE",
    "/practices/CAM-2026-GP-PER-01",
    "/compare?practice=CAM-2026-GP-PER-01",
]


@pytest.fixture
def meeting(app):
    made = make_meeting()
    call_of(made.id).template = TITLED
    return made


@pytest.fixture
def two(personas, meeting):
    """Two practices in Portuguese, the first with a Spanish title, beside one in Spanish that is like both."""
    delegation = make_delegation(meeting, "BR")
    more = {"delegation": delegation, "language": "pt", "summary": "Zona de acolhida, um registo comum."}
    first = publish_practice(meeting, title=TITLE, **more)
    second = publish_practice(meeting, title=OTHER, number=2, **more)
    publish_practice(meeting, "PE", language="es", title="Zona de acogida con registro común de acolhida")
    translate(first, personas.secretariat, "es", title=TRANSLATED)
    db.session.commit()
    return first, second


def links(page, slug: str) -> list:
    """What names a practice on a page: links to it, and boxes to choose it."""
    main = page.xpath("//main")[0]
    by_link = main.xpath(f".//a[starts-with(@href, '/practices/{slug}') and not(contains(@href, 'reuse'))]")
    by_box = main.xpath(f".//label[@for='compare-{slug}']/span[not(@class)]")
    return [node for node in (*by_link, *by_box) if node.text_content().strip() in (TITLE, TRANSLATED, OTHER)]


def lang(node) -> str:
    return node.xpath("(ancestor-or-self::*[@lang])[last()]/@lang")[0]


@pytest.mark.parametrize("url", LISTS)
def test_lists_name_a_practice_in_the_reader_s_language(client, two, url):
    if url.endswith("/questions/1"):  # its links are the States' names
        page = html.document_fromstring(client.get(url, headers=SPANISH).text)
        assert page.xpath(f"//span[text()='{TRANSLATED}']/@lang") == ["es"]
        assert page.xpath(f"//span[text()='{OTHER}']/@lang") == ["pt"]
        return
    page = html.document_fromstring(client.get(url, headers=SPANISH).text)
    named = links(page, two[0].slug)
    assert named
    assert {(node.text_content().strip(), lang(node)) for node in named} == {(TRANSLATED, "es")}
    named = links(page, two[1].slug)
    assert {(node.text_content().strip(), lang(node)) for node in named} <= {(OTHER, "pt")}
    page = html.document_fromstring(client.get(url, headers={"Accept-Language": "fr"}).text)
    assert {(node.text_content().strip(), lang(node)) for node in links(page, two[0].slug)} == {(TITLE, "pt")}


def test_the_link_opens_the_same_language(client, two):
    page = html.document_fromstring(client.get("/practices", headers=SPANISH).text)
    [link] = links(page, two[0].slug)
    opened = html.document_fromstring(client.get(link.get("href"), headers=SPANISH).text)
    assert (opened.xpath("//h1/text()"), opened.xpath("//h1/@lang")) == ([TRANSLATED], ["es"])


def test_the_language_of_an_original_is_told_beside_it(client, two):
    page = html.document_fromstring(client.get("/practices", headers=SPANISH).text)
    told = {row.xpath("th/a")[0].text: row.xpath("th/span")[0].text for row in page.xpath("//tbody/tr")}
    assert told[TRANSLATED] == "Original: Português"
    assert told[OTHER] == "Português"
    page = html.document_fromstring(client.get("/states/BR", headers=SPANISH).text)
    entries = {entry.xpath("h3")[0].text_content(): entry for entry in page.xpath("//li[@class='entry']")}
    assert not entries[TRANSLATED].xpath("p[@class='entry-kicker']/span")
    assert entries[TRANSLATED].xpath("p[@class='entry-text']/@lang") == ["pt"], "its summary is not translated"
    assert entries[OTHER].xpath("p[@class='entry-kicker']/span/text()") == ["Português"]
    timeline = [" ".join(line.text_content().split()) for line in page.xpath("//ol[@class='years']//li[a]")]
    assert f"{OTHER} (Português) CAM/2026/GP/BRA/02" in timeline
    assert f"{TRANSLATED} CAM/2026/GP/BRA/01" in timeline


def test_the_order_by_title_is_that_of_the_titles_as_they_were_written(client, two):
    page = html.document_fromstring(client.get("/practices?sort=title", headers=SPANISH).text)
    assert page.xpath("//tbody/tr/th/a/text()")[:2] == [OTHER, "Zona de acogida con registro común de acolhida"]


def test_what_is_new_on_the_desk(client, personas, two):
    personas.reader.language = "es"
    db.session.commit()
    page = html.document_fromstring(sign_in(client, personas.reader).get("/desk").text)
    assert [(node.text_content(), lang(node)) for node in links(page, two[0].slug)] == [(TRANSLATED, "es")]
    assert [(node.text_content(), lang(node)) for node in links(page, two[1].slug)] == [(OTHER, "pt")]


@pytest.mark.parametrize("url", LISTS)
def test_statements_do_not_grow_with_what_is_translated(client, personas, two, url):
    def number() -> int:
        client.get(url, headers=SPANISH)
        with count_statements() as counted:
            assert client.get(url, headers=SPANISH).status_code == 200
        return counted.number

    before = number()
    translate(two[1], personas.secretariat, "es", title="Un registro")
    db.session.commit()
    assert number() == before

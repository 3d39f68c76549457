"""The search page: what was found, for whom; what a strange query is told."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.core.paging import Page
from app.library import search_page
from app.meetings.enums import Stage
from app.presentations.indexing import index_presentation
from app.search.asking import Answer
from app.summaries.indexing import index_publication
from app.summaries.models import Summary
from tests.client import sign_in
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import everywhere, make_meeting
from tests.statements import count_statements

PRACTICE = "Good practice · Peru · Annual session (en), 2026 · CAM/2026/GP/PER/01 · Español"


@pytest.fixture
def published(app):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(
        meeting,
        "PE",
        language="es",
        title="Permiso temporal de permanencia",
        results="La regularización de niños <b>y</b> niñas.",
    )
    presentation = publish_presentation(meeting, answers={"1": "A single calendar for the hemisphere."})
    index_presentation(presentation, presentation.versions[0])
    index_publication(publish_summary(meeting), meeting)
    db.session.commit()
    return meeting


def hits(response) -> list[tuple[str, str]]:
    page = html.document_fromstring(response.text)
    return [
        (item.xpath(".//h2/a/@href")[0], " ".join(item.xpath("./p[@class='entry-kicker']")[0].text_content().split()))
        for item in page.xpath("//ol[@class='entries']/li")
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("regularizacion", [("/practices/CAM-2026-GP-PER-01#field-results", PRACTICE)]),
        ("calendar", [("/sessions/cam-2026/presentations/RCM#field-answers.1", "Presentation · Annual session (en)")]),
        (
            "gave permits",
            [("/sessions/cam-2026/summary?language=en#paragraph-1", "Paragraph of a summary · Annual session (en)")],
        ),
    ],
)
def test_each_kind_is_found(client, published, query, found):
    shown = hits(client.get("/search", query_string={"q": query}))
    assert [(path.partition(":~:text=")[0], kicker) for path, kicker in shown] == found


def test_each_finds_the_latest_summary_that_was_issued_to_them(client, published, personas):
    """A later publication for fewer takes nothing from the others, and hides the earlier from those whom it reaches."""
    personas.join(published)

    def found(person):
        sign_in(client, person)
        return [hits(client.get("/search", query_string={"q": text})) != [] for text in ("gave permits", "wrote laws")]

    def write(content):
        for one in content["sections"][0]["paragraphs"]:
            one["text"] = dict(everywhere("Delegations wrote laws."))
        return content

    summary = db.session.scalars(sa.select(Summary)).one()
    fewer = {"number": 2, "summary": summary, "change": write}
    later = publish_summary(published, distribution=Audience.RESTRICTED, **fewer)
    index_publication(later, published)
    db.session.commit()
    words = {name: found(person) for name, person in personas.items()}
    assert words["anonymous"] == words["reader"] == [True, False]
    assert words["delegate_a"] == words["representative"] == words["secretariat"] == [False, True]
    published.distribution = Audience.RESTRICTED
    db.session.commit()
    assert found(personas.reader) == [False, False]
    assert found(personas.delegate_a) == [False, True]
    published.distribution = Audience.PUBLIC
    index_publication(publish_summary(published, number=3, summary=summary), published)
    db.session.commit()
    assert found(personas.delegate_a) == found(personas.anonymous) == [True, False]


def test_the_words_found_are_marked_and_markup_is_not(client, published):
    response = client.get("/search?q=NINAS")
    assert "&lt;b&gt;y&lt;/b&gt; <mark>niñas</mark>." in response.text
    assert 'lang="es"' in response.text


def test_what_is_chosen_narrows_and_can_be_taken_away(client, published):
    response = client.get("/search?state=PE&kind=practice")
    page = html.document_fromstring(response.text)
    assert hits(response) == [("/practices/CAM-2026-GP-PER-01", PRACTICE)]
    assert page.xpath("//ul[@class='chosen-facets']//a/@href") == [
        "/search?state=PE",
        "/search?kind=practice",
        "/search",
    ]
    assert {"Peru", "Good practice"} <= {
        text.strip() for text in page.xpath("//a[@aria-current='true']/span[1]/text()")
    }
    assert page.xpath("//input[@type='hidden'][@name='state']/@value") == ["PE"], "other words keep what is chosen"


def test_what_nothing_has_is_said(client, published):
    response = client.get("/search?state=XX&theme=<b>&year=abc")
    assert response.status_code == 200
    assert "Nothing that you may read has this: State: XX; Theme: &lt;b&gt;; Year of the session: abc" in response.text
    assert "Nothing published fits all of this" in response.text


@pytest.mark.parametrize("page", ["1000000000", "9" * 40, "-1", "x", "2"])
def test_a_page_beyond_the_list(client, published, page):
    response = client.get("/search", query_string={"q": "calendar", "page": page})
    assert response.status_code == 200
    assert hits(response) or "This page of the list does not exist" in response.text


def test_what_may_have_been_meant_is_offered(client, published):
    page = html.document_fromstring(client.get("/search?q=hemispere&kind=presentation").text)
    (link,) = page.xpath("//p[contains(text(), 'Did you mean')]/a")
    assert (link.text, link.get("href")) == ("hemisphere", "/search?q=hemisphere&kind=presentation")


def test_a_search_that_was_cut_says_so(client, published, monkeypatch):
    monkeypatch.setattr(search_page, "ask", lambda asked, *args, **more: Answer(Page([], 0, 1, 20), cut=True))
    response = client.get("/search?q=calendar")
    assert response.status_code == 200
    assert "This search took too long and was stopped" in response.text


def test_before_anything_is_asked(client, published):
    response = client.get("/search")
    assert response.status_code == 200
    assert "result" not in response.text


def test_nothing_found_says_what_to_do(client, published):
    assert "Nothing published has all these words" in client.get("/search?q=xylophone").text


@pytest.mark.parametrize("query", ["", "*", "x", "a" * 10_000, '"', "%"])
def test_a_query_that_cannot_be_asked_is_told_why_and_kept(client, published, query):
    response = client.get("/search", query_string={"q": query})
    assert response.status_code == 422
    page = html.document_fromstring(response.text)
    assert page.xpath("//input[@id='q'][@aria-invalid='true']")
    assert page.xpath("//div[@role='alert']//a[@href='#q']")


def test_pages(client, app):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    delegation = None
    for number in range(1, 24):
        delegation = publish_practice(meeting, "PE", delegation=delegation, number=number).delegation
    db.session.commit()
    response = client.get("/search?q=permits")
    assert len(hits(response)) == 20
    assert "23 results" in response.text
    assert "/search?q=permits&amp;page=2" in response.text
    with count_statements() as counted:
        assert len(hits(client.get("/search?q=permits&page=2"))) == 3
    assert counted.number < 12


def test_what_may_not_be_read_is_not_found(client, personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    personas.join(meeting)
    publish_practice(meeting, "BR", consent=Audience.MEMBER_STATES)
    db.session.commit()
    found = {name for name, person in personas.items() if hits(sign_in(client, person).get("/search?q=permits"))}
    assert found == {"reader", "delegate_a", "delegate_b", "secretariat", "administrator"}


@pytest.mark.parametrize("query", ["lang=fr", "foo=x", "page=2", "kind=", "utm_source=mail&sort=newest"])
def test_an_address_that_asks_for_nothing_gives_the_plain_page(client, published, query):
    response = client.get(f"/search?{query}")
    assert response.status_code == 200
    page = html.document_fromstring(response.text)
    assert not page.xpath("//div[@role='alert']")
    assert not page.xpath("//ol[@class='entries']")


def test_what_searching_does_not_know_is_left_out_and_said(client, published):
    response = client.get("/search?country=PE&q=calendar&<b>=1")
    assert [path for path, _kicker in hits(response)] == [
        "/sessions/cam-2026/presentations/RCM#field-answers.1:~:text=A%20single%20calendar%20for%20the%20hemisphere"
    ]
    assert "searching does not know; it was left out: country, &lt;b&gt;" in response.text
    assert "searching does not know" not in client.get("/search?q=calendar&lang=en&sort=newest&all=state").text


def test_since_when_is_a_chip_that_can_be_taken_away(client, published):
    page = html.document_fromstring(client.get("/search?kind=practice&since=2020-03-01T00:00:00Z").text)
    chips = {
        " ".join(link.text_content().split()): link.get("href")
        for link in page.xpath("//ul[@class='chosen-facets']//a")
    }
    assert chips["Take away: Published or changed since: 1 March 2020 ×"] == "/search?kind=practice"


def test_all_values_of_a_facet_can_be_reached(client, published, monkeypatch):
    monkeypatch.setattr(search_page, "MOST_SHOWN", 1)
    monkeypatch.setattr(search_page, "SHOWN", 0)
    page = html.document_fromstring(client.get("/search?since=2020-01-01").text)
    (link,) = page.xpath("//section[@aria-labelledby='facet-kind']//p/a")
    assert " ".join(link.text_content().split()) == "Show all 4: Kind"
    assert link.get("href").endswith("&all=kind#facet-kind")
    whole = html.document_fromstring(client.get(link.get("href")).text)
    assert len(whole.xpath("//section[@aria-labelledby='facet-kind']//a[@class='facet-value']")) == 4
    assert whole.xpath("//section[@aria-labelledby='facet-kind']/details[@open]")
    assert not whole.xpath("//section[@aria-labelledby='facet-kind']//p/a")


class TestPracticesFound:
    """Are compared and kept without opening each."""

    @pytest.fixture
    def practices(self, published):
        return [publish_practice(published, code, title=f"Permits of {code}") for code in ("BR", "CL")]

    def test_each_has_a_box_of_the_form_that_compares(self, client, published, practices):
        page = html.document_fromstring(client.get("/search?kind=practice").text)
        (form,) = page.xpath("//form[@id='compare']")
        slugs = page.xpath("//ol[@class='entries']//input[@type='checkbox'][@form='compare'][@name='practice']/@value")
        assert sorted(slugs) == ["CAM-2026-GP-BRA-01", "CAM-2026-GP-CHL-01", "CAM-2026-GP-PER-01"]
        labels = {" ".join(label.text_content().split()) for label in page.xpath("//ol//label")}
        assert "Compare: Permits of BR" in labels
        compared = client.get(form.get("action"), query_string={"practice": slugs})
        assert compared.status_code == 200
        assert "Permits of BR" in compared.text
        assert "Permits of CL" in compared.text

    def test_each_can_be_kept(self, client, published, practices):
        page = html.document_fromstring(client.get("/search?q=permits&state=BR").text)
        (link,) = page.xpath("//ol//a[starts-with(., 'Keep in a collection')]")
        assert link.get("href") == "/collections/add?kind=practice&name=CAM-2026-GP-BRA-01"
        assert "Permits of BR" in link.text_content()

    def test_one_alone_is_compared_with_nothing_and_others_have_no_box(self, client, published):
        page = html.document_fromstring(client.get("/search?kind=practice&kind=presentation").text)
        assert len(page.xpath("//ol[@class='entries']/li")) == 2
        assert not page.xpath("//input[@name='practice']")
        assert not page.xpath("//form[@id='compare']")
        assert len(page.xpath("//ol//a[starts-with(., 'Keep in a collection')]")) == 1


def test_the_language_of_the_address_stays(client, published):
    page = html.document_fromstring(client.get("/search?q=permits&lang=pt&state=PE").text)
    own = [link for link in page.xpath("//main//a/@href") if link.startswith("/search?")]
    assert own
    assert [link for link in own if "lang=pt" not in link] == []
    assert page.xpath("//main//form[@role='search']//input[@name='lang']/@value") == ["pt"]
    plain = html.document_fromstring(client.get("/search?q=permits&lang=xx&state=PE").text)
    assert not plain.xpath("//main//a[contains(@href, 'lang=')]")
    assert not plain.xpath("//main//input[@name='lang']")


@pytest.mark.parametrize("path", ["/practices", "/sessions/cam-2026/practices"])
def test_the_language_of_a_register_s_address_stays(client, published, path):
    page = html.document_fromstring(client.get(f"{path}?lang=pt&state=PE").text)
    own = [link for link in page.xpath("//main//a/@href") if link.startswith(f"{path}?")]
    assert own
    assert [link for link in own if "lang=pt" not in link] == []
    assert page.xpath("//main//form[contains(@class, 'filter-bar')]//input[@name='lang']/@value") == ["pt"]

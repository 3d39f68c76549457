"""The registers of good practices: what is listed, filtered, sorted and cut into pages, for whom."""

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from tests.client import sign_in
from tests.factories.library import publish_practice
from tests.factories.summaries import make_delegation, make_meeting, make_practice
from tests.statements import count_statements


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


@pytest.fixture
def three(meeting):
    publish_practice(meeting, "PE", title="Éxito del permiso temporal", language="es", themes=["T3", "T4"])
    publish_practice(meeting, "CL", title="early regularization", gcm_main="7", gcm_other=[])
    more = {"gcm_main": "16", "gcm_other": ["5"], "capacities": ["statistical"]}
    publish_practice(meeting, "BR", title="Zona de acolhida", language="pt", **more)
    return meeting


def rows(response) -> list[str]:
    return html.document_fromstring(response.text).xpath("//table//tbody/tr/th/a/text()")


def test_in_the_order_of_states_with_links_and_facts(client, three):
    page = html.document_fromstring(client.get("/practices").text)
    assert page.xpath("//tbody/tr/th/a/@href") == [
        "/practices/CAM-2026-GP-BRA-01",
        "/practices/CAM-2026-GP-CHL-01",
        "/practices/CAM-2026-GP-PER-01",
    ]
    assert page.xpath("//tbody/tr[3]/th/@lang") == ["es"]
    cells = page.xpath("//tbody/tr[3]/td[not(input)]")
    assert cells[0].text_content() == "Peru"
    assert ";" in cells[1].text_content()
    assert cells[2].text_content().startswith("5. ")
    assert cells[3].text_content() == "CAM 2026"
    assert cells[4].text_content() == "14 May 2026"
    assert "3 practices" in page.text_content()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=PE", ["Éxito del permiso temporal"]),
        ("theme=T4", ["Éxito del permiso temporal"]),
        ("gcm=5", ["Zona de acolhida", "Éxito del permiso temporal"]),
        ("gcm=7", ["early regularization", "Éxito del permiso temporal"]),
        ("language=pt", ["Zona de acolhida"]),
        ("term=capacities:statistical", ["Zona de acolhida"]),
        ("term=tracks:minimum_standards", []),
        ("state=CL&language=pt", []),
        ("sort=title", ["early regularization", "Éxito del permiso temporal", "Zona de acolhida"]),
        ("sort=-title", ["Zona de acolhida", "Éxito del permiso temporal", "early regularization"]),
        ("sort=-state", ["Éxito del permiso temporal", "early regularization", "Zona de acolhida"]),
        ("state=&theme=&gcm=&language=", ["Zona de acolhida", "early regularization", "Éxito del permiso temporal"]),
    ],
)
@pytest.mark.parametrize("path", ["/practices", "/sessions/cam-2026/practices"])
def test_filters_and_order_live_in_the_address(client, three, path, query, found):
    response = client.get(f"{path}?{query}")
    assert response.status_code == 200
    assert rows(response) == found


def test_states_sort_by_their_names_in_the_readers_language(client, meeting):
    for code in ("US", "EC", "SV", "ES"):
        publish_practice(meeting, code, title=code)
    assert rows(client.get("/practices", headers={"Accept-Language": "en"})) == ["EC", "SV", "ES", "US"]
    assert rows(client.get("/practices", headers={"Accept-Language": "es"})) == ["EC", "SV", "ES", "US"]
    assert rows(client.get("/practices", headers={"Accept-Language": "fr"})) == ["SV", "EC", "ES", "US"]


def test_by_date_of_publication(client, three):
    practice = publish_practice(three, "AR", title="The newest")
    practice.published_at = practice.published_at.replace(year=2027)
    db.session.commit()
    assert rows(client.get("/practices?sort=-date"))[0] == "The newest"
    assert rows(client.get("/practices?sort=date"))[-1] == "The newest"


@pytest.mark.parametrize(
    "query", ["theme=XX", "gcm=99", "state=ZZ", "language=de", "sort=colour", "theme=%25", "gcm=%22"]
)
def test_a_filter_that_does_not_exist_is_refused_at_its_field(client, three, query):
    response = client.get(f"/practices?{query}")
    assert response.status_code == 422
    page = html.document_fromstring(response.text)
    field = query.split("=")[0]
    assert page.xpath(f"//*[@id='{field}'][@aria-invalid='true']")
    assert page.xpath(f"//div[@role='alert']//a[@href='#{field}']")


def test_columns_sort_both_ways_and_keep_the_filter(client, three):
    page = html.document_fromstring(client.get("/practices?language=es&_external=1&slug=x").text)
    headings = {link.text: link.get("href") for link in page.xpath("//thead//a")}
    assert headings == {
        "Title": "/practices?language=es&sort=title",
        "State": "/practices?language=es&sort=-state",
        "Published": "/practices?language=es&sort=date",
    }
    assert page.xpath("//th[@aria-sort='ascending']//text()")[0].strip() == "State"


def test_200_a_page_and_no_more(client, meeting):
    delegation = make_delegation(meeting, "PE")
    for number in range(1, 53):
        publish_practice(meeting, delegation=delegation, number=number, title=f"Practice {number:02d}")
    db.session.commit()
    first = client.get("/practices")
    assert len(rows(first)) == 50
    page = html.document_fromstring(first.text)
    assert "1 to 50 of 52" in page.text_content()
    assert page.xpath("//nav[@class='pagination']//a[@rel='next']/@href") == ["/practices?page=2"]
    assert rows(client.get("/practices?page=2")) == ["Practice 51", "Practice 52"]
    assert len(rows(client.get("/practices?per_page=200"))) == 52
    assert len(rows(client.get("/practices?per_page=99999"))) == 52
    second = client.get("/practices?per_page=51&page=2&sort=title")
    assert rows(second) == ["Practice 52"]
    assert "/practices?sort=title&amp;per_page=51&amp;page=1" in second.text


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=x", "per_page=x", "per_page=-1", "per_page=0"])
def test_a_senseless_page_shows_the_first(client, three, query):
    assert rows(client.get(f"/practices?{query}"))


def test_past_the_end_says_so(client, three):
    response = client.get("/practices?page=99999999999")
    assert response.status_code == 200
    assert "This page of the list does not exist" in response.text


def test_an_empty_register_says_what_it_waits_for(client, meeting):
    response = client.get("/sessions/cam-2026/practices")
    assert "No practice is published yet" in response.text
    assert "filter-bar" not in response.text


def test_no_match_offers_to_clear_the_filters(client, three):
    page = html.document_fromstring(client.get("/practices?state=PE&language=pt").text)
    assert "No practice matches these filters" in page.text_content()
    assert "/practices" in page.xpath("//div[@class='empty']//a/@href")


def test_only_what_is_published_is_listed(client, meeting, personas):
    delegation = make_delegation(meeting, "PE")
    for number, state in enumerate(PracticeState, start=1):
        make_practice(delegation, state=state, number=number)
    db.session.commit()
    for _name, person in personas.items():
        assert rows(sign_in(client, person).get("/practices?per_page=200")) == ["Regularized 40,000 people in one year"]


@pytest.mark.parametrize(
    ("consent", "distribution", "readers"),
    [
        (Audience.PUBLIC, Audience.PUBLIC, "everybody"),
        (Audience.MEMBER_STATES, Audience.PUBLIC, "reader delegate_a delegate_b secretariat administrator"),
        (Audience.PUBLIC, Audience.MEMBER_STATES, "reader delegate_a delegate_b secretariat administrator"),
        (Audience.PUBLIC, Audience.RESTRICTED, "delegate_a delegate_b representative secretariat administrator"),
    ],
)
def test_by_audience(client, personas, consent, distribution, readers):
    meeting = make_meeting(stage=Stage.PUBLISHED, distribution=distribution)
    personas.join(meeting)
    publish_practice(meeting, "BR", consent=consent)
    db.session.commit()
    found = {name: bool(rows(sign_in(client, person).get("/practices"))) for name, person in personas.items()}
    expected = set(found) if readers == "everybody" else set(readers.split())
    assert {name for name, listed in found.items() if listed} == expected


def test_a_session_back_in_preparation_hides_its_practices(client, three, personas):
    three.stage = Stage.PREPARING
    db.session.commit()
    assert rows(client.get("/practices")) == []
    assert client.get("/sessions/cam-2026/practices").status_code == 404
    assert len(rows(sign_in(client, personas.secretariat).get("/practices"))) == 3


@pytest.mark.parametrize("number", [1, 3])
def test_statements_do_not_grow_with_the_rows(client, meeting, number):
    for code in ("PE", "CL", "BR")[:number]:
        publish_practice(meeting, code)
    db.session.commit()
    with count_statements() as counted:
        assert len(rows(client.get("/practices"))) == number
    assert counted.number == 7

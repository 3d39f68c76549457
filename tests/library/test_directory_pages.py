"""Pages of mechanisms and States: each fact with its source."""

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.library.directory_pages import source_day
from app.meetings.enums import Stage
from tests.factories.library import publish_practice, publish_presentation
from tests.factories.summaries import make_meeting
from tests.statements import count_statements


def section(response, name: str) -> str:
    page = html.document_fromstring(response.text)
    return " ".join(page.xpath(f"//section[@aria-labelledby='{name}']")[0].text_content().split())


def test_the_list_names_each_mechanism_with_its_members(client):
    page = html.document_fromstring(client.get("/mechanisms").text)
    assert len(page.xpath("//ol[@class='entries']/li")) == 11
    shown = page.text_content()
    assert "18 or 19 members, depending on the source" in shown
    assert "12 members" in shown
    assert "/mechanisms/quito-process" in page.xpath("//h2/a/@href")


def test_both_numbers_of_members_stand_with_their_sources(client):
    members = section(client.get("/mechanisms/riam"), "members")
    assert "The sources do not agree. Each is shown as it stands." in members
    first, second = members.index("18 members"), members.index("19 members")
    assert first < members.index("April 2023") < second < members.index("9 May 2023")
    assert "The source gives the number and no list." in members
    assert "Spain" in members


def test_members_lead_to_their_pages(client):
    page = html.document_fromstring(client.get("/mechanisms/rcm").text)
    links = page.xpath("//section[@aria-labelledby='members']//li/a")
    assert len(links) == 11
    assert ("/states/BZ", "Belize") in [(link.get("href"), link.text) for link in links]
    assert [link.text for link in links] == sorted(link.text for link in links)
    assert "sources do not agree" not in page.text_content()


def test_not_stated_is_told_from_none(client):
    response = client.get("/mechanisms/lad")
    assert "Not stated by the source. That is not the same as none." in section(response, "secretariat")
    assert "Not stated" not in section(response, "groups")
    assert "Not stated by the source" in section(client.get("/mechanisms/cam"), "groups")


def test_a_secretariat_by_its_full_name(client):
    assert "International Organization for Migration (IOM)" in section(client.get("/mechanisms/rcm"), "secretariat")


def test_groups_stand_under_their_pillars(client):
    page = html.document_fromstring(client.get("/mechanisms/lad").text)
    groups = page.xpath("//section[@aria-labelledby='groups']")[0]
    assert len(groups.xpath("./h4")) == 3
    assert [heading.text for heading in groups.xpath("./h3")] == ["Working groups, under three pillars", "Four axes"]
    assert len(groups.xpath(".//li")) >= 11


def test_other_names_come_with_who_uses_them(client):
    shown = html.document_fromstring(client.get("/mechanisms/cam").text).text_content()
    assert "Committee on Migration Issues" in shown


def test_what_a_mechanism_convenes_and_presented(client):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_presentation(meeting, "RCM")
    publish_presentation(meeting, "SACM", consent=Audience.MEMBER_STATES)
    db.session.commit()
    assert "/sessions/cam-2026" in client.get("/mechanisms/cam").text
    assert "/sessions/cam-2026/presentations/RCM" in client.get("/mechanisms/rcm").text
    assert "/sessions/cam-2026/presentations/" not in client.get("/mechanisms/sacm").text


@pytest.mark.parametrize("path", ["/mechanisms/nothing", "/states/ZZ", "/states/RCM", "/states/IOM"])
def test_no_such_page(client, path):
    assert client.get(path).status_code == 404


def test_a_state_with_its_mechanisms_and_practices(client):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE", title="Gave permits", summary="Who asked, got one.")
    publish_practice(meeting, "CL", title="Of another State")
    db.session.commit()
    response = client.get("/states/pe")
    assert "Gave permits" in section(response, "practices")
    assert "CAM 2026" in section(response, "practices")
    assert "Who asked, got one." in section(response, "practices")
    assert "Of another State" not in response.text
    assert "Quito Process" in section(response, "mechanisms")
    assert "April 2023" in section(response, "mechanisms")


def test_a_territory_without_practices(client):
    response = client.get("/states/CW")
    assert "No practice of this delegation is published" in section(response, "practices")
    assert "R4V" in section(response, "mechanisms")


def test_names_in_the_readers_language(client):
    page = html.document_fromstring(client.get("/states/BO", headers={"Accept-Language": "es"}).text)
    assert page.xpath("//h1")[0].text_content() == "Bolivia (Estado Plurinacional de)"


@pytest.mark.parametrize(("day", "shown"), [("2023", "2023"), ("2023-04", "April 2023"), ("2023-05-09", "9 May 2023")])
def test_a_date_as_exact_as_it_is_known(app, day, shown):
    with app.test_request_context():
        assert source_day(day) == shown


@pytest.mark.parametrize(
    ("path", "statements"), [("/mechanisms", 5), ("/mechanisms/cam", 8), ("/mechanisms/fem", 8), ("/states/PE", 8)]
)
def test_few_statements(client, path, statements):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE")
    db.session.commit()
    with count_statements() as counted:
        client.get(path)
    assert counted.number == statements

"""Pages of mechanisms and States: each fact with its source."""

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.directory.enums import StatementSubject
from app.directory.models import Membership
from app.directory.queries import mechanism_by_slug
from app.map.naming import day_shown
from app.meetings.enums import Stage
from tests.factories.library import publish_practice, publish_presentation
from tests.factories.summaries import make_meeting
from tests.statements import count_statements


def section(response, name: str) -> str:
    page = html.document_fromstring(response.text)
    return " ".join(page.xpath(f"//section[@aria-labelledby='{name}']")[0].text_content().split())


def test_the_list_names_each_mechanism_with_its_members(client):
    page = html.document_fromstring(client.get("/mechanisms").text)
    rows = page.xpath("//table[@class='register']/tbody/tr")
    assert len(rows) == 86
    shown = {row.xpath("./th/a")[0].text: " ".join(row.text_content().split()) for row in rows}
    assert list(shown) == sorted(shown, key=str.casefold)
    assert "18 or 19 members, depending on the source" in shown["RIAM"]
    assert "12 members" in shown["SACM"]
    assert "OAS-DSI, UNHCR" in shown["MIRPS"]
    assert "Not stated by the source" in shown["OCAM"]
    assert "No source at hand" in shown["GCM"]
    assert "/mechanisms/quito-process" in page.xpath("//th/a/@href")


def test_the_directory_is_filtered_by_kind_member_and_theme(client):
    def names(query: str) -> set[str]:
        page = html.document_fromstring(client.get(f"/mechanisms?{query}").text)
        return set(page.xpath("//table[@class='register']/tbody/tr/th/a/text()"))

    assert names("kind=platform") >= {"R4V"}
    assert names("state=BZ") >= {"CAM", "RCM", "MIRPS"}
    assert "SACM" not in names("state=BZ")
    assert "RCM" in names("theme=T5")
    assert "No mechanism matches these filters" in client.get("/mechanisms?kind=platform&state=CA").text
    for wrong in ("kind=circus", "state=ZZ", "theme=T99", "at=never"):
        answer = client.get(f"/mechanisms?{wrong}")
        assert answer.status_code == 422
        assert len(html.document_fromstring(answer.text).xpath("//tbody/tr")) == 86, "nothing is filtered away"


def test_organizations_with_what_they_serve(client):
    page = html.document_fromstring(client.get("/organizations").text)
    shown = {row.xpath("./th/a")[0].text: " ".join(row.text_content().split()) for row in page.xpath("//tbody/tr")}
    assert len(shown) == 40
    assert "RCM" in shown["IOM"]
    assert "1919" in shown["ILO"]
    assert "UNHCR" in client.get("/organizations?kind=united+nations+agency").text
    assert client.get("/organizations?kind=circus").status_code == 422


def test_an_organization_with_its_mandate_its_places_and_what_it_works_on(client):
    page = client.get("/organizations/iom")
    assert "Reference" not in section(page, "glance")
    assert "1951" in section(page, "glance")
    involvement = section(page, "involvement")
    assert "Migration and development Strong" in involvement
    assert "Vote of migrants abroad None doubtful print" in involvement
    assert "Regional Conference on Migration" in page.text
    assert client.get("/organizations/nothing").status_code == 404


def test_a_member_until_a_day_is_shown_as_at_that_day(client):
    rcm = mechanism_by_slug("rcm")
    listed = next(row for row in rcm.statements if row.subject is StatementSubject.MEMBERS)
    listed.memberships[0].since, listed.memberships[0].until = "2000", "2010-06"
    db.session.commit()
    assert "Belize (2000 to June 2010)" in section(client.get("/mechanisms/rcm?at=2010-06-30"), "members")
    later = section(client.get("/mechanisms/rcm?at=2010-07-01"), "members")
    assert "Belize" not in later
    assert "10 members" in later
    listed.memberships.append(Membership(party=listed.memberships[0].party, since="2012", until="2013"))
    db.session.commit()
    assert "11 members" in section(client.get("/mechanisms/rcm?at=2010-06-30"), "members"), "nobody counts twice"
    assert "10 members" in client.get("/mechanisms").text
    assert "RCM" not in section(client.get("/states/BZ"), "mechanisms")
    assert "RCM" in section(client.get("/states/BZ?at=2005-01-01"), "mechanisms")


def test_presidency_and_events_of_the_global_forum(client):
    page = client.get("/mechanisms/gfmd")
    assert "Belgium" in section(page, "presidency")
    assert "Brussels" in section(page, "events")
    assert "Brussels" in section(client.get("/states/BE"), "events")


def test_who_answered_a_guiding_question_and_who_else_works_on_it(client):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE", title="Gave permits", answers={"1": "Papers."}, themes=["T3"])
    publish_practice(meeting, "CL", title="Without an answer", answers={"2": "Other."})
    publish_presentation(meeting, "RCM", answers={"1": "Pace."})
    publish_presentation(meeting, "SACM", answers={"1": "Secret."}, consent=Audience.MEMBER_STATES)
    db.session.commit()
    page = client.get("/sessions/cam-2026/questions/1")
    links = html.document_fromstring(page.text).xpath("//main//li/a/@href")
    assert "/practices/CAM-2026-GP-PER-01#field-answers.1" in links
    assert "/sessions/cam-2026/presentations/RCM#field-answers.1" in links
    assert "/themes/T3" in links
    assert "Without an answer" not in page.text
    assert "presentations/SACM" not in page.text
    assert client.get("/sessions/cam-2026/questions/9").status_code == 404
    assert "/themes/T3" in client.get("/practices/CAM-2026-GP-PER-01").text


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
    names = [link.text for link in links][:11]
    assert names == sorted(names)
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
        assert day_shown(day) == shown


@pytest.mark.parametrize(
    ("path", "statements"),
    [
        ("/mechanisms", 5),
        ("/mechanisms/cam", 18),
        ("/mechanisms/fem", 17),
        ("/states/PE", 22),
        ("/organizations", 5),
        ("/organizations/IOM", 11),
        ("/sessions/cam-2026/questions/1", 11),
    ],
)
def test_few_statements(client, path, statements):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE")
    db.session.commit()
    with count_statements() as counted:
        client.get(path)
    assert counted.number == statements

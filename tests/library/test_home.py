"""The start page: what is open, what is new to a person, the ways in; of one body and of several."""

from datetime import timedelta

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.library.models import LibraryVisit
from app.meetings.enums import DelegationRole, Stage
from app.practices.indexing import index_practice
from app.search.models import PRACTICE_KIND
from app.search.operations import forget
from tests.client import post_form, sign_in
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import NOON, make_meeting, make_summary
from tests.guards.circulated import make_circulation, make_versions
from tests.personas import add_member, party


def page_of(client, path: str = "/", **more):
    response = client.get(path, **more)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def test_the_ways_in(client):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE")
    publish_presentation(meeting, "RCM")
    publish_summary(meeting)
    links = page_of(client).xpath("//main//a/@href")
    for path in (
        "/sessions/cam-2026/questions/1",
        "/themes/T3",
        "/states/PE",
        "/mechanisms/rcm",
        "/practices?year=2026",
        "/sessions/cam-2026/summary",
        "/practices/map",
    ):
        assert path in links


def test_one_body_is_the_front_page(client):
    make_meeting(stage=Stage.PUBLISHED)
    page = page_of(client)
    assert words(page.xpath("//h1")[0]) == "Committee on Migration Affairs"
    assert not page.xpath("//*[@id='bodies']")
    assert words(page_of(client, "/bodies/cam").xpath("//h1")[0]) == "Committee on Migration Affairs"


def test_several_bodies_have_pages_of_their_own(client):
    own = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(own, "PE")
    other = make_meeting(code="2025", slug="rcm-2025", mechanism=party("RCM"), stage=Stage.CALL_OPEN)
    publish_practice(other, "CL")
    page = page_of(client)
    assert {"/bodies/cam", "/bodies/rcm"} <= set(page.xpath("//section[@aria-labelledby='bodies']//a/@href"))
    states = page_of(client, "/bodies/rcm").xpath("//section[@aria-labelledby='states']//ul//a/@href")
    assert states == ["/states/CL"]
    sessions = page_of(client, "/bodies/rcm").xpath("//section[@aria-labelledby='sessions']//ul//a/@href")
    assert sessions == ["/sessions/rcm-2025"]


def test_the_ways_in_of_a_body_lead_to_what_is_its_own(client):
    publish_practice(make_meeting(stage=Stage.PUBLISHED), "PE")
    other = make_meeting(code="rcm", slug="rcm-2026", mechanism=party("RCM"), stage=Stage.PUBLISHED)
    publish_practice(other, "CL")
    db.session.commit()
    page = page_of(client, "/bodies/rcm")
    ways = {
        "All good practices": page.xpath("//a[.='All good practices']/@href")[0],
        "year": page.xpath("//section[@aria-labelledby='by-year']//a/@href")[0],
        "theme": page.xpath("//section[@aria-labelledby='themes']//a[contains(@href, 'T3')]/@href")[0],
    }
    for way, address in ways.items():
        listed = page_of(client, address).xpath("//table[@class='register']/tbody/tr")
        assert ["Chile" in words(row) for row in listed] == [True], way
    assert page_of(client, ways["year"]).xpath("//select[@name='body']/option[@selected]/@value") == ["RCM"]


def test_a_body_that_there_is_not_is_said(client):
    publish_practice(make_meeting(stage=Stage.PUBLISHED), "PE")
    db.session.commit()
    assert client.get("/practices?body=none").status_code == 422


@pytest.mark.parametrize("slug", ["sacm", "none", "%27", "cam"])
def test_a_body_without_a_session_that_one_may_see_is_not_found(client, slug):
    make_meeting(stage=Stage.PREPARING)
    assert client.get(f"/bodies/{slug}").status_code == 404


def test_what_is_open_says_until_when_and_what_a_reader_can_do(client):
    make_meeting(stage=Stage.CONSOLIDATING)
    open_now = words(page_of(client).xpath("//section[@aria-labelledby='open']")[0])
    assert "its summary is being written. Read its good practices" in open_now


def test_a_circulation_is_told_to_those_it_is_before(client, personas):
    meeting = make_meeting(stage=Stage.CONSOLIDATING)
    delegation = add_member(meeting, personas.delegate_a, DelegationRole.FOCAL_POINT)
    summary = make_summary(meeting, 1)
    make_circulation(meeting, make_versions(summary, meeting, 1)[0], delegation)
    db.session.commit()
    told = {}
    for role in ("anonymous", "reader", "delegate_a", "delegate_b", "secretariat"):
        sign_in(client, getattr(personas, role) if role != "anonymous" else None)
        told[role] = "for comments until" in words(page_of(client))
    assert told == {
        "anonymous": False,
        "reader": False,
        "delegate_a": True,
        "delegate_b": False,
        "secretariat": True,
    }


def visit(client, **data):
    return post_form(client, "/", data, action="/visit")


def news_of(page) -> list[str]:
    return [words(item) for item in page.xpath("//form[@class='visit']//li")]


def test_what_is_new_since_the_last_visit(client, personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE")
    sign_in(client, personas.reader)
    page = page_of(client)
    assert "From your next visit on" in page.text_content()
    # The page itself tells of the visit: without its script nobody would ever have been here.
    assert page.xpath("//script[contains(@src, '/js/tell-visit.js')]")
    assert page.xpath("//form[@data-tell-visit]")
    assert not page_of(client, "/bodies/cam").xpath("//script[contains(@src, '/js/tell-visit.js')]")
    assert visit(client).status_code == 204
    assert news_of(page_of(client)) == []
    hidden = publish_practice(meeting, "MX", consent=Audience.RESTRICTED)
    new = publish_practice(meeting, "CL")
    presentation = publish_presentation(meeting, "RCM")
    publish_summary(meeting)
    later = now() + timedelta(hours=2)
    for row in (hidden, new, presentation):
        row.published_at = later
    db.session.commit()
    with standing_at(later + timedelta(hours=1)):
        sign_in(client, personas.reader)
        assert news_of(page_of(client)) == ["1 good practice", "1 presentation"]
        assert visit(client).status_code == 204
        assert news_of(page_of(client)) == ["1 good practice", "1 presentation"]  # this visit goes on
        assert visit(client, all_read="1").location == "/"
        assert news_of(page_of(client)) == []


def test_news_lead_to_just_that(client, personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE")
    db.session.commit()
    sign_in(client, personas.reader)
    page_of(client)
    visit(client)
    with standing_at(now() + timedelta(hours=2)):
        new = publish_practice(meeting, "CL")
        new.published_at = now()
        forget(PRACTICE_KIND, new.slug)
        index_practice(new, new.versions[0])
        db.session.commit()
    with standing_at(now() + timedelta(hours=3)):
        sign_in(client, personas.reader)
        (link,) = page_of(client).xpath("//form[@class='visit']//li/a/@href")
        assert link.startswith("/search?")
        found = page_of(client, link).xpath("//ol[@class='entries']//h2/a/@href | //ol[@class='entries']//h3/a/@href")
        assert [address.partition("#")[0] for address in found] == [f"/practices/{new.slug}"]
        of_body = page_of(client, "/bodies/cam")
        assert [words(item) for item in of_body.xpath("//div[@class='visit']//li")] == ["1 good practice"]
        assert of_body.xpath("//div[@class='visit']//li/a/@href") == ["/practices?sort=-date&body=CAM"]
        assert not of_body.xpath("//form[@class='visit']")


def test_the_news_of_a_body_are_its_own_and_lead_to_its_own_sessions(client, personas):
    own, other = (
        make_meeting(stage=Stage.PUBLISHED),
        make_meeting(code="rcm", slug="rcm-2026", mechanism=party("RCM"), stage=Stage.PUBLISHED),
    )
    before = make_meeting("2025", stage=Stage.PUBLISHED, starts_at=NOON - timedelta(days=365))
    since = NOON - timedelta(hours=1)
    db.session.add(LibraryVisit(user_id=personas.reader.id, since=since, at=since))
    for meeting, code in ((own, "RCM"), (before, "SACM"), (before, "RCM"), (other, "SACM")):
        publish_presentation(meeting, code)
    for meeting in (own, other):
        issue(meeting)
        publish_summary(meeting)
    db.session.commit()
    sign_in(client, personas.reader)
    lines = page_of(client, "/bodies/cam").xpath("//div[@class='visit']//li/a")
    assert [(words(line), line.get("href")) for line in lines] == [
        ("1 summary or version of one · Annual session (en)", "/sessions/cam-2026/summary"),
        ("1 presentation · Annual session (en)", "/sessions/cam-2026/presentations"),
        ("2 presentations · Annual session (en)", "/sessions/cam-2025/presentations"),
        ("1 document · Annual session (en)", "/sessions/cam-2026/documents?sort=-date"),
    ]
    for line in lines:
        assert client.get(line.get("href")).status_code == 200
    assert [line.get("href") for line in page_of(client, "/bodies/rcm").xpath("//div[@class='visit']//li/a")] == [
        "/sessions/rcm-2026/summary",
        "/sessions/rcm-2026/presentations",
        "/sessions/rcm-2026/documents?sort=-date",
    ]
    told = [words(line) for line in page_of(client).xpath("//form[@class='visit']//li/a")]
    assert told == ["2 summaries or versions of them", "4 presentations", "2 documents"], "of all bodies"


def test_looking_writes_nothing_and_visitors_have_no_visits(client, personas):
    make_meeting(stage=Stage.PUBLISHED)
    sign_in(client, personas.reader)
    page_of(client)
    assert db.session.query(LibraryVisit).count() == 0
    sign_in(client, None)
    assert not page_of(client).xpath("//form[@class='visit']")

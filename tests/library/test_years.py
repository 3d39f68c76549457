"""Of which year things are, wherever a year is asked for; and a start page of more sessions than a list has."""

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.db import db
from app.core.paging import MOST_PER_PAGE, PER_PAGE
from app.directory.models import Party
from app.meetings.enums import Stage
from app.meetings.indexing import index_meeting
from app.meetings.models import Meeting
from app.meetings.years import began_in, year_of
from app.presentations.models import Presentation
from tests.client import sign_in
from tests.factories.library import publish_practice, publish_presentation
from tests.factories.summaries import make_meeting
from tests.personas import party
from tests.statements import count_statements

EVE = datetime(2026, 1, 1, 1, tzinfo=UTC)  # 31 December 2025 in Lima, 1 January in Auckland


def page_of(client, path: str = "/"):
    response = client.get(path)
    assert response.status_code == 200, path
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def years_of(page) -> list[tuple[str, str]]:
    return [(words(link), link.get("href")) for link in page.xpath("//section[@aria-labelledby='by-year']//a")]


@pytest.fixture
def eves(client):
    """Sessions that begin at one moment: on the last day of a year in Lima, on the first of the next in Auckland."""
    made = []
    for code, zone in (("LIM", "America/Lima"), ("AKL", "Pacific/Auckland")):
        meeting = make_meeting(code, starts_at=EVE, ends_at=EVE + timedelta(days=1), zone=zone, stage=Stage.PUBLISHED)
        made.append((meeting, publish_practice(meeting, "PE")))
        index_meeting(meeting)
    db.session.commit()
    return made


def test_a_session_is_of_the_year_of_its_own_calendar(eves):
    assert [year_of(meeting) for meeting, _practice in eves] == [2025, 2026]
    for year, (meeting, _practice) in zip((2025, 2026), eves, strict=True):
        assert db.session.query(Meeting.id).where(began_in(year)).all() == [(meeting.id,)]


def test_the_year_is_the_same_everywhere(client, eves):
    assert [year for year, _url in years_of(page_of(client))] == ["2026", "2025"]
    chronicle = page_of(client, "/states/PE")
    for year, (_meeting, practice) in zip((2025, 2026), eves, strict=True):
        listed = page_of(client, f"/practices?year={year}").xpath(
            "//table[@class='register']/tbody/tr//a[starts-with(@href, '/practices')]/@href"
        )
        assert set(listed) == {f"/practices/{practice.slug}"}
        found = page_of(client, f"/search?year={year}&kind=practice").xpath("//main//ol[@class='entries']//h2//a/@href")
        assert [link.partition("#")[0] for link in found] == [f"/practices/{practice.slug}"]
        assert f"{year}: 1 good practice" in html.tostring(chronicle, encoding="unicode")
    compared = words(page_of(client, f"/compare?practice={eves[0][1].slug}&practice={eves[1][1].slug}"))
    assert "Peru, 2025" in compared
    assert "Peru, 2026" in compared


def test_by_year_leads_to_all_that_is_published_of_it(client):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting, "PE")
    index_meeting(meeting)
    db.session.commit()
    assert years_of(page_of(client)) == [("2026", "/search?year=2026")]
    kinds = words(page_of(client, "/search?year=2026").xpath("//main")[0])
    assert "Good practice" in kinds
    assert "Session" in kinds


def test_a_year_of_which_readers_see_nothing_leads_nowhere(client, personas):
    make_meeting(stage=Stage.PUBLISHED)
    later = datetime(2031, 5, 1, tzinfo=UTC)
    make_meeting("2031", starts_at=later, ends_at=later + timedelta(days=1), stage=Stage.PREPARING)
    db.session.commit()
    sign_in(client, personas.secretariat)
    page = page_of(client)
    assert [year for year, _url in years_of(page)] == ["2026"]
    assert "/sessions/cam-2031" in page.xpath("//section[@aria-labelledby='sessions']//a/@href")


@pytest.mark.one_database
def test_the_start_page_knows_more_sessions_than_a_page_of_them(client):
    """What is open, the years, the bodies and the mechanisms are of all sessions, not of the newest fifty."""
    old = datetime(1999, 6, 1, tzinfo=UTC)
    first = make_meeting(
        "1999", slug="rcm-1999", mechanism=party("RCM"), starts_at=old, ends_at=old + timedelta(days=1),
        stage=Stage.CONSOLIDATING,
    )  # fmt: skip
    publish_presentation(first, "SACM")
    for number in range(PER_PAGE + 1):
        make_meeting(f"n{number}", stage=Stage.PUBLISHED)
    db.session.commit()
    page = page_of(client)
    assert [year for year, _url in years_of(page)] == ["2026", "1999"]
    assert {"/bodies/cam", "/bodies/rcm"} == set(page.xpath("//section[@aria-labelledby='bodies']//h3/a/@href"))
    assert "/sessions/rcm-1999" in page.xpath("//section[@aria-labelledby='open']//h3/a/@href")
    assert "/mechanisms/sacm" in page.xpath("//section[@aria-labelledby='by-mechanism']//a/@href")
    assert len(page.xpath("//section[@aria-labelledby='sessions']//li")) == 5


@pytest.mark.one_database
def test_a_mechanism_stays_however_many_presented_since(client):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    before = make_meeting("2020", starts_at=EVE, ends_at=EVE + timedelta(days=1), stage=Stage.PUBLISHED)
    publish_presentation(before, "SACM")
    codes = list(db.session.scalars(sa.select(Party.code).where(Party.code != "SACM").order_by(Party.code)))
    other = make_meeting("other", stage=Stage.PUBLISHED)
    for place in range(MOST_PER_PAGE):
        publish_presentation((meeting, other)[place // len(codes)], codes[place % len(codes)])
    db.session.commit()
    assert db.session.query(Presentation).count() == MOST_PER_PAGE + 1
    client.get("/")
    with count_statements() as counted:
        page = page_of(client)
    assert counted.number <= 8
    assert "/mechanisms/sacm" in page.xpath("//section[@aria-labelledby='by-mechanism']//a/@href")

"""What the start page says is new is what the lists show that it leads to."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.floor.enums import SpeakingKind, StatementOutcome
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.library.models import LibraryVisit
from app.meetings.enums import Stage
from app.meetings.models import AgendaItem
from app.practices.indexing import index_practice
from app.presentations.indexing import index_presentation
from app.recommendations.enums import Progress
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.summaries.indexing import index_publication
from tests.client import sign_in
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, publish_agenda

BEFORE = NOON - timedelta(days=1)


@pytest.fixture
def reader(client, personas):
    """Somebody who was here the day before all that the factories publish, and has come back."""
    db.session.add(LibraryVisit(user_id=personas.reader.id, since=BEFORE, at=BEFORE))
    db.session.commit()
    sign_in(client, personas.reader)
    return client


def page_of(client, path: str = "/"):
    response = client.get(path)
    assert response.status_code == 200, path
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def news_of(client, path: str = "/") -> dict[str, str]:
    return {words(link): link.get("href") for link in page_of(client, path).xpath("//*[@class='visit']//li/a")}


def state(meeting, code: str, consent: Audience = Audience.PUBLIC, at=NOON, **more) -> FloorStatement:
    mark = db.session.scalars(sa.select(AgendaItem.mark).where(AgendaItem.meeting_id == meeting.id)).one()
    row = FloorStatement(
        delegation=make_delegation(meeting, code), mark=mark, kind=SpeakingKind.STATEMENT, consent=consent, **more
    )
    version = {"language": "es", "check_delivery": True, "handed_in_at": at, "sha256": "0" * 64, "text": "Gracias."}
    row.versions.append(FloorStatementVersion(number=1, **version))
    db.session.add(row)
    return row


def recommending(content):
    row = {"key": "r-1", "addressees": ["states"], "due": None, "text": dict(everywhere("Count permits alike"))}
    content["sections"][0]["paragraphs"][0]["recommendations"] = [row]
    return content


def test_as_many_are_told_as_are_listed(reader):
    meeting, other = make_meeting(stage=Stage.PUBLISHED), make_meeting("2025", stage=Stage.PUBLISHED)
    for practice in (publish_practice(meeting, "PE"), publish_practice(meeting, "CL", consent=Audience.RESTRICTED)):
        index_practice(practice, practice.versions[0])
    for presentation in (publish_presentation(meeting, "RCM"), publish_presentation(other, "RCM")):
        index_presentation(presentation, presentation.versions[0])
    first = publish_summary(meeting)
    for publication in (first, publish_summary(meeting, number=2, summary=first.summary), publish_summary(other)):
        index_publication(publication, publication.summary.meeting)
    issue(meeting)
    db.session.commit()
    told = news_of(reader)
    assert list(told) == [
        "2 summaries or versions of them",
        "1 good practice",
        "2 presentations",
        "1 document",
    ]
    for text, address in told.items():
        assert address.startswith("/search?"), text
        listed = page_of(reader, address).xpath("//main//ol[@class='entries']/li")
        assert len(listed) == int(re.match(r"\d+", text)[0]), text


def test_a_summary_with_two_new_versions_is_one(reader):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    first = publish_summary(meeting)
    for publication in (first, publish_summary(meeting, number=2, summary=first.summary)):
        index_publication(publication, meeting)
    db.session.commit()
    assert news_of(reader) == {"1 summary or version of one": "/sessions/cam-2026/summary"}
    (line,) = news_of(reader, "/bodies/cam")
    assert line.startswith("1 summary or version of one · ")


def test_new_statements_and_reports_lead_to_where_their_session_lists_them(reader):
    meeting, earlier = make_meeting(stage=Stage.PUBLISHED), make_meeting("2024", stage=Stage.PUBLISHED)
    publish_agenda(meeting)
    delivered = {"outcome": StatementOutcome.DELIVERED}
    state(meeting, "CL", **delivered, outcome_at=NOON)
    # Handed in long before it was delivered: it is new since that; and what was both is not new.
    long_ago = BEFORE - timedelta(days=9)
    state(meeting, "EC", at=long_ago, **delivered, outcome_at=NOON)
    state(meeting, "PE", at=long_ago, **delivered, outcome_at=long_ago)
    state(meeting, "MX")  # not delivered yet
    state(meeting, "CO", Audience.RESTRICTED, **delivered, outcome_at=NOON)
    publication = publish_summary(earlier, [], change=recommending)
    index_publication(publication, earlier)
    carried = CarriedRecommendation(meeting=meeting, publication=publication, key="r-1", carried_at=NOON)
    for code, at in (("BO", NOON), ("UY", long_ago), ("GT", None)):
        report = RecommendationReport(
            carried=carried, delegation=make_delegation(meeting, code), progress=Progress.DONE, text="Counted.",
            language="en", consent=Audience.PUBLIC, saved_at=NOON, filed_at=at,
        )  # fmt: skip
        db.session.add(report)
    db.session.commit()
    for path in ("/", "/bodies/cam"):
        told = news_of(reader, path)
        assert told["2 statements · Annual session (en)"] == "/sessions/cam-2026/statements", path
        assert told["1 report on a recommendation · Annual session (en)"] == "/sessions/cam-2026/recommendations"
        assert len(told) == 3, "and the summary"
    assert "Chile" in words(page_of(reader, "/sessions/cam-2026/statements").xpath("//main")[0])

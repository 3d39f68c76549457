"""A presentation as it was filed."""

import pytest
import sqlalchemy as sa
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.directory.models import Party
from app.documents.models import StoredFile
from app.meetings.enums import Stage
from app.meetings.models import Delegation
from app.presentations.enums import PresentationState
from app.presentations.models import PresentationFile, PresentationVersion
from tests.client import sign_in
from tests.factories.library import cited, publish_presentation, publish_summary
from tests.factories.summaries import NOON, make_meeting, make_presentation
from tests.statements import count_statements

PATH = "/sessions/cam-2026/presentations/RCM"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def page_of(client, path: str = PATH):
    response = client.get(path)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def test_answers_stand_under_their_questions(client, meeting):
    publish_presentation(meeting, answers={"2": "One calendar.\n\nOne list.", "1": "Pace."})
    page = page_of(client)
    answers = page.xpath("//div[@class='document-text']/section")
    assert [item.get("id") for item in answers] == ["field-answers.1", "field-answers.2"]
    assert answers[1].xpath("./h2")[0].text == "2. Question 2? (en)"
    assert [item.text for item in answers[1].xpath(".//p")] == ["One calendar.", "One list."]
    assert page.xpath("//h1")[0].text_content() == "Regional Conference on Migration"
    assert "Presidency pro tempore" in page.text_content()
    assert "Version 1, filed on 14 May 2026" in page.text_content()


def test_slides_sources_and_paragraphs_that_cite_it(client, meeting):
    presentation = publish_presentation(meeting)
    presentation.public_sources = [
        {"title": "About us", "publisher": "RCM", "date": None, "url": "https://example.org/about"},
        {"title": "A report", "publisher": "IOM", "date": "2019"},
    ]
    stored = StoredFile(name="slides.pdf", media_type="application/pdf", size=2048, sha256="0" * 64, created_at=NOON)
    presentation.slides.append(PresentationFile(file=stored))
    publish_summary(meeting, [], [cited(presentation, "Pace", "answers.1")], [cited(presentation, "One", "answers.2")])
    db.session.commit()
    page = page_of(client)
    shown = " ".join(page.text_content().split())
    assert "It is not an official submission." in shown
    assert "slides.pdf PDF, 2" in shown
    assert [link.get("href") for link in page.xpath("//section[@aria-labelledby='cited']//a")] == [
        "/sessions/cam-2026/summary#paragraph-2",
        "/sessions/cam-2026/summary#paragraph-3",
    ]
    assert "About us. RCM A report. IOM, 2019" in shown
    assert "https://example.org/about" in page.xpath("//section[@aria-labelledby='sources']//a/@href")


def test_a_real_submission_bears_no_mark_of_illustration(client, meeting):
    publish_presentation(meeting)
    shown = page_of(client).text_content()
    assert "Illustrative" not in shown
    assert "No published summary cites it." in shown


def test_a_mechanism_whose_acronym_has_a_space(client, meeting):
    publish_presentation(meeting, "Quito Process")
    db.session.commit()
    link = html.document_fromstring(client.get("/sessions/cam-2026").text).xpath(
        "//section[@aria-labelledby='presentations']//a/@href"
    )[0]
    assert link == "/sessions/cam-2026/presentations/Quito%20Process"
    assert client.get(link).status_code == 200


def test_before_publication_only_its_delegation_and_the_secretariat(client, meeting, personas):
    personas.join(meeting)
    delegation = db.session.scalars(sa.select(Delegation).join(Delegation.party).where(Party.code == "RCM")).one()
    make_presentation(delegation, answers={"1": "Pace."})
    db.session.commit()
    seen = set()
    for name, person in personas.items():
        response = sign_in(client, person).get(PATH)
        if response.status_code == 200:
            seen.add(name)
            assert "Not published yet" in response.text
        else:
            assert response.status_code == 404
    assert seen == {"representative", "secretariat", "administrator"}


@pytest.mark.parametrize(
    ("consent", "readers"),
    [
        (Audience.PUBLIC, "anonymous reader delegate_a delegate_b representative secretariat administrator"),
        (Audience.MEMBER_STATES, "reader delegate_a delegate_b secretariat administrator"),
        (Audience.RESTRICTED, "delegate_a delegate_b representative secretariat administrator"),
    ],
)
def test_by_audience(client, meeting, personas, consent, readers):
    personas.join(meeting)
    publish_presentation(meeting, "SACM", consent=consent)
    path = PATH.replace("RCM", "SACM")
    seen = {name for name, person in personas.items() if sign_in(client, person).get(path).status_code == 200}
    assert seen == set(readers.split())


def test_a_draft_or_a_withdrawn_one_has_no_page(client, meeting, personas):
    presentation = publish_presentation(meeting)
    presentation.published_at = None
    presentation.state = PresentationState.WITHDRAWN
    sign_in(client, personas.secretariat)
    assert client.get(PATH).status_code == 404
    db.session.delete(db.session.get_one(PresentationVersion, presentation.versions[0].id))
    presentation.state = PresentationState.DRAFT
    assert client.get(PATH).status_code == 404


def test_few_statements(client, meeting):
    presentation = publish_presentation(meeting)
    publish_summary(meeting, [cited(presentation, "Pace", "answers.1")])
    db.session.commit()
    with count_statements() as counted:
        page_of(client)
    assert counted.number == 15

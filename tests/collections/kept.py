"""Collections of published readings, and what their pages and documents say."""

import io

from docx import Document
from lxml import html

from app.collections.enums import ReadingKind
from app.collections.models import Collection
from tests.factories.collections import make_collection
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import make_delegation
from tests.guards.test_access import CSRF, token

PRACTICE = ReadingKind.PRACTICE


def everything(meeting) -> dict[ReadingKind, str]:
    """One published reading of each kind: its name."""
    practice, presentation = publish_practice(meeting, "CL"), publish_presentation(meeting)
    publish_summary(meeting)
    document = issue(meeting)
    return {
        PRACTICE: practice.slug,
        ReadingKind.PRESENTATION: f"{meeting.slug}/{presentation.delegation.party.code}",
        ReadingKind.SUMMARY: f"{meeting.slug}/1",
        ReadingKind.PARAGRAPH: f"{meeting.slug}/1/1",
        ReadingKind.DOCUMENT: document.slug,
    }


def collected(owner, *practices, shared=False, **more) -> Collection:
    return make_collection(owner, *((PRACTICE, one.slug) for one in practices), shared=shared, **more)


def words(text: str) -> str:
    return " ".join(html.document_fromstring(text).xpath("//main")[0].text_content().split())


def said_in(response) -> list[str]:
    assert response.status_code == 200
    return [paragraph.text for paragraph in Document(io.BytesIO(response.data)).paragraphs]


def press(client, url: str, **data):
    with client.session_transaction() as session:
        session["csrf_token"] = CSRF
    return client.post(url, data={"csrf_token": token(client.application), **data})


def long_collection(owner, meeting, number=13, **more) -> Collection:
    delegation = make_delegation(meeting, "CL")
    made = [
        publish_practice(meeting, delegation=delegation, number=n, title=f"Number {n}") for n in range(1, number + 1)
    ]
    return collected(owner, *made, **more)

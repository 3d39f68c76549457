"""Earlier versions of a presentation: for whom they were filed, what changed, and what is shown beside it."""

from datetime import timedelta

import pytest
from lxml import html

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from tests.client import sign_in
from tests.factories.library import cited, publish_presentation, publish_summary
from tests.factories.summaries import NOON, make_meeting

PATH = "/sessions/cam-2026/presentations/RCM"


@pytest.fixture
def meeting(app):
    return make_meeting(stage=Stage.PUBLISHED)


def file_again(presentation: Presentation, consent: Audience | None, days: int = 1, **answers: str) -> None:
    """Add a version as if it had been filed that many days after the publication."""
    number = len(presentation.versions) + 1
    more = {"number": number, "language": "en", "sha256": str(number) * 64, "filed_at": NOON + timedelta(days=days)}
    content = {**presentation.versions[-1].content, "answers": answers}
    presentation.versions.append(PresentationVersion(content=content, consent=consent, **more))
    presentation.content = content
    presentation.consent = consent or presentation.consent
    db.session.commit()


def page_of(client, path: str = PATH):
    response = client.get(path)
    assert response.status_code == 200
    return html.document_fromstring(response.text)


def words(node) -> str:
    return " ".join(node.text_content().split())


def test_an_earlier_version_can_be_read_and_says_that_it_is(client, meeting):
    presentation = publish_presentation(meeting, answers={"1": "Pace is slow."})
    presentation.versions[0].consent = Audience.PUBLIC
    file_again(presentation, Audience.PUBLIC, **{"1": "Pace is fast."})
    assert "Pace is fast." in words(page_of(client))
    earlier = page_of(client, f"{PATH}/versions/1")
    assert "Pace is slow." in words(earlier)
    assert "An earlier version" in words(earlier)
    assert f"{PATH}/versions" in page_of(client).xpath("//div[@class='document-header']//a/@href")
    newest = page_of(client, f"{PATH}/versions/2")
    assert "An earlier version" not in words(newest)
    history = page_of(client, f"{PATH}/versions")
    assert [one.text for one in history.xpath("//del")] == ["slow."]
    assert [one.text for one in history.xpath("//ins")] == ["fast."]
    assert [link.get("href") for link in history.xpath("//h2/a")] == [f"{PATH}/versions/2", f"{PATH}/versions/1"]
    assert client.get(f"{PATH}/versions/3").status_code == 404


def test_what_a_summary_cites_leads_to_the_version_that_it_cites(client, meeting):
    presentation = publish_presentation(meeting, answers={"1": "Pace is slow."})
    presentation.versions[0].consent = Audience.PUBLIC
    publish_summary(meeting, [cited(presentation, "Pace is slow.", "answers.1")])
    db.session.commit()

    def link() -> str:
        (href,) = page_of(client, "/sessions/cam-2026/summary").xpath("//li[@class='note']/a/@href")
        return href.partition("#")[0]

    assert link() == PATH
    file_again(presentation, Audience.PUBLIC, **{"1": "Pace is fast."})
    assert link() == f"{PATH}/versions/1"
    assert "Pace is slow." in words(page_of(client, link()))


def test_its_address_is_that_of_the_version(client, meeting):
    presentation = publish_presentation(meeting)
    presentation.versions[0].consent = Audience.PUBLIC
    file_again(presentation, Audience.PUBLIC, **{"1": "Anew."})
    for path, number in ((PATH, 2), (f"{PATH}/versions/1", 1)):
        shown = page_of(client, path).xpath("string(//*[@id='cite-un'])")
        assert shown.endswith(f"available at http://localhost{PATH}/versions/{number}")


@pytest.mark.parametrize(
    ("consent", "readers"),
    [
        (Audience.PUBLIC, {"anonymous", "reader", "representative", "secretariat"}),
        (Audience.MEMBER_STATES, {"reader", "secretariat"}),
        (Audience.RESTRICTED, {"representative", "secretariat"}),
        (None, set()),
    ],
)
def test_an_earlier_version_is_for_whom_it_was_filed(client, meeting, personas, consent, readers):
    """What is public now is not made public of what was filed for fewer."""
    presentation = publish_presentation(meeting, "SACM", answers={"1": "Kept among us."})
    personas.join(meeting)
    presentation.versions[0].consent = consent
    file_again(presentation, Audience.PUBLIC, **{"1": "For all."})
    path = "/sessions/cam-2026/presentations/SACM"
    for name in ("anonymous", "reader", "representative", "secretariat"):
        sign_in(client, None if name == "anonymous" else getattr(personas, name))
        assert (client.get(f"{path}/versions/1").status_code == 200) is (name in readers), name
        assert ("Kept" in words(page_of(client, f"{path}/versions"))) is (name in readers)
        assert client.get(f"{path}/versions/2").status_code == 200


def test_what_was_filed_before_it_was_published_is_nobodys_to_read(client, meeting, personas):
    presentation = publish_presentation(meeting, answers={"1": "First."})
    presentation.versions[0].consent = Audience.PUBLIC
    file_again(presentation, Audience.PUBLIC, days=1, **{"1": "Second."})
    presentation.published_at = NOON + timedelta(days=2)
    db.session.commit()
    sign_in(client, personas.secretariat)
    assert client.get(f"{PATH}/versions/1").location == PATH  # what cites it goes on leading somewhere
    assert client.get(f"{PATH}/versions/2").status_code == 200


def test_of_one_whose_consent_was_withdrawn_a_note_alone(client, meeting):
    presentation = publish_presentation(meeting, answers={"1": "First."})
    presentation.state, presentation.published_at = PresentationState.WITHDRAWN, None
    presentation.withdrawn_at = NOON
    db.session.commit()
    for path in (f"{PATH}/versions", f"{PATH}/versions/1"):
        response = client.get(path)
        assert response.status_code == 410
        assert "First." not in response.text


def test_one_that_is_not_published_has_no_versions(client, meeting, personas):
    presentation = publish_presentation(meeting)
    presentation.published_at = None
    db.session.commit()
    for person in (None, personas.secretariat):
        sign_in(client, person)
        assert client.get(f"{PATH}/versions").status_code == 404
        assert client.get(f"{PATH}/versions/1").status_code == 404


def test_who_else_works_on_this_and_presented(client, meeting, personas):
    publish_presentation(meeting)
    publish_presentation(meeting, "SACM")
    publish_presentation(meeting, "MIRPS", consent=Audience.MEMBER_STATES)
    db.session.commit()
    page = page_of(client)
    assert page.xpath("//section[@aria-labelledby='others']//a[starts-with(@href, '/themes/')]")
    assert page.xpath("//section[@aria-labelledby='alike']//a/@href") == ["/sessions/cam-2026/presentations/SACM"]
    sign_in(client, personas.reader)
    found = page_of(client).xpath("//section[@aria-labelledby='alike']//a/@href")
    assert set(found) == {"/sessions/cam-2026/presentations/SACM", "/sessions/cam-2026/presentations/MIRPS"}

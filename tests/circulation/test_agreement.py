"""What was adopted beside what is published: the same, or said to be another; and positions on each adoption."""

from datetime import timedelta

import pytest

from app.circulation import objecting, operations
from app.circulation.enums import CirculationKind
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.summaries import agreeing, issuing, queries
from app.summaries import operations as summaries
from app.summaries.sources import sources_of
from tests.circulation.conftest import ENDS, asked, circulate
from tests.client import post_form, sign_in
from tests.factories.summaries import everywhere, make_practice, make_summary
from tests.summaries.test_operations import select, set_rest_aside

OVER = ENDS + operations.GRACE
PAGE = "/sessions/cam-2026/consolidation/publish"
ADOPTION = "/sessions/cam-2026/summary/adoption"


@pytest.fixture
def text(meeting, people):
    """A summary in order: its one paragraph cites Peru, and the rest of Peru's text is set aside."""
    made = make_summary(meeting, 1)
    make_practice(next(row for row in operations.delegations_of_meeting(meeting.id) if row.party.code == "PE"))
    source = sources_of(meeting.id)[0]
    summaries.cite(made.sections[0].paragraphs[0], select(source, "results", "Formal work grew."), by=SYSTEM)
    set_rest_aside(made)
    db.session.commit()
    return made


@pytest.fixture
def adopted(text):
    row = circulate(text, CirculationKind.SILENCE)
    with standing_at(OVER):
        operations.end_due()
    return row


@pytest.fixture
def clock():
    with standing_at(OVER + timedelta(days=1)):
        yield


def change(summary, words="Changed since.") -> None:
    summaries.edit_paragraph(summary.sections[0].paragraphs[0], text=everywhere(words), by=SYSTEM)
    db.session.commit()


def test_nothing_is_published_while_a_silence_procedure_is_under_way(client, text, personas):
    row = circulate(text, CirculationKind.SILENCE)
    with standing_at(ENDS - timedelta(hours=1)):
        with pytest.raises(WrongState, match="end it early first"):
            issuing.publish_summary(text, by=SYSTEM)
        db.session.rollback()
        sign_in(client, personas.secretariat)
        page = client.get(PAGE).text
        assert "A silence procedure is under way" in page
        assert 'name="languages"' not in page
        operations.end_early(row, "To publish it.", by=SYSTEM)
        issuing.publish_summary(text, by=SYSTEM)


def test_what_is_published_as_adopted_says_so(client, adopted, text, clock, personas):
    sign_in(client, personas.secretariat)
    page = client.get(PAGE).text
    assert "This is the text as adopted on" in page
    assert 'name="departs"' not in page
    assert post_form(client, PAGE, {}).status_code == 303
    page = client.get(PAGE).text
    assert "As adopted on" in page
    assert adopted.version_of_text.sha256 in page
    assert f"{ADOPTION}#adoption-{adopted.id}" in page


def test_another_text_is_published_only_by_who_says_so(client, adopted, text, clock, personas):
    change(text)
    sign_in(client, personas.secretariat)
    page = client.get(PAGE).text
    assert "This is not the text that was adopted on" in page
    assert "Paragraph that differs: 1." in page
    refused = post_form(client, PAGE, {})
    assert refused.status_code == 422
    assert "Confirm that you publish it changed." in refused.text
    assert queries.publications_of(text.meeting_id) == []
    assert post_form(client, PAGE, {"departs": "y"}).status_code == 303
    page = client.get(PAGE).text
    assert "Another text than was adopted on" in page
    assert "Paragraph that differs: 1." in page


def test_a_language_alone_is_as_adopted_where_only_another_differs(adopted, text, clock):
    paragraph = text.sections[0].paragraphs[0]
    summaries.edit_paragraph(paragraph, text=LocalizedText({**paragraph.text, "es": "Otro texto."}), by=SYSTEM)
    db.session.commit()
    with pytest.raises(Refusal, match="not the text that the delegations adopted"):
        issuing.publish_summary(text, by=SYSTEM)
    db.session.rollback()
    publication = issuing.publish_summary(text, by=SYSTEM, languages=["en"])
    db.session.flush()
    found, departure = agreeing.published_of(publication, agreeing.agreement_of(text.meeting_id))
    assert (found.version.id, bool(departure)) == (adopted.version_of_text_id, False)


def test_what_departs_is_named(adopted):
    before = adopted.version_of_text
    section = before.content["sections"][0]
    (row,) = section["paragraphs"]
    new = {**row, "key": "p-0", "label": "2", "number": 2}
    ask = {**row, "recommendations": [{"key": "r-1", "addressees": [], "due": None, "text": {"en": "Count"}}]}

    def departs(*paragraphs, **more):
        content = {**before.content, "sections": [{**section, "paragraphs": list(paragraphs), **more}]}
        return agreeing.departure(before, content, ["en"])

    assert not departs(row)
    assert departs(row, new) == agreeing.Departure([], ["2"], [], titles=False)
    assert departs() == agreeing.Departure([], [], ["1"], titles=False)
    assert departs(ask) == agreeing.Departure(["1"], [], [], titles=False)
    assert departs(row, title={"en": "Another"}) == agreeing.Departure([], [], [], titles=True)


def test_positions_stay_with_the_adoption_that_they_are_on(client, adopted, text, people, personas):
    with standing_at(OVER):
        objecting.save_position(asked(adopted, people.head), "We read it so.", language="en", file=True, by=people.head)
        db.session.commit()
    change(text)
    with standing_at(OVER + timedelta(days=1)):
        later = operations.begin(text, kind=CirculationKind.SILENCE, ends_at=ENDS + timedelta(days=9), by=SYSTEM)
        db.session.commit()
    with standing_at(ENDS + timedelta(days=10)):
        operations.end_due()
        sign_in(client, personas.secretariat)
        page = client.get(ADOPTION).text
        assert f'id="adoption-{later.id}"' in page
        assert page.index(f'id="adoption-{adopted.id}"') < page.index("We read it so.")
        assert adopted.version_of_text.sha256 in page
        assert "We read it so." in client.get(f"/circulations/{adopted.id}").text
        assert "We read it so." not in client.get(f"/circulations/{later.id}").text

"""What is said on the floor flows into the summary, with who said it and when."""

from datetime import timedelta

import pytest

from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.floor import asking
from app.meetings.enums import Stage
from app.record import minutes, noting
from app.summaries import issuing, operations, queries
from app.summaries.coverage import Coverage
from app.summaries.presenting import source_label, workspace
from app.summaries.publishing import freeze, unmet
from app.summaries.selections import Selection
from app.summaries.sources import sources_of, texts_of
from tests.client import sign_in
from tests.factories.summaries import NOON, everywhere
from tests.record.conftest import ANSWER, GENERAL

POINTS = {"points": GENERAL, "answers.1": ANSWER}


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


@pytest.fixture
def noted(said, by):
    noting.save_note(said, POINTS, **by)
    db.session.commit()
    return said


@pytest.fixture
def cited(noted, meeting, by):
    """A summary with one paragraph, which cites a sentence of Peru's."""
    summary = operations.start_summary(meeting, title=everywhere("Summary"), **by)
    section = operations.add_section(summary, title=everywhere("Section"), **by)
    paragraph = operations.add_paragraph(section, text=everywhere("Permits are quick."), **by)
    (source,) = sources_of(meeting.id)
    quote = "Local offices help."
    start = GENERAL.index(quote)
    operations.cite(paragraph, Selection(source, "points", start, start + len(quote), quote), **by)
    operations.set_aside(summary, Selection(source, "answers.1", 0, len(ANSWER), ANSWER), reason="Known.", **by)
    db.session.commit()
    return summary


def test_an_intervention_is_a_source(noted, speaks, meeting):
    (source,) = sources_of(meeting.id)
    assert (source.key, source.kind) == (f"intervention-{noted.id}", "intervention")
    assert (source.party.code, source.reference, source.language) == ("PE", "2026-05-14 10:01", "en")
    assert (source.fields, source.audience, source.ready) == (POINTS, Audience.RESTRICTED, False)
    assert texts_of(meeting.id) == []
    assert sources_of(meeting.id, delegation_id=speaks.delegation_id) == []


def test_who_was_removed_while_speaking_is_a_source_that_says_so(app, speaks, meeting, by):
    noting.save_note(speaks, POINTS, **by)
    asking.remove(speaks, **by)
    (source,) = sources_of(meeting.id)
    assert (source.party.code, source.removed) == ("CL", True)
    with app.test_request_context():
        assert source_label(source) == "Chile, intervention of 2026-05-14 10:03 (Removed while speaking)"


def test_each_line_of_a_note_is_a_passage(said, meeting, by):
    noting.save_note(said, {"points": "permits in ten days\nlocal offices help\n\nno fees"}, **by)
    sources = sources_of(meeting.id)
    assert Coverage(sources, [], []).total.open == 3


def test_its_points_are_passages(app, cited, meeting):
    coverage = queries.coverage_of(queries.summary_of(meeting.id), sources_of(meeting.id))
    assert (coverage.total.reflected, coverage.total.set_aside, coverage.total.open) == (1, 1, 1)
    with app.test_request_context():
        page = workspace(meeting, chosen=None)
    assert page.chosen_label == "Peru, intervention of 2026-05-14 10:01"
    assert [view.label for view in page.fields] == ["Points", "Question 1"]
    (citation,) = page.sections[0]["paragraphs"][0]["citations"]
    assert (citation["party"], citation["language"], citation["stale"]) == ("Peru", "en", False)


def test_a_citation_holds_while_the_minutes_say_the_same_words(cited, noted, meeting, by):
    def stale() -> list[str]:
        db.session.expire_all()
        coverage: Coverage = queries.coverage_of(queries.summary_of(meeting.id), sources_of(meeting.id))
        return [citation.quote for _number, citation in coverage.stale]

    minutes.word(meeting, {"points": "Peru said: Local offices help. And more."}, intervention_id=noted.id, **by)
    assert stale() == []
    minutes.word(meeting, {"points": "Offices help."}, intervention_id=noted.id, **by)
    assert stale() == ["Local offices help."]


def test_it_is_published_once_the_minutes_are_final(cited, noted, meeting, by):
    meeting.stage = Stage.CONSOLIDATING
    not_final = "Interventions are cited, and the minutes are not final yet."

    def says() -> list[str]:
        sources = sources_of(meeting.id)
        summary = queries.summary_of(meeting.id)
        return [str(sentence) for sentence in unmet(meeting, summary, queries.coverage_of(summary, sources))]

    assert not_final in says()
    minutes.send(meeting, now() + timedelta(days=1), **by)
    with standing_at(NOON + timedelta(days=2)):
        minutes.finish(meeting, **by)
    assert not_final not in says()
    content = freeze(queries.summary_of(meeting.id), sources_of(meeting.id), 3)
    (citation,) = content["sections"][0]["paragraphs"][0]["citations"]
    assert citation["kind"] == "intervention"
    assert (citation["reference"], citation["version"], citation["language"]) == ("2026-05-14 10:01", 2, "en")


def test_the_published_summary_leads_to_the_minutes(client, personas, cited, noted, meeting, by):
    section = queries.summary_of(meeting.id).sections[0]
    (source,) = sources_of(meeting.id)
    operations.cite(section.paragraphs[0], Selection(source, "points", 0, len(GENERAL), GENERAL), **by)
    minutes.send(meeting, now() + timedelta(days=1), **by)
    meeting.stage = Stage.CONSOLIDATING
    with standing_at(NOON + timedelta(days=2)):
        minutes.finish(meeting, **by)
        db.session.commit()
        db.session.expire_all()
        issuing.publish_summary(queries.summary_of(meeting.id), **by)
        db.session.commit()
        sign_in(client, personas.delegate_b)
        page = client.get("/sessions/cam-2026/summary").text
        assert "intervention of 2026-05-14 10:01" in page
        assert f"/sessions/cam-2026/minutes#intervention-{noted.id}:~:text=" in page
        assert f'id="intervention-{noted.id}"' in client.get("/sessions/cam-2026/minutes").text
        sign_in(client, None)
        public = client.get("/sessions/cam-2026/summary").text
        assert "Its words are not for the public." in public
        assert "Local offices" not in public
        sign_in(client, personas.delegate_a)
        used = client.get("/desk/cam-2026/used/PE").text
        assert "Intervention of 2026-05-14 10:01" in used

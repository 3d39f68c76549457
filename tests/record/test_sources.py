"""What is said on the floor flows into the summary, with who said it and when."""

import contextvars
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.floor import asking, statements
from app.floor.enums import StatementOutcome
from app.floor.statement_models import FloorStatement
from app.meetings.enums import Stage
from app.record import minutes, noting
from app.record.models import Note
from app.summaries import issuing, operations, queries
from app.summaries.coverage import Coverage
from app.summaries.presenting import source_label
from app.summaries.publishing import freeze, unmet
from app.summaries.section_text import citations_of, section_shown
from app.summaries.selections import Selection
from app.summaries.sources import sources_of, texts_of
from app.summaries.workspace import Choice, workspace
from app.summaries.writers import Workroom
from tests.client import sign_in
from tests.factories.summaries import NOON, everywhere
from tests.floor.pages import client_text
from tests.floor.test_statements import hand_in
from tests.record.conftest import ANSWER, GENERAL, speak

POINTS = {"points": GENERAL, "answers.1": ANSWER}
STATEMENT = "Permisos en diez días. Las oficinas locales ayudan."


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


def test_the_workspace_says_what_an_intervention_waits_for(client, personas, noted):
    sign_in(client, personas.secretariat)
    page = client_text(client, "/sessions/cam-2026/consolidation")
    assert "the minutes are not final yet" in page
    assert "not yet accepted" not in page
    assert "Version 0" not in page


def test_each_line_of_a_note_is_a_passage(said, meeting, by):
    noting.save_note(said, {"points": "permits in ten days\nlocal offices help\n\nno fees"}, **by)
    sources = sources_of(meeting.id)
    assert Coverage(sources, [], []).total.open == 3


def test_its_points_are_passages(app, cited, meeting):
    coverage = queries.coverage_of(queries.summary_of(meeting.id), sources_of(meeting.id))
    assert (coverage.total.reflected, coverage.total.set_aside, coverage.total.open) == (1, 1, 1)
    with app.test_request_context():
        page = workspace(Workroom(meeting, writes=True, all=True), Choice())
    assert page.chosen_label == "Peru, intervention of 2026-05-14 10:01"
    assert [view.label for view in page.fields] == ["Points", "Question 1"]
    paragraph = queries.summary_of(meeting.id).sections[0].paragraphs[0]
    with app.test_request_context():
        (citation,) = citations_of(meeting, paragraph, everything=True)
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


def heard(app, section_id):
    """The paragraphs of a section as those get them who listen to the page."""
    with app.test_request_context():
        return section_shown(section_id, "en", True).paragraphs


def test_beside_the_paragraph_a_citation_says_that_the_record_changed(client, personas, cited, noted, meeting, by):
    def marked() -> tuple[bool, bool, bool]:
        db.session.commit()
        text = client.get("/sessions/cam-2026/consolidation").text.split('class="citations"')[1]
        section_id = queries.summary_of(meeting.id).sections[0].id
        (alone,) = contextvars.Context().run(heard, client.application, section_id)
        stale = "Changed or withdrawn since it was cited." in text
        assert alone.stale is stale
        return stale, "Local offices help." in text, "No longer in the record of the floor." in text

    sign_in(client, personas.secretariat)
    assert marked() == (False, True, False)
    minutes.word(meeting, {"points": "Offices help."}, intervention_id=noted.id, **by)
    assert marked() == (True, True, False)
    minutes.word(meeting, {}, intervention_id=noted.id, **by)
    for note in db.session.scalars(sa.select(Note)):
        db.session.delete(note)
    assert marked() == (True, False, True)


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
        said = client.get("/sessions/cam-2026/minutes").text
        assert f'id="intervention-{noted.id}"' in said
        aside = said.split('<aside class="cited-beside"')[1].split("</aside>")[0]
        assert "/sessions/cam-2026/summary#paragraph-1" in aside
        assert "Permits are quick. (en)" in aside
        sign_in(client, None)
        public = client.get("/sessions/cam-2026/summary").text
        assert "A contribution that was not made for everybody who may read this summary." in public
        assert "Local offices" not in public
        sign_in(client, personas.delegate_a)
        used = client.get("/desk/cam-2026/used/PE").text
        assert "Intervention of 2026-05-14 10:01" in used


@pytest.fixture
def read_out(meeting, mark, speakers):
    """Peru's statement in Spanish, which readers may read, and its intervention."""
    hand_in(meeting, mark, text=STATEMENT, language="es", consent=Audience.MEMBER_STATES)
    return speak(speakers, "PE", after=60)


def test_a_statement_read_out_is_a_source_where_nothing_was_noted(app, read_out, speaks, meeting, by):
    (source,) = sources_of(meeting.id)
    statement = db.session.scalars(sa.select(FloorStatement)).one()
    assert (source.key, source.party.code, source.reference) == (
        f"intervention-{read_out.id}",
        "PE",
        "2026-05-14 10:01",
    )
    assert (source.language, source.audience, source.ready) == ("es", Audience.MEMBER_STATES, True)
    assert source.fields == {f"statement.{statement.id}": STATEMENT}
    assert Coverage([source], [], []).total.open == 2
    assert sources_of(meeting.id, delegation_id=speaks.delegation_id) == []
    with app.test_request_context():
        (field,) = workspace(Workroom(meeting, writes=True, all=True), Choice()).fields
    assert field.label == "Statement as it was handed in"
    noting.save_note(speaks, POINTS, **by)
    assert [one.ready for one in sources_of(meeting.id)] == [False, False], "there are minutes now"
    noting.save_note(read_out, POINTS, **by)
    source = sources_of(meeting.id)[0]
    assert (source.language, source.fields) == ("en", POINTS), "the record is cited"


def test_what_nobody_heard_is_no_source(meeting, mark, speakers, personas, by):
    hand_in(meeting, mark)
    assert sources_of(meeting.id) == [], "under embargo"
    entry = speak(speakers, "PE", after=60)
    assert len(sources_of(meeting.id)) == 1
    row = db.session.scalars(sa.select(FloorStatement)).one()
    statements.set_outcome(row, StatementOutcome.NOT_DELIVERED, **by)
    assert sources_of(meeting.id) == [], "something else was said"
    hand_in(meeting, mark, "CL", group_name="Friends", written_only=True)
    speak(speakers, "CL", after=200)
    assert sources_of(meeting.id) == [], "Chile spoke for itself"
    assert entry.speech


def test_the_published_summary_leads_to_the_statement(client, personas, read_out, meeting, by):
    summary = operations.start_summary(meeting, title=everywhere("Summary"), **by)
    paragraph = operations.add_paragraph(
        operations.add_section(summary, title=everywhere("Section"), **by), text=everywhere("Permits."), **by
    )
    (source,) = sources_of(meeting.id)
    (field,) = source.fields
    operations.cite(paragraph, Selection(source, field, 0, len(STATEMENT), STATEMENT), **by)
    with client.application.test_request_context():
        (shown,) = citations_of(meeting, paragraph, everything=True)
    assert (shown["language"], shown["stale"]) == ("es", False)
    meeting.stage = Stage.CONSOLIDATING
    issuing.publish_summary(queries.summary_of(meeting.id), **by)
    db.session.commit()
    sign_in(client, personas.delegate_b)
    page = client.get("/sessions/cam-2026/summary").text
    (link,) = re.findall(r'href="(/statements/\d+#[^"]*)"', page)
    assert client.get(link.partition("#")[0]).status_code == 200
    sign_in(client, None)
    assert "Permisos" not in client.get("/sessions/cam-2026/summary").text, "its delegation did not consent to that"

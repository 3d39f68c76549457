import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LocalizedText
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.summaries import issuing, operations, queries
from app.summaries.models import Citation
from app.summaries.numbering import letter, numbered
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.factories.summaries import (
    everywhere,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
    make_summary,
)


@pytest.fixture
def meeting(app):
    return make_meeting()


def select(source, field, quote):
    start = source.fields[field].index(quote)
    return Selection(source, field, start, start + len(quote), quote)


def order(summary):
    db.session.expire_all()
    return [
        (number, paragraph.text["en"][:13])
        for number, paragraph in numbered(queries.summary_of(summary.meeting_id).sections)
    ]


def test_a_summary_is_started_once(meeting):
    operations.start_summary(meeting, title=everywhere("Summary"), by=SYSTEM)
    with pytest.raises(WrongState):
        operations.start_summary(meeting, title=everywhere("Again"), by=SYSTEM)


def test_no_summary_while_the_session_is_prepared(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    with pytest.raises(WrongState):
        operations.start_summary(meeting, title=everywhere("Summary"), by=SYSTEM)


def test_paragraphs_keep_a_running_number_when_moved(meeting):
    summary = make_summary(meeting, 2, 2)
    first, second = summary.sections
    moved = first.paragraphs[0]
    operations.move_paragraph(moved, section=second, position=2, by=SYSTEM)
    assert [text for _number, text in order(summary)] == [
        "Paragraph 1.2",
        "Paragraph 2.1",
        "Paragraph 1.1",
        "Paragraph 2.2",
    ]
    assert [number for number, _text in order(summary)] == [1, 2, 3, 4]


def test_sections_move_and_only_empty_ones_are_deleted(meeting):
    summary = make_summary(meeting, 1, 1)
    operations.move_section(summary.sections[1], position=1, by=SYSTEM)
    assert [text for _number, text in order(summary)] == ["Paragraph 2.1", "Paragraph 1.1"]
    with pytest.raises(WrongState):
        operations.delete_section(summary.sections[0], by=SYSTEM)
    operations.delete_paragraph(summary.sections[0].paragraphs[0], by=SYSTEM)
    operations.delete_section(summary.sections[0], by=SYSTEM)
    assert [text for _number, text in order(summary)] == ["Paragraph 1.1"]


def test_a_citation_keeps_the_passage_and_is_not_doubled(meeting):
    practice = make_practice(make_delegation(meeting, "PE"))
    summary = make_summary(meeting, 1)
    paragraph = summary.sections[0].paragraphs[0]
    selection = select(sources_of(meeting.id)[0], "results", " Formal work grew. ")
    citation = operations.cite(paragraph, selection, by=SYSTEM)
    assert citation.quote == "Formal work grew."
    assert practice.versions[0].content["results"][citation.start : citation.end] == citation.quote
    assert operations.cite(paragraph, selection, by=SYSTEM) is citation


@pytest.mark.parametrize(("start", "end", "quote"), [(0, 5, "other"), (-1, 4, "Fort"), (5, 5, ""), (0, 9999, "Forty")])
def test_a_passage_that_is_not_there_is_refused(meeting, start, end, quote):
    make_practice(make_delegation(meeting, "PE"))
    summary = make_summary(meeting, 1)
    selection = Selection(sources_of(meeting.id)[0], "results", start, end, quote)
    with pytest.raises(Stale):
        operations.cite(summary.sections[0].paragraphs[0], selection, by=SYSTEM)
    assert db.session.query(Citation).count() == 0


def test_a_new_paragraph_begins_with_the_source_s_words_in_its_language(meeting):
    make_practice(make_delegation(meeting, "BR"), language="pt", content={"results": "O trabalho cresceu. Outra."})
    summary = make_summary(meeting, 0)
    paragraph = operations.cite_in_new_paragraph(
        summary.sections[0], select(sources_of(meeting.id)[0], "results", "O trabalho cresceu."), by=SYSTEM
    )
    assert paragraph.text == LocalizedText({"pt": "O trabalho cresceu."})
    assert len(paragraph.citations) == 1


def test_merging_joins_texts_and_citations(meeting):
    make_practice(make_delegation(meeting, "PE"))
    source = sources_of(meeting.id)[0]
    summary = make_summary(meeting, 2)
    first, second = summary.sections[0].paragraphs
    for paragraph in (first, second):
        operations.cite(paragraph, select(source, "results", "Formal work grew."), by=SYSTEM)
    operations.cite(second, select(source, "results", "Wait times fell by half."), by=SYSTEM)
    operations.merge_paragraphs(first, second, by=SYSTEM)
    db.session.expire_all()
    (section,) = queries.summary_of(meeting.id).sections
    (left,) = section.paragraphs
    assert left.text["es"].startswith("Paragraph 1.1")
    assert "Paragraph 1.2" in left.text["es"]
    assert [row.quote for row in left.citations] == ["Formal work grew.", "Wait times fell by half."]
    with pytest.raises(Refusal):
        operations.merge_paragraphs(left, left, by=SYSTEM)


def test_splitting_divides_each_language_and_the_chosen_citations(meeting):
    make_practice(make_delegation(meeting, "PE"))
    source = sources_of(meeting.id)[0]
    summary = make_summary(meeting, 1)
    paragraph = summary.sections[0].paragraphs[0]
    stays = operations.cite(paragraph, select(source, "results", "Formal work grew."), by=SYSTEM)
    goes = operations.cite(paragraph, select(source, "results", "Wait times fell by half."), by=SYSTEM)
    second = operations.split_paragraph(
        paragraph, after=dict.fromkeys(("en", "es", "fr", "pt"), 1), citations=[goes.id], by=SYSTEM
    )
    assert paragraph.text["fr"] == "Paragraph 1.1 says one thing."
    assert second.text["fr"] == "It says another. (fr)"
    assert (paragraph.citations, second.citations) == ([stays], [goes])
    with pytest.raises(Refusal):
        operations.split_paragraph(paragraph, after={"en": 1}, citations=[], by=SYSTEM)


def test_setting_aside_needs_a_reason_and_can_be_taken_back(meeting):
    make_practice(make_delegation(meeting, "PE"))
    source = sources_of(meeting.id)[0]
    summary = make_summary(meeting, 1)
    selection = select(source, "context", "Many people had no papers.")
    with pytest.raises(Refusal):
        operations.set_aside(summary, selection, reason="  ", by=SYSTEM)
    row = operations.set_aside(summary, selection, reason="Said already in paragraph 1.", by=SYSTEM)
    coverage = queries.coverage_of(summary, sources_of(meeting.id))
    assert (coverage.total.set_aside, coverage.total.reflected) == (1, 0)
    operations.reopen(row, by=SYSTEM)
    assert queries.coverage_of(summary, sources_of(meeting.id)).total.set_aside == 0


def complete(meeting):
    """A summary in order: each paragraph cites one accepted practice."""
    make_practice(make_delegation(meeting, "PE"))
    delegation = make_delegation(meeting, "RCM")
    make_presentation(delegation, answers={"1": "The conference met twice. It agreed on a plan."})
    summary = make_summary(meeting, 2)
    peru, conference = sources_of(meeting.id)
    first, second = summary.sections[0].paragraphs
    operations.cite(first, select(peru, "results", "Formal work grew."), by=SYSTEM)
    operations.cite(second, select(conference, "answers.1", "It agreed on a plan."), by=SYSTEM)
    set_rest_aside(summary)
    return summary


def set_rest_aside(summary) -> None:
    """Give a reason for all that no paragraph reflects."""
    db.session.flush()
    db.session.expire(summary)
    sources = sources_of(summary.meeting_id)
    coverage = queries.coverage_of(summary, sources)
    marks = [operations.open_mark(source, coverage) for source in sources]
    operations.set_rest_aside(summary, marks, reason="Said elsewhere.", by=SYSTEM)


def test_publication_freezes_text_and_citations(meeting):
    summary = complete(meeting)
    publication = issuing.publish_summary(summary, by=SYSTEM)
    (section,) = publication.content["sections"]
    first, second = section["paragraphs"]
    assert (first["number"], second["number"]) == (1, 2)
    assert first["quantifier"] == {"key": "one", "delegations": 1}
    assert first["citations"][0]["reference"] == "CAM/2026/GP/PER/01"
    assert second["citations"][0] | {"source": None} == {
        "letter": "a",
        "source": None,
        "kind": "presentation",
        "reference": "RCM",
        "audience": "public",
        "version": 1,
        "on_behalf": None,
        "party": {"code": "RCM", "name": second["citations"][0]["party"]["name"]},
        "language": "en",
        "field": "answers.1",
        "start": 26,
        "end": 46,
        "quote": "It agreed on a plan.",
    }
    before = dict(publication.content)
    operations.edit_paragraph(summary.sections[0].paragraphs[0], text=everywhere("Changed since."), by=SYSTEM)
    db.session.flush()
    db.session.expire_all()
    assert publication.content == before
    assert issuing.publish_summary(queries.summary_of(meeting.id), by=SYSTEM).number == 2


def test_publishing_the_same_text_twice_is_refused(meeting):
    summary = complete(meeting)
    issuing.publish_summary(summary, by=SYSTEM)
    with pytest.raises(WrongState):
        issuing.publish_summary(summary, by=SYSTEM)
    assert len(summary.publications) == 1


def test_publication_publishes_accepted_practices_and_filed_presentations(meeting):
    complete(meeting)
    waiting = make_practice(make_delegation(meeting, "CL"), state=PracticeState.SUBMITTED)
    set_rest_aside(queries.summary_of(meeting.id))
    issuing.publish_summary(queries.summary_of(meeting.id), by=SYSTEM)
    db.session.flush()
    states = {source.reference: source.ready for source in sources_of(meeting.id)}
    assert waiting.state is PracticeState.SUBMITTED
    assert states == {"CAM/2026/GP/CHL/01": False, "CAM/2026/GP/PER/01": True, "RCM": True}


def test_what_is_left_of_a_text_is_set_aside_for_one_reason(meeting):
    make_practice(
        make_delegation(meeting, "PE"),
        content={"title": "T", "results": "One stands. Two is cited. Three stands. Four too.", "lessons": "Five."},
    )
    summary = make_summary(meeting, 1)
    paragraph, (source,) = summary.sections[0].paragraphs[0], sources_of(meeting.id)
    operations.cite(paragraph, select(source, "results", "Two is cited."), by=SYSTEM)
    db.session.flush()
    mark = operations.open_mark(source, queries.coverage_of(summary, [source]))
    for marks, refused in (([], Refusal), ([mark + "0"], Stale)):
        with pytest.raises(refused):
            operations.set_rest_aside(summary, marks, reason="Said elsewhere.", by=SYSTEM)
    with pytest.raises(Refusal, match="Say why"):
        operations.set_rest_aside(summary, [mark], reason=" ", by=SYSTEM)
    assert operations.set_rest_aside(summary, [mark], reason="Said elsewhere.", by=SYSTEM) == 1
    rows = queries.set_asides_of(summary.id)
    assert [row.quote for row in rows if row.field == "results"] == ["One stands.", "Three stands. Four too."]
    total = queries.coverage_of(summary, [source]).total
    assert (total.open, total.reflected) == (0, 1)
    with pytest.raises(Stale):
        operations.set_rest_aside(summary, [mark], reason="Said elsewhere.", by=SYSTEM)


def test_publication_is_refused_while_something_is_open(meeting):
    submitted = make_practice(make_delegation(meeting, "PE"), state=PracticeState.SUBMITTED)
    summary = make_summary(meeting, 2)
    first, second = summary.sections[0].paragraphs
    operations.cite(first, select(sources_of(meeting.id)[0], "results", "Formal work grew."), by=SYSTEM)
    operations.edit_paragraph(second, text=LocalizedText(en="Only English."), by=SYSTEM)
    with pytest.raises(WrongState) as refusal:
        issuing.publish_summary(summary, by=SYSTEM)
    message = str(refusal.value)
    assert "Español: paragraphs 2" in message
    assert "Without a source: paragraphs 2" in message
    assert submitted.reference in message
    assert "neither reflected nor set aside" in message
    assert not summary.publications


def test_publication_belongs_to_the_stage_of_consolidation(app):
    meeting = make_meeting(stage=Stage.IN_SESSION)
    with pytest.raises(WrongState):
        issuing.publish_summary(complete(meeting), by=SYSTEM)


def test_every_change_is_in_the_trail(meeting):
    issuing.publish_summary(complete(meeting), by=SYSTEM)
    db.session.flush()
    actions = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"cite", "publish_summary"} <= actions


@pytest.mark.parametrize(("position", "expected"), [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba")])
def test_letters(position, expected):
    assert letter(position) == expected

"""Steps are undone and done again, unless somebody changed since what they left."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LocalizedText
from app.core.rich_text import plain
from app.summaries import margin, operations, paragraphs, queries, recommending, sections, steps, tokens
from app.summaries.enums import Attribution
from app.summaries.models import Citation, MarginComment, Paragraph, SummaryStep
from app.summaries.outline import outline_of
from app.summaries.section_text import mention_of
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.client import post_form, sign_in
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, make_practice, make_summary
from tests.statements import count_statements


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def summary(meeting):
    return make_summary(meeting, 3, 2)


def picture(summary):
    """All that undoing must bring back, but for versions and moments."""
    db.session.expire_all()
    return [
        (
            section.id,
            dict(section.title),
            [
                (one.id, one.level, dict(one.text), one.attribution, [(c.id, c.quote) for c in one.citations])
                for one in section.paragraphs
            ],
        )
        for section in queries.summary_of(summary.meeting_id).sections
    ]


def newest(summary):
    return db.session.scalars(
        sa.select(SummaryStep).filter_by(summary_id=summary.id).order_by(SummaryStep.id.desc()).limit(1)
    ).one()


def cited(meeting, paragraph):
    make_practice(make_delegation(meeting, "PE"))
    (source,) = sources_of(meeting.id)
    for name in ("context", "results"):
        text = source.fields[name]
        operations.cite(paragraph, Selection(source, name, 0, 12, text[:12]), by=SYSTEM)
    return source


def row(summary, section, paragraph):
    return db.session.get_one(Paragraph, outline_of(summary.id).parts[section].paragraphs[paragraph].id)


ACTS = {
    "add_section": lambda s: operations.add_section(s, title=everywhere("New"), by=SYSTEM),
    "edit_section": lambda s: operations.edit_section(s.sections[0], title=everywhere("Other"), by=SYSTEM),
    "move_section": lambda s: operations.move_section(s.sections[1], position=1, by=SYSTEM),
    "merge_sections": lambda s: sections.merge_sections(s.sections[0], s.sections[1], by=SYSTEM),
    "begin_section": lambda s: sections.begin_section(row(s, 0, 1), title=everywhere("Begun"), by=SYSTEM),
    "add_paragraph": lambda s: operations.add_paragraph(s.sections[0], text=everywhere("New"), by=SYSTEM, position=2),
    "edit_paragraph": lambda s: operations.edit_paragraph(row(s, 0, 0), text=everywhere("Other"), by=SYSTEM),
    "move_within": lambda s: operations.move_paragraph(row(s, 0, 2), section=s.sections[0], position=1, by=SYSTEM),
    "move_across": lambda s: operations.move_paragraph(row(s, 0, 0), section=s.sections[1], position=2, by=SYSTEM),
    "set_level": lambda s: paragraphs.set_level(row(s, 0, 1), deeper=True, by=SYSTEM),
    "set_attribution": lambda s: paragraphs.set_attribution(row(s, 0, 0), Attribution.NAMED, by=SYSTEM),
    "merge_paragraphs": lambda s: operations.merge_paragraphs(row(s, 0, 0), row(s, 0, 1), by=SYSTEM),
    "split_paragraph": lambda s: operations.split_paragraph(
        row(s, 0, 0),
        after=dict.fromkeys(("en", "es", "fr", "pt"), 1),
        citations=[row(s, 0, 0).citations[0].id],
        by=SYSTEM,
    ),
    "delete_paragraph": lambda s: operations.delete_paragraph(row(s, 0, 0), by=SYSTEM),
    "uncite": lambda s: operations.uncite(row(s, 0, 0).citations[0], by=SYSTEM),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_undone_and_done_again(meeting, summary, act):
    cited(meeting, summary.sections[0].paragraphs[0])
    before = picture(summary)
    ACTS[act](db.session.merge(summary))
    after = picture(summary)
    assert after != before
    step = newest(summary)
    for _round in range(2):
        steps.undo(step, summary, by=SYSTEM)
        assert picture(summary) == before
        steps.redo(step, summary, by=SYSTEM)
        assert picture(summary) == after


def test_a_new_section_that_was_written_in_is_not_undone_away(summary):
    section = operations.add_section(summary, title=everywhere("New"), by=SYSTEM)
    step = newest(summary)
    operations.add_paragraph(section, text=everywhere("In it"), by=SYSTEM)
    with pytest.raises(Stale):
        steps.undo(step, summary, by=SYSTEM)
    db.session.rollback()


def test_who_changed_the_same_since_is_told_and_nothing_is_undone(summary, personas):
    paragraph = row(summary, 0, 0)
    operations.edit_paragraph(paragraph, text=everywhere("Mine"), by=personas.secretariat)
    step = newest(summary)
    operations.edit_paragraph(paragraph, text=everywhere("Theirs"), by=personas.administrator)
    with pytest.raises(Stale, match=personas.administrator.name):
        steps.undo(step, summary, by=personas.secretariat)
    assert "Theirs" in row(summary, 0, 0).text["en"]


def test_another_language_and_another_place_do_not_stand_in_the_way(summary, personas):
    paragraph = row(summary, 0, 1)
    was = dict(paragraph.text)
    operations.edit_paragraph(paragraph, text=LocalizedText({**was, "en": "Mine"}), by=personas.secretariat)
    step = newest(summary)
    operations.edit_paragraph(paragraph, text=LocalizedText({**was, "en": "Mine", "es": "Suyo"}), by=SYSTEM)
    operations.add_paragraph(summary.sections[0], text=everywhere("Above"), by=SYSTEM, position=1)
    steps.undo(step, summary, by=personas.secretariat)
    text = db.session.get_one(Paragraph, paragraph.id).text
    assert (text["en"], text["es"]) == (was["en"], "Suyo")


def test_a_step_is_undone_once_and_done_again_once(summary):
    operations.edit_paragraph(row(summary, 0, 0), text=everywhere("Other"), by=SYSTEM)
    step = newest(summary)
    with pytest.raises(WrongState):
        steps.redo(step, summary, by=SYSTEM)
    steps.undo(step, summary, by=SYSTEM)
    with pytest.raises(WrongState):
        steps.undo(step, summary, by=SYSTEM)


def test_saves_in_quick_succession_are_one_step(summary, personas):
    paragraph = row(summary, 0, 0)
    first = paragraph.text["en"]
    for second, words in enumerate(("O", "On", "One")):
        with standing_at(NOON + timedelta(seconds=second)):
            text = LocalizedText({**paragraph.text, "en": words})
            operations.edit_paragraph(paragraph, text=text, by=personas.secretariat)
    assert db.session.scalar(sa.select(sa.func.count(SummaryStep.id))) == 1
    with standing_at(NOON + timedelta(minutes=6)):
        text = LocalizedText({**paragraph.text, "en": "Two"})
        operations.edit_paragraph(paragraph, text=text, by=personas.secretariat)
    assert db.session.scalar(sa.select(sa.func.count(SummaryStep.id))) == 2
    for step, _name, _of in steps.last_steps(summary.id):
        steps.undo(step, summary, by=personas.secretariat)
    assert row(summary, 0, 0).text["en"] == first


def test_what_hung_on_a_deleted_paragraph_comes_back_with_it(meeting, summary, personas):
    paragraph = summary.sections[0].paragraphs[0]
    cited(meeting, paragraph)
    margin.comment(paragraph, "Is this so?", by=personas.secretariat)
    paragraph_id = paragraph.id
    operations.delete_paragraph(paragraph, by=SYSTEM)
    new = operations.add_paragraph(summary.sections[0], text=everywhere("New"), by=SYSTEM)
    assert new.id != paragraph_id, "a number is never given to another paragraph"
    steps.undo(db.session.scalars(sa.select(SummaryStep).filter_by(verb="delete_paragraph")).one(), summary, by=SYSTEM)
    said = db.session.scalars(sa.select(MarginComment.text).filter_by(paragraph_id=paragraph_id)).all()
    assert said == ["Is this so?"]
    assert db.session.scalar(sa.select(sa.func.count(Citation.id)).filter_by(paragraph_id=paragraph_id)) == 2


def test_levels_do_not_jump_and_sub_paragraphs_go_along(summary):
    first, second, third = (row(summary, 0, index) for index in range(3))
    with pytest.raises(Refusal):
        paragraphs.set_level(first, deeper=True, by=SYSTEM)
    with pytest.raises(Refusal):
        paragraphs.set_level(second, deeper=False, by=SYSTEM)
    paragraphs.set_level(second, deeper=True, by=SYSTEM)
    paragraphs.set_level(third, deeper=True, by=SYSTEM)
    paragraphs.set_level(third, deeper=True, by=SYSTEM)
    labels = outline_of(summary.id).labels
    assert [labels[one.id] for one in (first, second, third)] == ["1", "1 (a)", "1 (a) (i)"]
    with pytest.raises(Refusal):
        paragraphs.set_level(third, deeper=True, by=SYSTEM)
    paragraphs.set_level(second, deeper=False, by=SYSTEM)
    assert [one.level for one in (first, second, third)] == [0, 0, 1]
    operations.move_paragraph(second, section=summary.sections[1], position=1, by=SYSTEM)
    assert [place.id for place in outline_of(summary.id).parts[1].paragraphs][:2] == [second.id, third.id]
    operations.delete_paragraph(second, by=SYSTEM)
    assert db.session.get_one(Paragraph, third.id).level == 0, "the first of a section has nothing above it"


def test_nobodys_text_is_overtaken_by_what_is_put_above_it(summary):
    paragraph = row(summary, 0, 2)
    version = paragraph.version
    operations.add_paragraph(summary.sections[0], text=everywhere("Above"), by=SYSTEM, position=1)
    operations.delete_paragraph(row(summary, 0, 1), by=SYSTEM)
    db.session.expire_all()
    assert (paragraph.version, paragraph.position) == (version, 3)


def test_a_paragraph_with_ten_thousand_citations_is_deleted_and_brought_back(meeting, summary):
    paragraph = summary.sections[0].paragraphs[0]
    source = cited(meeting, paragraph)
    values = {"paragraph_id": paragraph.id, "practice_version_id": source.version_id, "field": "context"}
    values |= {"delegation_id": source.delegation_id, "start": 0, "end": 4, "quote": "Many", "created_at": NOON}
    db.session.execute(sa.insert(Citation), [values] * 10_000)
    with count_statements() as made:
        operations.delete_paragraph(paragraph, by=SYSTEM)
    assert made.number < 25
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert db.session.scalar(sa.select(sa.func.count(Citation.id))) == 10_002


def set_asides(summary):
    db.session.expire_all()
    return [(row.id, row.quote, row.reason) for row in queries.set_asides_of(summary.id)]


def test_what_is_set_aside_and_opened_is_undone_and_done_again(meeting, summary):
    make_practice(make_delegation(meeting, "PE"))
    (source,) = sources_of(meeting.id)
    row = operations.set_aside(summary, Selection(source, "results", 0, 5, "Forty"), reason="Why.", by=SYSTEM)
    left = set_asides(summary)
    made = newest(summary)
    steps.undo(made, summary, by=SYSTEM)
    assert set_asides(summary) == []
    steps.redo(made, summary, by=SYSTEM)
    assert set_asides(summary) == left
    operations.reopen(queries.set_asides_of(summary.id)[0], by=SYSTEM)
    with pytest.raises(Stale):
        steps.undo(made, summary, by=SYSTEM)
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert set_asides(summary) == left
    assert row is not None


def test_what_is_left_of_texts_is_set_aside_in_one_step(meeting, summary):
    make_practice(make_delegation(meeting, "PE"))
    (source,) = sources_of(meeting.id)
    mark = operations.open_mark(source, queries.coverage_of(summary, [source]))
    operations.set_rest_aside(summary, [mark], reason="Why.", by=SYSTEM)
    assert len(set_asides(summary)) > 1
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert set_asides(summary) == []


STAMPS = {"en": "2026-05-02T10:00:00+00:00", "es": "2026-05-01T10:00:00+00:00"}


def of_two(summary, index=0):
    paragraph = summary.sections[0].paragraphs[index]
    paragraph.text, paragraph.edited_at = LocalizedText({"en": "One. Two.", "es": "Uno. Dos."}), dict(STAMPS)
    db.session.flush()
    return paragraph


def test_a_first_text_is_as_new_as_the_newest_while_it_is_written(summary):
    paragraph = of_two(summary)
    for words in ("U", "Un. Deux."):
        operations.edit_paragraph(paragraph, text=LocalizedText({**paragraph.text, "fr": words}), by=SYSTEM)
    assert paragraph.edited_at == {**STAMPS, "fr": STAMPS["en"]}
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert paragraph.edited_at == STAMPS


def test_what_one_step_changes_is_of_one_moment_in_all_its_languages(summary):
    paragraph = of_two(summary)
    for code, words in (("en", "Other."), ("es", "Otro."), ("fr", "Autre."), ("pt", "Outro.")):
        operations.edit_paragraph(paragraph, text=LocalizedText({**paragraph.text, code: words}), by=SYSTEM)
    assert len(set(paragraph.edited_at.values())) == 1
    assert set(paragraph.edited_at) == {"en", "es", "fr", "pt"}
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert paragraph.edited_at == STAMPS


def test_a_text_reworded_and_translated_in_one_save_is_not_newer_than_its_translation(summary):
    paragraph = of_two(summary)
    everything = LocalizedText({"en": "Other.", "es": "Uno. Dos.", "fr": "Autre.", "pt": "Outro."})
    operations.edit_paragraph(paragraph, text=everything, by=SYSTEM)
    stamps = paragraph.edited_at
    assert stamps["en"] == stamps["fr"] == stamps["pt"] > stamps["es"] == STAMPS["es"]


def test_undoing_and_splitting_and_merging_keep_when_a_language_was_changed(summary):
    paragraph, second = of_two(summary), of_two(summary, 1)
    operations.edit_paragraph(paragraph, text=LocalizedText({**paragraph.text, "es": "Otro. Dos."}), by=SYSTEM)
    assert paragraph.edited_at["es"] > STAMPS["en"]
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert paragraph.edited_at == STAMPS
    rest = operations.split_paragraph(paragraph, after={"en": 1, "es": 1}, citations=[], by=SYSTEM)
    assert (paragraph.edited_at, rest.edited_at) == (STAMPS, STAMPS)
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert paragraph.edited_at == STAMPS
    second.edited_at = {**STAMPS, "es": "2026-05-03T10:00:00+00:00"}
    operations.merge_paragraphs(paragraph, second, by=SYSTEM)
    assert paragraph.edited_at == {"en": STAMPS["en"], "es": "2026-05-03T10:00:00+00:00"}
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert paragraph.edited_at == STAMPS


def test_words_of_a_source_become_a_paragraph_as_they_stand(meeting, summary):
    words = "1. A register [draft] {a|b} *soon*."
    make_practice(make_delegation(meeting, "PE"), content={"title": "T", "results": words}, language="fr")
    meeting.languages = ["es", "en"]
    (source,) = sources_of(meeting.id)
    selection = Selection(source, "results", 0, len(words), words)
    paragraph = operations.cite_in_new_paragraph(summary.sections[0], selection, by=SYSTEM)
    assert list(paragraph.text) == ["es"], "which is the session's first language: French is none of them"
    assert plain(tokens.write_out(paragraph.text["es"], "es", mention_of(meeting, paragraph))) == words


@pytest.mark.parametrize("act", ["split", "merge"])
def test_a_paragraph_of_many_citations_is_split_and_merged_in_as_few_statements(
    client, personas, meeting, summary, act
):
    """Also the page on which that is chosen."""
    sign_in(client, personas.secretariat)
    source = cited(meeting, summary.sections[0].paragraphs[0])
    counts = []
    for index, number in enumerate((20, 10_000)):
        paragraph = summary.sections[index].paragraphs[1]
        values = {"paragraph_id": paragraph.id, "practice_version_id": source.version_id, "field": "context"}
        values |= {"delegation_id": source.delegation_id, "end": number, "quote": "Many", "created_at": NOON}
        db.session.execute(sa.insert(Citation), [{**values, "start": place} for place in range(number)])
        paragraph.text = everywhere("One sentence. Another sentence.")
        db.session.commit()
        url = f"/consolidation/paragraphs/{paragraph.id}"
        ids = db.session.scalars(sa.select(Citation.id).filter_by(paragraph_id=paragraph.id).limit(900)).all()
        cuts = {f"after_{code}": "1" for code in paragraph.text}
        form = {"version": str(paragraph.version), **cuts, "citations": [str(one) for one in ids]}
        with count_statements() as made:
            if act == "split":
                answer = post_form(client, f"{url}/split", form)
            else:
                text = client.get(url).text
                token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)[1]
                answer = client.post(f"{url}/merge", data={"version": form["version"], "csrf_token": token})
        assert answer.status_code == 303, answer.text
        counts.append(made.number)
    assert counts[1] <= counts[0]


def test_marks_of_recommendations_are_undone_and_done_again(summary):
    paragraph = row(summary, 0, 1)

    def marks():
        db.session.expire_all()
        return [(one.id, one.addressees, dict(one.text)) for one in paragraph.recommendations]

    def mark(text, **of):
        values = {"addressees": ["states"], "due": None, "text": everywhere(text), "by": SYSTEM}
        return recommending.change(of["of"], **values) if of else recommending.mark(paragraph, **values)

    made = mark("Count alike")
    first, marked = newest(summary), marks()
    mark("Count all alike", of=made)
    changed = marks()
    with pytest.raises(Stale, match="Undo that first"):
        steps.undo(first, summary, by=SYSTEM)
    second = newest(summary)
    steps.undo(second, summary, by=SYSTEM)
    assert marks() == marked
    steps.redo(second, summary, by=SYSTEM)
    assert marks() == changed
    recommending.remove(paragraph.recommendations[0], by=SYSTEM)
    assert marks() == []
    steps.undo(newest(summary), summary, by=SYSTEM)
    assert marks() == changed
    steps.undo(second, summary, by=SYSTEM)
    steps.undo(first, summary, by=SYSTEM)
    assert marks() == []
    steps.redo(first, summary, by=SYSTEM)
    assert marks() == marked

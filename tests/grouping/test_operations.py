"""What hands do with groups, and taking a proposal over."""

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core import rich_text
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal, Stale, WrongState
from app.core.localized import LocalizedText
from app.grouping import jobs, making, operations, presenting, queries
from app.grouping.blocks import Block
from app.grouping.enums import GroupKind
from app.grouping.models import PassageGroup
from app.grouping.proposal import paragraphs
from app.grouping.taking import queue_take_over, take_over
from app.jobs.models import Job
from app.jobs.registry import GiveUp
from app.summaries import operations as summaries
from app.summaries import steps
from app.summaries.drafting import Draft, add_drafts
from app.summaries.models import Citation, SummaryStep
from app.summaries.queries import summary_of
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from app.summaries.writers import Workroom
from tests.factories.summaries import everywhere, make_delegation, make_practice
from tests.grouping.test_making import QUESTION, group_with
from tests.statements import count_statements


def ids(group, count=1):
    return [passage.id for passage in group.passages[:count]]


def quotes(group):
    db.session.expire_all()
    return [passage.quote for passage in group.passages]


@pytest.fixture
def two(grouped):
    return group_with(grouped, "remesas"), group_with(grouped, "hogar")


def test_passages_go_to_the_end_of_another_group_and_both_say_that_they_changed(two):
    first, second = two
    seen, moved, before = (first.version, second.version), first.passages[0].quote, quotes(second)
    assert operations.move_passages(first, ids(first), to=second, by=SYSTEM) == 1
    db.session.commit()
    assert quotes(second) == [*before, moved]
    assert moved not in quotes(first)
    assert (first.version, second.version) == (seen[0] + 1, seen[1] + 1)


def test_passages_become_a_group_of_their_own_and_are_merged_back(two):
    first, _second = two
    before = sorted(quotes(first))
    made = operations.split_group(first, ids(first, 2), name=" Fees ", by=SYSTEM)
    db.session.commit()
    assert (made.name, made.named_by_hand, len(quotes(made))) == ("Fees", True, 2)
    operations.merge_groups(made, into=first, by=SYSTEM)
    db.session.commit()
    assert sorted(quotes(first)) == before
    actions = set(db.session.scalars(sa.select(AuditEvent.action)))
    assert {"split_group", "move_passages", "merge_groups"} <= actions


def test_a_new_group_without_a_name_is_called_by_its_first_passage(two):
    made = operations.split_group(two[0], ids(two[0]), name="", by=SYSTEM)
    assert made.name == made.passages[0].quote[: operations.TELLING]
    assert not made.named_by_hand


def test_what_is_set_apart_goes_into_one_group_and_comes_back(two):
    first, second = two
    operations.set_passages_apart(first, ids(first), by=SYSTEM)
    operations.set_passages_apart(second, ids(second), by=SYSTEM)
    db.session.commit()
    apart = db.session.scalars(sa.select(PassageGroup).where(PassageGroup.kind == GroupKind.APART)).one()
    assert len(quotes(apart)) == 2
    operations.move_passages(apart, ids(apart), to=first, by=SYSTEM)
    assert len(quotes(apart)) == 1


def test_what_cannot_be_moved_is_refused_and_nothing_changes(two, grouped):
    first, second = two
    elsewhere = PassageGroup(meeting_id=grouped.id, question=2, position=1, name="Other", made_at=first.made_at)
    db.session.add(elsewhere)
    db.session.flush()
    for to in (first, elsewhere):
        with pytest.raises(Refusal):
            operations.move_passages(first, ids(first), to=to, by=SYSTEM)
    with pytest.raises(Refusal):
        operations.merge_groups(elsewhere, into=first, by=SYSTEM)
    with pytest.raises(Refusal, match="at least one"):
        operations.split_group(first, [], name="", by=SYSTEM)
    with pytest.raises(Stale):
        operations.move_passages(first, ids(second), to=second, by=SYSTEM)
    with pytest.raises(Refusal):
        operations.rename_group(first, name="  ", by=SYSTEM)
    with pytest.raises(Refusal):
        operations.rename_group(first, name="x" * 201, by=SYSTEM)


def test_groups_change_places(two, grouped):
    order = [group for group in queries.groups_of(grouped.id, QUESTION) if group.kind is GroupKind.LIKE]
    operations.move_group(order[1], position=1, by=SYSTEM)
    db.session.commit()
    now = [group for group in queries.groups_of(grouped.id, QUESTION) if group.kind is GroupKind.LIKE]
    assert now[:2] == [order[1], order[0]]
    operations.move_group(now[0], position=99, by=SYSTEM)
    assert [g for g in queries.groups_of(grouped.id, QUESTION) if g.kind is GroupKind.LIKE][-1] is order[1]


# --- the proposal -----------------------------------------------------------------------------------------------------


@pytest.fixture
def summary(grouped):
    made = summaries.start_summary(grouped, title=everywhere("Summary"), by=SYSTEM)
    db.session.commit()
    return made


def proposals(meeting, only=None):
    return lambda summary: presenting.sections_of(Workroom(meeting, writes=True, all=True), summary, only)


def take(meeting, **only):
    made = take_over(meeting, proposals(meeting), by=SYSTEM, **only)
    db.session.commit()
    return made


def test_every_proposed_sentence_is_a_source_s_own_words_at_its_place(summary, grouped):
    take(grouped)
    sources = {source.version_id: source for source in sources_of(grouped.id)}
    cited = 0
    for section in summary_of(grouped.id).sections:
        for paragraph in section.paragraphs:
            said = {language: rich_text.plain(text) for language, text in paragraph.text.items()}
            for citation in paragraph.citations:
                source = sources[citation.practice_version_id]
                assert source.fields[citation.field][citation.start : citation.end] == citation.quote
                party = source.label.in_language(source.language)
                text = said[source.language]
                before, found, after = text.partition(citation.quote)
                assert found
                assert before.endswith((f"{party}: “", f"{party}: «", f"{party}\u00a0: «\u00a0"))
                said[source.language] = before[: before.rindex(party)] + after.lstrip("\u00a0»”")
                cited += 1
            assert not "".join(said.values()).replace(" ", "")  # nothing else is said
    assert cited > 4


def test_taken_over_twice_it_is_there_once(summary, grouped):
    first = take(grouped)
    citations = db.session.scalar(sa.select(sa.func.count()).select_from(Citation))
    assert first > 0
    assert take(grouped) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Citation)) == citations
    sections = summary_of(grouped.id).sections
    assert [section.title["en"] for section in sections] == ["Question 1? (en)"]


def test_a_group_is_taken_over_and_then_the_rest_of_its_section_goes_after_it(summary, grouped):
    group = group_with(grouped, "remesas")
    assert take(grouped, group=group) == 1
    (section,) = summary_of(grouped.id).sections
    assert len(section.paragraphs) == 1
    rest = take(grouped, block=QUESTION)
    (section,) = summary_of(grouped.id).sections
    assert len(section.paragraphs) == 1 + rest
    assert take(grouped, block=Block(2, None)) == 0


def test_what_was_taken_over_is_proposed_again_once_it_is_deleted(summary, grouped):
    take(grouped)
    (section,) = summary_of(grouped.id).sections
    count = len(section.paragraphs)
    for paragraph in list(section.paragraphs):
        summaries.delete_paragraph(paragraph, by=SYSTEM)
    db.session.commit()
    assert take(grouped) == count


def test_what_was_set_aside_is_not_proposed(summary, grouped):
    group = group_with(grouped, "remesas")
    chosen = next(passage for passage in group.passages if passage.chosen)
    source = next(item for item in sources_of(grouped.id) if item.version_id == chosen.practice_version_id)
    words = Selection(source, chosen.field, chosen.start, chosen.end, chosen.quote)
    summaries.set_aside(summary, words, reason="Said elsewhere.", by=SYSTEM)
    db.session.commit()
    take(grouped)
    cited = db.session.scalars(sa.select(Citation.quote)).all()
    assert cited
    assert chosen.quote not in cited


def test_without_a_summary_nothing_is_taken_over(grouped):
    with pytest.raises(WrongState, match="Start the summary"):
        take(grouped)


def test_a_proposal_is_the_same_each_time_and_after_grouping_again(summary, grouped):
    def told():
        (section,) = presenting.sections_of(Workroom(grouped, writes=True, all=True), summary_of(grouped.id), QUESTION)
        return [[(quote.source.key, quote.text) for quote in item.quotes] for item in section.groups]

    before = told()
    making.arrange(grouped.id, anew=True)
    db.session.expire_all()
    assert told() == before


def test_what_a_source_says_in_no_language_of_the_session_stands_in_its_first(summary, grouped):
    grouped.languages = ["en", "es"]
    db.session.commit()
    take(grouped, group=group_with(grouped, "remesas"))
    ((paragraph,),) = [section.paragraphs for section in summary_of(grouped.id).sections]
    assert set(paragraph.text) == {"en", "es"}
    assert "Les frais" in paragraph.text["en"]


def test_signs_that_rich_text_would_read_stay_words(summary, grouped):
    odd = "Remittance *fees* [1] fell_by half; see `remesas` <b>now</b> & here, it costs 2 * 3 dollars."
    make_practice(make_delegation(grouped, "UY"), content={"title": "Odd", "answers": {"1": odd}})
    db.session.commit()
    sources = {source.key: source for source in sources_of(grouped.id)}
    (source,) = [item for item in sources.values() if odd in item.fields.values()]
    row = queries.PassageRow(1, 1, source.key, "answers.1", 0, len(odd), odd, source.delegation_id, False, 1)
    group = PassageGroup(id=1, kind=GroupKind.LIKE, name="Odd")
    shown = queries.Shown([group], {1: [row]})
    from app.grouping.proposal import section

    proposed = section(QUESTION, LocalizedText(en="Q"), shown, sources, {})
    ((text, _cited),) = paragraphs(proposed.groups[0], ["en"])
    assert rich_text.plain(text["en"]) == f"Uruguay: “{odd}”"


def text_of(meeting):
    db.session.expire_all()
    return [
        (dict(section.title), [(dict(row.text), [one.quote for one in row.citations]) for row in section.paragraphs])
        for section in summary_of(meeting.id).sections
    ]


def test_what_is_taken_over_is_one_step_which_is_undone_and_done_again(summary, grouped):
    take(grouped, group=group_with(grouped, "remesas"))
    before = text_of(grouped)
    take(grouped)
    after = text_of(grouped)
    assert after != before
    (step, _name, _of), *earlier = steps.last_steps(summary.id)
    assert [row.verb for row, _name, _of in earlier] == ["take_over_proposal"]
    steps.undo(step, summary, by=SYSTEM)
    db.session.commit()
    assert text_of(grouped) == before
    steps.redo(db.session.get(SummaryStep, step.id), summary, by=SYSTEM)
    db.session.commit()
    assert text_of(grouped) == after
    for row, _name, _of in steps.last_steps(summary.id):
        steps.undo(row, summary, by=SYSTEM)
    db.session.commit()
    assert text_of(grouped) == [], "the section that it made goes with it"


def test_what_was_written_into_what_was_taken_over_is_not_undone_with_it(summary, grouped):
    take(grouped)
    paragraph = summary_of(grouped.id).sections[0].paragraphs[0]
    summaries.edit_paragraph(paragraph, text=everywhere("Rewritten"), by=SYSTEM)
    db.session.commit()
    oldest = steps.last_steps(summary.id)[-1][0]
    with pytest.raises(Stale, match="Undo that first"):
        steps.undo(oldest, summary, by=SYSTEM)


def test_taking_over_much_takes_few_statements(summary, grouped):
    drafts = [
        Draft(everywhere(f"Paragraph {number}"), [selection])
        for number, selection in enumerate(
            Selection(source, name, 0, 4, text[:4])
            for source in sources_of(grouped.id)
            for name, text in source.fields.items()
            if text[:4].strip() == text[:4]
        )
    ]
    assert len(drafts) > 3
    counts = []
    for some in (drafts[:2], drafts):
        with count_statements() as counted:
            add_drafts(summary, [(everywhere(f"Part {len(some)}"), some)], by=SYSTEM)
        counts.append(counted.number)
        db.session.commit()
    assert counts[1] - counts[0] <= len(drafts) - 2, "no more than each paragraph's own row"


def test_a_job_takes_over_all_for_who_asked_once(summary, grouped, personas):
    job_id = queue_take_over(grouped, key="a", by=personas.secretariat, page="/")
    assert queue_take_over(grouped, key="a", by=personas.secretariat, page="/") == job_id
    db.session.commit()
    payload = db.session.get(Job, job_id).payload
    for _killed_and_begun_again in range(2):
        jobs.take_all(payload)
    assert text_of(grouped)[0][1]
    assert [row.verb for row, _name, _of in steps.last_steps(summary.id)] == ["take_over_proposal"]
    with pytest.raises(GiveUp, match="no longer writes"):
        jobs.take_all({**payload, "user_id": personas.delegate_a.id})

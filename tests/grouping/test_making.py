"""Vectors and groups as jobs make them, and make them again."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.grouping import jobs, making, operations, queries, vectors
from app.grouping.blocks import Block
from app.grouping.enums import GroupKind
from app.grouping.models import GroupedPassage, PassageGroup, PassageVector
from app.jobs.models import Job
from app.jobs.registry import GiveUp
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from tests.factories.summaries import make_delegation, make_practice

QUESTION = Block(1, None)


def as_it_stands(meeting):
    """The groups of question 1 without ids: name, kind and passages."""
    rows = queries.passage_rows([group.id for group in queries.groups_of(meeting.id, QUESTION)])
    return [
        (group.name, group.kind, [(row.source_key, row.start, row.chosen) for row in rows if row.group_id == group.id])
        for group in queries.groups_of(meeting.id, QUESTION)
    ]


def group_with(meeting, word):
    for group in queries.groups_of(meeting.id, QUESTION):
        if any(word in passage.quote for passage in group.passages):
            return group
    return None


def vectors_kept():
    return db.session.scalar(sa.select(sa.func.count()).select_from(PassageVector))


def test_one_topic_in_four_languages_is_one_group_and_courtesies_are_in_none(meeting, each_way):
    making.arrange(meeting.id)
    remittances = {row.quote[:10] for row in group_with(meeting, "remesas").passages}
    assert remittances == {"El costo d", "Sending mo", "Les frais ", "O custo do"}
    said = db.session.scalars(sa.select(GroupedPassage.quote)).all()
    assert not [quote for quote in said if "Presidencia" in quote or "Chair" in quote or "présidence" in quote]
    assert group_with(meeting, "domestic") is group_with(meeting, "hogar")


def test_what_one_alone_says_is_in_no_group_of_like_ones(grouped):
    assert group_with(grouped, "Le sel de mer").kind is GroupKind.ALONE


def test_done_twice_it_changes_nothing(grouped):
    before, count = as_it_stands(grouped), vectors_kept()
    making.arrange(grouped.id)
    assert (as_it_stands(grouped), vectors_kept()) == (before, count)
    making.arrange(grouped.id, anew=True)
    assert as_it_stands(grouped) == before


def test_a_new_text_joins_the_group_it_is_like(grouped):
    group = group_with(grouped, "remesas")
    named, count = group.name, len(group.passages)
    answers = {"1": "Los envíos de remesas cuestan menos porque se publican las tarifas de cada operador."}
    make_practice(make_delegation(grouped, "UY"), content={"title": "New", "answers": answers}, language="es")
    db.session.commit()
    making.arrange(grouped.id)
    group = group_with(grouped, "remesas")
    assert (group.name, len(group.passages)) == (named, count + 1)
    assert group.passages[-1].quote == answers["1"]


def test_what_hands_did_stays_when_texts_are_grouped_anew(grouped, personas):
    remittances, domestic = group_with(grouped, "remesas"), group_with(grouped, "hogar")
    operations.rename_group(remittances, name="Money sent home", by=SYSTEM)
    moved = remittances.passages[0]
    operations.move_passages(remittances, [moved.id], to=domestic, by=SYSTEM)
    apart = domestic.passages[0]
    operations.set_passages_apart(domestic, [apart.id], by=SYSTEM)
    db.session.commit()
    for anew in (False, True):
        making.arrange(grouped.id, anew=anew)
        assert db.session.get_one(PassageGroup, remittances.id).name == "Money sent home"
        assert db.session.get_one(GroupedPassage, moved.id).group_id == domestic.id
        assert db.session.get_one(GroupedPassage, apart.id).group.kind is GroupKind.APART
        assert db.session.get_one(GroupedPassage, apart.id).chosen is None


def test_a_new_version_keeps_the_passages_that_it_still_has_and_loses_the_others(grouped):
    practice = db.session.scalars(sa.select(Practice).where(Practice.language == "es")).one()
    old = practice.versions[0]
    text = "Un párrafo nuevo sobre otra cosa. " + old.content["answers"]["1"].rpartition(". ")[2]
    content = {**old.content, "answers": {"1": text}}
    newer = PracticeVersion(number=2, language="es", content=content, submitted_at=now(), sha256="1" * 64)
    practice.versions.append(newer)
    db.session.commit()
    making.arrange(grouped.id)
    kept = next(row for row in db.session.scalars(sa.select(GroupedPassage)) if "hogar" in row.quote)
    assert kept.practice_version_id == newer.id
    assert text[kept.start : kept.end] == kept.quote
    assert not [row for row in db.session.scalars(sa.select(GroupedPassage)) if "comparador público" in row.quote]


def test_words_of_a_withdrawn_text_are_not_shown_and_then_gone(grouped):
    practice = db.session.scalars(sa.select(Practice).where(Practice.language == "pt")).one()
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    sources = list(queries.sources_of(grouped.id))
    shown = queries.shown_groups(grouped.id, QUESTION, sources)
    assert not [row for rows in shown.passages.values() for row in rows if "remessas" in row.quote]
    making.arrange(grouped.id)
    assert not [row for row in db.session.scalars(sa.select(GroupedPassage)) if "remessas" in row.quote]


def test_groups_that_somebody_changes_meanwhile_are_arranged_once_more(grouped, monkeypatch):
    group_id = group_with(grouped, "remesas").id
    arranged, tries = making.arranged, []

    def interrupted(*args, **more):
        found = arranged(*args, **more)
        if not tries:
            group = db.session.get_one(PassageGroup, group_id)
            operations.set_passages_apart(group, [group.passages[0].id], by=SYSTEM)
            db.session.commit()
        tries.append(found)
        return found

    monkeypatch.setattr(making, "arranged", interrupted)
    making.arrange(grouped.id)
    assert len(tries) > len(queries.blocks_of(grouped.id))
    apart = db.session.scalars(sa.select(PassageGroup).where(PassageGroup.kind == GroupKind.APART)).one()
    assert len(apart.passages) == 1


def test_a_job_that_never_finds_the_groups_still_gives_up(grouped, monkeypatch):
    monkeypatch.setattr(making, "_write", lambda *_args: False)
    with pytest.raises(GiveUp):
        making.arrange(grouped.id)


def test_vectors_are_made_outside_of_any_transaction_and_go_on_where_they_stopped(meeting, no_encoder, monkeypatch):
    made, real = [], vectors.vectors_of

    def stopping(items):
        assert not db.session.in_transaction()
        if made and len(made) < 2:
            made.append("stopped")
            raise RuntimeError("stopped")
        made.append(len(items))
        return real(items)

    monkeypatch.setattr(vectors, "vectors_of", stopping)
    monkeypatch.setattr(making, "BATCH", 3)
    with pytest.raises(RuntimeError, match="stopped"):
        jobs.make_vectors({"meeting_id": meeting.id})
    assert vectors_kept() == 3
    jobs.make_vectors({"meeting_id": meeting.id})
    count = vectors_kept()
    jobs.make_vectors({"meeting_id": meeting.id})
    assert vectors_kept() == count > 3


def test_the_round_queues_what_changed_once(meeting, no_encoder):
    def queued():
        return db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == queries.VECTORS_JOB))

    jobs.look_for_texts()
    jobs.look_for_texts()
    assert queued() == 1
    make_practice(make_delegation(meeting, "UY"), content={"title": "New", "answers": {"1": "A new text has arrived."}})
    db.session.commit()
    jobs.look_for_texts()
    assert queued() == 2
    with time_machine.travel(now() + timedelta(days=1), tick=False):
        jobs.look_for_texts()
    assert queued() == 2
    assert len(set(db.session.scalars(sa.select(Job.key).where(Job.kind == queries.FORGET_JOB)))) == 2


def test_a_text_that_arrives_goes_into_groups_by_its_job_only_where_there_are_groups(meeting, no_encoder):
    jobs.make_vectors({"meeting_id": meeting.id})
    assert queries.blocks_of(meeting.id) == []
    jobs.make_groups({"meeting_id": meeting.id, "anew": False})
    before = as_it_stands(meeting)
    jobs.make_vectors({"meeting_id": meeting.id})
    assert as_it_stands(meeting) == before
    jobs.make_vectors({"meeting_id": 4321})
    jobs.make_groups({"meeting_id": 4321, "anew": True})


def test_vectors_of_words_that_no_source_has_are_forgotten(meeting, no_encoder):
    jobs.make_vectors({"meeting_id": meeting.id})
    count = vectors_kept()
    jobs.forget({})
    assert vectors_kept() == count
    practice = db.session.scalars(sa.select(Practice).where(Practice.language == "fr")).one()
    practice.state = PracticeState.WITHDRAWN
    db.session.commit()
    jobs.forget({})
    assert 0 < vectors_kept() < count
    meeting.stage = Stage.PUBLISHED
    db.session.commit()
    jobs.forget({})
    assert vectors_kept() == 0


def test_vectors_that_are_forgotten_while_groups_are_made_are_made_once_more(meeting, no_encoder, monkeypatch):
    made = making.make_vectors

    def forgotten(written, **more):
        count = made(written, **more)
        making.forget_vectors(())
        return count

    monkeypatch.setattr(making, "make_vectors", forgotten)
    making.arrange(meeting.id)
    assert group_with(meeting, "remesas") is not None
    assert vectors_kept() == 0

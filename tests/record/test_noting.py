"""Notes, and good practices that are asked for in writing."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.models import Mail
from app.meetings import undoing
from app.meetings.enums import QuestionAudience
from app.meetings.queries import questions_of
from app.meetings.retention import Names
from app.practices.calls import extend
from app.practices.enums import PracticeState
from app.practices.models import Practice
from app.practices.queries import call_of
from app.record import noting, queries
from app.record.forgetting import forget_names
from app.record.models import FollowUp, Minutes, Note
from app.record.texts import LIMIT, in_order, joined
from tests.factories.summaries import NOON
from tests.record.conftest import ANSWER, GENERAL, speak


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


def test_a_note_is_kept_by_its_author(said, personas, by):
    first = noting.save_note(said, {"points": f"  {GENERAL}\n", "answers.1": ANSWER, "answers.2": " "}, **by)
    assert first.points == {"points": GENERAL, "answers.1": ANSWER}
    with standing_at(NOON + timedelta(minutes=5)):
        second = noting.save_note(said, {"points": "Ten days."}, by=personas.delegate_b)
        again = noting.save_note(said, {"points": GENERAL}, **by)
    assert again is first
    assert (first.points, first.saved_at) == ({"points": GENERAL}, NOON + timedelta(minutes=5))
    assert [note.author.name for note in queries.notes_on(said.id)] == ["Secretariat", "Delegate B"]
    assert queries.note_by(personas.delegate_b, said.id) is second
    assert queries.minutes_of(said.meeting.id).language == "en"


def test_nothing_is_no_note_and_what_is_too_long_is_refused(said, by):
    assert noting.save_note(said, {"points": " \n "}, **by) is None
    with pytest.raises(Refusal, match="6001") as refused:
        noting.save_note(said, {"answers.1": "a" * (LIMIT + 1)}, **by)
    assert refused.value.field == "answer_1"
    assert db.session.scalar(sa.select(sa.func.count(Note.id))) == 0


def test_notes_that_are_emptied_say_nothing(said, by):
    noting.save_note(said, {"points": GENERAL}, **by)
    noting.save_note(said, {"points": ""}, **by)
    assert queries.texts_of(said.meeting.id) == {}


def test_a_cancelled_session_takes_no_notes(said, by):
    undoing.cancel_meeting(said.meeting, **by)
    with pytest.raises(WrongState, match="cancelled"):
        noting.save_note(said, {"points": GENERAL}, **by)


def test_what_several_noted_follows_in_the_order_in_which_they_began(said, personas, by):
    with standing_at(NOON + timedelta(minutes=1)):
        noting.save_note(said, {"points": "Second.", "answers.10": "Ten."}, by=personas.delegate_b)
    with standing_at(NOON):
        noting.save_note(said, {"points": "First.", "answers.2": "Two.", "answers.10": "Ten."}, **by)
    found = joined(queries.notes_on(said.id))
    assert found == {"points": "First.\n\nSecond.", "answers.2": "Two.", "answers.10": "Ten."}
    assert list(found) == ["points", "answers.2", "answers.10"]
    assert in_order({"answers.1": "", "points": "a"}) == {"points": "a"}


def test_the_language_of_the_record(meeting, by):
    assert queries.language_of(meeting) == "en"
    noting.set_language(meeting, "es", **by)
    noting.set_language(meeting, "es", **by)
    assert queries.language_of(meeting) == "es"
    with pytest.raises(Refusal):
        noting.set_language(meeting, "tlh", **by)
    assert db.session.scalar(sa.select(sa.func.count(Minutes.id))) == 1


def test_a_good_practice_is_asked_for_in_writing(said, personas, by):
    noting.save_note(said, {"points": GENERAL, "answers.1": ANSWER}, **by)
    until = now() + timedelta(days=20)
    row = noting.follow_up(said, until=until, **by)
    practice = row.practice
    assert (practice.state, practice.delegation, practice.language) == (PracticeState.DRAFT, said.delegation, "en")
    assert practice.content.keys() == {"context", "answers"}, "the title is its delegation's to write"
    for text, noted in ((practice.content["context"], GENERAL), (practice.content["answers"]["1"], ANSWER)):
        source, quoted = text.split("\n\n")
        assert source.startswith("Noted in the session by those who keep its record, in English")
        assert quoted == noted
    assert call_of(said.meeting.id).deadline_for(said.delegation_id) == until
    mails = db.session.scalars(sa.select(Mail).where(Mail.message == "record/followed_up")).all()
    assert [mail.to_address for mail in mails] == [personas.delegate_a.email]
    assert f"/practices/drafts/{practice.id}" in mails[0].body
    assert noting.follow_up(said, until=until, **by) is row, "asked twice, it is there once"
    assert db.session.scalar(sa.select(sa.func.count(FollowUp.id))) == 1
    db.session.flush()
    assert queries.follow_ups_of(said.meeting.id) == {said.id: row}


def test_the_draft_is_in_the_language_of_its_delegation(said, by):
    said.language = "es"
    noting.set_language(said.meeting, "fr", **by)
    noting.save_note(said, {"points": GENERAL}, **by)
    practice = noting.follow_up(said, until=now() + timedelta(days=20), **by).practice
    assert practice.language == "es"
    assert "Français" in practice.content["context"]
    assert practice.content["context"].endswith(f"\n\n{GENERAL}")


def test_what_the_call_does_not_ask_stands_in_the_first_long_text(said, by):
    question = questions_of(said.meeting.id)[1]
    question.audience = QuestionAudience.MECHANISMS
    noting.save_note(said, {"points": GENERAL, "answers.1": ANSWER, "answers.2": "Of the mechanisms."}, **by)
    content = noting.follow_up(said, until=now() + timedelta(days=20), **by).practice.content
    assert content["answers"].keys() == {"1"}
    assert content["context"].endswith(f"{GENERAL}\n\nOn question 2\nOf the mechanisms.")


def test_while_the_delegation_may_still_submit_no_new_deadline_is_needed(said, personas, by):
    call, until = call_of(said.meeting.id), now() + timedelta(days=3)
    extend(call, said.delegation, until=until, reason="Asked for.", **by)
    row = noting.follow_up(said, by=personas.delegate_b)
    assert row.practice.content == {}
    assert call.deadline_for(said.delegation_id) == until


def test_where_the_call_is_closed_a_new_deadline_is_needed(said, by):
    with pytest.raises(Refusal, match="until when") as refused:
        noting.follow_up(said, **by)
    assert refused.value.field == "until"
    with pytest.raises(Refusal, match="future"):
        noting.follow_up(said, until=now() - timedelta(days=1), **by)
    assert db.session.scalar(sa.select(sa.func.count(Practice.id))) == 0


def test_a_deadline_past_the_call_is_the_secretariats_to_give(said, personas, by):
    for _twice in range(2):
        asked = noting.follow_up(said, until=now() + timedelta(days=9), by=personas.delegate_b)
    assert (asked.practice, asked.asked_by_id) == (None, personas.delegate_b.id)
    assert db.session.scalar(sa.select(sa.func.count(Practice.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count(Mail.id))) == 0
    given = noting.follow_up(said, until=now() + timedelta(days=9), **by)
    assert given is asked
    assert (given.practice.state, given.asked_by_id) == (PracticeState.DRAFT, personas.delegate_b.id)


def test_only_states_hand_in_good_practices(speakers, by):
    with pytest.raises(Refusal, match="Only States"):
        noting.follow_up(speak(speakers, "RCM", after=60), until=now() + timedelta(days=3), **by)


def test_names_are_forgotten_with_the_participants(said, by):
    noting.save_note(said, {"points": "Ana María Pérez spoke of permits."}, **by)
    forget_names(said.meeting, Names(["Ana María Pérez"]), by["by"])
    assert queries.texts_of(said.meeting.id)[f"intervention-{said.id}"] == {"points": "spoke of permits."}

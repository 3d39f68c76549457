"""Giving the floor and its clock, which is the server's."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from app.core.clock import now, standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.floor import asking, operations, queries, speaking
from app.floor.enums import Category, EntryState, SpeakingKind, Times
from app.floor.models import USUAL, Speech
from app.floor.standing import begins, standing_of
from app.floor.totals import totals
from app.meetings import stages, undoing
from app.meetings.enums import Stage
from tests.factories.summaries import NOON
from tests.floor.conftest import ask

POINT = SpeakingKind.POINT_OF_ORDER


@pytest.fixture
def by(personas):
    return {"by": personas.secretariat}


def at(seconds: float):
    """The clock so many seconds into the session."""
    return standing_at(NOON + timedelta(seconds=seconds))


def test_an_intervention_from_giving_the_floor_to_its_end(speakers, by):
    entry = ask(speakers, "PE")
    speech = speaking.give(entry, **by)
    assert (entry.state, speech.allowed, speech.begun_at) == (EntryState.SPEAKING, 300, NOON)
    assert speaking.give(entry, **by) is speech, "whoever presses twice gives it once"
    with at(100):
        speaking.pause(speech, **by)
    with at(130):
        speaking.pause(speech, **by)
        assert speech.spent().total_seconds() == 100
        speaking.resume(speech, **by)
        speaking.resume(speech, **by)
    with at(340):
        assert (speech.spent().total_seconds(), speech.left().total_seconds()) == (310, -10)
        speaking.end(speech, **by)
    with at(999):
        speaking.end(speech, **by)
        assert (speech.spent().total_seconds(), speech.overrun.total_seconds()) == (310, 10)
        for act in (speaking.pause, speaking.resume):
            with pytest.raises(WrongState):
                act(speech, **by)
    assert entry.state is EntryState.SPOKEN
    assert queries.who_has_the_floor(speakers.meeting_id) is None


def test_what_ends_while_the_clock_stands_counts_no_more(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    with at(60):
        speaking.pause(speech, **by)
    with at(600):
        speaking.end(speech, **by)
    assert speech.spent().total_seconds() == 60


def test_a_clock_that_is_put_back_takes_nobody_time(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    with at(-30):
        assert speech.spent() == timedelta()
        speaking.end(speech, **by)
    assert speech.ended_at == speech.begun_at


def test_one_speaks_at_a_time(speakers, by):
    speaking.give(ask(speakers, "PE"), **by)
    with pytest.raises(WrongState, match="Peru has the floor"):
        speaking.give(ask(speakers, "CL"), **by)


def test_the_database_lets_one_speak_at_a_time(speakers, by):
    speaking.give(ask(speakers, "PE"), **by)
    other = ask(speakers, "CL")
    row = {"entry_id": other.id, "meeting_id": speakers.meeting_id, "allowed": 60, "begun_at": NOON, "paused_ms": 0}
    with pytest.raises(IntegrityError):
        db.session.execute(sa.insert(Speech).values(**row, held=False, version=1))
    db.session.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        {"allowed": 0},
        {"paused_ms": -1},
        {"ended_at": NOON - timedelta(seconds=1)},
        {"ended_at": NOON, "paused_at": NOON},
        {"held": True},
    ],
)
def test_the_database_refuses_what_cannot_be(speakers, by, wrong):
    speech = speaking.give(ask(speakers, "PE"), **by)
    db.session.commit()
    with pytest.raises(IntegrityError):
        db.session.execute(sa.update(Speech).where(Speech.id == speech.id).values(**wrong))
    db.session.rollback()


def test_a_point_of_order_interrupts_and_an_earlier_one_comes_first(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    other = ask(speakers, "CL")
    late = ask(speakers, "CL", POINT, at=NOON + timedelta(seconds=2))
    early = ask(speakers, "RCM", POINT, at=NOON + timedelta(seconds=1))
    with at(60):
        for entry in (late, other):
            with pytest.raises(WrongState, match="point of order comes first: RCM"):
                speaking.give(entry, **by)
        point = speaking.give(early, **by)
    assert (speech.held, speech.spent().total_seconds()) == (True, 60)
    with at(90):
        with pytest.raises(WrongState, match="RCM has the floor"):
            speaking.give(late, **by)
        with pytest.raises(WrongState, match="interrupts"):
            speaking.resume(speech, **by)
        speaking.rule_on(early, "Not sustained.", **by)
        speaking.end(point, **by)
    with at(100):
        second = speaking.give(late, **by)
    with at(110):
        speaking.end(second, **by)
        assert queries.points_of_order(speakers.meeting_id)[0] is late
        third = ask(speakers, "CL", POINT)
        for entry in (third, other):
            with pytest.raises(WrongState, match="Rule on the point of order first: Chile"):
                speaking.give(entry, **by)
        with pytest.raises(WrongState, match="interrupts"):
            speaking.resume(speech, **by)
        speaking.rule_on(late, "Sustained.", **by)
        assert queries.who_has_the_floor(speakers.meeting_id) is speech
        speaking.resume(speech, **by)
    with at(120):
        assert speech.spent().total_seconds() == 70
        speaking.give(third, **by)
        speaking.rule_on(early, "Not sustained: the list stands.", **by)
        assert speech.held, "an earlier ruling that is worded anew lets go of nobody"
    assert early.ruled_at == NOON + timedelta(seconds=120)


def test_a_ruling_is_words_on_a_point_of_order(speakers, by):
    point = ask(speakers, "PE", POINT)
    with pytest.raises(WrongState, match="not made"):
        speaking.rule_on(point, "Sustained.", **by)
    speech = speaking.give(point, **by)
    for words in ("", " ", "a" * 1001):
        with pytest.raises(Refusal):
            speaking.rule_on(point, words, **by)
    with pytest.raises(WrongState):
        speaking.rule_on(ask(speakers, "CL"), "Sustained.", **by)
    speaking.rule_on(point, "Sustained.", **by)
    speaking.take_back(speech, **by)
    assert (point.ruling, point.ruled_at) == ("", None), "it was not made"


def test_who_is_removed_while_speaking_is_stopped(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    point = ask(speakers, "CL", POINT)
    with at(30):
        interruption = speaking.give(point, **by)
        asking.remove(speech.entry, **by)
        assert (speech.ended_at, speech.held, speech.entry.state) == (now(), False, EntryState.REMOVED)
        assert queries.who_has_the_floor(speakers.meeting_id) is interruption
        asking.remove(point, **by)
        assert queries.who_has_the_floor(speakers.meeting_id) is None
    assert speech.spent().total_seconds() == 30
    with pytest.raises(WrongState):
        speaking.give(speech.entry, **by)


def test_who_was_interrupted_goes_on_when_the_point_of_order_is_removed(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    point = ask(speakers, "CL", POINT)
    speaking.give(point, **by)
    asking.remove(point, **by)
    assert queries.who_has_the_floor(speakers.meeting_id) is speech
    speaking.resume(speech, **by)


def test_the_floor_is_given_in_session_alone(speakers, by):
    entry = ask(speakers, "PE")
    speakers.meeting.stage = Stage.CALL_OPEN
    with pytest.raises(WrongState, match="while the session is held"):
        speaking.give(entry, **by)
    speakers.meeting.stage = Stage.IN_SESSION
    undoing.cancel_meeting(speakers.meeting, **by)
    with pytest.raises(WrongState, match="cancelled"):
        speaking.give(entry, **by)


def test_the_session_goes_on_once_nobody_has_the_floor(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    told = "End the intervention that is under way on the floor."
    assert told in map(str, stages.unmet(speakers.meeting, Stage.CONSOLIDATING))
    speaking.end(speech, **by)
    assert stages.unmet(speakers.meeting, Stage.CONSOLIDATING) == []


def test_a_cut_is_for_those_who_have_not_spoken(speakers, by):
    speech = speaking.give(ask(speakers, "PE"), **by)
    rows = [ask(speakers, "CL"), ask(speakers, "RCM")]
    before = standing_of(speakers)
    item = {"starts_at": NOON.isoformat()}
    start = begins(item, queries.speeches_under_way(speakers.meeting_id), now())
    assert start == NOON + timedelta(seconds=300)
    assert (before.finish(start) - start).total_seconds() == 660
    assert (before.finish(start, factor=50) - start).total_seconds() == 330
    operations.cut_times(speakers, 50, **by)
    assert [standing_of(speakers).allowed[row.id] for row in rows] == [150, 180]
    assert speech.allowed == 300
    for wrong in (9, 101):
        with pytest.raises(Refusal):
            operations.cut_times(speakers, wrong, **by)


def test_before_its_hour_an_item_begins_at_its_hour(speakers):
    hour = NOON + timedelta(hours=2)
    assert begins({"starts_at": hour.isoformat()}, [], now()) == hour
    assert begins({"starts_at": NOON.isoformat()}, [], hour) == hour


def test_a_quota_counts_what_was_spoken(speakers, by):
    operations.set_rules(
        speakers,
        order=speakers.order,
        order_language="es",
        seconds=USUAL | {Times.STATES: 240},
        quotas={Category.STATES: 420},
        **by,
    )
    speech = speaking.give(ask(speakers, "PE"), **by)
    assert speech.allowed == 240
    waits = ask(speakers, "CL")
    assert standing_of(speakers).allowed[waits.id] == 180
    with at(400):
        assert standing_of(speakers).allowed[waits.id] == 30
        speaking.end(speech, **by)
    assert standing_of(speakers).allowed[waits.id] == 30


def test_the_second_right_of_reply_is_shorter(speakers, by):
    first = speaking.give(ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY), **by)
    speaking.end(first, **by)
    second = speaking.give(ask(speakers, "PE", SpeakingKind.RIGHT_OF_REPLY), **by)
    assert (first.allowed, second.allowed) == (600, 300)


def test_totals_by_delegation_group_and_language(speakers, by):
    first = speaking.give(ask(speakers, "PE", language="es"), **by)
    with at(400):
        speaking.end(first, **by)
        second = speaking.give(ask(speakers, "PE", group_name="Friends", flag=True, language="fr"), **by)
    with at(460):
        speaking.end(second, **by)
        speaking.give(ask(speakers, "RCM"), **by)
    with at(470):
        found = totals(speakers.meeting)
    assert (found["number"], found["whole"]) == (3, "7:50")
    by_delegation, by_category, by_group, by_language = ([line.texts for line in one.lines] for one in found["tables"])
    assert by_delegation[0] == ["Peru", "2", "7:40", "1:40"]
    assert by_category == [["States", "1", "6:40", "1:40"], ["Groups and mechanisms", "2", "1:10", "0:00"]]
    assert by_group == [["Friends", "1", "1:00", "0:00"]]
    assert [line[0] for line in by_language] == ["Español", "Français", "English"]

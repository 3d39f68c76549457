"""What the hour changes is told to those who watch: a list that closes, an item whose hour comes."""

from datetime import timedelta

import pytest

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import moments, operations
from app.floor.changes import topic_of
from app.live.publishing import numbers_of
from app.meetings.enums import Stage
from tests.client import sign_in
from tests.factories.summaries import NOON
from tests.floor.test_screens import ROOM, part

SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def fresh(monkeypatch):
    monkeypatch.setattr(moments, "_looked", [])


def told(meeting, *at: timedelta) -> list[int]:
    """How often the session's floor was published after each round of a worker at a moment of the session."""
    topic, numbers = topic_of(meeting), []
    for moment in at:
        with standing_at(NOON + moment):
            moments.tell_moments()
        numbers.append(numbers_of([topic])[topic])
    return [number - numbers[0] for number in numbers]


def test_a_list_that_closes_is_told_once(meeting, speakers):
    minute = timedelta(minutes=1)
    operations.close_list(speakers, NOON + minute, received_at=NOON, by=SYSTEM)
    db.session.commit()
    assert told(meeting, SECOND, 30 * SECOND, minute, minute + SECOND) == [0, 0, 1, 1]


def test_an_item_whose_hours_begin_or_end_is_told_while_the_session_is_held(meeting, speakers):
    half = timedelta(minutes=30)
    assert told(meeting, -SECOND, timedelta(), SECOND, half, half + SECOND) == [0, 1, 1, 2, 2]
    moments._looked.clear()
    meeting.stage = Stage.PREPARING
    db.session.commit()
    assert told(meeting, -SECOND, timedelta()) == [0, 0]


def test_what_was_missed_while_no_worker_ran_is_made_up_for(meeting, speakers):
    operations.close_list(speakers, NOON + SECOND, received_at=NOON, by=SYSTEM)
    db.session.commit()
    before = numbers_of([topic_of(meeting)])
    assert told(meeting, timedelta(minutes=10)) == [0]
    assert numbers_of([topic_of(meeting)]) != before


def test_a_phone_that_polls_gets_the_closed_list(client, personas, meeting, speakers):
    """It says which state it has: without a new number it would be told that nothing changed."""
    operations.close_list(speakers, NOON + SECOND, received_at=NOON, by=SYSTEM)
    db.session.commit()
    sign_in(client, personas.delegate_a)
    assert client.get(ROOM).status_code == 200
    asked = {"part": "floor.room/cam-2026", "language": "en"}
    seen = client.get("/live/now", query_string=asked)
    assert "The list of speakers closes at" in seen.json[0]["html"]
    with standing_at(NOON + SECOND):
        moments.tell_moments()
        now = client.get("/live/now", query_string=asked, headers={"If-None-Match": seen.headers["ETag"]})
        assert now.status_code == 200
        assert "closes at" not in part(client, "floor.room/cam-2026")

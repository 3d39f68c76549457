"""How often somebody may have something costly made."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import pacing
from app.core.pacing import Pace

NOON = datetime(2026, 5, 14, 12, tzinfo=UTC)


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets: `clock[0]` is the moment."""
    moment = [NOON]
    monkeypatch.setattr(pacing, "now", lambda: moment[0])
    return moment


def test_as_many_as_a_window_has_then_the_wait_is_told(clock):
    pace = Pace(2, timedelta(minutes=10))
    assert pace.wait("one") == 0
    clock[0] += timedelta(minutes=4)
    assert pace.wait("one") == 0
    clock[0] += timedelta(minutes=2, milliseconds=500)
    assert pace.wait("one") == 240, "seconds, whole ones"
    assert pace.wait("other") == 0, "each is counted alone"
    clock[0] = NOON + timedelta(minutes=10)
    assert pace.wait("one") == 0, "the first is forgotten, and what was refused was not counted"
    assert pace.wait("one") == 240, "the second is not"


def test_what_is_known_is_bounded(clock, monkeypatch):
    monkeypatch.setattr(pacing, "MOST_KNOWN", 2)
    pace = Pace(1, timedelta(minutes=10))
    assert [pace.wait(who) for who in ("one", "two", "three")] == [0, 0, 0]
    assert pace.wait("three") == 600
    assert pace.wait("one") == 0, "who asked longest ago was forgotten"


def test_all_may_be_forgotten(clock):
    pace = Pace(1, timedelta(minutes=10))
    assert pace.wait("one") == 0
    pace.clear()
    assert pace.wait("one") == 0

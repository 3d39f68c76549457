"""The clock of an intervention and rulings on points of order, through their pages."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import speaking
from app.floor.enums import SpeakingKind
from app.floor.models import Speech
from app.meetings.enums import Stage
from tests.client import filled, post_form
from tests.factories.summaries import NOON
from tests.floor.conftest import ask
from tests.floor.pages import FLOOR, client_text, clock, press


def test_the_clock_of_an_intervention_through_its_buttons(staff, speakers, page):
    entry = ask(speakers, "PE")
    press(staff, page, f"/floor/entries/{entry.id}/give")
    speech = db.session.scalars(sa.select(Speech)).one()
    with standing_at(NOON + timedelta(minutes=2)):
        assert clock(staff, page) == ("green", "3:00", "2:00")
        assert "Clock paused" in press(staff, page, f"/floor/speeches/{speech.id}/pause")
    with standing_at(NOON + timedelta(minutes=4)):
        assert "Clock paused" not in press(staff, page, f"/floor/speeches/{speech.id}/resume")
    with standing_at(NOON + timedelta(minutes=6)):
        assert clock(staff, page) == ("amber", "1:00", "4:00")
    with standing_at(NOON + timedelta(minutes=8)):
        assert clock(staff, page) == ("red", "1:00", "6:00")
        told = press(staff, page, f"/floor/speeches/{speech.id}/end")
        assert "Nobody has the floor at the moment." in told
        assert "1:00 over the time" in told
    assert "6:00 in all" in client_text(staff, f"{FLOOR}/times")


def test_a_point_of_order_is_ruled_on(staff, speakers, page):
    speaking.give(ask(speakers, "PE"), by=SYSTEM)
    point = ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER)
    told = press(staff, page, f"/floor/entries/{point.id}/give")
    assert "Interrupted by a point of order" in told
    rule = f"/floor/entries/{point.id}/rule"
    assert post_form(staff, rule, {"ruling": " "}).status_code == 422
    assert "Ruling: Not sustained." in press(staff, rule, rule, {"ruling": "Not sustained."})
    assert "Word the ruling anew" in client_text(staff, page)
    assert "Interrupted by a point of order" in client_text(staff, FLOOR)
    assert "Nobody has the floor" not in press(staff, page, f"/floor/speeches/{point.speech.id}/end")


@pytest.mark.parametrize("screen", ["page", "chair"])
def test_the_ruling_is_asked_for_with_the_end_of_a_point_of_order(staff, speakers, page, screen):
    here, more = (page, {}) if screen == "page" else (f"{FLOOR}/chair", {"back": "chair"})
    speaking.give(ask(speakers, "PE"), by=SYSTEM)
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    db.session.commit()
    answer = post_form(staff, here, more, action=f"/floor/speeches/{point.id}/end")
    assert answer.location.startswith(f"/floor/entries/{point.entry_id}/rule")
    assert "The floor is held until the ruling is noted." in client_text(staff, answer.location)
    told = client_text(staff, here)
    assert "The floor is held until a point of order is ruled on: Chile." in told
    assert "Interrupted by a point of order" in told
    answer = post_form(staff, answer.location, {"ruling": "Not sustained."})
    assert answer.location.partition("#")[0] == here
    told = client_text(staff, here)
    assert "held until" not in told
    assert "Interrupted" not in told
    assert "Clock paused" in told


def test_the_ruling_that_somebody_else_noted_meanwhile_is_not_written_over(staff, speakers, page):
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    db.session.commit()
    rule = f"/floor/entries/{point.entry_id}/rule"
    form = filled(staff, rule, {"ruling": "Sustained."})[1]
    speaking.end(point, by=SYSTEM)
    speaking.rule_on(point.entry, "Not sustained.", by=SYSTEM)
    db.session.commit()
    answer = staff.post(rule, data=form)
    assert (answer.status_code, point.entry.ruling) == (409, "Not sustained.")
    assert "Sustained." in answer.text.partition("<form")[2]
    assert staff.post(rule, data=form | {"ruling": "Not sustained."}).status_code == 303


def test_a_ruling_stands_once_the_summary_is_published(staff, meeting, speakers, page):
    point = speaking.give(ask(speakers, "CL", SpeakingKind.POINT_OF_ORDER), by=SYSTEM)
    speaking.end(point, by=SYSTEM)
    meeting.stage = Stage.CONSOLIDATING
    rule = f"/floor/entries/{point.entry_id}/rule"
    assert "Word the ruling anew" in press(staff, rule, rule, {"ruling": "Sustained."})
    meeting.stage = Stage.PUBLISHED
    db.session.commit()
    answer = post_form(staff, rule, {"ruling": "Not sustained."})
    assert answer.status_code == 409
    assert "Not sustained." in answer.text
    assert "Word the ruling anew" not in client_text(staff, page)

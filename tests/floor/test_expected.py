"""When each may expect the floor on the list of an item that others are heard before."""

import re
from datetime import timedelta

import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.floor import operations, speaking
from app.floor.enums import SpeakingKind
from app.meetings.models import AgendaItem
from tests.factories.summaries import NOON, publish_agenda
from tests.floor.conftest import ask
from tests.floor.pages import FLOOR, client_text


def expected(client, mark) -> str:
    """The hour that Peru is told on the page of an item's list, which all pages tell alike."""
    item = f"{FLOOR}/items/{mark}"
    found = [
        re.search(r"Peru: place 1, expected at about ([\d:]+)", client_text(client, page)) for page in (item, FLOOR)
    ]
    assert found[0]
    assert found[1]
    assert found[0][1] == found[1][1]
    return found[0][1]


def test_the_list_of_a_later_item_waits_for_those_before_it(delegate, speakers, other):
    """The session begins at 10:00, its second item at 10:30; it is 10:25."""
    ask(operations.open_list(speakers.meeting, other, by=SYSTEM), "PE")
    with standing_at(NOON + timedelta(minutes=25)):
        assert expected(delegate, other) == "10:30"
        chile, _rcm = ask(speakers, "CL"), ask(speakers, "RCM")
        ask(speakers, "CL", SpeakingKind.RIGHT_OF_REPLY)
        assert expected(delegate, other) == "10:36", "five minutes and six"
        speaking.give(chile, by=SYSTEM)
        assert expected(delegate, other) == "10:36"
        operations.cut_times(speakers, 50, by=SYSTEM)
        assert expected(delegate, other) == "10:33"
        operations.go_to(speakers.meeting, other, by=SYSTEM)
        assert expected(delegate, other) == "10:30", "whom the Chair left behind is not waited for"


def test_the_list_of_another_day_begins_at_its_hour(delegate, speakers, other):
    second = db.session.scalars(sa.select(AgendaItem).filter_by(mark=other)).one()
    second.day = 2
    speakers.meeting.ends_at += timedelta(days=1)
    publish_agenda(speakers.meeting)
    ask(operations.open_list(speakers.meeting, other, by=SYSTEM), "PE")
    before = expected(delegate, other)
    for code in ("CL", "RCM"):
        ask(speakers, code)
    assert expected(delegate, other) == before


def test_a_cut_counts_from_when_those_before_are_through(staff, speakers, other):
    later = operations.open_list(speakers.meeting, other, by=SYSTEM)
    ask(later, "PE")
    for code in ("CL", "RCM"):
        ask(speakers, code)
    with standing_at(NOON + timedelta(minutes=25)):
        assert "through at about 14 May 2026, 10:41" in client_text(staff, f"{FLOOR}/items/{other}/cut")

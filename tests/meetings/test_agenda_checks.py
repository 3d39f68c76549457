"""What is said of an order of business before it is published."""

from datetime import UTC, datetime, time, timedelta

import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings import operations, parts, queries
from app.meetings.checks import checks_of
from app.meetings.enums import ItemRole
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting
from tests.meetings.agendas import add, fields, named


@pytest.fixture
def meeting(app):
    """Opening; Panel with A and B; Break; on the second day Closing."""
    made = make_meeting(ends_at=NOON + timedelta(days=1, hours=7))
    panel = add(made, "Panel", minutes=60)
    for name in ("A", "B"):
        add(made, name, minutes=20, parent=panel)
    add(made, "Break", minutes=15)
    add(made, "Closing", day=2)
    return made


# Checks


def said(meeting):
    checks = checks_of(meeting, queries.agenda_with_people(meeting.id))
    by_id = {item.id: item.title["en"].removesuffix(" (en)") for item in queries.agenda_of(meeting.id)}
    return {by_id[key]: words for key, words in checks.items.items()}, checks


def test_an_order_of_business_in_order_has_nothing_to_look_at(meeting):
    assert said(meeting)[1].number == 0


def test_a_delegation_in_two_places_at_once_is_said_at_both(meeting):
    delegation = make_delegation(meeting, "PE")
    parallel = add(meeting, "Parallel", begins=time(10, 15))
    for item in (named(meeting, "Opening"), parallel):
        parts.add_item_person(item, role=ItemRole.SPEAKER, delegation=delegation, function=LocalizedText(), by=SYSTEM)
    words, _checks = said(meeting)
    assert "Peru is also in item 4 at that time (10:15 to 10:30)." in words["Opening"]
    assert "Peru is also in item 1 at that time (10:15 to 10:30)." in words["Parallel"]
    assert "It begins before the item above it ends." in words["Parallel"]


def test_a_function_in_two_places_is_the_same_person_and_an_item_is_one_place_with_its_sub_item(meeting):
    chair = everywhere("Chair")
    for name in ("Panel", "A", "Opening"):
        parts.add_item_person(named(meeting, name), role=ItemRole.CHAIR, delegation=None, function=chair, by=SYSTEM)
    assert said(meeting)[0] == {}
    other = add(meeting, "Other", begins=time(10, 0))
    parts.add_item_person(other, role=ItemRole.CHAIR, delegation=None, function=everywhere("chair"), by=SYSTEM)
    assert [line for line in said(meeting)[0]["Opening"] if line.startswith("Chair (en) is also in item 4")]


def test_a_person_in_two_sessions_at_once_is_said_for_the_same_party_and_function(meeting):
    other = make_meeting("sub", parent=meeting, title=everywhere("Working group"), zone="America/Lima")
    here, there = named(meeting, "Opening"), named(other, "Opening")
    peru, there_too = make_delegation(meeting, "PE"), make_delegation(other, "PE")
    chile = make_delegation(other, "CL")
    minister, expert = LocalizedText(en="Minister", es="Ministra"), LocalizedText(en="Expert")
    chair = everywhere("Chair of the CAM")

    def have(mine, theirs):
        here.people[:], there.people[:] = [], []
        db.session.flush()
        for item, entries in ((here, mine), (there, theirs)):
            for delegation, function in entries:
                parts.add_item_person(item, role=ItemRole.SPEAKER, delegation=delegation, function=function, by=SYSTEM)
        items = queries.agenda_with_people(meeting.id)
        return checks_of(meeting, items, queries.agenda_elsewhere(meeting)).items.get(here.id, [])

    at = "is also in item 1 of “Working group (en)” at that time (10:00 to 10:30)."
    nobody = LocalizedText()
    assert have([(peru, nobody)], [(there_too, nobody)]) == [f"Peru {at}"]
    assert have([(peru, minister)], [(there_too, LocalizedText(es="MINISTRA"))]) == [f"Peru {at}"]
    assert have([(None, chair)], [(None, chair)]) == [f"Chair of the CAM (en) {at}"]
    assert have([(peru, minister)], [(there_too, expert)]) == []
    assert have([(peru, nobody)], [(chile, nobody)]) == []
    assert have([(peru, minister)], [(None, minister)]) == []
    there.begins = time(9, 30)  # 10:30 in Washington
    assert have([(peru, nobody)], [(there_too, nobody)]) == []
    other.starts_at, other.ends_at = NOON + timedelta(days=4), NOON + timedelta(days=5)
    assert queries.agenda_elsewhere(meeting) == []


def test_participants_are_compared_by_their_name_first(meeting):
    peru, chile = make_delegation(meeting, "PE"), make_delegation(meeting, "CL")
    ana, luis, again = make_person(peru, "Ana Díaz"), make_person(peru, "Luis Paz"), make_person(chile, "ana diaz")
    opening, parallel = named(meeting, "Opening"), add(meeting, "Parallel", begins=time(10, 15))

    def have(mine, theirs):
        opening.people[:], parallel.people[:] = [], []
        for item, (person, delegation, function) in ((opening, mine), (parallel, theirs)):
            parts.add_item_person(
                item, role=ItemRole.SPEAKER, participant=person, delegation=delegation, function=function, by=SYSTEM
            )
        return [line for line in said(meeting)[0].get("Opening", []) if "is also in" in line]

    nobody, chair = LocalizedText(), everywhere("Chair")
    at = "is also in item 4 at that time (10:15 to 10:30)."
    assert have((ana, None, nobody), (luis, None, nobody)) == []
    assert have((ana, None, nobody), (ana, None, chair)) == [f"Ana Díaz {at}"]
    assert have((ana, None, nobody), (again, None, nobody)) == [f"Ana Díaz {at}"]
    assert have((ana, None, nobody), (None, peru, LocalizedText(en="Ana Díaz"))) == [f"Ana Díaz {at}"]
    assert have((ana, None, nobody), (None, peru, nobody)) == [f"Ana Díaz {at}"]
    assert have((None, peru, nobody), (ana, None, nobody)) == [f"Peru {at}"]
    assert have((ana, None, nobody), (None, peru, chair)) == []
    assert have((ana, None, nobody), (None, chile, nobody)) == []
    assert have((None, peru, LocalizedText(en="Expert")), (None, peru, LocalizedText(en="Minister"))) == []


def test_hours_past_the_closing_time_days_without_items_and_changed_clocks_are_said(app):
    starts = datetime(2027, 3, 13, 15, tzinfo=UTC)
    meeting = make_meeting("dst", starts_at=starts, ends_at=starts + timedelta(days=2, hours=6))
    late = add(meeting, "Late", day=3, minutes=600)
    add(meeting, "Night", day=3, minutes=400)
    add(meeting, "Never", day=4)
    add(meeting, "Early", begins=time(8))
    add(meeting, "Sub", minutes=100, parent=named(meeting, "Opening"))
    words, checks = said(meeting)
    assert words["Late"] == ["It ends at 20:00, after the session's closing time (17:00)."]
    assert words["Night"] == ["It ends on 16 March 2027 at 02:40, after the session's closing time (17:00)."]
    assert words["Never"] == ["This day is after the session's last day."]
    assert words["Early"][0] == "It begins before the session's hour."
    assert words["Opening"] == ["Its sub-items last longer than the item itself."]
    assert checks.whole == ["Day 2 (14 March 2027) has no items."]
    assert checks.days == {}
    operations.edit_agenda_item(late, by=SYSTEM, **fields("Late", day=2, begins=time(12)))
    assert list(said(meeting)[1].days) == [2]
    meeting.starts_at = datetime(2027, 3, 13, 6, tzinfo=UTC)
    late.begins = time(2, 30)
    db.session.flush()
    assert any("does not exist" in line for line in said(meeting)[0]["Late"])


def test_a_session_of_months_meets_on_some_of_its_days(app):
    meeting = make_meeting(ends_at=NOON + timedelta(days=200))
    assert checks_of(meeting, queries.agenda_with_people(meeting.id)).whole == []

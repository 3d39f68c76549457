"""The order of business: where items go, and who has a part in them."""

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.meetings import operations, parts, programme, queries
from app.meetings.arrangement import Direction, blocks_of, directions, dropped, moved
from app.meetings.checks import checks_of
from app.meetings.enums import ItemKind, ItemRole
from app.meetings.models import AgendaItem, GuidingQuestion, ItemPerson, Meeting
from app.meetings.participants import remove_participant
from app.meetings.presenting import people_lines
from app.meetings.timing import clocks_change, slots_of
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting
from tests.meetings.agendas import add, drop, fields, named, shown


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


def test_sub_items_are_numbered_under_their_item(meeting):
    assert shown(meeting) == ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "1 3 Break", "2 4 Closing"]


def test_sub_items_are_timed_within_their_item_and_longer_ones_make_it_longer(meeting):
    add(meeting, "C", minutes=40, parent=named(meeting, "Panel"))
    items = queries.agenda_of(meeting.id)
    slots = slots_of(meeting, items)
    local = {
        item.title["en"].removesuffix(" (en)"): tuple(
            moment.astimezone(meeting.tz).strftime("%H:%M") for moment in slots[item.id]
        )
        for item in items
    }
    assert local["Panel"] == ("10:30", "11:50")
    assert (local["A"], local["B"], local["C"]) == (("10:30", "10:50"), ("10:50", "11:10"), ("11:10", "11:50"))
    assert local["Break"] == ("11:50", "12:05")


def test_an_hour_of_its_own_leaves_a_gap_and_what_follows_goes_on_from_it(meeting):
    operations.edit_agenda_item(named(meeting, "Break"), by=SYSTEM, **fields("Break", minutes=15, begins=time(13)))
    add(meeting, "After")
    items = queries.agenda_of(meeting.id)
    slots = slots_of(meeting, items)
    local = [
        slots[named(meeting, name).id].starts.astimezone(meeting.tz).strftime("%H:%M") for name in ("Break", "After")
    ]
    assert local == ["13:00", "13:15"]


@pytest.mark.parametrize(
    ("title", "position", "day", "expected"),
    [
        ("Break", 3, 1, ["1 1 Opening", "1 2 Panel", "1 2.1 Break", "1 2.2 A", "1 2.3 B", "2 3 Closing"]),
        ("A", 5, 1, ["1 1 Opening", "1 2 Panel", "1 2.1 B", "1 3 Break", "1 4 A", "2 5 Closing"]),
        ("A", 4, 1, ["1 1 Opening", "1 2 Panel", "1 2.1 B", "1 2.2 A", "1 3 Break", "2 4 Closing"]),
        ("Panel", 6, 2, ["1 1 Opening", "1 2 Break", "2 3 Closing", "2 4 Panel", "2 4.1 A", "2 4.2 B"]),
        ("Panel", 1, 1, ["1 1 Panel", "1 1.1 A", "1 1.2 B", "1 2 Opening", "1 3 Break", "2 4 Closing"]),
        ("Break", 5, 2, ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "2 3 Break", "2 4 Closing"]),
        ("Opening", 99, None, ["1 1 Panel", "1 1.1 A", "1 1.2 B", "1 2 Break", "2 3 Closing", "2 4 Opening"]),
        ("Closing", 1, 9, ["1 1 Closing", "1 2 Opening", "1 3 Panel", "1 3.1 A", "1 3.2 B", "1 4 Break"]),
    ],
)
def test_an_item_goes_where_it_is_dropped(meeting, title, position, day, expected):
    drop(named(meeting, title), position, day)
    assert shown(meeting) == expected


@pytest.mark.parametrize(
    ("title", "direction", "expected"),
    [
        ("Break", "up", ["1 1 Opening", "1 2 Break", "1 3 Panel", "1 3.1 A", "1 3.2 B", "2 4 Closing"]),
        ("Break", "down", ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "2 3 Break", "2 4 Closing"]),
        ("Closing", "up", ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "1 3 Break", "1 4 Closing"]),
        ("Break", "in", ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "1 2.3 Break", "2 3 Closing"]),
        ("A", "out", ["1 1 Opening", "1 2 Panel", "1 2.1 B", "1 3 A", "1 4 Break", "2 5 Closing"]),
        ("A", "down", ["1 1 Opening", "1 2 Panel", "1 2.1 B", "1 2.2 A", "1 3 Break", "2 4 Closing"]),
        ("A", "up", ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "1 3 Break", "2 4 Closing"]),
        ("Panel", "in", ["1 1 Opening", "1 2 Panel", "1 2.1 A", "1 2.2 B", "1 3 Break", "2 4 Closing"]),
        ("Panel", "down", ["1 1 Opening", "1 2 Break", "1 3 Panel", "1 3.1 A", "1 3.2 B", "2 4 Closing"]),
    ],
)
def test_the_buttons_reach_what_a_drop_reaches(meeting, title, direction, expected):
    operations.move_agenda_item(named(meeting, title), direction=Direction(direction), by=SYSTEM)
    assert shown(meeting) == expected


STEPS = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 6), st.sampled_from(list(Direction))),
        st.tuples(st.integers(0, 6), st.integers(-1, 9), st.one_of(st.none(), st.integers(1, 4))),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(steps=STEPS)
def test_no_step_loses_an_item_nests_deeper_or_goes_back_in_days(steps):
    items = [AgendaItem(id=key, position=key, day=1 + key // 4, minutes=1, parent=None) for key in range(1, 8)]
    for key, *step in steps:
        item = next(row for row in items if row.id == key + 1)
        if len(step) == 1:
            if step[0] not in directions(items, 3)[item.id]:
                continue
            blocks = moved(items, item, step[0])
        else:
            blocks = dropped(items, item, *step)
        rows = [row for block in blocks for row in block]
        for position, row in enumerate(rows, start=1):
            row.position = position
        for head, *subs in blocks:
            assert head.parent is None
            for sub in subs:
                assert sub.parent is head
                sub.day = head.day
        items = rows
        assert sorted(row.id for row in rows) == list(range(1, 8))
        assert [row.day for row in rows] == sorted(row.day for row in rows)
        assert [row.id for block in blocks_of(rows) for row in block] == [row.id for row in rows]


def test_deleting_an_item_keeps_its_sub_items(meeting):
    question = db.session.scalars(sa.select(GuidingQuestion)).first()
    question.item = named(meeting, "Panel")
    db.session.flush()
    operations.delete_agenda_item(named(meeting, "Panel"), by=SYSTEM)
    assert shown(meeting) == ["1 1 Opening", "1 2 A", "1 3 B", "1 4 Break", "2 5 Closing"]
    db.session.refresh(question)
    assert question.item_id is None


def test_moving_an_item_to_another_day_takes_its_sub_items_and_puts_it_last(meeting):
    operations.edit_agenda_item(named(meeting, "Panel"), by=SYSTEM, **fields("Panel", day=2, parent=None))
    assert shown(meeting)[-3:] == ["2 4 Panel", "2 4.1 A", "2 4.2 B"]
    operations.edit_agenda_item(
        named(meeting, "Opening"), by=SYSTEM, **fields("Opening", parent=named(meeting, "Panel"))
    )
    assert shown(meeting)[-1] == "2 3.3 Opening"


def test_what_an_item_may_not_be_is_refused_at_its_field(meeting):
    panel, first = named(meeting, "Panel"), named(meeting, "A")
    for change, field in [
        ({"minutes": 1200}, "minutes"),
        ({"parent": first}, "parent"),
    ]:
        with pytest.raises(Refusal) as refusal:
            add(meeting, "Wrong", **change)
        assert refusal.value.field == field
    for parent in (panel, named(meeting, "Break")):
        with pytest.raises(Refusal) as refusal:
            operations.edit_agenda_item(panel, by=SYSTEM, **fields("Panel", parent=parent))
        assert refusal.value.field == "parent"


@pytest.mark.parametrize(
    ("starts", "day", "words"),
    [
        (datetime(2027, 3, 13, 15, tzinfo=UTC), 2, "does not exist"),
        (datetime(2027, 11, 7, 6, tzinfo=UTC), 1, "comes twice"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_have_twice_is_refused(app, starts, day, words):
    meeting = make_meeting("dst", starts_at=starts, ends_at=starts + timedelta(days=2))
    with pytest.raises(Refusal, match=words):
        add(meeting, "Night", day=day, begins=time(2, 30) if day == 2 else time(1, 30))
    assert [clocks_change(meeting, number) for number in (1, 2)] == [day == 1, day == 2]


def test_minutes_are_those_that_pass_when_the_clocks_change(app):
    meeting = make_meeting(
        "dst", starts_at=datetime(2027, 3, 14, 6, tzinfo=UTC), ends_at=datetime(2027, 3, 14, 20, tzinfo=UTC)
    )
    add(meeting, "Long", minutes=120)
    after = add(meeting, "After")
    assert slots_of(meeting, queries.agenda_of(meeting.id))[after.id].starts == datetime(2027, 3, 14, 8, 30, tzinfo=UTC)


# People


def test_somebody_is_named_once_and_a_part_needs_somebody(meeting):
    item, delegation = named(meeting, "A"), make_delegation(meeting, "PE")
    other = make_delegation(make_meeting("other"), "PE")

    def name(**more):
        values = {"role": ItemRole.SPEAKER, "delegation": None, "function": LocalizedText(), **more}
        return parts.add_item_person(item, by=SYSTEM, **values)

    assert name(delegation=delegation) is name(delegation=delegation)
    ana = make_person(delegation, "Ana")
    assert name(participant=ana) is name(participant=ana) is not item.people[0]
    assert name(participant=ana).delegation is delegation
    for wrong in ({}, {"delegation": other}, {"participant": make_person(other, "Eva")}):
        with pytest.raises(Refusal) as refusal:
            name(**wrong)
        assert refusal.value.field == "delegation"
    for person in list(item.people):
        parts.remove_item_person(person, by=SYSTEM)
    assert item.people == []


def test_somebody_who_is_taken_off_the_delegation_leaves_their_part_to_it(meeting):
    item, delegation = named(meeting, "A"), make_delegation(meeting, "PE")
    ana = make_person(delegation, "Ana")
    part = parts.add_item_person(
        item, role=ItemRole.SPEAKER, participant=ana, delegation=None, function=LocalizedText(), by=SYSTEM
    )
    remove_participant(ana, by=SYSTEM)
    db.session.commit()
    assert (part.participant, part.delegation, part.name) == (None, delegation, "")


def test_people_are_told_by_their_part():
    people = [
        {"role": "speaker", "party": {"en": "Peru"}, "function": {"en": "Director"}},
        {"role": "speaker", "party": {"en": "Chile"}, "function": {}},
        {"role": "chair", "party": {}, "function": {"en": "The Chair"}},
        {"role": "chair", "party": {"en": "Peru"}, "function": {"en": "Vice-Chair"}, "name": "Ms Ana"},
    ]
    chairs = ("Chair", "The Chair, Ms Ana (Peru, Vice-Chair)")
    assert people_lines(people) == [("Speaker", "Peru (Director), Chile"), chairs]
    assert people_lines(people, named=False)[1] == ("Chair", "The Chair, Peru (Vice-Chair)")


def test_eighty_items_with_people_take_two_statements(app):
    from tests.statements import count_statements

    meeting = make_meeting()
    delegation = make_delegation(meeting, "PE")
    for number in range(80):
        item = AgendaItem(
            meeting=meeting, position=number + 2, minutes=5, kind=ItemKind.PANEL, title=everywhere("Item")
        )
        item.people.append(ItemPerson(role=ItemRole.SPEAKER, delegation=delegation))
        db.session.add(item)
    db.session.commit()
    db.session.expire_all()
    row = db.session.get(Meeting, meeting.id)
    with count_statements() as counted:
        items = queries.agenda_with_people(row.id)
        programme.draft_items(row, items)
        checks_of(row, items)
    assert counted.number <= 3

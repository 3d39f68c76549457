"""The order of business: where items go, what is checked, and what is published of it."""

from datetime import UTC, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.errors import Refusal, Stale
from app.core.localized import LocalizedText
from app.meetings import operations, parts, programme, queries
from app.meetings.arrangement import Direction, blocks_of, directions, dropped, moved, number_of
from app.meetings.checks import checks_of
from app.meetings.enums import ItemKind, ItemRole, Stage
from app.meetings.models import AgendaItem, AgendaVersion, GuidingQuestion, ItemPerson, Meeting
from app.meetings.participants import remove_participant
from app.meetings.presenting import change_lines, people_lines, version_name
from app.meetings.timing import clocks_change, slots_of
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, everywhere, make_delegation, make_meeting, publish_agenda


def fields(title="Item", *, day=1, minutes=30, **more):
    words = {"title": everywhere(title), "description": LocalizedText(), "kind": ItemKind.PANEL}
    return {**words, "day": day, "minutes": minutes, **more}


def add(meeting, title, **more):
    return operations.add_agenda_item(meeting, by=SYSTEM, **fields(title, **more))


def drop(item, position, day=None):
    operations.place_agenda_item(item, position=position, day=day, by=SYSTEM)


def shown(meeting):
    items = queries.agenda_of(meeting.id)
    numbers = number_of(items)
    return [f"{item.day} {numbers[item.id]} {item.title['en'].removesuffix(' (en)')}" for item in items]


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


def named(meeting, title):
    return next(item for item in queries.agenda_of(meeting.id) if item.title["en"] == f"{title} (en)")


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


# Versions


def test_readers_get_what_was_frozen_whatever_the_draft_says(meeting):
    version = publish_agenda(meeting)
    assert (version.number, version_name(version.number)) == (2, "rev. 1")
    operations.delete_agenda_item(named(meeting, "Panel"), by=SYSTEM)
    latest = queries.latest_agenda(meeting.id)
    assert [item["number"] for item in latest.content["items"]] == ["1", "2", "2.1", "2.2", "3", "4"]
    assert [row.number for row in queries.agenda_versions(meeting.id)] == [2, 1]


def test_what_changed_is_told_once_by_its_kind(meeting):
    publish_agenda(meeting)
    operations.delete_agenda_item(named(meeting, "B"), by=SYSTEM)
    operations.edit_agenda_item(named(meeting, "Break"), by=SYSTEM, **fields("Pause", minutes=15))
    operations.move_agenda_item(named(meeting, "Pause"), direction=Direction.UP, by=SYSTEM)
    operations.edit_agenda_item(named(meeting, "Closing"), by=SYSTEM, **fields("Closing", day=2, minutes=45))
    operations.edit_agenda_item(
        named(meeting, "A"), by=SYSTEM, **{**fields("A", minutes=20), "description": everywhere("More")}
    )
    add(meeting, "News", day=2)
    version = publish_agenda(meeting)
    kinds = [(change["what"], change["title"]["en"].removesuffix(" (en)")) for change in version.changes]
    assert kinds == [
        ("moved", "Pause"),
        ("retitled", "Pause"),
        ("retimed", "Pause"),
        ("retimed", "Panel"),
        ("retimed", "A"),
        ("revised", "A"),
        ("retimed", "Closing"),
        ("added", "News"),
        ("removed", "B"),
    ]
    lines = change_lines(version.changes, meeting.zone)
    assert lines[0] == "Moved: Pause (en), from 3 (day 1) to 2 (day 1)."
    assert lines[1] == "Retitled: 2, from “Break (en)” to “Pause (en)”."
    assert lines[-3] == ("Retimed: 4 Closing (en), now 15 May 2026, 10:00–10:45; it was 15 May 2026, 10:00–10:30.")
    assert lines[-2:] == ["Added: 5 News (en).", "Removed: B (en) (it was 2.2)."]
    assert "its kind, description or people" in lines[5]


def test_items_that_move_together_are_told_in_one_sentence(meeting):
    publish_agenda(meeting)
    for minutes, sentence in (
        (45, "Retimed: 4 items from 2 to 3, each 15 minutes later."),
        (44, "Retimed: 4 items from 2 to 3, each 1 minute earlier."),
    ):
        operations.edit_agenda_item(named(meeting, "Opening"), by=SYSTEM, **fields("Opening", minutes=minutes))
        version = publish_agenda(meeting)
        lines = change_lines(version.changes, meeting.zone)
        assert lines[0].startswith("Retimed: 1 Opening (en), now 14 May 2026, 10:00")
        assert [line for line in lines if " 1 Opening" not in line] == [sentence]


def test_losing_the_set_time_is_a_change(meeting):
    publish_agenda(meeting)
    operations.edit_agenda_item(named(meeting, "Closing"), by=SYSTEM, **fields("Closing", day=2, minutes=0))
    version = publish_agenda(meeting)
    assert change_lines(version.changes, meeting.zone) == [
        "Retimed: 4 Closing (en), now no set time; it was 15 May 2026, 10:00–10:30."
    ]


def test_publishing_the_same_again_makes_no_version_and_another_draft_is_not_published_unseen(meeting):
    first = publish_agenda(meeting)
    assert publish_agenda(meeting) is first
    items = queries.agenda_with_people(meeting.id)
    seen = programme.mark_of(meeting, programme.draft_items(meeting, items))
    add(meeting, "By somebody else")
    with pytest.raises(Stale):
        programme.publish_agenda(meeting, seen=seen, by=SYSTEM)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(AgendaVersion)) == 2


def test_nothing_is_not_published(app):
    meeting = make_meeting()
    operations.delete_agenda_item(queries.agenda_of(meeting.id)[0], by=SYSTEM)
    with pytest.raises(Refusal, match="Write the order of business"):
        publish_agenda(meeting)


def life(version):
    rows = [*version.content["items"], *version.content["cancelled"]]
    return {item["title"]["en"].removesuffix(" (en)"): item["sequence"] for item in rows}


def test_the_sequence_of_an_item_rises_with_each_version_that_changes_it(meeting):
    with clock.standing_at(NOON):
        first = publish_agenda(meeting)
    assert set(life(first).values()) == {0}
    operations.delete_agenda_item(named(meeting, "Break"), by=SYSTEM)
    with clock.standing_at(NOON + timedelta(hours=1)):
        second = publish_agenda(meeting)
    assert life(second) == {"Opening": 0, "Panel": 0, "A": 0, "B": 0, "Closing": 1, "Break": 1}
    add(meeting, "Again")
    with clock.standing_at(NOON + timedelta(hours=2)):
        third = publish_agenda(meeting)
    gone = next(item for item in third.content["cancelled"])
    assert (gone["sequence"], gone["changed_at"]) == (1, (NOON + timedelta(hours=1)).isoformat())


def test_a_session_meets_once_its_order_of_business_is_published(app):
    from app.meetings import stages

    meeting = make_meeting(stage=Stage.CALL_OPEN)
    make_delegation(meeting, "PE")
    assert stages.unmet(meeting, Stage.IN_SESSION) == []
    db.session.execute(sa.delete(AgendaVersion).where(AgendaVersion.meeting_id == meeting.id))
    assert [str(line) for line in stages.unmet(meeting, Stage.IN_SESSION)] == ["Publish the order of business."]


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

"""The timeline: each event at its date, in the lane of its kind, and every label readable."""

from itertools import pairwise

import pytest
from flask import Flask

from app.core.localized import LocalizedText
from app.directory.enums import EventKind
from app.directory.models import Event
from app.directory.queries import events as all_events
from app.map import timeline
from tests.map.facts import box, overlapping
from tests.personas import party


@pytest.fixture(autouse=True)
def page(app: Flask):
    with app.test_request_context("/"):
        yield


def event(date: str, title: str = "Something", kind: EventKind = EventKind.ADOPTED, **more) -> Event:
    return Event(id=len(title), date=date, event_kind=kind, title=LocalizedText(en=title), until="", **more)


def marks(picture):
    return [mark for lane in picture.shapes.lanes for mark in lane.marks]


def test_every_event_of_the_directory_is_drawn_in_the_lane_of_its_kind():
    events = all_events()
    picture = timeline.picture(events, "Caption.")
    lanes = {lane.kind: len(lane.marks) for lane in picture.shapes.lanes}
    assert lanes == {
        kind.value: sum(1 for each in events if each.event_kind is kind)
        for kind in EventKind
        if any(each.event_kind is kind for each in events)
    }
    assert len(events) >= 120
    assert events[0].date <= "1951"


@pytest.mark.parametrize("language", ["en", "es", "fr", "pt"])
def test_no_label_covers_another_or_leaves_the_picture(app, language):
    events = all_events()
    with app.test_request_context("/", headers={"Accept-Language": language}):
        picture = timeline.picture(events, "Caption.")
    boxes = {
        f"{place} {mark.label}": box(mark.label_x, mark.y + 4, mark.label, timeline.SIZE, mark.anchor)
        for place, mark in enumerate(marks(picture))
    }
    assert overlapping(boxes) == []
    assert min(left for left, *_rest in boxes.values()) >= 0
    assert max(right for _left, _top, right, _bottom in boxes.values()) <= timeline.WIDTH
    assert max(bottom for *_rest, bottom in boxes.values()) <= picture.shapes.bottom


def test_lanes_stand_one_below_another():
    lanes = timeline.picture(all_events(), "Caption.").shapes.lanes
    for upper, lower in pairwise(lanes):
        assert upper.bottom < lower.top
    for lane in lanes:
        assert all(lane.top < mark.y < lane.bottom for mark in lane.marks)


def test_later_stands_further_right_and_early_years_closer_together():
    scale = timeline.Scale(1950, 2026)
    years = [scale.x(year) for year in range(1950, 2027)]
    assert years == sorted(years)
    assert (years[0], years[-1]) == (timeline.LANE_NAMES, timeline.WIDTH - timeline.RIGHT)
    early, late = years[1] - years[0], years[-1] - years[-2]
    assert late == pytest.approx(timeline.CLOSER * early)
    assert 1950 in scale.ticks()
    assert 1955 not in scale.ticks()
    assert 1995 in scale.ticks()


@pytest.mark.parametrize(
    ("date", "year"), [("1951", 1951.0), ("1951-07", 1951.5), ("1951-07-28", 1951.5 + 27 / 365), ("1951-01-01", 1951.0)]
)
def test_a_date_is_as_exact_as_it_is_known(date, year):
    assert timeline.year_of(date) == pytest.approx(year)


def test_a_single_event_has_a_timeline_of_its_own():
    picture = timeline.picture([event("1951-07-28", "Convention")], "Caption.")
    (mark,) = marks(picture)
    assert timeline.LANE_NAMES < mark.x < timeline.WIDTH
    assert mark.title == "28 July 1951: Convention"
    assert [year for _x, year in picture.shapes.ticks] == [1950]


def test_what_was_adopted_is_told_by_its_title_what_was_founded_by_its_name():
    events = [
        event("2001", "Process begins", EventKind.FOUNDED, party=party("RCM")),
        event("2002", "Declaration, adopted at the summit", EventKind.ADOPTED, party=party("RCM")),
        event("2003", "World conference", EventKind.MEETING),
        event("2003", "Pact on the safe and orderly movement of people, adopted late"),
        event("2003", "Compact, of the General Assembly, on the movement of people"),
        event("2004", "A " + "very " * 30 + "long title", EventKind.PUBLISHED),
    ]
    labels = {mark.title.split(": ")[1]: mark.label for mark in marks(timeline.picture(events, "Caption."))}
    assert labels["Process begins"] == "RCM"
    assert labels["Declaration, adopted at the summit"] == "Declaration, adopted at the summit"
    assert labels["World conference"] == "World conference"
    assert (
        labels["Pact on the safe and orderly movement of people, adopted late"]
        == "Pact on the safe and orderly movement…"
    )
    assert labels["Compact, of the General Assembly, on the movement of people"] == "Compact"
    assert labels[events[-1].title.get("en")].endswith("…")


def test_events_are_read_up_to_a_day_and_by_decade():
    events = [event("1951"), event("1959-12"), event("1960-01-01"), event("2020")]
    assert [each.date for each in timeline.happened_by(events, "1960-01-01")] == ["1951", "1959-12", "1960-01-01"]
    assert timeline.happened_by(events, "1950-12-31") == []
    assert [(decade, len(found)) for decade, found in timeline.by_decade(events)] == [(1950, 2), (1960, 1), (2020, 1)]


def test_an_event_of_several_days_is_told_with_both():
    meeting = event("2018-09-03")
    meeting.until = "2018-09-04"
    assert timeline.date_shown(meeting) == "3 to 4 September 2018"

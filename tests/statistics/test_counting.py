from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.core.localized import LocalizedText
from app.statistics.counting import STATE_ORDER, count, in_time, week_of
from app.statistics.enums import By, InputKind, InputState
from app.statistics.pictures import Drawn, bars
from app.statistics.queries import Input

MIDDLE = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
PRACTICE = Input(
    InputKind.PRACTICE,
    "PE",
    LocalizedText({"en": "Peru"}),
    InputState.PUBLISHED,
    "es",
    frozenset({"1", "2"}),
    ("T1", "T1", "T2"),
    MIDDLE - timedelta(days=1),
)
STATEMENT = Input(
    InputKind.STATEMENT, "CL", LocalizedText({"en": "Chile"}), InputState.RECEIVED, "en", at=MIDDLE + timedelta(days=8)
)


def lines(by, inputs, before=None, **more):
    return [(line.key, list(line.counts), line.total, line.before) for line in count(by, inputs, before, **more).lines]


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        (MIDDLE, 0),
        (MIDDLE - timedelta(seconds=1), -1),
        (MIDDLE - timedelta(days=7), -1),
        (MIDDLE - timedelta(days=7, seconds=1), -2),
        (MIDDLE + timedelta(days=7) - timedelta(seconds=1), 0),
        (MIDDLE + timedelta(days=7), 1),
    ],
)
def test_the_moment_of_the_deadline_is_after_it(moment, week):
    assert week_of(moment, MIDDLE) == week


def test_each_kind_is_counted_for_itself_and_all_together():
    found = count(By.STATE, [PRACTICE, PRACTICE, STATEMENT], None)
    assert found.kinds == [InputKind.PRACTICE, InputKind.STATEMENT]
    assert [(line.key, list(line.counts), line.total) for line in found.lines] == [("PE", [2, 0], 2), ("CL", [0, 1], 1)]
    assert (found.inputs, found.compared) == (3, False)
    themes = count(By.THEME, [PRACTICE, STATEMENT], None)
    assert (themes.kinds, themes.inputs) == ([InputKind.PRACTICE], 1), "a statement has no theme"


def test_one_input_counts_once_in_a_line_and_in_several_lines():
    assert lines(By.THEME, [PRACTICE]) == [("T1", [1], 1, None), ("T2", [1], 1, None)]
    assert lines(By.THEME, [STATEMENT], [PRACTICE]) == [("T1", [], 0, 1), ("T2", [], 0, 1)]
    assert lines(By.QUESTION, [PRACTICE], order=str, always=["1", "2", "3"]) == [
        ("1", [1], 1, None),
        ("2", [1], 1, None),
        ("3", [0], 0, None),
    ]


def test_what_does_not_stand_is_counted_by_its_state_alone():
    begun, gone = (replace(PRACTICE, state=state) for state in (InputState.BEGUN, InputState.WITHDRAWN))
    for by in (By.STATE, By.QUESTION, By.THEME, By.LANGUAGE, By.WEEK):
        assert lines(by, [begun, gone], middle=MIDDLE) == []
    order = {"order": lambda key: STATE_ORDER[key]}
    assert [key for key, *_numbers in lines(By.PROGRESS, [gone, begun, PRACTICE], **order)] == [
        "begun",
        "published",
        "withdrawn",
    ]


def test_weeks_without_an_input_stand_between_those_with_one():
    assert lines(By.WEEK, [PRACTICE, STATEMENT], order=int, middle=MIDDLE) == [
        (-1, [1, 0], 1, None),
        (0, [0, 0], 0, None),
        (1, [0, 1], 1, None),
    ]
    years = replace(PRACTICE, at=MIDDLE - timedelta(days=3000))
    assert len(lines(By.WEEK, [years, PRACTICE], order=int, middle=MIDDLE)) == 2


def test_the_session_before_is_beside_also_where_now_there_is_nothing():
    gone = replace(STATEMENT, state=InputState.WITHDRAWN)
    assert lines(By.STATE, [PRACTICE], [STATEMENT, PRACTICE, STATEMENT, gone]) == [
        ("PE", [1], 1, 1),
        ("CL", [0], 0, 2),
    ]


def test_in_time_are_practices_by_the_deadline_of_their_delegation():
    late = replace(PRACTICE, late=True)
    assert in_time([PRACTICE, late, late, STATEMENT, replace(late, state=InputState.WITHDRAWN)]) == (1, 2)


def test_bars_have_one_scale_and_the_rule_stands_before_its_line():
    picture = bars(
        "week", "Title", "Caption", [Drawn("A", 2, 4), Drawn("B", 0, 0), Drawn("C" * 200, 4, 1)], rule_before=1
    )
    first, second, third = picture.shapes.bars
    assert (first.length, first.before) == (150, 300)
    assert (second.length, second.before, third.length) == (0, 0, 300)
    assert first.top < picture.shapes.rule < second.top
    assert third.label.endswith("…") or len(third.label) == 200
    assert third.title == "C" * 200
    assert picture.height > third.top

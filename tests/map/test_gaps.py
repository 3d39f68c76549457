"""Gaps: terms without a group, States in few mechanisms, issues with one organization; "none" apart from "unknown"."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.directory.enums import Extent
from app.directory.facts import Cell, Standing
from app.map import gaps
from tests.map.compared import SILENT, called, directory, table


@pytest.fixture
def page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def test_a_gap_is_a_term_that_no_group_works_on_first_those_that_no_mechanism_works_on(page):
    facts = directory(
        {"A": [], "B": [], "GONE": []},
        {"A": {"T1": [], "T2": [1, 2], "T3": [3]}, "B": {"T1": [], "T3": []}, "GONE": {"T4": [1]}},
        terms=["T1", "T2", "T3", "T4"],
        ended={"GONE": "2010"},
    )
    covered = gaps.coverage(facts, "themes")
    assert [(row.term.code, row.groups) for row in covered] == [("T1", 0), ("T2", 2), ("T3", 1), ("T4", 0)]
    assert [row.term.code for row in gaps.without_group(covered)] == ["T4", "T1"]
    [single] = gaps.with_one_group(covered)
    assert [party.code for party in single.in_groups] == ["A"]
    assert [party.code for party in single.as_whole] == ["B"]


def test_mechanisms_whose_themes_are_unknown_are_told_from_those_that_work_on_none(page):
    facts = directory(
        {code: [] for code in ("NAMES", "SILENT", "NO SOURCE", "NONE")},
        {"NAMES": {"T1": []}, "SILENT": SILENT, "NONE": {}},
    )
    unknown = {standing: [row.code for row in rows] for standing, rows in gaps.unknown(facts, "themes").items()}
    assert unknown == {Standing.STATED: [], Standing.NOT_STATED: ["SILENT"], Standing.NO_SOURCE: ["NO SOURCE"]}
    others = gaps.unknown(facts, "gcm")
    assert [row.code for row in others[Standing.STATED]] == ["NAMES"], "its sources name other terms"


@given(st.lists(st.integers(0, 60), min_size=1))
def test_the_lower_quartile_has_a_quarter_at_or_below_it_and_three_quarters_at_or_above(counts):
    quartile = gaps.lower_quartile(counts)
    assert quartile in counts
    assert sum(count <= quartile for count in counts) >= len(counts) / 4
    assert sum(count >= quartile for count in counts) >= len(counts) * 3 / 4


def test_there_is_no_quartile_of_nothing():
    assert gaps.lower_quartile([]) == 0


MEMBERS = {"A": ["PE", "CL", "MX", "CU", "ES"], "B": ["PE", "CL", "MX"], "C": ["PE", "CL", "MX"], "D": []}


def test_states_of_the_americas_in_fewer_mechanisms_than_the_lower_quartile(page):
    few = gaps.states_in_few(directory({**MEMBERS, "A": [*MEMBERS["A"], "BR"], "B": [*MEMBERS["B"], "BR"]}))
    assert (few.states, few.quartile, few.fewer, few.counted) == (5, 2, 2, 3)
    assert [(state.code, count) for state, count in few.rows] == [("CU", 1)]
    assert [party.code for party in few.unlisted] == ["D"]


def test_a_threshold_of_ones_own_replaces_the_quartile(page):
    few = gaps.states_in_few(directory(MEMBERS), 4)
    assert [(state.code, count) for state, count in few.rows] == [("CU", 1), ("CL", 3), ("MX", 3), ("PE", 3)]
    assert gaps.states_in_few(directory(MEMBERS), 1).rows == []


def test_a_higher_threshold_never_shows_fewer_states(page):
    shown = [
        {state.code for state, _count in gaps.states_in_few(directory(MEMBERS), number).rows} for number in range(1, 6)
    ]
    assert all(fewer <= more for fewer, more in pairwise(shown))
    assert shown[-1] == {"CU", "CL", "MX", "PE"}


def test_issues_with_one_organization_with_none_and_of_which_no_source_speaks(page):
    facts = directory(
        {"A": []}, {"A": {}}, vocabulary="issues", terms=["1", "2", "3", "4"], secretariats={"A": ["ONE", "TWO"]}
    )
    cells = table(
        facts,
        {
            ("ONE", "1"): Extent.SOME,
            ("TWO", "1"): Extent.STRONG,
            ("ONE", "2"): Extent.SOME,
            ("TWO", "2"): Extent.NONE,
            ("ONE", "3"): Extent.NONE,
        },
    )
    cells[called(facts, "TWO").id, 2] = Cell(9, Extent.NONE, None, True)
    found = {
        row.term.code: ([party.code for party, _cell in row.organizations], len(row.doubtful), row.spoken)
        for row in gaps.issues(facts, cells)
    }
    assert found == {
        "1": (["TWO", "ONE"], 0, True),
        "2": (["ONE"], 1, True),
        "3": ([], 0, True),
        "4": ([], 0, False),
    }

"""The matrices as they are computed: who is where, who works on what, and what is told apart from nothing."""

from dataclasses import replace

import pytest

from app.core.localized import LocalizedText
from app.directory.enums import Extent, PartyKind, StatementSubject
from app.directory.facts import Cell, Facts, Known, Place, Standing, Term
from app.map.matrices import (
    EMPTY,
    UNSAID,
    Head,
    Matrix,
    Shown,
    mechanisms_by_term,
    organizations_by_issue,
    states_by_mechanism,
)
from tests.map.facts import facts_of, known

SILENT = {Standing.STATED: "other", Standing.NOT_STATED: "not stated", Standing.NO_SOURCE: "no source"}
WATER, WORK = (
    Term(number, "themes", code, LocalizedText(en=code), number) for number, code in ((1, "water"), (2, "work"))
)
CLIMATE = Term(3, "gcm", "climate", LocalizedText(en="climate"), 1)


def head(label: str, silent: str = "") -> Head:
    return Head(label, label, f"/{label}", silent)


def head_of(party: Known) -> Head:
    return head(party.code)


@pytest.fixture
def small() -> Matrix:
    one, two = Shown("1", "", "/", 1), Shown("xx", "", "/", 3)
    return Matrix(
        [head("Perú"), head("Ecuador"), head("Zambia")],
        [head("B"), head("A"), head("silent", "No source")],
        [[one, EMPTY, UNSAID], [two, one, UNSAID], [EMPTY, EMPTY, UNSAID]],
    )


def labels(heads) -> list[str]:
    return [item.label for item in heads]


def texts(matrix: Matrix) -> list[list[str]]:
    return [[cell.text for cell in line] for line in matrix.cells]


def test_totals_count_filled_cells(small):
    assert (small.row_totals, small.column_totals, small.silent) == ([1, 2, 0], [2, 1, 0], 1)


def test_nobody_knows_the_total_of_what_no_source_speaks_of(small):
    assert small.column_totals_told == [2, 1, "…"]
    assert [total for _head, _line, total in small.lines] == [1, 2, 0]
    assert [total for _head, _line, total in small.transposed().lines] == [2, 1, "…"]


def test_empty_lines_are_taken_out_and_lines_turned_and_ordered(small):
    filled = small.filled()
    assert (labels(filled.rows), labels(filled.columns)) == (["Perú", "Ecuador"], ["B", "A"])
    turned = filled.transposed()
    assert (labels(turned.rows), turned.cells[0][1].text) == (["B", "A"], "xx")
    assert labels(filled.ordered("name").columns) == ["A", "B"]
    assert labels(filled.ordered("name").rows) == ["Ecuador", "Perú"]
    assert texts(filled.ordered("name")) == [["1", "xx"], ["", "1"]]
    assert labels(filled.ordered("count").rows) == ["Ecuador", "Perú"]
    assert filled.ordered("source") is filled


def test_numbered_terms_are_ordered_by_their_numbers():
    terms = [head(label) for label in ("10. Indigenous migrants", "2. Development", "Work", "1. Mandate")]
    matrix = Matrix([head("IOM")], terms, [[EMPTY] * 4])
    assert labels(matrix.ordered("name").columns) == ["Work", "1. Mandate", "2. Development", "10. Indigenous migrants"]


@pytest.mark.parametrize(
    ("rows", "columns", "paper"),
    [(50, 50, "a4"), (51, 1, "a3"), (1, 51, "a3"), (81, 1, "a2"), (1, 121, "a1"), (200, 60, "a0")],
)
def test_the_paper_grows_with_the_matrix(rows, columns, paper):
    assert Matrix([head("x")] * rows, [head("y")] * columns, [[EMPTY] * columns] * rows).paper == paper


def test_a_matrix_without_rows_can_be_turned():
    assert Matrix([], [head("A")], []).transposed() == Matrix([head("A")], [], [[]])


def test_a_sheet_has_heads_cells_and_totals_and_tells_what_is_silent(small):
    assert small.as_rows("State", "Total") == [
        ["State", "B", "A", "silent (No source)", "Total"],
        ["Perú", 1, "", "…", 1],
        ["Ecuador", "xx", 1, "…", 2],
        ["Zambia", "", "", "…", 0],
        ["Total", 2, 1, "…", 3],
    ]
    assert small.transposed().as_rows("", "Total")[3] == ["silent (No source)", "…", "…", "…", "…"]


def members(facts: Facts) -> Matrix:
    def cell(state: Known, mechanism: Known, since: str, until: str) -> Shown:
        return Shown(since or "x", until, f"/{state.code}/{mechanism.code}", 2)

    return states_by_mechanism(
        facts, head=head_of, mechanisms=facts.of_kind(PartyKind.MECHANISM), cell=cell, silent=SILENT
    )


def test_a_state_is_in_the_mechanisms_that_list_it():
    facts = facts_of({"RCM": ["BZ", "CA"], "SACM": ["PE"], "OCAM": []})
    listed = facts.members[1002]
    dated = replace(facts, members={**facts.members, 1002: dict.fromkeys(listed, Place("2001", "2004", 1))})
    matrix = members(dated)
    assert (labels(matrix.rows), labels(matrix.columns)) == (["BZ", "CA", "PE"], ["RCM", "SACM", "OCAM"])
    assert texts(matrix) == [["x", "", "…"], ["x", "", "…"], ["", "2001", "…"]]
    assert matrix.cells[2][1] == Shown("2001", "2004", "/PE/SACM", 2)


def test_a_list_without_members_on_the_day_is_empty_and_not_silent():
    facts = facts_of({"RCM": ["BZ"], "SACM": [], "OCAM": []})
    facts = replace(
        facts,
        members={**facts.members, 1002: {}},
        standings={(1002, StatementSubject.MEMBERS): Standing.STATED},
    )
    matrix = members(facts)
    assert [column.silent for column in matrix.columns] == ["", "", "no source"]
    assert texts(matrix) == [["x", "", "…"]]


@pytest.mark.parametrize("standing", Standing)
def test_a_mechanism_without_a_list_tells_why(standing):
    facts = replace(facts_of({"RCM": ["BZ"], "SACM": []}), standings={(1002, StatementSubject.MEMBERS): standing})
    assert members(facts).columns[1].silent == SILENT[standing]


def themes(facts: Facts, *terms: Term) -> Matrix:
    return mechanisms_by_term(
        facts,
        head=head_of,
        mechanisms=facts.of_kind(PartyKind.MECHANISM),
        terms=[(term, head(term.code)) for term in terms],
        cell=lambda mechanism, term, groups: Shown(str(groups), term.code, f"/{mechanism.code}", groups),
        silent=SILENT,
    )


def test_a_mechanism_works_on_a_term_in_groups_or_as_a_whole():
    facts = facts_of({"RCM": [], "SACM": []})
    facts = replace(facts, works_on={1001: {1: frozenset({1, 4}), 2: frozenset()}, 1002: {2: frozenset({3})}})
    assert texts(themes(facts, WATER, WORK)) == [["2", "0"], ["", "1"]]


def test_what_is_said_in_other_terms_is_not_none_but_what_is_said_of_nothing_is():
    facts = facts_of({"RCM": [], "SACM": [], "OCAM": [], "PACTA": []})
    facts = replace(
        facts,
        works_on={1001: {1: frozenset()}},
        standings={
            (1001, StatementSubject.THEMES): Standing.STATED,
            (1002, StatementSubject.THEMES): Standing.STATED,
            (1003, StatementSubject.THEMES): Standing.NOT_STATED,
        },
    )
    assert [row.silent for row in themes(facts, WATER).rows] == ["", "", "not stated", "no source"]
    matrix = themes(facts, CLIMATE)
    assert [row.silent for row in matrix.rows] == ["other", "", "not stated", "no source"]
    assert texts(matrix) == [["…"], [""], ["…"], ["…"]]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (Cell(1, Extent.NONE, None, False), ""),
        (Cell(1, Extent.SOME, None, False), "x"),
        (Cell(1, Extent.NONE, None, True), "x"),
        (Cell(1, Extent.STRONG, Extent.NONE, True), "x"),
        (None, "…"),
    ],
)
def test_a_cell_of_involvement_is_empty_only_where_the_print_is_and_nobody_doubts_it(cell, text):
    iom, ilo, upu = (
        known(number, code, PartyKind.ORGANIZATION) for number, code in ((1, "IOM"), (2, "ILO"), (3, "UPU"))
    )
    table = {(2, 1): Cell(2, Extent.SOME, None, False), (1, 2): Cell(3, Extent.SOME, None, False)}
    matrix = organizations_by_issue(
        table if cell is None else {**table, (1, 1): cell},
        organizations=[(row, head_of(row)) for row in (iom, ilo, upu)],
        issues=[(term, head(term.code)) for term in (WATER, WORK, CLIMATE)],
        cell=lambda organization, issue, found: Shown("x", "", f"/{found.id}", 1),
        silent="no source",
    )
    assert [row.silent for row in matrix.rows] == ["", "", "no source"]
    assert [column.silent for column in matrix.columns] == ["", "", "no source"]
    assert texts(matrix) == [[text, "x", "…"], ["x", "…", "…"], ["…", "…", "…"]]

"""Two things against each other: State x mechanism, mechanism x theme, organization x issue. Pure computing.

A matrix is made of plain tuples, because 12,000 cells are shown at once. A cell is (text, title, address,
heat): what it says in one word, the same in full for those who cannot see heads and colours, where it leads, and
0 to 4 for its shade. A filled cell leads somewhere. An empty text is an empty cell: a source speaks of it and says
no. Where no source says, the cell is UNSAID, and a row or column of which none says anything tells why (`silent`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from app.core.texts import fold
from app.directory.enums import Extent, PartyKind, StatementSubject
from app.directory.facts import Cell, Facts, Known, Standing, Term


class Shown(NamedTuple):
    """A cell."""

    text: str
    title: str
    url: str
    heat: int


EMPTY = Shown("", "", "", 0)
UNSAID = Shown("…", "", "", 0)
# How many rows and columns a page of each size holds, smallest first.
PAPERS = {"a4": (50, 50), "a3": (80, 85), "a2": (125, 120), "a1": (190, 180)}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a row or column: its everyday name, its whole name, its page, and why it is silent."""

    label: str
    name: str
    url: str
    silent: str = ""

    @property
    def whole_label(self) -> str:
        """The label with the reason of its silence, for where both stand in one cell."""
        return f"{self.label} ({self.silent})" if self.silent else self.label


@dataclass(frozen=True)
class Matrix:
    """Heads and cells; `cells[row][column]`."""

    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Sequence[Sequence[Shown]]

    @property
    def row_totals(self) -> list[int]:
        """How many cells of each row are filled."""
        return [sum(1 for cell in line if cell.url) for line in self.cells]

    @property
    def column_totals(self) -> list[int]:
        """How many cells of each column are filled."""
        totals = [0] * len(self.columns)
        for line in self.cells:
            for place, cell in enumerate(line):
                if cell.url:
                    totals[place] += 1
        return totals

    @property
    def lines(self) -> list[tuple[Head, Sequence[Shown], int | str]]:
        """Each row with its cells and its total, as shown."""
        return list(zip(self.rows, self.cells, _told(self.rows, self.row_totals), strict=True))

    @property
    def column_totals_told(self) -> list[int | str]:
        """The totals of the columns, as shown."""
        return _told(self.columns, self.column_totals)

    @property
    def silent(self) -> int:
        """How many heads stand for a thing of which no source speaks in these terms."""
        return sum(1 for head in (*self.rows, *self.columns) if head.silent)

    @property
    def paper(self) -> str:
        """The sheet of paper that holds it on one landscape page (static/css/print.css)."""
        for size, (rows, columns) in PAPERS.items():
            if len(self.rows) <= rows and len(self.columns) <= columns:
                return size
        return "a0"

    def transposed(self) -> "Matrix":
        """Return it with rows for columns."""
        cells = [list(line) for line in zip(*self.cells, strict=True)] if self.rows else [[] for _head in self.columns]
        return Matrix(self.columns, self.rows, cells)

    def filled(self) -> "Matrix":
        """Return it without the rows and columns that have no filled cell."""
        rows = [n for n, total in enumerate(self.row_totals) if total]
        columns = [n for n, total in enumerate(self.column_totals) if total]
        return self._picked(rows, columns)

    def ordered(self, order: str) -> "Matrix":
        """Return it with rows and columns by name ("name"), by how much is filled ("count"), or as they are."""
        if order not in ("name", "count"):
            return self

        def places(heads: Sequence[Head], totals: Sequence[int]) -> list[int]:
            by_count = order == "count"
            return sorted(range(len(heads)), key=lambda n: (-totals[n] if by_count else 0, _by_name(heads[n].label)))

        return self._picked(places(self.rows, self.row_totals), places(self.columns, self.column_totals))

    def _picked(self, rows: Sequence[int], columns: Sequence[int]) -> "Matrix":
        cells = [[self.cells[row][column] for column in columns] for row in rows]
        return replace(self, rows=[self.rows[n] for n in rows], columns=[self.columns[n] for n in columns], cells=cells)

    def as_rows(self, corner: str, total: str) -> list[list[str | int]]:
        """Return what is shown as the rows of a sheet: heads, cells, totals."""
        head: list[str | int] = [corner, *(column.whole_label for column in self.columns), total]
        body: list[list[str | int]] = [
            [row.whole_label, *(int(cell.text) if cell.text.isdecimal() else cell.text for cell in line), count]
            for row, line, count in self.lines
        ]
        return [head, *body, [total, *self.column_totals_told, sum(self.row_totals)]]


def _by_name(label: str) -> tuple[int, str]:
    number, _point, _title = label.partition(". ")
    return int(number) if number.isdecimal() else 0, fold(label)


def _told(heads: Sequence[Head], totals: Sequence[int]) -> list[int | str]:
    return [UNSAID.text if head.silent else total for head, total in zip(heads, totals, strict=True)]


def states_by_mechanism(
    facts: Facts,
    *,
    head: Callable[[Known], Head],
    mechanisms: Iterable[Known],
    cell: Callable[[Known, Known, str, str], Shown],
    silent: Mapping[Standing, str],
) -> Matrix:
    """Return which States and territories are members of which mechanisms. `cell` gets both and since, until."""
    states = facts.of_kind(PartyKind.STATE, PartyKind.TERRITORY)
    columns = list(mechanisms)
    lists = [facts.members.get(column.id) for column in columns]
    lines = []
    for state in states:
        line = []
        for column, places in zip(columns, lists, strict=True):
            place = places.get(state.id) if places is not None else None
            nothing = UNSAID if places is None else EMPTY
            line.append(cell(state, column, place.since, place.until) if place else nothing)
        lines.append(line)
    heads = [
        replace(
            head(column),
            silent=silent[facts.standing(column.id, StatementSubject.MEMBERS)] if places is None else "",
        )
        for column, places in zip(columns, lists, strict=True)
    ]
    return Matrix([head(state) for state in states], heads, lines)


def mechanisms_by_term(
    facts: Facts,
    *,
    head: Callable[[Known], Head],
    mechanisms: Iterable[Known],
    terms: Sequence[tuple[Term, Head]],
    cell: Callable[[Known, Term, int], Shown],
    silent: Mapping[Standing, str],
) -> Matrix:
    """Return which mechanisms work on which terms. `cell` gets the number of groups that do, 0 for the whole alone.

    A mechanism of which sources say what it works on, but name none of these terms, is silent; one that is said to
    work on nothing is not.
    """
    lines, heads = [], []
    for row in mechanisms:
        works_on = facts.works_on.get(row.id, {})
        standing = facts.standing(row.id, StatementSubject.THEMES)
        speaks = any(term.id in works_on for term, _head in terms) or (standing is Standing.STATED and not works_on)
        nothing = EMPTY if speaks else UNSAID
        lines.append(
            [cell(row, term, len(works_on[term.id])) if term.id in works_on else nothing for term, _h in terms]
        )
        heads.append(replace(head(row), silent="" if speaks else silent[standing]))
    return Matrix(heads, [term_head for _term, term_head in terms], lines)


def organizations_by_issue(
    table: Mapping[tuple[int, int], Cell],
    *,
    organizations: Sequence[tuple[Known, Head]],
    issues: Sequence[tuple[Term, Head]],
    cell: Callable[[Known, Term, Cell], Shown],
    silent: str,
) -> Matrix:
    """Return how far organizations work on issues. A cell that says "none" without doubt or correction is empty."""
    organizations_said, issues_said = {pair[0] for pair in table}, {pair[1] for pair in table}
    lines = []
    for organization, _head in organizations:
        line = []
        for issue, _issue_head in issues:
            found = table.get((organization.id, issue.id))
            if found is None:
                line.append(UNSAID)
            elif found.extent is Extent.NONE and not found.doubted and found.corrected is None:
                line.append(EMPTY)
            else:
                line.append(cell(organization, issue, found))
        lines.append(line)
    return Matrix(
        [replace(head, silent="" if row.id in organizations_said else silent) for row, head in organizations],
        [replace(head, silent="" if issue.id in issues_said else silent) for issue, head in issues],
        lines,
    )

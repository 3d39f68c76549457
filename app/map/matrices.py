"""Two things against each other: State x mechanism, mechanism x theme, organization x issue. Pure computing.

A matrix is made of plain tuples, because 12,000 cells are shown at once. A cell is (text, title, address,
heat): what it says in one word, the same in full for those who cannot see heads and colours, where it leads, and
0 to 4 for its shade. An empty text is an empty cell: a source speaks of it and says no. A column or row whose
`silent` says why (not stated, or no source) is told apart from an empty one.
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


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a row or column: its everyday name, its whole name, its page, and why it is silent."""

    label: str
    name: str
    url: str
    silent: str = ""


@dataclass(frozen=True)
class Matrix:
    """Heads and cells; `cells[row][column]`."""

    rows: Sequence[Head]
    columns: Sequence[Head]
    cells: Sequence[Sequence[Shown]]

    @property
    def row_totals(self) -> list[int]:
        """How many cells of each row say something."""
        return [sum(1 for cell in line if cell.text) for line in self.cells]

    @property
    def column_totals(self) -> list[int]:
        """How many cells of each column say something."""
        totals = [0] * len(self.columns)
        for line in self.cells:
            for place, cell in enumerate(line):
                if cell.text:
                    totals[place] += 1
        return totals

    @property
    def lines(self) -> list[tuple[Head, Sequence[Shown], int]]:
        """Each row with its cells and its total."""
        return list(zip(self.rows, self.cells, self.row_totals, strict=True))

    @property
    def silent(self) -> int:
        """How many heads stand for a thing of which no source speaks in these terms."""
        return sum(1 for head in (*self.rows, *self.columns) if head.silent)

    def transposed(self) -> "Matrix":
        """Return it with rows for columns."""
        cells = [list(line) for line in zip(*self.cells, strict=True)] if self.rows else [[] for _head in self.columns]
        return Matrix(self.columns, self.rows, cells)

    def filled(self) -> "Matrix":
        """Return it without the rows and columns in which nothing is said."""
        rows = [n for n, total in enumerate(self.row_totals) if total]
        columns = [n for n, total in enumerate(self.column_totals) if total]
        return self._picked(rows, columns)

    def ordered(self, order: str) -> "Matrix":
        """Return it with rows and columns by name ("name"), by how much they say ("count"), or as they are."""
        if order not in ("name", "count"):
            return self

        def places(heads: Sequence[Head], totals: Sequence[int]) -> list[int]:
            if order == "name":
                return sorted(range(len(heads)), key=lambda n: fold(heads[n].label))
            return sorted(range(len(heads)), key=lambda n: (-totals[n], fold(heads[n].label)))

        return self._picked(places(self.rows, self.row_totals), places(self.columns, self.column_totals))

    def _picked(self, rows: Sequence[int], columns: Sequence[int]) -> "Matrix":
        cells = [[self.cells[row][column] for column in columns] for row in rows]
        return replace(self, rows=[self.rows[n] for n in rows], columns=[self.columns[n] for n in columns], cells=cells)

    def as_rows(self, corner: str, total: str) -> list[list[str | int]]:
        """Return what is shown as the rows of a sheet: heads, cells, totals."""
        head: list[str | int] = [corner, *(column.label for column in self.columns), total]
        body: list[list[str | int]] = [
            [row.label, *(cell.text for cell in line), count]
            for row, line, count in zip(self.rows, self.cells, self.row_totals, strict=True)
        ]
        return [head, *body, [total, *self.column_totals, sum(self.row_totals)]]


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
    members = [facts.members.get(column.id, {}) for column in columns]
    lines = []
    for state in states:
        line = []
        for column, places in zip(columns, members, strict=True):
            place = places.get(state.id)
            line.append(cell(state, column, place.since, place.until) if place else EMPTY)
        lines.append(line)
    heads = [
        replace(head(column), silent="" if places else silent[facts.standing(column.id, StatementSubject.MEMBERS)])
        for column, places in zip(columns, members, strict=True)
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
    """Return which mechanisms work on which terms. `cell` gets the number of groups that do, 0 for the whole alone."""
    rows = list(mechanisms)
    lines = []
    for row in rows:
        works_on = facts.works_on.get(row.id, {})
        lines.append([cell(row, term, len(works_on[term.id])) if term.id in works_on else EMPTY for term, _h in terms])
    heads = [
        replace(
            head(row),
            silent="" if row.id in facts.works_on else silent[facts.standing(row.id, StatementSubject.THEMES)],
        )
        for row in rows
    ]
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
    spoken = {organization_id for organization_id, _issue in table}
    lines = []
    for organization, _head in organizations:
        line = []
        for issue, _issue_head in issues:
            found = table.get((organization.id, issue.id))
            plain = found is None or (found.extent is Extent.NONE and not found.doubted and found.corrected is None)
            line.append(EMPTY if found is None or plain else cell(organization, issue, found))
        lines.append(line)
    heads = [replace(head, silent="" if row.id in spoken else silent) for row, head in organizations]
    return Matrix(heads, [head for _issue, head in issues], lines)

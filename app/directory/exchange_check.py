"""Reading tables back: every cell, row and reference is checked before anything is written.

`check` compares a file with what the directory holds and returns a *plan*: what would be added and changed, or
what is wrong, row by row. What a file does not name stays as it is, and so does a column that it leaves out.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from app.core.texts import clean, fingerprint
from app.directory.content import COUNT_LIMIT, FACTS, is_day, is_web_address, overlap
from app.directory.enums import PartyKind, StatementSubject
from app.directory.exchange import CHAIRS, NO, PARTY_FIELDS, TABLES, YES, Field, Held, Key, Kind, Link, Row, Table, read

MOST_PROBLEMS = 200
SLUG = re.compile(r"[a-z0-9][a-z0-9+.-]*", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,6}", re.ASCII)
FIXED = ("kind", "slug")  # of a party that the directory holds


class Formula(str):
    """A cell that a spreadsheet would calculate; it is never calculated here."""

    __slots__ = ()


class Sheet(NamedTuple):
    """A table as a file gives it: the names of its columns, and (number in the file, cells) for each row."""

    columns: Sequence[str]
    rows: Iterable[tuple[int, Sequence[str]]]


class Problem(NamedTuple):
    """What is wrong, and where: the row as the file numbers it, the name of the column."""

    table: str
    row: int
    column: str
    message: Any


class Line(NamedTuple):
    """A row of the file: its number there, what the directory holds in its place, and what it says."""

    number: int
    held: Held | None
    row: Row


@dataclass
class Plan:
    """What a file would do. `lines` are those that differ from the directory; `unchanged` counts the others.

    Where there are `problems` there is nothing to be done. `cut`: there may be more problems than these.
    """

    problems: list[Problem] = field(default_factory=list)
    cut: bool = False
    lines: dict[str, list[Line]] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    merged: dict[str, dict[Key, Row]] = field(default_factory=dict)
    before: dict[str, list[Held]] = field(default_factory=dict)

    def added(self, table: str) -> int:
        """How many rows the directory does not have."""
        return sum(line.held is None for line in self.lines[table])

    def changed(self, table: str) -> int:
        """How many rows the directory has otherwise."""
        return len(self.lines[table]) - self.added(table)

    @property
    def does_something(self) -> bool:
        """Whether the directory differs from the file."""
        return any(self.lines.values())

    @property
    def fingerprint(self) -> str:
        """What tells this plan from any other."""
        return fingerprint(
            {name: [(line.held, line.row) for line in lines] for name, lines in self.lines.items()}
        )


class _EnoughError(Exception):
    """So much is wrong that the rest need not be looked at."""


def check(sheets: Mapping[str, Sheet]) -> Plan:
    """Compare tables (by name, all known) with the directory."""
    checking = _Checking()
    try:
        checking.run(sheets)
    except _EnoughError:
        checking.plan.cut = True
    return checking.plan


class _Checking:
    def __init__(self) -> None:
        self.plan = Plan(before=read())
        self.held = {
            name: {TABLES[name].key_of(row.row): row for row in rows} for name, rows in self.plan.before.items()
        }
        self.plan.merged = {name: {key: row.row for key, row in rows.items()} for name, rows in self.held.items()}
        self.lines: dict[str, dict[Key, Line]] = {}
        self.wrong: set[tuple[str, int]] = set()

    def run(self, sheets: Mapping[str, Sheet]) -> None:
        for name, table in TABLES.items():
            if name in sheets and self._columns(table, sheets[name].columns):
                self._take(table, sheets[name])
        for name, lines in self.lines.items():
            self._links(TABLES[name], lines.values())
        self._parties()
        self._statements()
        self._periods()
        for name, lines in self.lines.items():
            differing = [line for line in lines.values() if line.held is None or line.held.row != line.row]
            self.plan.lines[name] = differing
            self.plan.unchanged[name] = len(lines) - len(differing)

    def refuse(self, table: str, number: int, column: str, message: Any) -> None:
        """Note what is wrong; raises _EnoughError after MOST_PROBLEMS."""
        if len(self.plan.problems) == MOST_PROBLEMS:
            raise _EnoughError
        self.plan.problems.append(Problem(table, number, column, message))
        self.wrong.add((table, number))

    def _good(self, table: str) -> list[tuple[Key, Line]]:
        """The rows of the file with which nothing is wrong so far."""
        return [(key, line) for key, line in self.lines.get(table, {}).items() if (table, line.number) not in self.wrong]

    def _columns(self, table: Table, given: Sequence[str]) -> bool:
        """Whether the columns of a sheet are those of the table."""
        before = len(self.plan.problems)
        for column in dict.fromkeys(given):
            if column not in table.columns:
                self.refuse(table.name, 1, column, _l("This table has no column of this name."))
            elif given.count(column) > 1:
                self.refuse(table.name, 1, column, _l("This column is there more than once."))
        for column in table.needed_columns:
            if column not in given:
                self.refuse(table.name, 1, column, _l("This column is missing."))
        return len(self.plan.problems) == before

    def _take(self, table: Table, sheet: Sheet) -> None:
        """Read the rows of a sheet and find what the directory holds in their place."""
        given: dict[Key, tuple[int, Row]] = {}
        for number, cells in sheet.rows:
            if len(cells) > len(sheet.columns):
                self.refuse(table.name, number, "", _l("This row has more cells than the table has columns."))
                continue
            cells = [*cells, *[""] * (len(sheet.columns) - len(cells))]
            row = self._cells(table, number, dict(zip(sheet.columns, cells, strict=True)))
            key = table.key_of({**dict.fromkeys(table.columns, ""), **row})
            if key in given:
                message = _l("Row %(number)d says the same thing already.", number=given[key][0])
                self.refuse(table.name, number, table.fields[table.key.split()[-1]].columns[0], message)
                continue
            given[key] = number, row
        held = self.held[table.name]
        found = {key: held.get(key) for key in given}
        if table.name == "places":
            found |= _corrected(given, held)
        taken = self.lines[table.name] = {}
        merged = self.plan.merged[table.name]
        for key, (number, row) in given.items():
            if match := found[key]:
                merged.pop(table.key_of(match.row), None)
            whole = {**(match.row if match else dict.fromkeys(table.columns, "")), **row}
            taken[key] = Line(number, match, whole)
            self._needed(table, number, whole, table.needed.split())
        merged |= {key: line.row for key, line in taken.items()}

    def _cells(self, table: Table, number: int, cells: Row) -> Row:
        """The cells of a row in one spelling."""
        row: Row = {}
        for item in table.fields.values():
            for column in item.columns:
                if column not in cells:
                    continue
                text = "\n".join(clean(cells[column]).split("\n")) if item.limit > 400 else _one_line(cells[column])
                row[column], message = _read(item, text)
                if isinstance(cells[column], Formula):
                    message = _l("This cell holds a formula. Write its value instead.")
                if message:
                    self.refuse(table.name, number, column, message)
        return row

    def _needed(self, table: Table, number: int, row: Row, names: Iterable[str]) -> None:
        for name in names:
            if not table.fields[name].first(row):
                self.refuse(table.name, number, table.fields[name].columns[0], _l("This may not be empty."))

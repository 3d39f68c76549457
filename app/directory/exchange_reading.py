"""Reading tables of text back: columns, cells, and what rows refer to.

A *plan* is what a file would do to the directory, or what is wrong with the file, row by row. What a file does not
name stays as it is, and so does a column that it leaves out.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from app.core.tables import NO, YES, Formula, Sheet
from app.core.texts import clean, fingerprint
from app.directory.content import COUNT_LIMIT, NUMBER, is_day, is_web_address, overlap
from app.directory.exchange import CHAIRS, TABLES, Field, Held, Key, Kind, Link, Row, Table, read

MOST_PROBLEMS = 200


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
        return fingerprint({name: [(line.held, line.row) for line in lines] for name, lines in self.lines.items()})


class EnoughError(Exception):
    """So much is wrong that the rest need not be looked at."""


class Reading:
    """A file beside the directory: fills `plan`, and knows the `lines` of each table by their keys."""

    def __init__(self) -> None:
        self.plan = Plan(before=read())
        self.held = {
            name: {TABLES[name].key_of(row.row): row for row in rows} for name, rows in self.plan.before.items()
        }
        self.plan.merged = {name: {key: row.row for key, row in rows.items()} for name, rows in self.held.items()}
        self.lines: dict[str, dict[Key, Line]] = {}
        self.wrong: set[tuple[str, int]] = set()

    def refuse(self, table: str, number: int, column: str, message: Any) -> None:
        """Note what is wrong; raises EnoughError after MOST_PROBLEMS."""
        if len(self.plan.problems) == MOST_PROBLEMS:
            raise EnoughError
        self.plan.problems.append(Problem(table, number, column, message))
        self.wrong.add((table, number))

    def good(self, table: str) -> list[tuple[Key, Line]]:
        """The rows of the file with which nothing is wrong so far."""
        return [
            (key, line) for key, line in self.lines.get(table, {}).items() if (table, line.number) not in self.wrong
        ]

    def columns(self, table: Table, given: Sequence[str]) -> bool:
        """Whether the columns of a sheet are those of the table."""
        before = len(self.plan.problems)
        for column in dict.fromkeys(given):
            if column not in table.columns:
                self.refuse(table.name, 1, column, _l("This table has no column of this name."))
            elif given.count(column) > 1:
                self.refuse(table.name, 1, column, _l("This column is there more than once."))
        for item in table.needed_fields:
            if not {*item.columns} & {*given}:
                self.refuse(table.name, 1, item.columns[0], _l("This column is missing."))
        return len(self.plan.problems) == before

    def take(self, table: Table, sheet: Sheet) -> None:
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
            self.needed(table, number, whole, table.needed.split())
        merged |= {key: line.row for key, line in taken.items()}

    def _cells(self, table: Table, number: int, cells: Row) -> Row:
        """The cells of a row in one spelling."""
        row: Row = {}
        for item in table.fields.values():
            for column in item.columns:
                if column not in cells:
                    continue
                text = clean(cells[column])
                if item.kind is not Kind.LOCALIZED and item.name != "reason":
                    text = text.replace("\n", " ")
                row[column], message = _read(item, text)
                if isinstance(cells[column], Formula):
                    message = _l("This cell holds a formula. Write its value instead.")
                if message:
                    self.refuse(table.name, number, column, message)
        return row

    def needed(self, table: Table, number: int, row: Row, names: Iterable[str]) -> None:
        for name in names:
            if not table.fields[name].first(row):
                self.refuse(table.name, number, table.fields[name].columns[0], _l("This may not be empty."))

    def links(self, table: Table, line: Line) -> None:
        """See whether all that a row refers to exists, in the file or in the directory."""
        for link in table.links:
            key = link.key(line.row)
            if key is None:
                continue
            found = self.plan.merged[link.table].get(key)
            if found is None or (link.kinds and found["kind"] not in link.kinds):
                self.refuse(table.name, line.number, link.shown, _unknown(link, key, found is not None))
                return
        for code in filter(None, line.row.get("chairs", "").split(CHAIRS)):
            if (code,) not in self.plan.merged["parties"]:
                self.refuse(table.name, line.number, "chairs", _no_party(code))


def _corrected(given: Mapping[Key, tuple[int, Row]], held: Mapping[Key, Held]) -> dict[Key, Held]:
    """Where a file dates a place anew: what the directory has of the same party in the same list at that time."""
    free: dict[Key, list[Held]] = {}
    for key, row in held.items():
        if key not in given:
            free.setdefault(key[:-1], []).append(row)
    found: dict[Key, Held] = {}
    for key, (_number, cells) in given.items():
        others = free.get(key[:-1], []) if key not in held else []
        period = cells["since"], cells.get("until", "")
        same = next((other for other in others if overlap(period, (other.row["since"], other.row["until"]))), None)
        if same:
            others.remove(same)
            found[key] = same
    return found


def _read(item: Field, text: str) -> tuple[str, Any]:
    """Return the text in one spelling, and what is wrong with it (None: nothing)."""
    if len(text) > item.limit:
        return text, _l("This has %(count)d characters; the limit is %(limit)d.", count=len(text), limit=item.limit)
    if not text:
        return text, None
    if item.kind is Kind.DAY and not is_day(text):
        message = _l(
            "“%(value)s” is not a date. Write a year (2014), a month (2014-10) or a day (2014-10-03).", value=text
        )
        return text, message
    if item.kind is Kind.CHOICE and text not in item.choices:
        return text, _l("“%(value)s” is none of these: %(values)s.", value=text, values=", ".join(item.choices))
    if item.kind is Kind.FLAG:
        return text.lower(), None if text.lower() in (YES, NO) else _l("Write “yes” or “no”.")
    if item.kind is Kind.NUMBER:
        if not NUMBER.fullmatch(text) or int(text) > COUNT_LIMIT:
            return text, _l("Give a number from 0 to %(limit)d.", limit=COUNT_LIMIT)
        return str(int(text)), None
    if item.kind is Kind.ADDRESS and not is_web_address(text):
        return text, _l("Write the whole address: it begins with https://.")
    if item.kind is Kind.CODES:
        return CHAIRS.join(sorted({code.strip() for code in text.split(";")} - {""})), None
    return text, None


def _no_party(code: str) -> Any:
    return _l("No State, organization or mechanism is known as “%(code)s”.", code=code)


def _unknown(link: Link, key: Key, is_there: bool) -> Any:
    """What to say of a reference that leads nowhere, or to a party of another kind."""
    if is_there:
        return _l("“%(code)s” is a party of another kind than belongs here.", code=key[0])
    if link.table == "parties":
        return _no_party(key[0])
    if link.table == "sources":
        return _l("No source has the key “%(key)s”.", key=key[0])
    if link.table == "vocabularies":
        return _l("The vocabulary “%(vocabulary)s” has no term “%(code)s”.", vocabulary=key[0], code=key[1])
    if link.table == "groups":
        return _l(
            "The source “%(source)s” gives %(mechanism)s no group %(number)s.",
            source=key[1],
            mechanism=key[0],
            number=key[3],
        )
    return _l(
        "No row of the table “statements” says that “%(source)s” speaks of this subject of %(mechanism)s.",
        source=key[2],
        mechanism=key[0],
    )

"""Changing what the directory says of a party or a source itself: its row in the tables of `exchange`.

The rules are those for files (`exchange_check`), and so is the shape: a mapping of the table's columns to texts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.errors import Refusal, Stale
from app.core.tables import Sheet
from app.core.texts import fingerprint
from app.directory.exchange import TABLES, Held, Row, read
from app.directory.exchange_check import check
from app.directory.exchange_reading import Problem
from app.directory.exchange_write import differing, hold_still, write_entry
from app.search.operations import queue_reindex


@dataclass(frozen=True)
class Entry:
    """A row as somebody has it before them, with all sources and parties that it can refer to."""

    row: Row
    tables: Mapping[str, Sequence[Held]]

    @property
    def seen(self) -> str:
        """What tells whether the row has changed since somebody saw it."""
        return fingerprint(self.row)


class Wrong(Refusal):
    """What is wrong with an entry, cell by cell."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


def entry(table: str, key: str) -> Entry:
    """Read the party with a code, or the source with a key, which is there."""
    tables = read("sources", "parties")
    [row] = (held.row for held in tables[table] if TABLES[table].key_of(held.row) == (key,))
    return Entry(row, tables)


def edit_entry(table: str, cells: Mapping[str, str], *, seen: str, by: Actor) -> None:
    """Change the cells of a party or a source; the same again changes nothing.

    `cells` have the columns that tell the row, and those to be changed. Loading the data files leaves the row alone
    from now on. Raises Wrong for what may not be in a file either, Stale where the row is not the one that was seen.
    """
    hold_still()
    plan = check({table: Sheet([*cells], [(1, [*cells.values()])])})
    if plan.problems:
        raise Wrong(plan.problems)
    if not plan.lines[table]:
        return
    [line] = plan.lines[table]
    if line.held is None or fingerprint(line.held.row) != seen:
        raise Stale(_l("Somebody changed this in the meantime. What you wrote is kept; nothing was overwritten."))
    row = write_entry(plan, table)
    changes = differing(line.held.row, line.row)
    if table == "sources":
        record("edit_source", row, by=by, changes=changes)
    else:
        record("edit_profile", row, by=by, changes=changes)
        queue_reindex(party_ids=[row.id])

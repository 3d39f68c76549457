"""Counting SQL statements."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa

from app.core.db import db


@dataclass
class Counted:
    """The statements that were run; transaction control is not among them."""

    statements: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        return len(self.statements)


@contextmanager
def count_statements() -> Iterator[Counted]:
    """Count what the application's engine runs inside the block."""
    counted = Counted()
    engine = db.engine

    def note(connection, cursor, statement, parameters, context, executemany) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")):
            counted.statements.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)

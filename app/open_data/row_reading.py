"""How rows of the tables are read: each step in a transaction, which ends before anything is made of what it read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.open_data.oai import utc

Cell = str | int | bool | None
Line = tuple[str, dict[str, Cell]]  # table, cells by column


def all_of(statement: sa.Select[Any]) -> Sequence[Any]:
    """Read whole rows."""
    return db.session.scalars(statement).unique().all()


def let_go() -> None:
    """End the transaction, and keep nothing of what was read but what the caller holds."""
    db.session.expunge_all()
    db.session.rollback()


def moment(value: datetime | None) -> str:
    """Return a moment as a cell has it."""
    return utc(value) if value else ""

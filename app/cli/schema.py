"""The schema: migrations, and how the database stands to them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from app.core.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


@contextmanager
def _tables_may_be_rebuilt(connection: sa.Connection) -> Iterator[None]:
    """Let SQLite copy a table that others refer to: no transaction can say so, and afterwards all keys must fit."""
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = cast(sqlite3.Connection, connection.connection.driver_connection)
    raw.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
        if lost := raw.execute("PRAGMA foreign_key_check").fetchall():
            raise RuntimeError(f"rows refer to what is not there: {lost[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _alembic() -> Iterator[Config]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with db.engine.connect() as connection, _tables_may_be_rebuilt(connection):
        if connection.dialect.name == "postgresql":
            # A migration waits for nobody for ever: better to fail and be run again.
            connection.execute(sa.text("SET lock_timeout = '10s'"))
            connection.execute(sa.text("SET statement_timeout = '300s'"))
            connection.commit()
        config.attributes["connection"] = connection
        yield config
        connection.commit()


def upgrade(revision: str = "head") -> None:
    """Migrate the database to a revision."""
    with _alembic() as config:
        command.upgrade(config, revision)


def downgrade(revision: str = "-1") -> None:
    """Migrate the database back."""
    with _alembic() as config:
        command.downgrade(config, revision)


def make_revision(message: str) -> None:
    """Write a new migration from the difference between the models and the database."""
    with _alembic() as config:
        command.revision(config, message=message, autogenerate=True)


def revisions() -> tuple[str | None, str | None]:
    """Return (the database's revision, the newest one)."""
    with db.engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return current, ScriptDirectory.from_config(config).get_current_head()

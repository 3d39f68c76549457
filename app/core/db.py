"""The database: one declarative base, one session a request, SQLite made safe for several writers."""

import sqlite3
import time
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_request_context, request
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event, orm
from werkzeug.routing import IntegerConverter, Map

from app.core.columns import Localized, Moment
from app.core.localized import LocalizedText

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# How long to wait for SQLite's write lock, and how long between two tries, in seconds.
PATIENCE, STEP = 10.0, 0.001


class Base(orm.DeclarativeBase):
    """Base of all models. Every constraint has a name, so that SQLite's batch migrations find it."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment, LocalizedText: Localized}

    id: orm.Mapped[int] = orm.mapped_column(primary_key=True, sort_order=-1)


db = SQLAlchemy()


class RowNumber(IntegerConverter):
    """An `<int:…>` in an address: what no engine can hold as a row's number is an address that does not exist."""

    def __init__(self, url_map: Map, min: int = 1) -> None:  # noqa: A002  (as addresses name it)
        super().__init__(url_map, min=min, max=2**31 - 1)


def row_number(value: Any) -> int:
    """Return what a form says as a row's number; raises ValueError for what no engine can hold as one."""
    number = int(value) if len(str(value)) <= 10 else 0
    if not 1 <= number <= 2**31 - 1:
        raise ValueError("no row has this number")
    return number


def prepare_engine(engine: sa.Engine) -> None:
    """Give an SQLite engine WAL, foreign keys, patience, and real transactions.

    Writing requests (and all that is not a request: jobs, commands) begin IMMEDIATE: they wait for
    the write lock at the start instead of failing in the middle. Reading requests never wait.
    """
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy says BEGIN, not the driver
        cursor = connection.cursor()
        _wait(cursor, PATIENCE)
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        if has_request_context() and request.method in SAFE_METHODS:
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_writing(connection)


def _wait(cursor: Any, seconds: float) -> None:
    """Have SQLite itself wait so long for locks."""
    cursor.execute(f"PRAGMA busy_timeout = {seconds * 1000:.0f}")


def _begin_writing(connection: sa.Connection) -> None:
    """Begin as soon as nobody else writes. Raises OperationalError after `PATIENCE`.

    SQLite itself tries again after up to a tenth of a second: beside a process that writes without end it then hardly
    ever comes in the few milliseconds between two transactions, and what waits for it takes as long as ten seconds.
    """
    cursor = connection.connection.cursor()
    until = time.monotonic() + PATIENCE
    _wait(cursor, 0)
    try:
        while time.monotonic() < until:
            try:
                cursor.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError:
                time.sleep(STEP)
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        _wait(cursor, PATIENCE)
        cursor.close()


FRESH = {"populate_existing": True}  # what is judged under a lock is read as it is now


def lock(row: Base, *anew: str, shared: bool = False) -> None:
    """Wait until nobody else holds the row; nobody else then does until the transaction ends.

    What is read from now on is what the others left; what was loaded before stays as it was read, but for the columns
    `anew`. Rows that name this one are written meanwhile (in PostgreSQL's words: FOR NO KEY UPDATE), so that only locks
    can wait for locks. `shared`: others hold it too who only need that it stays as it is.
    """
    db.session.flush()
    table = orm.object_mapper(row).local_table
    db.session.execute(
        sa.select(table.c.id).where(table.c.id == row.id).with_for_update(read=shared, key_share=not shared)
    )
    if anew:
        db.session.refresh(row, anew)


def init_app(app: Flask) -> None:
    """Bind the database to the application; nothing connects before the first query."""
    db.init_app(app)
    app.url_map.converters["int"] = RowNumber
    # The extension would start a thread at the end of each request to close asynchronous sessions; we have none.
    app.teardown_appcontext_funcs = [
        function for function in app.teardown_appcontext_funcs if function.__name__ != "_close_async_sessions"
    ]
    with app.app_context():
        prepare_engine(db.engine)

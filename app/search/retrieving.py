"""Which entries a question fits, by the engine's own full-text index: ids alone, in no order, within a time limit.

Both engines are asked the same of the same stems, and what they think of the order is not asked: neither knows what the
reader may see.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.exc import DBAPIError

from app.core.db import db
from app.search.questions import Phrase, Question, Word

Ids = NDArray[np.int64]
SECONDS = 2.0  # a search that takes longer is cut
STEPS = 20_000  # of SQLite's machine, between two looks at the clock
TEXT, TITLE = "words", "title_words"
MORE = "ß"  # PostgreSQL: ends further names of a word that stands oftener than it keeps places of (migration 0086)


class TooBroad(Exception):
    """Looking took longer than a search may."""


class Limit:
    """The time that all of one search has, or several that are one answer; it runs from the beginning."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._until = time.monotonic() + seconds

    def left(self) -> float:
        """Return the seconds that are left. Raises TooBroad where none are."""
        if (left := self._until - time.monotonic()) <= 0:
            raise TooBroad
        return left


def found_by(question: Question, limit: Limit) -> dict[str, Ids]:
    """Return the ids of the entries that fit: "all" of them, those that fit by their "title" alone, of both those that
    have all words in the order asked for ("whole", "whole_title"), where there are several, and those that have what is
    to be left "out". One statement. Raises TooBroad."""
    write = _Sqlite() if _on_sqlite() else _Postgresql()
    wanted = write.every([*question.words, *question.phrases], family=question.relaxed)
    asked = {"all": (TEXT, wanted), "title": (TITLE, wanted)}
    if len(question.whole.words) > 1 and question.words and not question.relaxed:
        whole = write.every([*question.words, *question.phrases, question.whole])
        asked |= {"whole": (TEXT, whole), "whole_title": (TITLE, whole)}
    if question.without:
        asked["out"] = (TEXT, write.any(question.without))
    return _ids(write, asked, limit)


def those_with(words: Mapping[str, Word], limit: Limit) -> dict[str, Ids]:
    """Return the ids of the entries that have each of some words. One statement. Raises TooBroad."""
    write = _Sqlite() if _on_sqlite() else _Postgresql()
    return _ids(write, {name: (TEXT, write.every([word])) for name, word in words.items()}, limit)


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


class _Sqlite:
    """Expressions of FTS5. Tokens hold a-z and 0-9 alone, so that none is taken for an operator within its quotes."""

    both, either = " AND ", " OR "

    def token(self, token: str, *, beginning: bool = False) -> str:
        return f'"{token}"*' if beginning else f'"{token}"'

    def order(self, tokens: tuple[str, ...]) -> str:
        return f'"{" ".join(tokens)}"'

    def every(self, parts: Any, *, family: bool = False) -> str:
        return self.both.join(f"({self.part(part, family=family)})" for part in parts)

    def any(self, parts: Any) -> str:
        return self.either.join(f"({self.part(part)})" for part in parts)

    def part(self, part: Word | Phrase, *, family: bool = False) -> str:
        if isinstance(part, Phrase):
            return self.either.join(self.order(order) for order in part.orders)
        found = [self.token(token) for token in part.tokens]
        if part.beginning and part.plain:
            found.append(self.token(part.plain, beginning=True))
        if family:
            found += [self.token(token, beginning=True) for token in part.family]
        return self.either.join(dict.fromkeys(found))

    def select(self, column: str, expression: str) -> sa.Select[Any]:
        fts: Any = sa.table("search_fts", sa.column("rowid", sa.Integer))
        matches = sa.literal_column("search_fts").op("MATCH")(f"{column} : ({expression})")
        return sa.select(sa.func.group_concat(fts.c.rowid)).where(matches)

    def read(self, value: Any) -> Ids:
        return np.fromstring(value or "", dtype=np.int64, sep=",")


class _Postgresql(_Sqlite):
    """Expressions of tsquery."""

    both, either = " & ", " | "

    def token(self, token: str, *, beginning: bool = False) -> str:
        return f"'{token}':*" if beginning else f"'{token}'"

    def order(self, tokens: tuple[str, ...]) -> str:
        named = [f"({self.token(token)} | {self.token(token + MORE, beginning=True)})" for token in tokens]
        return f"({' <-> '.join(named)})"

    def select(self, column: str, expression: str) -> sa.Select[Any]:
        fts: Any = sa.table("search_fts", sa.column("id", sa.Integer), sa.column(column))
        simple: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
        packed = sa.func.string_agg(sa.func.int4send(fts.c.id), sa.literal_column("''::bytea"))
        return sa.select(packed).where(fts.c[column].op("@@")(sa.func.to_tsquery(simple, expression)))

    def read(self, value: Any) -> Ids:
        return np.frombuffer(bytes(value or b""), dtype=">i4").astype(np.int64)


def _ids(write: _Sqlite, asked: Mapping[str, tuple[str, str]], limit: Limit) -> dict[str, Ids]:
    names = list(asked)
    columns = [
        write.select(column, expression).scalar_subquery().label(f"found_{number}")
        for number, (column, expression) in enumerate(asked.values())
    ]
    with limited(limit.left()):
        row = db.session.execute(sa.select(*columns)).one()
    return {name: write.read(value) for name, value in zip(names, row, strict=True)}


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Cut what is asked of the database within after some seconds. Raises TooBroad; the transaction goes on."""
    if not _on_sqlite():
        try:
            with db.session.begin_nested():
                # A question of many words looks to the planner as if every row answered it: the index is quicker.
                most = max(1, int(seconds * 1000))
                db.session.execute(sa.text(f"SET LOCAL statement_timeout = {most}; SET LOCAL enable_seqscan = off"))
                yield
                usual = "SET LOCAL statement_timeout = DEFAULT; SET LOCAL enable_seqscan = DEFAULT"
                db.session.execute(sa.text(usual))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", "") != "57014":
                raise
            raise TooBroad from error
        return
    connection: Any = db.session.connection().connection.driver_connection
    until = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        yield
    except DBAPIError as error:
        if "interrupted" not in str(error.orig):
            raise
        raise TooBroad from error
    finally:
        connection.set_progress_handler(None, STEPS)

"""Which entries a question fits, by the engine's own full-text index: ids alone, in no order, within a time limit.

Both engines are asked the same of the same stems, and what they think of the order is not asked: neither knows what the
reader may see.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.exc import DBAPIError

from app.core.db import db
from app.search.models import SearchEntry
from app.search.questions import Phrase, Question, Word
from app.search.words import BESIDE

Ids = NDArray[np.int64]
SECONDS = 2.0  # a search that takes longer is cut
STEPS = 20_000  # of SQLite's machine, between two looks at the clock
TEXT, TITLE = "words", "title_words"
PAIR = 2


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


class Looked(NamedTuple):
    """What is looked for: an expression of the engine, in which stream, and phrases of which the expression may say
    too little."""

    column: str
    expression: str
    phrases: tuple[Phrase, ...] = ()


def found_by(question: Question, limit: Limit) -> dict[str, Ids]:
    """Return the ids of the entries that fit: "all" of them, those that fit by their "title" alone, of both those that
    have each two neighbours of the words asked for beside one another ("whole", "whole_title"), where there are
    several words, and those that have what is to be left "out". One statement. Raises TooBroad."""
    write = _writer()
    wanted = write.every([*question.words, *question.phrases], family=question.relaxed)
    asked = {"all": Looked(TEXT, wanted, question.phrases), "title": Looked(TITLE, wanted, question.phrases)}
    if len(question.whole.words) > 1 and question.words and not question.relaxed:
        beside = f"({wanted}){write.both}({write.beside(question.whole)})"
        asked |= {
            "whole": Looked(TEXT, beside, question.phrases),
            "whole_title": Looked(TITLE, beside, question.phrases),
        }
    outs = [Looked(TEXT, write.part(part), (part,) if isinstance(part, Phrase) else ()) for part in question.without]
    found = _ids(write, asked | {f"out {number}": looked for number, looked in enumerate(outs)}, limit)
    out = [found.pop(f"out {number}") for number in range(len(outs))]
    return found | {"out": np.concatenate(out)} if out else found


def those_with(words: Mapping[str, Word], limit: Limit) -> dict[str, Ids]:
    """Return the ids of the entries that have each of some words. One statement. Raises TooBroad."""
    write = _writer()
    return _ids(write, {name: Looked(TEXT, write.part(word)) for name, word in words.items()}, limit)


def _on_sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def _writer() -> "_Sqlite":
    return _Sqlite() if _on_sqlite() else _Postgresql()


class _Sqlite:
    """Expressions of FTS5. Tokens hold a-z and 0-9 alone, so that none is taken for an operator within its quotes."""

    both, either = " AND ", " OR "

    def token(self, token: str, *, beginning: bool = False) -> str:
        return f'"{token}"*' if beginning else f'"{token}"'

    def order(self, tokens: Sequence[str]) -> str:
        return f'"{" ".join(tokens)}"'

    def every(self, parts: Iterable[Word | Phrase], *, family: bool = False) -> str:
        return self.both.join(f"({self.part(part, family=family)})" for part in parts)

    def part(self, part: Word | Phrase, *, family: bool = False) -> str:
        if isinstance(part, Phrase):
            return self.either.join(self.order(order) for order in part.orders)
        found = [self.token(token) for token in part.tokens]
        if part.beginning and part.plain:
            found.append(self.token(part.plain, beginning=True))
        if family:
            found += [self.token(token, beginning=True) for token in part.family]
        return self.either.join(dict.fromkeys(found))

    def beside(self, phrase: Phrase) -> str:
        orders = (self.both.join(map(self.order, pairwise(order))) or self.order(order) for order in phrase.orders)
        return self.either.join(f"({order})" for order in orders)

    def select(self, looked: Looked) -> sa.Select[Any]:
        fts: Any = sa.table("search_fts", sa.column("rowid", sa.Integer))
        matches = sa.literal_column("search_fts").op("MATCH")(f"{looked.column} : ({looked.expression})")
        return sa.select(sa.func.group_concat(fts.c.rowid)).where(matches)

    def read(self, value: Any) -> Ids:
        return np.fromstring(value or "", dtype=np.int64, sep=",")


class _Postgresql(_Sqlite):
    """Expressions of tsquery. Neighbours are a token of their own ("_one_two"), so that the index alone knows them; of
    a longer phrase the text is asked, where it has all its neighbours."""

    both, either = " & ", " | "

    def token(self, token: str, *, beginning: bool = False) -> str:
        return f"'{token}':*" if beginning else f"'{token}'"

    def order(self, tokens: Sequence[str]) -> str:
        pairs = self.both.join(f"'_{one}_{other}'" for one, other in pairwise(tokens))
        return f"({pairs})" if pairs else self.token(tokens[0])

    def select(self, looked: Looked) -> sa.Select[Any]:
        fts: Any = sa.table("search_fts", sa.column("id", sa.Integer), sa.column(looked.column))
        packed = sa.func.string_agg(sa.func.int4send(fts.c.id), sa.literal_column("''::bytea"))
        matches = fts.c[looked.column].op("@@")(sa.cast(looked.expression, TSQUERY))
        long = [phrase for phrase in looked.phrases if any(len(order) > PAIR for order in phrase.orders)]
        exact = [sa.exists().where(SearchEntry.id == fts.c.id, _stands(looked.column, phrase)) for phrase in long]
        return sa.select(packed).where(matches, *exact)

    def read(self, value: Any) -> Ids:
        return np.frombuffer(bytes(value or b""), dtype=">i4").astype(np.int64)


def _stands(column: str, phrase: Phrase) -> sa.ColumnElement[bool]:
    """Whether an entry has the words of a phrase in their order."""
    blank = sa.literal(" ")
    text = blank + sa.func.split_part(getattr(SearchEntry, column), BESIDE, 1) + blank
    return sa.or_(*(sa.func.strpos(text, f" {' '.join(order)} ") > 0 for order in phrase.orders))


def _ids(write: _Sqlite, asked: Mapping[str, Looked], limit: Limit) -> dict[str, Ids]:
    names = list(asked)
    columns = [
        write.select(looked).scalar_subquery().label(f"found_{number}") for number, looked in enumerate(asked.values())
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

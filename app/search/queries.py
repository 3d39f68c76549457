"""Asking the index."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.core.db import db
from app.core.errors import Refusal
from app.core.paging import FURTHEST_PAGE, Page
from app.search.excerpts import excerpt
from app.search.models import SearchEntry
from app.search.words import Question, question

QUERY_LIMIT = 200
PER_PAGE = 20


@dataclass(frozen=True)
class Hit:
    """One thing found: its entry in the language that suits the reader, and the words found, marked."""

    kind: str
    key: str
    language: str
    title: str
    context: Mapping[str, str]
    path: str
    excerpt: Markup


def search(query: str, allowed: sa.ColumnElement[bool], *, language: str, page: int = 1) -> Page[Hit]:
    """Return what answers a query, best first, one hit for each thing in the language nearest the reader's.

    `allowed`: the condition on SearchEntry that says what the person may find. Every word must be there, in any of
    the four languages; the last one may be a beginning. Raises Refusal for a query that is too long or holds no word.
    Two statements.
    """
    if len(query) > QUERY_LIMIT:
        raise Refusal(
            _l(
                "Your search has %(count)d characters; the most is %(limit)d. Use fewer words.",
                count=len(query),
                limit=QUERY_LIMIT,
            ),
            field="q",
        )
    asked = question(query)
    if not asked.words:
        raise Refusal(_l("Write at least one word of two letters or more."), field="q")
    hits = _on_sqlite(asked) if db.engine.dialect.name == "sqlite" else _on_postgresql(asked)
    turn = sa.func.row_number().over(
        partition_by=(SearchEntry.kind, SearchEntry.key),
        order_by=(sa.case((SearchEntry.language == language, 0), else_=1), hits.c.rank, SearchEntry.id),
    )
    found = (
        sa.select(SearchEntry.id, hits.c.rank, turn.label("turn"))
        .join(hits, hits.c.id == SearchEntry.id)
        .where(allowed)
        .subquery()
    )
    page = min(max(page, 1), FURTHEST_PAGE)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(found).where(found.c.turn == 1)) or 0
    rows = db.session.scalars(
        sa.select(SearchEntry)
        .join(found, found.c.id == SearchEntry.id)
        .where(found.c.turn == 1)
        .order_by(found.c.rank, SearchEntry.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    return Page(
        [
            Hit(
                row.kind,
                row.key,
                row.language,
                row.title,
                row.context,
                row.path,
                excerpt(row.text, row.language, asked),
            )
            for row in rows
        ],
        total,
        page,
        PER_PAGE,
    )


def _on_sqlite(asked: Question) -> sa.CTE:
    """Ids and ranks (small is good) of the entries that FTS5 finds; `rank` is bm25."""
    last = len(asked.words) - 1 if asked.open_ended else -1
    expression = " AND ".join(
        "(" + " OR ".join(f'"{token}"{"*" if position == last else ""}' for token in word) + ")"
        for position, word in enumerate(asked.words)
    )
    fts: Any = sa.table("search_fts", sa.column("rowid", sa.Integer), sa.column("rank", sa.Float))
    return (
        sa.select(fts.c.rowid.label("id"), fts.c.rank.label("rank"))
        .where(sa.literal_column("search_fts").op("MATCH")(expression))
        .cte("hits")
        .prefix_with("MATERIALIZED")
    )


def _on_postgresql(asked: Question) -> sa.CTE:
    """Ids and ranks (small is good) of the entries that the expression index finds."""
    last = len(asked.words) - 1 if asked.open_ended else -1
    expression = " & ".join(
        "(" + " | ".join(f"'{token}'{':*' if position == last else ''}" for token in word) + ")"
        for position, word in enumerate(asked.words)
    )
    simple: sa.ColumnElement[Any] = sa.literal_column("'simple'::regconfig")
    vector = sa.func.to_tsvector(simple, SearchEntry.words)
    tsquery = sa.func.to_tsquery(simple, expression)
    return (
        sa.select(SearchEntry.id.label("id"), (-sa.func.ts_rank(vector, tsquery)).label("rank"))
        .where(vector.op("@@")(tsquery))
        .cte("hits")
    )

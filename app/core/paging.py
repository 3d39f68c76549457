"""Pages of a list, cut at the database."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

T = TypeVar("T")
PER_PAGE = 50
MOST_PER_PAGE = 200
FURTHEST_PAGE = 100_000
WHOLE = 100_000  # rows, as `per_page`: all of a list, for a file


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page: `items`, their `total` in all pages, the `page` (from 1) and the length of a page."""

    items: list[T]
    total: int
    page: int
    per_page: int

    @property
    def pages(self) -> int:
        """How many pages there are; 1 for an empty list."""
        return max(1, -(-self.total // self.per_page))


def paginate(session: orm.Session, statement: sa.Select[Any], *, page: int = 1, per_page: int = PER_PAGE) -> Page[Any]:
    """Return one page of a select of one entity in two statements: the count and the rows.

    A page outside the list comes back empty; `page` and `per_page` are cut to what is sensible.
    """
    page = min(max(page, 1), FURTHEST_PAGE)
    per_page = per_page if per_page == WHOLE else min(max(per_page, 1), MOST_PER_PAGE)
    counted = statement.with_only_columns(sa.func.count(), maintain_column_froms=True).order_by(None)
    total = session.scalar(counted.options()) or 0
    rows = session.scalars(statement.limit(per_page).offset((page - 1) * per_page)).unique().all()
    return Page(list(rows), total, page, per_page)

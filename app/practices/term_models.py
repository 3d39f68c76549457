"""Which codes the newest submitted text of each practice has chosen, kept beside it: a list by theme reads no texts."""

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import Base
from app.practices.models import Practice, PracticeVersion

FIELDS = ("themes", "gcm_main", "gcm_other", "mechanisms", "sdg_targets", "population", "tracks", "capacities")


class PracticeTerm(Base):
    """A code that the newest version of a practice has in one of FIELDS. Written with the version, which is frozen."""

    __tablename__ = "practice_terms"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id", ondelete="CASCADE"), index=True)
    field: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    code: orm.Mapped[str] = orm.mapped_column(sa.Text)

    __table_args__ = (sa.UniqueConstraint("code", "field", "practice_id"),)


def terms_of(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield field and code of what a content has chosen, each once."""
    for field in FIELDS:
        value = content.get(field) or ()
        codes = [value] if isinstance(value, str) else value
        for code in dict.fromkeys(code for code in codes if isinstance(code, str) and code):
            yield field, code


def having_term(code: str, *fields: str) -> sa.ColumnElement[bool]:
    """The condition on Practice that its newest version has a code in any of some fields.

    Asked of each practice: given as a list of them, SQLite may go through the whole list for each.
    """
    term = PracticeTerm
    return sa.exists().where(term.practice_id == Practice.id, term.code == code, term.field.in_(fields))


@sa.event.listens_for(PracticeVersion, "after_insert")
def _keep(_mapper: Any, connection: sa.Connection, version: PracticeVersion) -> None:
    practice_id = version.practice_id
    if version.number > 1:
        connection.execute(sa.delete(PracticeTerm).where(PracticeTerm.practice_id == practice_id))
    rows = [{"practice_id": practice_id, "field": field, "code": code} for field, code in terms_of(version.content)]
    if rows:
        connection.execute(sa.insert(PracticeTerm), rows)

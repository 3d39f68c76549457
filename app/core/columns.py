"""Column types and mixins that every model uses."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator

from app.core.localized import LocalizedText

Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# Of a column whose values the trail names without telling them.
PERSONAL = {"personal": True}


class Moment(TypeDecorator[datetime]):
    """An aware moment, stored in UTC on every engine. A naive one is a programming error."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Localized(TypeDecorator[LocalizedText]):
    """A LocalizedText in one JSON column; NULL reads as the empty one."""

    impl = Json
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> dict[str, str]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            raise TypeError("a localized column takes a mapping from language to text")
        return dict(LocalizedText(value))

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> LocalizedText:
        return LocalizedText(value or {})


def named_enum(enum: type[StrEnum], name: str) -> sa.Enum:
    """Return a named database type that holds the enum's values, checked by every engine."""
    return sa.Enum(
        enum,
        name=name,
        values_callable=lambda members: [member.value for member in members],
        create_constraint=True,
        validate_strings=True,
    )


class Versioned:
    """A row that people edit: the counter makes the second of two saves fail instead of winning."""

    version: orm.Mapped[int] = orm.mapped_column(default=1)

    @orm.declared_attr.directive
    def __mapper_args__(self) -> dict[str, Any]:
        return {"version_id_col": self.version}

"""Tables of open data."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, named_enum
from app.core.db import Base
from app.documents.models import StoredFile
from app.open_data.enums import RecordKind, ReleaseFormat, ReleaseState


class PublicRecord(Base):
    """A thing that is public, or was: rows are never deleted.

    `key` names it within its kind for ever; `source_id` is its row's number. `revision` and `source_at` say what of it
    was seen last: another one means that it changed. `first_at`: when it was seen first. `stamped_at`: when it last
    changed, came or went, in whole seconds; harvesters see it from then on. `gone`: it is public no more.
    """

    __tablename__ = "public_records"

    kind: orm.Mapped[RecordKind] = orm.mapped_column(named_enum(RecordKind, "record_kind"))
    key: orm.Mapped[str] = orm.mapped_column(sa.String(160))
    source_id: orm.Mapped[int]
    meeting_slug: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    revision: orm.Mapped[int]
    source_at: orm.Mapped[datetime]
    first_at: orm.Mapped[datetime]
    stamped_at: orm.Mapped[datetime]
    gone: orm.Mapped[bool] = orm.mapped_column(default=False)

    __table_args__ = (
        sa.UniqueConstraint("kind", "key"),
        sa.Index("ix_public_records_stamped_at_id", "stamped_at", "id"),
        sa.Index("ix_public_records_meeting_slug", "meeting_slug"),
    )


class Release(Base):
    """The whole public library as it was at `as_of`, in files. `number` from 1.

    `rows`: table -> number of its rows. `changes`: kind -> {"new", "changed", "gone"}, since the release before; None
    of the first. `ended_at`: when it was withdrawn, or made room for newer ones.
    """

    __tablename__ = "releases"

    number: orm.Mapped[int] = orm.mapped_column(unique=True)
    state: orm.Mapped[ReleaseState] = orm.mapped_column(
        named_enum(ReleaseState, "release_state"), default=ReleaseState.MADE
    )
    as_of: orm.Mapped[datetime]
    made_at: orm.Mapped[datetime]
    rows: orm.Mapped[dict[str, int]] = orm.mapped_column(Json, default=dict)
    changes: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(Json)
    licence: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    ended_at: orm.Mapped[datetime | None]

    files: orm.Mapped[list["ReleaseFile"]] = orm.relationship(
        back_populates="release", order_by="ReleaseFile.id", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.CheckConstraint("(state = 'made') = (ended_at IS NULL)", name="ended_has_moment"),)


class ReleaseFile(Base):
    """One file of a release. What has ended keeps name, size and checksum, and no bytes (`file_id` is empty)."""

    __tablename__ = "release_files"

    release_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("releases.id", ondelete="CASCADE"))
    format: orm.Mapped[ReleaseFormat] = orm.mapped_column(named_enum(ReleaseFormat, "release_format"))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    size: orm.Mapped[int] = orm.mapped_column(sa.BigInteger)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)

    release: orm.Mapped[Release] = orm.relationship(back_populates="files")
    file: orm.Mapped[StoredFile | None] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("release_id", "format"),)

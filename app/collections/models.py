"""Tables of collections."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.collections.enums import ReadingKind
from app.core.columns import PERSONAL, Versioned, named_enum
from app.core.db import Base
from app.documents.models import StoredFile
from app.people.models import User


class Collection(Versioned, Base):
    """A person's list of readings. `seed`: what the token of its link is made of; None while it is not shared, and
    another each time it is shared anew. `shared_with_id`: the party of those who may follow the link. `deleted_at`: it
    is gone for everybody but its owner, who can have it back until it is forgotten."""

    __tablename__ = "collections"

    owner_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    title: orm.Mapped[str] = orm.mapped_column(sa.String(200), info=PERSONAL)
    note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    seed: orm.Mapped[str | None] = orm.mapped_column(sa.String(32), info=PERSONAL)
    shared_with_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    shared_at: orm.Mapped[datetime | None]
    created_at: orm.Mapped[datetime]
    saved_at: orm.Mapped[datetime]
    deleted_at: orm.Mapped[datetime | None]
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)

    owner: orm.Mapped[User] = orm.relationship()
    readings: orm.Mapped[list["CollectedReading"]] = orm.relationship(
        back_populates="collection",
        order_by="[CollectedReading.position, CollectedReading.id]",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        sa.CheckConstraint("(seed IS NULL) = (shared_with_id IS NULL)", name="shared_with_somebody"),
        sa.Index("ix_collections_deleted", "deleted_at"),
    )


class CollectedReading(Versioned, Base):
    """A reading of a collection by its permanent name (enums.ReadingKind), with its owner's note. No text of the
    reading is kept, so that nothing is shown that its reader may not read."""

    __tablename__ = "collected_readings"

    collection_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("collections.id", ondelete="CASCADE"))
    kind: orm.Mapped[ReadingKind] = orm.mapped_column(named_enum(ReadingKind, "reading_kind"))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(160), info=PERSONAL)
    note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    position: orm.Mapped[int]
    added_at: orm.Mapped[datetime]

    collection: orm.Mapped[Collection] = orm.relationship(back_populates="readings")

    __table_args__ = (sa.UniqueConstraint("collection_id", "kind", "name"),)


class CollectionExport(Base):
    """A collection as one file, made by a job for one person with that person's rights, and forgotten after a day.

    `holds`: fingerprint of what it was made of (exporting.fingerprint_of); where that has changed, the file is not
    given.
    """

    __tablename__ = "collection_exports"

    collection_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("collections.id", ondelete="CASCADE"), index=True)
    for_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    extension: orm.Mapped[str] = orm.mapped_column(sa.String(4))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    asked_at: orm.Mapped[datetime]
    holds: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)

    collection: orm.Mapped[Collection] = orm.relationship()
    reader: orm.Mapped[User] = orm.relationship()
    file: orm.Mapped[StoredFile | None] = orm.relationship()

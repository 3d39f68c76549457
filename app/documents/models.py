"""Tables of documents."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import Base


class StoredFile(Base):
    """One file: `name` as brought (cleaned), `size` in bytes, `media_type` as sniffed."""

    __tablename__ = "stored_files"

    name: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    media_type: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    size: orm.Mapped[int]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64), index=True)
    created_at: orm.Mapped[datetime]
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

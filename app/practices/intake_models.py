"""The table of what staff recorded for a State."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.documents.models import StoredFile
from app.people.models import User
from app.practices.enums import IntakeMeans
from app.practices.models import Call, Practice


class Intake(Versioned, Base):
    """A text that came to the secretariat otherwise than by the form, as staff recorded it.

    Its practice is a draft of the delegation, with the same text to begin with. What the delegation changes in that is
    the delegation's alone until it submits; staff see the `content` here and never the draft's. `leftovers` are texts
    of the file that found no field. `received_at` is what counts for the deadline once the State has confirmed.
    """

    __tablename__ = "intakes"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), unique=True)
    means: orm.Mapped[IntakeMeans] = orm.mapped_column(named_enum(IntakeMeans, "intake_means"))
    sender: orm.Mapped[str] = orm.mapped_column(sa.String(300), info={"personal": True})
    received_at: orm.Mapped[datetime]
    file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    leftovers: orm.Mapped[list[str]] = orm.mapped_column(Json, default=list)
    recorded_at: orm.Mapped[datetime]
    recorded_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    asked_at: orm.Mapped[datetime | None]
    confirm_by: orm.Mapped[datetime]
    confirmed_at: orm.Mapped[datetime | None]
    confirmed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice: orm.Mapped[Practice] = orm.relationship(back_populates="intake")
    file: orm.Mapped[StoredFile | None] = orm.relationship()
    recorded_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[recorded_by_id])
    confirmed_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[confirmed_by_id])

    @property
    def call(self) -> Call:
        return self.practice.call

    @property
    def meeting_id(self) -> int:
        return self.practice.meeting_id

"""Tables of what follows a submission: withdrawals, and corrections of what was published."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, named_enum
from app.core.db import Base
from app.people.models import User
from app.practices.enums import CorrectionState
from app.practices.models import Practice, PracticeVersion


class Withdrawal(Base):
    """A delegation's wish to take a practice back, with its reason.

    Before publication it holds at once (`granted`); after it, the secretariat decides: None until then.
    """

    __tablename__ = "withdrawals"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text)
    asked_at: orm.Mapped[datetime]
    asked_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    granted: orm.Mapped[bool | None]
    answer: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    decided_at: orm.Mapped[datetime | None]
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice: orm.Mapped[Practice] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("(granted IS NULL) = (decided_at IS NULL)", name="decided_has_moment"),
        # One question at a time.
        sa.Index(
            "uq_withdrawals_open",
            "practice_id",
            unique=True,
            sqlite_where=sa.text("granted IS NULL"),
            postgresql_where=sa.text("granted IS NULL"),
        ),
    )


class Correction(Base):
    """A new text that a delegation proposes for a published practice, frozen when it is sent, with its note.

    `of_version` is what it was written on. Accepted, it becomes the version after it, with the note. `with_capital`: it
    waits for its clearance, or was taken back from there: the secretariat never sees such a one.
    """

    __tablename__ = "corrections"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    of_version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practice_versions.id"), index=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    note: orm.Mapped[str] = orm.mapped_column(sa.Text)
    state: orm.Mapped[CorrectionState] = orm.mapped_column(
        named_enum(CorrectionState, "correction_state"), default=CorrectionState.PROPOSED
    )
    with_capital: orm.Mapped[bool] = orm.mapped_column(default=False)
    proposed_at: orm.Mapped[datetime]
    proposed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    comment: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    decided_at: orm.Mapped[datetime | None]
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice: orm.Mapped[Practice] = orm.relationship()
    of_version: orm.Mapped[PracticeVersion] = orm.relationship()
    proposed_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[proposed_by_id])

    __table_args__ = (
        sa.CheckConstraint("note <> ''", name="says_what_changed"),
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_has_moment"),
        sa.Index(
            "uq_corrections_proposed",
            "practice_id",
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        ),
    )

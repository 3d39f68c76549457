"""Tables of grouping."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Versioned, named_enum
from app.core.db import Base
from app.grouping.enums import GroupKind
from app.meetings.models import Meeting
from app.summaries.models import PassageOfSource

NAME_LIMIT = 200


class PassageVector(Base):
    """What a passage means, as numbers. `fingerprint`: of the model's name and the passage's words (SHA-256, hex), so
    that the same words are looked at once. `vector`: 32-bit floats of length 1, little-endian.
    """

    __tablename__ = "passage_vectors"

    fingerprint: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True)
    vector: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary)


class PassageGroup(Versioned, Base):
    """Passages of a session that say like things on a guiding question or on a theme.

    `question` is its number, `theme` a key of the vocabulary of themes. `name`: what the rapporteur calls it, else its
    telling terms (`named_by_hand` tells which). `position` from 1 among those of its question or theme.
    """

    __tablename__ = "passage_groups"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    question: orm.Mapped[int | None]
    theme: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    position: orm.Mapped[int]
    kind: orm.Mapped[GroupKind] = orm.mapped_column(named_enum(GroupKind, "passage_group_kind"), default=GroupKind.LIKE)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(NAME_LIMIT))
    named_by_hand: orm.Mapped[bool] = orm.mapped_column(default=False)
    made_at: orm.Mapped[datetime]

    meeting: orm.Mapped[Meeting] = orm.relationship()
    passages: orm.Mapped[list["GroupedPassage"]] = orm.relationship(
        back_populates="group", order_by="GroupedPassage.position", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.CheckConstraint("(question IS NULL) <> (theme IS NULL)", name="question_or_theme"),)


class GroupedPassage(PassageOfSource, Base):
    """A passage in a group; `position` from 1, the most central first until somebody moves one.

    `by_hand`: somebody put it there, so that grouping anew leaves it. `chosen`: its place, from 1, among those of its
    question or theme and language that a proposal quotes; None of the others.
    """

    __tablename__ = "grouped_passages"

    group_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("passage_groups.id", ondelete="CASCADE"), index=True)
    position: orm.Mapped[int]
    by_hand: orm.Mapped[bool] = orm.mapped_column(default=False)
    chosen: orm.Mapped[int | None]

    group: orm.Mapped[PassageGroup] = orm.relationship(back_populates="passages")

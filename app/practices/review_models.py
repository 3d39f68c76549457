"""Tables of the review: criteria, what the secretariat thinks of a version, comments at fields, notes of its own."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, Versioned
from app.core.db import Base
from app.people.models import User
from app.practices.models import Practice, PracticeVersion, Review


class ReviewCriteria(Versioned, Base):
    """A body's own criteria, in order: [{"key", "text": {language: …}}]. A body without a row has the usual ones."""

    __tablename__ = "review_criteria"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), unique=True)
    criteria: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json)


class Assessment(Versioned, Base):
    """What the secretariat has written of one version and not sent: nobody but staff sees it, ever.

    `marks`: criterion's key -> Mark. `comments`: field key -> comment, which a return copies to `review_comments`.
    A row without either tells that somebody of the secretariat has opened the version.
    """

    __tablename__ = "assessments"

    practice_version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practice_versions.id"), unique=True)
    marks: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict)
    comments: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict)
    comment: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice_version: orm.Mapped[PracticeVersion] = orm.relationship()


class ReviewComment(Base):
    """A comment at a field that went to the delegation with a return, and the delegation's answer.

    The answer is the delegation's alone until it submits again.
    """

    __tablename__ = "review_comments"

    review_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("reviews.id"))
    field: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    answer: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    answered_at: orm.Mapped[datetime | None]
    answered_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    review: orm.Mapped[Review] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("review_id", "field"),)


class StaffNote(Base):
    """A note on a practice that only the secretariat sees: on no page, file or answer for anybody else."""

    __tablename__ = "staff_notes"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice: orm.Mapped[Practice] = orm.relationship()
    by: orm.Mapped[User | None] = orm.relationship()

"""Tables of coordination."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.coordination.enums import CoordinationState
from app.core.columns import Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.directory.models import Party, VocabularyItem
from app.meetings.models import Meeting
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion
from app.summaries.models import Publication

LABEL_LIMIT = 40

coordination_parties = sa.Table(
    "coordination_parties",
    Base.metadata,
    sa.Column("coordination_id", sa.ForeignKey("coordinations.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("party_id", sa.ForeignKey("parties.id"), primary_key=True, index=True),
)


class Coordination(Versioned, Base):
    """Two or more parties that mean to work together on something, and the one source that says so.

    The source is a version of a practice or of a presentation, or a paragraph of a publication, by its
    label ("12 (a)").
    `state` is that of the newest step.
    """

    __tablename__ = "coordinations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    topic: orm.Mapped[LocalizedText]
    item_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("vocabulary_items.id"), index=True)
    state: orm.Mapped[CoordinationState] = orm.mapped_column(named_enum(CoordinationState, "coordination_state"))
    practice_version_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("practice_versions.id"), index=True)
    presentation_version_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("presentation_versions.id"), index=True
    )
    publication_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("publications.id"), index=True)
    paragraph: orm.Mapped[str | None] = orm.mapped_column(sa.String(LABEL_LIMIT))

    meeting: orm.Mapped[Meeting] = orm.relationship()
    item: orm.Mapped[VocabularyItem | None] = orm.relationship()
    parties: orm.Mapped[list[Party]] = orm.relationship(secondary=coordination_parties, order_by=Party.code)
    practice_version: orm.Mapped[PracticeVersion | None] = orm.relationship()
    presentation_version: orm.Mapped[PresentationVersion | None] = orm.relationship()
    publication: orm.Mapped[Publication | None] = orm.relationship()
    steps: orm.Mapped[list["Step"]] = orm.relationship(
        back_populates="coordination", order_by="Step.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint(
            "(CASE WHEN practice_version_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN presentation_version_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN publication_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="one_source",
        ),
        sa.CheckConstraint("(publication_id IS NULL) = (paragraph IS NULL)", name="paragraph_of_publication"),
    )


class Step(Base):
    """What one session heard of a coordination."""

    __tablename__ = "coordination_steps"

    coordination_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("coordinations.id"), index=True)
    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    state: orm.Mapped[CoordinationState] = orm.mapped_column(named_enum(CoordinationState, "coordination_state"))
    note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    coordination: orm.Mapped[Coordination] = orm.relationship(back_populates="steps")
    meeting: orm.Mapped[Meeting] = orm.relationship()

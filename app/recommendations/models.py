"""Tables of recommendations that were carried to a session, and of the reports on them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import Versioned, named_enum
from app.core.db import Base
from app.meetings.models import Delegation, Meeting
from app.recommendations.enums import Progress
from app.summaries.models import Publication


class CarriedRecommendation(Versioned, Base):
    """A recommendation of a publication on which a later session asks for reports.

    `key` is its key in the publication's content. `closed_at`, `closing`: since when nobody is asked any more, and why.
    """

    __tablename__ = "carried_recommendations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    publication_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("publications.id"), index=True)
    key: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    carried_at: orm.Mapped[datetime]
    closed_at: orm.Mapped[datetime | None]
    closing: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")

    meeting: orm.Mapped[Meeting] = orm.relationship()
    publication: orm.Mapped[Publication] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "publication_id", "key"),
        sa.CheckConstraint("(closed_at IS NULL) = (closing = '')", name="closing_says_why"),
    )


class RecommendationReport(Versioned, Base):
    """What a delegation reports on a recommendation. Until `filed_at` its delegation alone sees it."""

    __tablename__ = "recommendation_reports"

    carried_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("carried_recommendations.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    progress: orm.Mapped[Progress | None] = orm.mapped_column(named_enum(Progress, "recommendation_progress"))
    text: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    consent: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"))
    saved_at: orm.Mapped[datetime]
    filed_at: orm.Mapped[datetime | None]

    carried: orm.Mapped[CarriedRecommendation] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("carried_id", "delegation_id"),
        sa.CheckConstraint("filed_at IS NULL OR progress IS NOT NULL", name="filed_says_how_far"),
    )

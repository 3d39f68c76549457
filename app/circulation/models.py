"""Tables of circulation."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.circulation.enums import CirculationEnd, CirculationKind, Disposition
from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.summaries.models import SummaryVersion


class Circulation(Versioned, Base):
    """A version of a summary before delegations, from `begins_at` until `ends_at`.

    `seen_by_all`: whether delegations read one another's comments. `message`: what the secretariat wrote with it.
    `ended_at` and `end`: how it ended; set once, by whoever is first, and never changed. `ending`: why it was ended
    early, "" otherwise. `form_key`: the form that it came from.
    """

    __tablename__ = "circulations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    version_of_text_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summary_versions.id"), index=True)
    kind: orm.Mapped[CirculationKind] = orm.mapped_column(named_enum(CirculationKind, "circulation_kind"))
    begins_at: orm.Mapped[datetime]
    ends_at: orm.Mapped[datetime]
    seen_by_all: orm.Mapped[bool] = orm.mapped_column(default=False)
    message: orm.Mapped[LocalizedText]
    begun_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    ended_at: orm.Mapped[datetime | None]
    end: orm.Mapped[CirculationEnd | None] = orm.mapped_column(named_enum(CirculationEnd, "circulation_end"))
    ending: orm.Mapped[str] = orm.mapped_column(sa.String(1000), default="")
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))

    meeting: orm.Mapped[Meeting] = orm.relationship()
    version_of_text: orm.Mapped[SummaryVersion] = orm.relationship()
    addressed: orm.Mapped[list["Addressed"]] = orm.relationship(
        back_populates="circulation", order_by="Addressed.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("ends_at > begins_at", name="ends_after_it_begins"),
        sa.CheckConstraint('(ended_at IS NULL) = ("end" IS NULL)', name="end_has_moment"),
        sa.Index("uq_circulations_form_key", "form_key", unique=True),
        sa.Index(
            "uq_circulations_one_silence",
            "meeting_id",
            unique=True,
            sqlite_where=sa.text("kind = 'silence_procedure' AND ended_at IS NULL"),
            postgresql_where=sa.text("kind = 'silence_procedure' AND ended_at IS NULL"),
        ),
    )

    @property
    def anchor(self) -> str:
        """Where it is on the page of the session's adoption."""
        return f"adoption-{self.id}"


class Addressed(Base):
    """A delegation that a version is circulated to."""

    __tablename__ = "circulation_delegations"

    circulation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("circulations.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)

    circulation: orm.Mapped[Circulation] = orm.relationship(back_populates="addressed")
    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("circulation_id", "delegation_id"),)


class Comment(Versioned, Base):
    """What a delegation says of a paragraph (`paragraph`: its key in the version; "" for the whole text).

    `language` of what it wrote. Until `filed_at` its delegation alone sees it. `disposition` and `reply` are the
    secretariat's.
    """

    __tablename__ = "circulation_comments"

    circulation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("circulations.id"), index=True)
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    author_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    paragraph: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    text: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    proposed: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    saved_at: orm.Mapped[datetime]
    filed_at: orm.Mapped[datetime | None]
    disposition: orm.Mapped[Disposition | None] = orm.mapped_column(named_enum(Disposition, "comment_disposition"))
    reply: orm.Mapped[LocalizedText]
    disposed_at: orm.Mapped[datetime | None]
    disposed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    circulation: orm.Mapped[Circulation] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()
    author: orm.Mapped[User | None] = orm.relationship(foreign_keys=author_id)

    __table_args__ = (
        sa.CheckConstraint("(disposition IS NULL) = (disposed_at IS NULL)", name="disposition_has_moment"),
        sa.CheckConstraint("disposition IS NULL OR filed_at IS NOT NULL", name="disposed_once_filed"),
        sa.UniqueConstraint("circulation_id", "delegation_id", "paragraph"),
    )


class Objection(Base):
    """A delegation breaks the silence on paragraphs (keys of the version; none means the whole text), and says why.

    `received_at`: when its first byte came in, which decides whether it was in time.
    """

    __tablename__ = "circulation_objections"

    circulation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("circulations.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    paragraphs: orm.Mapped[list[str]] = orm.mapped_column(Json)
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    received_at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    circulation: orm.Mapped[Circulation] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("circulation_id", "delegation_id"),)


class Position(Versioned, Base):
    """How a delegation explains its position on a text that was adopted by silence. A draft until `filed_at`."""

    __tablename__ = "circulation_positions"

    circulation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("circulations.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    saved_at: orm.Mapped[datetime]
    filed_at: orm.Mapped[datetime | None]

    circulation: orm.Mapped[Circulation] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("circulation_id", "delegation_id"),)

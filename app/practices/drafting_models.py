"""Tables of several hands at one draft. All of it is the delegation's alone: the secretariat sees none, by any way."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import PERSONAL, Json
from app.core.db import Base
from app.people.models import User
from app.practices.models import Practice


class Handover(Base):
    """A section of a draft, handed to somebody without an account by a link that works until `expires_at`.

    The link's token is made of `seed` and the installation's key, so no table holds it. `for_whom` is whom it was
    made for, as the delegation wrote it; the link's page names them.
    """

    __tablename__ = "handovers"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    section: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    for_whom: orm.Mapped[str] = orm.mapped_column(sa.String(200), info=PERSONAL)
    seed: orm.Mapped[str] = orm.mapped_column(sa.String(32), info=PERSONAL)
    made_at: orm.Mapped[datetime]
    made_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    expires_at: orm.Mapped[datetime]
    revoked_at: orm.Mapped[datetime | None]

    practice: orm.Mapped[Practice] = orm.relationship()
    made_by: orm.Mapped[User | None] = orm.relationship()
    uses: orm.Mapped[list["HandoverUse"]] = orm.relationship(back_populates="handover", order_by="HandoverUse.id")

    def works_at(self, at: datetime) -> bool:
        """Whether the link opens the section."""
        return self.revoked_at is None and at < self.expires_at


class HandoverUse(Base):
    """A link that was opened, by somebody who gave a name: how often its pages asked to be saved, and `last_at`, when
    something was written by it last (when it was opened, where nothing was)."""

    __tablename__ = "handover_uses"

    handover_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("handovers.id"), index=True)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200), info=PERSONAL)
    began_at: orm.Mapped[datetime]
    last_at: orm.Mapped[datetime]
    saves: orm.Mapped[int] = orm.mapped_column(default=0)

    handover: orm.Mapped[Handover] = orm.relationship(back_populates="uses")


class DraftRevision(Base):
    """A draft's text as one person left it: what they save within minutes is one revision.

    `fields`: the names of what they changed ("title", "answers.1", "language"). Written by an account or by the user
    of a link; by neither where the text is older than this table.
    """

    __tablename__ = "draft_revisions"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"))
    number: orm.Mapped[int]
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    fields: orm.Mapped[list[str]] = orm.mapped_column(Json)
    began_at: orm.Mapped[datetime]
    saved_at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    use_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("handover_uses.id"), index=True)

    practice: orm.Mapped[Practice] = orm.relationship()
    by: orm.Mapped[User | None] = orm.relationship()
    use: orm.Mapped[HandoverUse | None] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("practice_id", "number"),)

    @property
    def author(self) -> str:
        """Who wrote it, or ""."""
        who = self.by or self.use
        return who.name if who else ""


class Presence(Base):
    """A page of a draft that somebody has open, shown `until` a moment; and the section in which it was written last,
    `since` when.

    `page` is a name that the page gave itself, or one of the person where it has no script. `written`: name of a
    field -> [the sequence of the last save that was taken from this page, the mark of its text].
    """

    __tablename__ = "presences"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"))
    page: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    user_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    use_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("handover_uses.id"), index=True)
    section: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="")
    since: orm.Mapped[datetime]
    until: orm.Mapped[datetime]
    written: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)

    user: orm.Mapped[User | None] = orm.relationship()
    use: orm.Mapped[HandoverUse | None] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("practice_id", "page"),)


class DelegationComment(Base):
    """What somebody of a delegation says to the others of it about a draft, or about one of its sections."""

    __tablename__ = "delegation_comments"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    section: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="")
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    by: orm.Mapped[User | None] = orm.relationship()

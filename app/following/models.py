"""Tables of following. All of it is one person's own, and goes with the account."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import PERSONAL, Json, Versioned, named_enum
from app.core.db import Base
from app.following.enums import FollowKind, Rhythm
from app.mail.models import Mail
from app.people.models import User

LONGEST_TARGET = 1000  # characters; an index of PostgreSQL takes no row of more than 2,700 bytes


class Follow(Versioned, Base):
    """One thing that a person follows. `target` names it: the part of a search's address after the "?", the code of a
    State or theme, the slug of a mechanism, the id of a session (which takes its follows with it, `meeting_id`).

    What was published before `since` is not told: it began then, or went on after a pause. `told_until`: the moment of
    its last digest.
    """

    __tablename__ = "follows"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"))
    kind: orm.Mapped[FollowKind] = orm.mapped_column(named_enum(FollowKind, "follow_kind"))
    target: orm.Mapped[str] = orm.mapped_column(sa.String(LONGEST_TARGET), info=PERSONAL)
    meeting_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("meetings.id", ondelete="CASCADE"), index=True)
    rhythm: orm.Mapped[Rhythm] = orm.mapped_column(named_enum(Rhythm, "follow_rhythm"), default=Rhythm.WEEKLY)
    begun_at: orm.Mapped[datetime]
    since: orm.Mapped[datetime]
    told_until: orm.Mapped[datetime]
    paused_at: orm.Mapped[datetime | None]

    user: orm.Mapped[User] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind", "target"),
        sa.CheckConstraint("(kind = 'session') = (meeting_id IS NOT NULL)", name="session_is_named"),
    )

    @property
    def mailed(self) -> bool:
        """Whether digests tell of it."""
        return self.paused_at is None and self.rhythm is not Rhythm.NEVER


class DigestSettings(Versioned, Base):
    """When a person's digests come: at an `hour` (0 to 23) of their `zone` (IANA), the weekly one on a `weekday` (0:
    Monday). `next_at` is the next such moment; empty while no mail is due to them.

    `feed_hash`: the SHA-256 of the token of their secret feed, where they have one.
    """

    __tablename__ = "digest_settings"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), unique=True)
    hour: orm.Mapped[int] = orm.mapped_column(default=7)
    weekday: orm.Mapped[int] = orm.mapped_column(default=0)
    zone: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="UTC")
    next_at: orm.Mapped[datetime | None] = orm.mapped_column(index=True)
    feed_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(64), unique=True, info=PERSONAL)

    user: orm.Mapped[User] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("hour BETWEEN 0 AND 23", name="hour_of_day"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_week"),
    )

    @classmethod
    def usual(cls, user_id: int | None = None, zone: str = "UTC") -> "DigestSettings":
        """Those of somebody who has chosen nothing: at seven in the morning, the weekly one on Mondays."""
        return cls(user_id=user_id, hour=7, weekday=0, zone=zone, version=0)


class Digest(Base):
    """One mail of what was new: `things` [{"follow": id, "kind", "key", "at": when it was published}], in order. The
    last of a follow may say how many "more" there were, older than all of these, that it does not name."""

    __tablename__ = "digests"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    mail_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mails.id", ondelete="CASCADE"), unique=True)
    made_at: orm.Mapped[datetime]
    things: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json)

    mail: orm.Mapped[Mail] = orm.relationship()

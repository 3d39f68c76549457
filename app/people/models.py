"""Tables of people."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import PERSONAL, Versioned, named_enum
from app.core.db import Base
from app.directory.models import Party
from app.people.enums import LinkPurpose, Standing


class User(Versioned, Base):
    """A person's account; an Actor. Invited until `set_up_at`, closed from `closed_at` on.

    `sign_in_key` is part of every session cookie: changing it signs the person out everywhere.
    `demonstration` marks the accounts that production refuses to start with.
    """

    __tablename__ = "users"

    email: orm.Mapped[str] = orm.mapped_column(sa.String(320), unique=True, info=PERSONAL)
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200), info=PERSONAL)
    standing: orm.Mapped[Standing] = orm.mapped_column(named_enum(Standing, "standing"), default=Standing.MEMBER)
    party_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2), default="en")
    password_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(200), info=PERSONAL)
    sign_in_key: orm.Mapped[str] = orm.mapped_column(sa.String(64), info=PERSONAL)
    demonstration: orm.Mapped[bool] = orm.mapped_column(default=False)
    created_at: orm.Mapped[datetime]
    set_up_at: orm.Mapped[datetime | None]
    closed_at: orm.Mapped[datetime | None]

    party: orm.Mapped[Party | None] = orm.relationship()

    is_authenticated = True
    is_anonymous = False

    @property
    def is_active(self) -> bool:
        """Whether the account may be signed in to."""
        return self.closed_at is None and self.set_up_at is not None

    @property
    def is_staff(self) -> bool:
        return self.standing in (Standing.SECRETARIAT, Standing.ADMINISTRATOR)

    @property
    def is_administrator(self) -> bool:
        return self.standing is Standing.ADMINISTRATOR

    @property
    def member_of(self) -> frozenset[int]:
        """Ids of the mechanisms that a source names this account's party as a member of.

        Found when it is first asked for, as `queries.account_for_session` said; empty on an account loaded otherwise.
        """
        if self._member_of is None:
            self._member_of = self._find_membership()
        return self._member_of

    _member_of: frozenset[int] | None = frozenset()

    def remember_membership(self, find: Callable[[], frozenset[int]]) -> None:
        """Say how to find what the account may read as a member State; for the length of a request it is found once."""
        self._find_membership, self._member_of = find, None

    def get_id(self) -> str:
        """What the session cookie holds (Flask-Login)."""
        return f"{self.id}:{self.sign_in_key}"


class AccountLink(Base):
    """A mailed address. Only the token's SHA-256 is kept."""

    __tablename__ = "account_links"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    purpose: orm.Mapped[LinkPurpose] = orm.mapped_column(named_enum(LinkPurpose, "link_purpose"))
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True, info=PERSONAL)
    created_at: orm.Mapped[datetime]
    expires_at: orm.Mapped[datetime]
    used_at: orm.Mapped[datetime | None]

    user: orm.Mapped[User] = orm.relationship()


class CalendarFeed(Base):
    """The secret address of a person's calendar, one a person. Only the token's SHA-256 is kept."""

    __tablename__ = "calendar_feeds"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), unique=True)
    token_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64), unique=True, info=PERSONAL)
    created_at: orm.Mapped[datetime]

    user: orm.Mapped[User] = orm.relationship()


class SignInAttempt(Base):
    """One failed or mailed try, counted per account and per address; `subject_hash` is a keyed hash."""

    __tablename__ = "sign_in_attempts"

    subject_hash: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    at: orm.Mapped[datetime]

    __table_args__ = (sa.Index("ix_sign_in_attempts_subject_at", "subject_hash", "at"),)

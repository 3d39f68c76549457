"""Tables of clearance: who in a State clears a text before it is submitted, and what they said of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import PERSONAL, named_enum
from app.core.db import Base
from app.mail.models import Mail
from app.meetings.models import Delegation
from app.people.models import User
from app.practices.enums import ClearanceAct, ClearanceKind
from app.practices.models import Practice


class ClearanceStep(Base):
    """Somebody who clears the texts of a delegation. Those of one `turn` are asked at the same time.

    With an `email` they are asked by link, and need no account; otherwise whoever has the role in the delegation
    clears. One that was removed stays for what it cleared.
    """

    __tablename__ = "clearance_steps"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    turn: orm.Mapped[int]
    kind: orm.Mapped[ClearanceKind] = orm.mapped_column(named_enum(ClearanceKind, "clearance_kind"))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200), info=PERSONAL)
    email: orm.Mapped[str] = orm.mapped_column(sa.String(320), default="", info=PERSONAL)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    removed_at: orm.Mapped[datetime | None]

    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("turn >= 1", name="turn_from_one"),
        sa.CheckConstraint("kind <> 'ministry' OR email <> '' OR removed_at IS NOT NULL", name="ministry_has_address"),
    )


class ClearanceRule(Base):
    """Whether a delegation submits cleared texts only (`required`); without a row it submits any."""

    __tablename__ = "clearance_rules"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), unique=True)
    required: orm.Mapped[bool]


class ClearanceRequest(Base):
    """A mail that asks for clearance of the text `sha256` at one step: a person with an account, or by link.

    The link is made when the mail leaves: of its token only the SHA-256 is kept, and it works until `expires_at`. A
    request is closed once it is answered, or once nothing is asked any more.
    """

    __tablename__ = "clearance_requests"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    step_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("clearance_steps.id"), index=True)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    user_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    mail_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mails.id"), unique=True)
    token_hash: orm.Mapped[str | None] = orm.mapped_column(sa.String(64), unique=True, info=PERSONAL)
    expires_at: orm.Mapped[datetime | None]
    closed_at: orm.Mapped[datetime | None]

    practice: orm.Mapped[Practice] = orm.relationship()
    step: orm.Mapped[ClearanceStep] = orm.relationship()
    mail: orm.Mapped[Mail] = orm.relationship()


class Clearance(Base):
    """What was done in the clearance of one text (`sha256`): sent, cleared at a step, said, sent back or recalled.

    `by` is the person with an account; `signed` who somebody with a link says they are. One text is cleared once at
    each step.
    """

    __tablename__ = "clearances"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    step_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("clearance_steps.id"), index=True)
    request_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("clearance_requests.id"), index=True)
    act: orm.Mapped[ClearanceAct] = orm.mapped_column(named_enum(ClearanceAct, "clearance_act"))
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    comment: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    signed: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="", info=PERSONAL)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    step: orm.Mapped[ClearanceStep | None] = orm.relationship()
    by: orm.Mapped[User | None] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("act <> 'sent_back' OR comment <> ''", name="sent_back_says_why"),
        sa.Index(
            "uq_clearances_cleared_once",
            "practice_id",
            "step_id",
            "sha256",
            unique=True,
            sqlite_where=sa.text("act = 'cleared'"),
            postgresql_where=sa.text("act = 'cleared'"),
        ),
    )

    @property
    def who(self) -> str:
        """The person, as pages name them."""
        return self.signed or (self.by.name if self.by else "")

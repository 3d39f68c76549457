"""The outbox, the log of deliveries, and the texts that bodies wrote themselves."""

from datetime import datetime
from email.utils import make_msgid
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import orm

from app.core.columns import PERSONAL, Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LANGUAGES, LocalizedText
from app.mail.enums import MailReason, MailState, TryOutcome

MOST_OF_HOST = 60  # characters, so that a Message-ID fits its column


def new_message_id() -> str:
    """Return a Message-ID that no other mail has, of this site (of a long name: its end)."""
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    return make_msgid(domain=host[-MOST_OF_HOST:].lstrip(".-"))


class Mail(Versioned, Base):
    """One message to one person, as it will be or was sent. `message` names its template folder.

    `message_id` is fixed when the mail is written, so that a server that gets it twice can tell. `values` are
    those of the placeholders, kept while the mail is held, so that a new text can be filled in. `about`: the
    one thing that it tells of ("documents:12"), where its sender asks who was told already, or what a later act
    overtakes. `decided_at` is when it was approved or cancelled; by Plenaria itself where nobody is named. `error` is
    in the words of the mail server or of the system.
    """

    __tablename__ = "mails"

    message: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    message_id: orm.Mapped[str] = orm.mapped_column(
        sa.String(120),
        unique=True,
        default=new_message_id,
        insert_sentinel=True,  # so that many are one statement
    )
    user_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    meeting_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    to_address: orm.Mapped[str] = orm.mapped_column(sa.String(320), info=PERSONAL)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    subject: orm.Mapped[str] = orm.mapped_column(sa.Text, info=PERSONAL)
    body: orm.Mapped[str] = orm.mapped_column(sa.Text, info=PERSONAL)
    values: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict, info=PERSONAL)
    edited: orm.Mapped[bool] = orm.mapped_column(default=False)
    about: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    state: orm.Mapped[MailState] = orm.mapped_column(named_enum(MailState, "mail_state"), default=MailState.HELD)
    created_at: orm.Mapped[datetime]
    decided_at: orm.Mapped[datetime | None]
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    sent_at: orm.Mapped[datetime | None]
    reason: orm.Mapped[MailReason | None] = orm.mapped_column(named_enum(MailReason, "mail_reason"))
    error: orm.Mapped[str | None] = orm.mapped_column(sa.Text)

    __table_args__ = (
        sa.CheckConstraint("(state = 'held') = (decided_at IS NULL)", name="decided_has_moment"),
        sa.Index("ix_mails_state_id", "state", "id"),
    )


class MailTry(Base):
    """One try to deliver a mail, written before the server is talked to. No `outcome`: under way, or killed."""

    __tablename__ = "mail_tries"

    mail_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mails.id"), index=True)
    started_at: orm.Mapped[datetime]
    ended_at: orm.Mapped[datetime | None]
    outcome: orm.Mapped[TryOutcome | None] = orm.mapped_column(named_enum(TryOutcome, "mail_try_outcome"))
    answer: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")


class MailText(Versioned, Base):
    """What a body (a mechanism) writes in place of the default of one message; absent languages keep the default."""

    __tablename__ = "mail_texts"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"))
    message: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    subject: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    body: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)

    __table_args__ = (sa.UniqueConstraint("mechanism_id", "message"),)

    @property
    def languages(self) -> list[str]:
        """Those in which something of it is the body's own."""
        return [code for code in LANGUAGES if code in self.subject or code in self.body]

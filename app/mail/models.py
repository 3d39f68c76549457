"""The outbox."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import named_enum
from app.core.db import Base
from app.mail.enums import MailState


class Mail(Base):
    """One message to one person, as it will be or was sent. `message` names its template folder.

    `message_id` is fixed when the mail is written, so that a server that gets it twice can tell.
    """

    __tablename__ = "mails"

    message: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    message_id: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    user_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    to_address: orm.Mapped[str] = orm.mapped_column(sa.String(320), info={"personal": True})
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    subject: orm.Mapped[str] = orm.mapped_column(sa.Text)
    body: orm.Mapped[str] = orm.mapped_column(sa.Text, info={"personal": True})
    state: orm.Mapped[MailState] = orm.mapped_column(named_enum(MailState, "mail_state"), default=MailState.WAITING)
    created_at: orm.Mapped[datetime]
    sent_at: orm.Mapped[datetime | None]
    error: orm.Mapped[str | None] = orm.mapped_column(sa.Text)

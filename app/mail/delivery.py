"""The job that delivers one mail."""

from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

from flask import current_app

from app.core.clock import now
from app.core.db import db
from app.jobs.registry import GiveUp
from app.mail.enums import MailState
from app.mail.models import Mail
from app.mail.transports import Refused, transport


def compose(mail: Mail) -> EmailMessage:
    """Return the mail as it goes over the wire: plain text in UTF-8, marked as sent by a machine."""
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = Address(addr_spec=mail.to_address)
    message["Subject"] = mail.subject
    message["Date"] = mail.created_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    message["Content-Language"] = mail.language
    return message


def deliver(payload: dict[str, Any]) -> None:
    """Send a waiting mail, and forget its text, which may hold a link that signs in.

    Raises GiveUp where the server refuses it for good, and what the transport raises. A worker that is
    killed between sending and noting it sends twice, under the same Message-ID.
    """
    mail = db.session.get(Mail, payload["mail_id"])
    if mail is None or mail.state is not MailState.WAITING:
        return
    message, to_address = compose(mail), mail.to_address
    db.session.commit()  # talk to the server without holding the database
    try:
        transport().send(message, to_address)
    except Refused as refusal:
        raise GiveUp(str(refusal)) from refusal
    mail.state = MailState.SENT
    mail.sent_at = now()
    mail.body = ""
    db.session.commit()


def note_undelivered(payload: dict[str, Any], reason: str) -> None:
    """Keep with the mail why it could not be delivered."""
    mail = db.session.get(Mail, payload["mail_id"])
    if mail is not None and mail.state is MailState.WAITING:
        mail.state = MailState.FAILED
        mail.error = reason
        db.session.commit()

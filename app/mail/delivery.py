"""The job that delivers one mail."""

from email.headerregistry import Address
from email.message import EmailMessage
from typing import Any

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale

from app.core.clock import now
from app.core.db import db
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.jobs.registry import GiveUp, reason
from app.mail.enums import MailReason, MailState, TryOutcome
from app.mail.labels import REASONS
from app.mail.messages import described
from app.mail.models import Mail, MailTry
from app.mail.operations import drop_untrue
from app.mail.transports import Refused, Undeliverable, Unsure, transport, wire_address

LONGEST_LINE = 998  # of a head (RFC 5322)
# What the page of jobs says of these; the words of the server are with the mail.
WHY = {key: reason(REASONS[key]) for key in (MailReason.REFUSED, MailReason.ADDRESS)}


def compose(mail: Mail, to_address: str) -> EmailMessage:
    """Return the mail as it goes over the wire: plain text in UTF-8, marked as sent by a machine."""
    subject, body = _completed(mail)
    message = EmailMessage()
    message["From"] = current_app.config["MAIL_FROM"]
    message["To"] = Address(addr_spec=to_address)
    message["Subject"] = subject
    message["Date"] = mail.decided_at
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body)
    message["Content-Language"] = mail.language
    known = described(mail.message)
    if known and known.headers:
        for name, value in known.headers(mail.id).items():
            message[name] = value
        # A long address has no place to be folded at, and would be encoded, which mail programs do not read there.
        message.policy = message.policy.clone(max_line_length=LONGEST_LINE)
    return message


def _completed(mail: Mail) -> tuple[str, str]:
    """Subject and body with what is known only now; it is not kept, so that nobody but the recipient has it."""
    message = described(mail.message)
    subject, body = mail.subject, mail.body
    if message and message.at_delivery:
        with force_locale(mail.language):
            values = message.at_delivery(mail.id)
        for name, value in values.items():
            subject, body = (text.replace(f"{{{name}}}", value) for text in (subject, body))
    return subject, body


def deliver(payload: dict[str, Any]) -> None:
    """Send an approved mail, unless what it says has become untrue: then it is cancelled.

    What is tried is written down before the server is talked to, so that a mail that a killed worker left half
    sent is recognised: the log then says so, and it goes out again under the same Message-ID. Raises GiveUp
    where the server refuses it for good, or no server takes its address, and what the transport raises.
    """
    mail = db.session.get(Mail, payload["mail_id"])
    if mail is None or mail.state not in (MailState.APPROVED, MailState.SENDING):
        return
    if mail.state is MailState.SENDING:
        _note_interrupted(mail)
    if drop_untrue([mail.id]):
        db.session.commit()
        return
    attempt = MailTry(mail_id=mail.id, started_at=now())
    db.session.add(attempt)
    mail.state = MailState.SENDING
    try:
        to_address = wire_address(mail.to_address)
        message = compose(mail, to_address)
        db.session.commit()  # talk to the server without holding the database
        transport().send(message, to_address)
    except (Refused, Undeliverable) as refusal:
        _end(attempt, TryOutcome.REFUSED, str(refusal))
        mail.reason = MailReason.REFUSED if isinstance(refusal, Refused) else MailReason.ADDRESS
        mail.error = str(refusal)
        why = WHY[mail.reason]
        db.session.commit()
        raise GiveUp(why) from refusal
    except Unsure as error:
        _end(attempt, TryOutcome.UNSURE, str(error))
        mail.state = MailState.APPROVED
        db.session.commit()
        raise
    except Exception as error:
        _end(attempt, TryOutcome.PUT_OFF, f"{type(error).__name__}: {error}")
        mail.state = MailState.APPROVED
        db.session.commit()
        raise
    _end(attempt, TryOutcome.TAKEN, "")
    mail.state = MailState.SENT
    mail.values = {}
    mail.sent_at = now()
    db.session.commit()


def _end(attempt: MailTry, outcome: TryOutcome, answer: str) -> None:
    attempt.ended_at, attempt.outcome, attempt.answer = now(), outcome, answer


def _note_interrupted(mail: Mail) -> None:
    current_app.logger.warning(
        "mail %s was with the server when the worker stopped; it may arrive twice", mail.message_id
    )
    open_tries = sa.select(MailTry).where(MailTry.mail_id == mail.id, MailTry.outcome.is_(None))
    for attempt in db.session.scalars(open_tries):
        _end(attempt, TryOutcome.INTERRUPTED, "")


def note_undelivered(payload: dict[str, Any], why: str) -> None:
    """Keep with the mail why it could not be delivered."""
    mail = db.session.get(Mail, payload["mail_id"])
    if mail is not None and mail.state in (MailState.APPROVED, MailState.SENDING):
        if mail.state is MailState.SENDING and mail.reason is None:
            _note_interrupted(mail)
            mail.reason = MailReason.STOPPED
        mail.reason = mail.reason or MailReason.EXHAUSTED
        mail.state = MailState.FAILED
        mail.error = mail.error or why
        db.session.commit()


def note_forsaken() -> None:
    """Round: note the mails whose job has failed while nobody was left to note it. Commits."""
    key = sa.literal("mail.deliver:") + sa.cast(Mail.id, sa.String)
    rows = db.session.execute(
        sa.select(Mail.id, Job.error)
        .join(Job, Job.key == key)
        .where(Mail.state.in_((MailState.APPROVED, MailState.SENDING)), Job.state == JobState.FAILED)
    ).all()
    for mail_id, error in rows:
        note_undelivered({"mail_id": mail_id}, error or "")

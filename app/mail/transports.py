"""How finished mails leave."""

import hashlib
import smtplib
import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, Protocol

from email_validator import EmailNotValidError, validate_email
from flask import current_app

SECONDS = 20


class Refused(Exception):
    """The server will not take this mail, now or later; the message is its answer."""


class Undeliverable(Exception):
    """No server can be given this address."""


class Unsure(Exception):
    """The server was given the text, and its answer was lost: it may have taken the mail."""


class Transport(Protocol):
    """Takes mails away. `send` raises Refused, Unsure, or OSError and smtplib's errors where a later try may do."""

    def send(self, message: EmailMessage, to_address: str) -> None: ...


class FolderTransport:
    """Keeps each mail as an .eml file: for development and tests."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, to_address: str) -> None:
        """Write the mail; its name is made of its date and id, so that a second run writes the same file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        mark = hashlib.sha256(message["Message-ID"].encode()).hexdigest()[:12]
        path = self.folder / f"{parsedate_to_datetime(message['Date']):%Y%m%dT%H%M%S}-{mark}.eml"
        part = path.with_suffix(".part")
        part.write_bytes(message.as_bytes())
        part.replace(path)


class _Server(smtplib.SMTP):
    """Tells an answer that was lost after the text was given from one that was lost before."""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Give the text, as smtplib does. Raises Unsure."""
        try:
            return super().data(msg)
        except smtplib.SMTPResponseException:
            raise
        except OSError as error:  # smtplib's errors are OSErrors
            raise Unsure(f"{type(error).__name__}: {error}") from error


class SmtpTransport:
    """Hands each mail to an SMTP server, encrypted and signed in where so configured."""

    def __init__(self, host: str, port: int, user: str, password: str, starttls: bool, sender: str) -> None:
        self.host = host
        self.port = port
        self.user = user
        self.password = password
        self.starttls = starttls
        self.sender = sender

    def connect(self) -> smtplib.SMTP:
        """Return a connection that is ready to send. Raises OSError and smtplib's errors."""
        server = _Server(self.host, self.port, timeout=SECONDS)
        try:
            if self.starttls:
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server

    def send(self, message: EmailMessage, to_address: str) -> None:
        """Send the mail to one address."""
        server = self.connect()
        try:
            try:
                server.send_message(message, from_addr=self.sender, to_addrs=[to_address])
            except smtplib.SMTPRecipientsRefused as error:
                code, answer = error.recipients[to_address]
                _refuse_for_good(code, answer)
                raise
            except smtplib.SMTPResponseException as error:
                _refuse_for_good(error.smtp_code, error.smtp_error)
                raise
            with suppress(OSError, smtplib.SMTPException):  # the mail is theirs, however they say goodbye
                server.quit()
        finally:
            server.close()


def _refuse_for_good(code: int, answer: bytes | str) -> None:
    if 500 <= code < 600:
        text = answer.decode(errors="replace") if isinstance(answer, bytes) else answer
        raise Refused(f"{code} {text}")


def wire_address(address: str) -> str:
    """Return an address in ASCII, which every server takes: a domain in other letters is written in its ASCII form.

    Raises Undeliverable for a name before the @ in other letters, which needs an extension that few servers have.
    """
    if address.isascii():
        return address
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError:
        found = None
    if found is None:
        raise Undeliverable("the address has letters that only servers with SMTPUTF8 take")
    return found


def transport() -> Transport:
    """Return the configured transport. Raises ValueError for an unknown name."""
    config = current_app.config
    match config["MAIL_TRANSPORT"]:
        case "folder":
            return FolderTransport(config["MAIL_DIR"])
        case "smtp":
            return SmtpTransport(
                config["SMTP_HOST"],
                config["SMTP_PORT"],
                config["SMTP_USER"],
                config["SMTP_PASSWORD"],
                config["SMTP_STARTTLS"],
                config["MAIL_FROM"],
            )
        case name:
            raise ValueError(f"PLENARIA_MAIL is {name!r}; it must be folder or smtp")

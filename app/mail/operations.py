"""Writing mails into the outbox."""

from collections.abc import Mapping
from email.utils import make_msgid
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from app.core.clock import now
from app.core.db import db
from app.core.texts import clean
from app.jobs.operations import queue_job
from app.mail.models import Mail


class Recipient(Protocol):
    """A person as mail knows them; `language` is the one they read."""

    @property
    def id(self) -> int: ...
    @property
    def email(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def language(self) -> str: ...


def whole_url(endpoint: str, **values: Any) -> str:
    """Return a page's whole address, on BASE_URL whatever host the request named."""
    base = urlsplit(current_app.config["BASE_URL"])
    adapter = current_app.url_map.bind(base.netloc, base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def queue_mail(message: str, to: Recipient, context: Mapping[str, Any] | None = None) -> Mail:
    """Write a mail and its delivery job into the caller's transaction; it leaves after the commit.

    `message` is a folder under templates/emails with subject.txt and body.txt, rendered in the recipient's
    language with the context, `recipient` and `whole_url(endpoint, **values)`. A recipient who was just
    added must have been flushed.
    """
    values = {**(context or {}), "recipient": to, "whole_url": whole_url}
    templates = current_app.jinja_env  # not render_template, which would ask who the request is from
    with force_locale(to.language):
        subject = clean(templates.get_template(f"emails/{message}/subject.txt").render(values), lines=False)
        body = clean(templates.get_template(f"emails/{message}/body.txt").render(values)) + "\n"
    host = urlsplit(current_app.config["BASE_URL"]).hostname or "localhost"
    mail = Mail(
        message=message,
        message_id=make_msgid(domain=host),
        user_id=to.id,
        to_address=to.email,
        language=to.language,
        subject=subject,
        body=body,
        created_at=now(),
    )
    db.session.add(mail)
    db.session.flush()
    queue_job(kind="mail.deliver", key=f"mail.deliver:{mail.id}", payload={"mail_id": mail.id})
    return mail

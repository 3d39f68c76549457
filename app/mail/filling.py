"""Mails as they are written: texts filled in, with their foot, and addresses of pages."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import current_app

from app.core.texts import clean
from app.mail.messages import Message
from app.mail.models import MailText
from app.mail.texts import fill, text_for


def whole_url(endpoint: str, **values: Any) -> str:
    """Return a page's whole address, on BASE_URL whatever host the request named."""
    base = urlsplit(current_app.config["BASE_URL"])
    adapter = current_app.url_map.bind(base.netloc, base.path or "/", url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)


def filled(message: Message, language: str, own: MailText | None, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the subject (one line) and the body with its foot, in the language in force."""
    subject, body = text_for(message, language, own)
    return clean(fill(subject, values), lines=False), finished(fill(body, values), values["email"])


def finished(body: str, email: str) -> str:
    """Return a body with the foot that every mail has."""
    foot = current_app.jinja_env.get_template("emails/foot.txt").render(email=email, home=whole_url("library.home"))
    return clean(f"{clean(body)}\n\n{foot}") + "\n"

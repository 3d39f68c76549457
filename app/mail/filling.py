"""Mails as they are written: texts filled in, with their foot, and addresses of pages. Nothing here saves."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from app.core.clock import now
from app.core.texts import clean
from app.mail.enums import MailState
from app.mail.messages import Message, described
from app.mail.models import Mail, MailText
from app.mail.texts import fill, own_text, text_for


class Recipient(Protocol):
    """A person as mail knows them, without `id` where they have no account; `language` is the one they read."""

    @property
    def id(self) -> int | None: ...
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


def filled(message: Message, language: str, own: MailText | None, values: Mapping[str, str]) -> tuple[str, str]:
    """Return the subject (one line) and the body with its foot, in the language in force."""
    subject, body = text_for(message, language, own)
    return clean(fill(subject, values), lines=False), finished(fill(body, values), values["email"])


def finished(body: str, email: str) -> str:
    """Return a body with the foot that every mail has."""
    foot = current_app.jinja_env.get_template("emails/foot.txt").render(email=email, home=whole_url("library.home"))
    return clean(f"{clean(body)}\n\n{foot}") + "\n"


def compose(
    message: str,
    to: Iterable[tuple[Recipient, Mapping[str, Any]]],
    *,
    meeting_id: int | None = None,
    about: str | None = None,
) -> list[Mail]:
    """Return the mail to each recipient as it would be written, held, in the recipient's language.

    The body that convenes the session `meeting_id` may have texts of its own; one statement looks for them, whatever
    the number of mails.
    """
    known = described(message)
    own = own_text(message, meeting_id) if known else None
    at = now()
    composed = []
    for recipient, context in to:
        with force_locale(recipient.language):
            subject, body, values = _rendered(message, known, own, recipient, context)
        mail = Mail(
            message=message,
            user_id=recipient.id,
            meeting_id=meeting_id,
            about=about,
            to_address=recipient.email,
            language=recipient.language,
            subject=subject,
            body=body,
            values=values,
            edited=False,
            state=MailState.HELD,
            created_at=at,
        )
        composed.append(mail)
    return composed


def _rendered(
    message: str, known: Message | None, own: MailText | None, recipient: Recipient, context: Mapping[str, Any]
) -> tuple[str, str, dict[str, str]]:
    """Subject, body and values of placeholders, in the language in force."""
    scope = {**context, "recipient": recipient}
    if known is None:
        templates = current_app.jinja_env  # not render_template, which would ask who the request is from
        scope["whole_url"] = whole_url
        subject, body = (
            templates.get_template(f"emails/{message}/{part}.txt").render(scope) for part in ("subject", "body")
        )
        return clean(subject, lines=False), finished(body, recipient.email), {}
    values = {name: clean(item.value(scope)) for name, item in known.placeholders.items()}
    subject, body = filled(known, recipient.language, own, values)
    return subject, body, values

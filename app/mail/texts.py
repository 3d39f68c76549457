"""Texts of messages: the defaults in the template files, those of bodies, and filling them in."""

import re
from collections.abc import Mapping
from types import SimpleNamespace

import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.errors import Refusal
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.texts import clean
from app.mail.messages import Message
from app.mail.models import MailText

PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
SUBJECT_LIMIT = 300
BODY_LIMIT = 20_000
Values = Mapping[str, str]


def default_text(message: Message, language: str) -> tuple[str, str]:
    """Return a message's subject and body as the template files have them, with placeholders; read once."""
    kept = current_app.extensions.setdefault("mail_texts", {})
    if (message.name, language) not in kept:
        names = {name: f"{{{name}}}" for name in message.placeholders}
        recipient = SimpleNamespace(name=names["name"], email=names["email"])
        templates = current_app.jinja_env
        with force_locale(language):
            kept[message.name, language] = tuple(
                clean(
                    templates.get_template(f"emails/{message.name}/{part}.txt").render(
                        {**names, "recipient": recipient}
                    )
                )
                for part in ("subject", "body")
            )
    found: tuple[str, str] = kept[message.name, language]
    return found


def defaults(message: Message) -> tuple[LocalizedText, LocalizedText]:
    """Return the default subject and body in all languages."""
    found = {code: default_text(message, code) for code in LANGUAGE_NAMES}
    return (
        LocalizedText({code: subject for code, (subject, _body) in found.items()}),
        LocalizedText({code: body for code, (_subject, body) in found.items()}),
    )


def text_for(message: Message, language: str, own: MailText | None) -> tuple[str, str]:
    """Return the subject and body in force: the body's own where there is one in this language, else the default."""
    subject, body = default_text(message, language)
    if own is None:
        return subject, body
    return own.subject.get(language, subject), own.body.get(language, body)


def own_text(message: str, meeting_id: int | None) -> MailText | None:
    """What the body that convenes a session wrote for a message, if anything."""
    if meeting_id is None:
        return None
    meetings = sa.table("meetings", sa.column("id"), sa.column("mechanism_id"))  # a later package's
    return db.session.scalars(
        sa.select(MailText)
        .join(meetings, meetings.c.mechanism_id == MailText.mechanism_id)
        .where(meetings.c.id == meeting_id, MailText.message == message)
    ).one_or_none()


def fill(text: str, values: Values) -> str:
    """Return a text with its placeholders replaced. A paragraph that has nothing but empty ones is left out."""
    kept = []
    for paragraph in text.split("\n\n"):
        names = PLACEHOLDER.findall(paragraph)
        if not names or any(values[name] for name in names):
            kept.append(PLACEHOLDER.sub(lambda found: values[found[1]], paragraph))
    return "\n\n".join(kept)


def samples(message: Message) -> dict[str, str]:
    """Return a value for each placeholder, in the language in force, to show a text by."""
    return {name: placeholder.sample() for name, placeholder in message.placeholders.items()}


def check_texts(message: Message, subject: LocalizedText, body: LocalizedText) -> None:
    """Raise Refusal (at `subject` or `body`) for a text that could not be filled in, or is too long.

    Names what is wrong: a placeholder that the message lacks, a single brace, one that is needed and missing.
    """
    for field, texts, limit in (("subject", subject, SUBJECT_LIMIT), ("body", body, BODY_LIMIT)):
        for code, text in texts.items():
            _check(message, text, field, LANGUAGE_NAMES[code])
            if len(text) > limit:
                raise Refusal(
                    _l("%(language)s: use at most %(limit)d characters.", language=LANGUAGE_NAMES[code], limit=limit),
                    field=field,
                )


def _check(message: Message, text: str, field: str, language: str) -> None:
    names = PLACEHOLDER.findall(text)
    for name in names:
        if name not in message.placeholders:
            raise Refusal(
                _l(
                    "%(language)s: there is no placeholder {%(name)s} in this message. Use those of the list.",
                    language=language,
                    name=name,
                ),
                field=field,
            )
    if re.search(r"[{}]", PLACEHOLDER.sub("", text)):
        raise Refusal(
            _l("%(language)s: a brace stands alone. Braces are for placeholders: {name}.", language=language),
            field=field,
        )
    if field == "body":
        check_needed(message, text, language)


def check_needed(message: Message, body: str, language: str) -> None:
    """Raise Refusal (at `body`) for a text without a placeholder that it is useless without."""
    for name in sorted(message.needed - set(PLACEHOLDER.findall(body))):
        raise Refusal(
            _l(
                "%(language)s: keep the placeholder {%(name)s}; without it the mail is of no use.",
                language=language,
                name=name,
            ),
            field="body",
        )

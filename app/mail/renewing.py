"""Mails that have not left, when what they tell of has changed."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask_babel import LazyString, force_locale

from app.audit.operations import record
from app.core.actors import SYSTEM
from app.core.db import db
from app.core.texts import clean
from app.mail.enums import MailState
from app.mail.filling import filled
from app.mail.messages import described
from app.mail.models import Mail, MailText
from app.mail.texts import own_text

# Of one mail: what it would be written from now, `recipient` among it, as far as packages say.
Scopes = dict[int, dict[str, Any]]

# Each adds to the scopes of mails what it knows of them. Features add theirs; a later one finds what the earlier said.
scopes_of: list[Callable[[Sequence[Mail], Scopes], None]] = []


class Changed(NamedTuple):
    """A placeholder whose value is another than the mail was written with."""

    says: LazyString
    before: str
    after: str


def says_now(mails: Sequence[Mail]) -> dict[int, dict[str, str]]:
    """Mail -> the values that its placeholders have now; one that nobody knows a value of keeps its own."""
    scopes: Scopes = {mail.id: {} for mail in mails}
    for add in scopes_of:
        add(mails, scopes)
    return {mail.id: _values(mail, scopes[mail.id]) for mail in mails if scopes[mail.id]}


def _values(mail: Mail, scope: Mapping[str, Any]) -> dict[str, str]:
    message = described(mail.message)
    values = dict(mail.values)
    with force_locale(mail.language):
        for name, placeholder in message.placeholders.items() if message else ():
            try:
                values[name] = clean(placeholder.value(scope))
            except KeyError:  # the scope lacks what it tells: it is as it was
                continue
    return values


def changed(mail: Mail, values: Mapping[str, str]) -> list[Changed]:
    """What a mail would say otherwise with other values; nothing of one whose own are not kept."""
    message = described(mail.message)
    if message is None or not mail.values:
        return []
    return [
        Changed(placeholder.says, mail.values[name], values[name])
        for name, placeholder in message.own_placeholders.items()
        if name in mail.values and mail.values[name] != values.get(name, mail.values[name])
    ]


def outdated(mail: Mail) -> list[Changed]:
    """What a mail that somebody edited and that waits says otherwise than it is now."""
    if mail.state is not MailState.HELD or not mail.edited:
        return []
    return changed(mail, says_now([mail]).get(mail.id, {}))


def renew(*conditions: sa.ColumnElement[bool]) -> set[int]:
    """Have the mails that say what is no longer so wait for approval, filled in anew; return their ids.

    One that somebody edited keeps its words, and waits until it was saved again.
    """
    db.session.flush()
    mails = db.session.scalars(
        sa.select(Mail).where(*conditions).order_by(Mail.id).with_for_update().execution_options(populate_existing=True)
    ).all()
    values = says_now(mails)
    stale = [mail for mail in mails if mail.id in values and changed(mail, values[mail.id])]
    texts: dict[tuple[str, int | None], MailText | None] = {}
    for mail in stale:
        mail.state, mail.decided_at, mail.decided_by_id = MailState.HELD, None, None
        mail.reason = mail.error = None
        message = described(mail.message)
        if message and not mail.edited:
            mail.values = values[mail.id]
            kind = (mail.message, mail.meeting_id)
            if kind not in texts:
                texts[kind] = own_text(*kind)
            with force_locale(mail.language):
                mail.subject, mail.body = filled(message, mail.language, texts[kind], mail.values)
    if stale:
        sessions = {mail.meeting_id for mail in stale}
        record(
            "renew_mails",
            stale[0],
            by=SYSTEM,
            meeting_id=sessions.pop() if len(sessions) == 1 else None,
            changes={"mails": [None, len(stale)]},
        )
        db.session.flush()
    return {mail.id for mail in stale}

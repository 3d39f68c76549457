"""A session that was cancelled is not held: nothing is taken in or asked for, and mails that ask do not leave."""

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.errors import WrongState
from app.mail.enums import MailReason, MailState
from app.mail.messages import messages
from app.mail.models import Mail
from app.mail.operations import withdraw_mails
from app.meetings.models import Meeting

# How things of a session name it, or what belongs to it.
KNOWN_BY = (
    "meeting",
    "delegation",
    "practice",
    "presentation",
    "document",
    "call",
    "summary",
    "section",
    "paragraph",
    "version",  # last: of rows that people edit it is a number
)
CANCELLED = _l("The session was cancelled: nothing is taken in or asked for any more.")
WAITING = (MailState.HELD, MailState.APPROVED)
HELD = ("stage", "cancelled_at")  # the columns that say whether a session is held


def check_held(meeting: Meeting) -> None:
    """Raise WrongState where the session was cancelled."""
    if meeting.cancelled_at:
        raise WrongState(CANCELLED)


def _asking() -> sa.Select[int]:
    named = [message.name for message in messages() if message.asks]
    return sa.select(Mail.id).where(Mail.message.in_(named), Mail.state.in_(WAITING))


def mails_that_ask(meeting: Meeting) -> int:
    """How many mails of a session wait that ask something of people, or bring them to it."""
    waiting = _asking().where(Mail.meeting_id == meeting.id).subquery()
    return db.session.scalar(sa.select(sa.func.count()).select_from(waiting)) or 0


def stop_asking(meeting: Meeting) -> None:
    """Have the session's mails that ask never leave."""
    withdraw_mails(db.session.scalars(_asking().where(Mail.meeting_id == meeting.id)).all(), MailReason.DONE)


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the mails that ask for something of a session that was cancelled; return their ids."""
    cancelled = sa.select(Meeting.id).where(Meeting.cancelled_at.is_not(None))
    asking = _asking().where(Mail.id.in_(mail_ids), Mail.meeting_id.in_(cancelled))
    found = set(db.session.scalars(asking))
    withdraw_mails(found, MailReason.DONE)
    return found


def session_of(thing: Any) -> Meeting | None:
    """The session that a thing which a page is about belongs to, as far as the thing knows it."""
    for _step in range(5):
        if thing is None or isinstance(thing, Meeting):
            return thing
        if type(thing) in (tuple, list):
            thing = thing[0] if thing else None
        else:
            found = (getattr(thing, name, None) for name in KNOWN_BY)
            thing = next((other for other in found if other is not None), None)
    return None

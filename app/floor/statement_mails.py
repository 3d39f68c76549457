"""Mails about statements: the reminder to hand them in, and to interpreters that some came in."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.wording import moment_text
from app.floor import statement_queries as queries
from app.floor.operations import is_taking
from app.mail.enums import MailState
from app.mail.messages import Message, Placeholder, describe
from app.mail.models import Mail
from app.mail.operations import queue_mails, whole_url
from app.meetings.emails import OF_DELEGATION
from app.meetings.models import Delegation, Meeting
from app.presentations.emails import SAMPLE_BEGINNING
from app.reminders.operations import settle
from app.reminders.registry import Owed, Subject, reminds


def _until(moment: str, *, late: bool) -> str:
    """Until when a text is wanted: in session, the session's beginning is no deadline any more."""
    if late:
        return str(_("Please hand it in before your delegation has the floor."))
    return str(_("Please hand it in before the session begins on %(moment)s.", moment=moment))


MEETING = {"meeting": OF_DELEGATION["meeting"]}
PAGE = {
    "link": Placeholder(
        _l("The page of the session's statements"),
        lambda: whole_url("floor.statements", slug="example-2027"),
        lambda c: whole_url("floor.statements", slug=c["meeting"].slug),
    )
}
CAME_IN = describe(Message("floor/statements_in", _l("Statements for the interpreters"), {**MEETING, **PAGE}))
MISSING = describe(
    Message(
        "floor/statement_missing",
        _l("Reminder: no text of a statement yet"),
        {
            **OF_DELEGATION,
            "until": Placeholder(
                _l("Until when, in a sentence"),
                lambda: _until(moment_text(SAMPLE_BEGINNING, "America/New_York"), late=False),
                lambda c: _until(moment_text(c["deadline"], c["meeting"].zone), late=c["late"]),
            ),
            **PAGE,
        },
        asks=True,
    )
)


def _deadline(meeting: Meeting) -> datetime:
    return meeting.starts_at


def _owed(meeting: Meeting) -> dict[int, Owed]:
    """Who waits to make a statement of which there is no text; the parts are the marks of the items."""
    if not is_taking(meeting):
        return {}
    marks: dict[int, set[str]] = {}
    for key in queries.matched(meeting.id).missing:
        marks.setdefault(key.delegation_id, set()).add(key.mark)
    return {id_: Owed(meeting.starts_at, tuple(sorted(found))) for id_, found in marks.items()}


HAND_IN = reminds(Subject(MISSING, _deadline, _owed))


def settle_missing(delegation: Delegation) -> None:
    """A delegation handed something in: nothing reminds it where nothing is missing."""
    db.session.flush()
    settle(HAND_IN, delegation)


def tell_interpreters(meeting: Meeting) -> None:
    """Tell those on the interpreters' list that statements came in, while they read them; one mail each, while it
    waits."""
    if not is_taking(meeting):
        return
    people = [row.user for row in queries.interpreters_of(meeting.id) if row.user.closed_at is None]
    if not people:
        return
    waiting = set(
        db.session.scalars(
            sa.select(Mail.user_id).where(
                Mail.meeting_id == meeting.id, Mail.message == CAME_IN.name, Mail.state == MailState.HELD
            )
        )
    )
    told = [(user, {"meeting": meeting}) for user in people if user.id not in waiting]
    queue_mails(CAME_IN.name, told, meeting_id=meeting.id)

"""The reminder that a presentation is missing: to mechanisms that have filed none before the session."""

from datetime import UTC, datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.core.wording import moment_text
from app.directory.enums import PartyKind
from app.directory.models import Party
from app.mail.messages import Message, Placeholder, describe
from app.meetings.emails import DESK, OF_DELEGATION
from app.meetings.models import Delegation, Meeting
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation
from app.reminders.operations import settle
from app.reminders.registry import Subject, reminds

MISSING = describe(
    Message(
        "presentations/missing",
        _l("Reminder: the presentation is missing"),
        {
            **OF_DELEGATION,
            "deadline": Placeholder(
                _l("When the session begins, in its zone"),
                lambda: moment_text(datetime(2027, 5, 14, 14, 0, tzinfo=UTC), "America/New_York"),
                lambda c: moment_text(c["deadline"], c["meeting"].zone),
            ),
            **DESK,
        },
    )
)


def _missing(meeting: Meeting) -> dict[int, datetime]:
    """Mechanisms in the session without a filed presentation; the session's beginning is the deadline of all."""
    filed = sa.select(Presentation.id).where(
        Presentation.delegation_id == Delegation.id, Presentation.state == PresentationState.FILED
    )
    rows = db.session.scalars(
        sa.select(Delegation.id)
        .join(Delegation.party)
        .where(Delegation.meeting_id == meeting.id, Party.kind == PartyKind.MECHANISM, ~filed.exists())
    )
    return dict.fromkeys(rows, meeting.starts_at)


reminds(Subject(MISSING, lambda meeting: meeting.starts_at, _missing))


def settle_filed(presentation: Presentation) -> None:
    """A mechanism has filed: nothing needs to be said of it any more."""
    settle(MISSING.name, presentation.delegation_id)

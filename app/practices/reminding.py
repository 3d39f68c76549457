"""The reminder that the call closes: to delegations of States that have submitted nothing."""

from datetime import datetime

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.mail.messages import Message, describe
from app.meetings.emails import DESK, OF_DELEGATION
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.practices.emails import DEADLINE
from app.practices.enums import PracticeState
from app.practices.models import Call, Extension, Practice
from app.practices.policies import WRITING_PARTIES
from app.reminders.operations import settle
from app.reminders.registry import Subject, reminds

CALL_CLOSES = describe(
    Message("practices/call_closes", _l("Reminder: the call closes"), {**OF_DELEGATION, **DEADLINE, **DESK})
)


def _deadline(meeting: Meeting) -> datetime | None:
    return db.session.scalar(sa.select(Call.closes_at).where(Call.meeting_id == meeting.id))


def _missing(meeting: Meeting) -> dict[int, datetime]:
    """Delegations that may submit now and have not, each with its own deadline."""
    submitted = sa.select(Practice.id).where(
        Practice.delegation_id == Delegation.id,
        Practice.reference.is_not(None),
        Practice.state != PracticeState.WITHDRAWN,
    )
    rows = db.session.execute(
        sa.select(Delegation.id, Call.closes_at, Extension.until)
        .join(Delegation.party)
        .join(Call, Call.meeting_id == Delegation.meeting_id)
        .outerjoin(Extension, sa.and_(Extension.call_id == Call.id, Extension.delegation_id == Delegation.id))
        .where(
            Delegation.meeting_id == meeting.id,
            Party.kind.in_(WRITING_PARTIES),
            Call.opens_at <= now(),
            ~submitted.exists(),
        )
    )
    in_time = meeting.stage is Stage.CALL_OPEN
    return {
        row.id: max(row.closes_at, row.until) if row.until else row.closes_at for row in rows if in_time or row.until
    }


reminds(Subject(CALL_CLOSES, _deadline, _missing))


def settle_submitted(practice: Practice) -> None:
    """A delegation has submitted: nothing needs to be said of the deadline any more."""
    settle(CALL_CLOSES.name, practice.delegation_id)

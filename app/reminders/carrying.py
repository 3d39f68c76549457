"""How the schedules of reminders are carried to the next session; the reminders themselves are not."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.meetings.carrying import Carrier, carries
from app.meetings.models import Delegation, Meeting
from app.meetings.undoing import lets_go
from app.reminders.models import ReminderSchedule
from app.reminders.queries import own_schedules
from app.reminders.registry import subject_of


def _pack(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {"message": name, "active": row.active, "days": row.days, "hour": row.hour}
        for name, row in sorted(own_schedules(meeting.id).items())
    ]


def _unpack(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    there = [line for line in packed if subject_of(line["message"])]
    db.session.add_all(ReminderSchedule(meeting_id=meeting.id, **line) for line in there)
    return len(there)


carries(Carrier("reminders", _l("Reminders"), _pack, _unpack))


@lets_go
def forget_schedules(delegations: Sequence[Delegation], meeting: Meeting | None) -> None:
    """The schedules of a session that goes as a whole have reminded nobody."""
    if meeting is not None:
        db.session.execute(sa.delete(ReminderSchedule).where(ReminderSchedule.meeting_id == meeting.id))

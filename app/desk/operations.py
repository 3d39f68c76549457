"""What staff set off from the desk. Nothing here commits."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.desk.board import COLLECTING, board_of
from app.mail.operations import queue_mail
from app.meetings.models import Meeting


def remind(meeting: Meeting, delegation_ids: Collection[int], *, by: Actor) -> int:
    """Write a reminder to those who write for the delegations, each in their own language; return how many mails.

    A delegation that owes nothing any more, or was reminded less than a day ago, gets none: so two clicks, or two
    people, remind once. Raises WrongState where the session takes nothing in.
    """
    if meeting.stage not in COLLECTING:
        raise WrongState(_l("Contributions are asked for from the opening of the call until the publication."))
    db.session.execute(sa.select(Meeting.id).where(Meeting.id == meeting.id).with_for_update())
    mails = 0
    for contributor in board_of(meeting).contributors:
        if contributor.delegation.id not in delegation_ids or not contributor.to_remind:
            continue
        message = "desk/presentation_due" if contributor.is_mechanism else "desk/practice_due"
        for user in contributor.writers:
            queue_mail(
                message=message,
                to=user,
                context={
                    "meeting": meeting,
                    "delegation": contributor.delegation,
                    "due": contributor.due,
                    "late": contributor.late,
                    "returned": bool(contributor.came),
                },
            )
            mails += 1
        record("remind_delegation", contributor.delegation, by=by, meeting_id=meeting.id, changes={})
    return mails

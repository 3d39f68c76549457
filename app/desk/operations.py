"""What staff set off from the desk. Nothing here commits."""

from collections.abc import Collection

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.desk.board import COLLECTING, board_of
from app.desk.emails import PRACTICE_DUE, PRESENTATION_DUE
from app.mail.operations import queue_mails
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
        message = PRESENTATION_DUE if contributor.is_mechanism else PRACTICE_DUE
        context = {
            "meeting": meeting,
            "delegation": contributor.delegation,
            "due": contributor.due,
            "late": contributor.late,
            "returned": bool(contributor.came),
        }
        told = [(user, context) for user in contributor.writers]
        mails += len(queue_mails(message.name, told, meeting_id=meeting.id))
        record("remind_delegation", contributor.delegation, by=by, meeting_id=meeting.id, changes={})
    return mails

"""What the floor forgets with a session's participants: their names in what was written of interventions; and what of
it is set-up, which goes with a delegation or a session that was begun by mistake."""

from collections.abc import Sequence

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.db import db
from app.floor.models import SpeakerEntry, SpeakersList
from app.floor.statement_models import FloorInterpreter, FloorStatementCode
from app.meetings.models import Delegation, Meeting
from app.meetings.retention import Names, also_forgets
from app.meetings.undoing import lets_go


@also_forgets
def forget_names(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take the names out of subjects and rulings."""
    statement = sa.select(SpeakerEntry).join(SpeakerEntry.speakers).where(SpeakersList.meeting_id == meeting.id)
    for entry in db.session.scalars(statement):
        entry.subject = names.without(entry.subject)
        if entry.ruling:
            entry.ruling = names.without(entry.ruling) or "–"


@lets_go
def forget_set_up(delegations: Sequence[Delegation], meeting: Meeting | None) -> None:
    """Codes by which nothing was handed in, and the interpreters' list."""
    ids = [row.id for row in delegations]
    db.session.execute(
        sa.delete(FloorStatementCode).where(
            FloorStatementCode.delegation_id.in_(ids), FloorStatementCode.used_at.is_(None)
        )
    )
    if meeting is not None:
        db.session.execute(sa.delete(FloorInterpreter).where(FloorInterpreter.meeting_id == meeting.id))

"""What the floor forgets with a session's participants: their names in what was written of interventions, and in
statements; and what of it is set-up, which goes with a delegation or a session that was begun by mistake.

Statements that came as files stay as their delegations made them.
"""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.db import db
from app.floor.models import SpeakerEntry, SpeakersList
from app.floor.statement_models import FloorInterpreter, FloorStatement, FloorStatementCode, FloorStatementVersion
from app.meetings.models import Delegation, Meeting
from app.meetings.retention import Names, also_forgets
from app.meetings.undoing import lets_go


@also_forgets
def forget_names(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take the names out of subjects and rulings, and out of the texts of statements."""
    statement = sa.select(SpeakerEntry).join(SpeakerEntry.speakers).where(SpeakersList.meeting_id == meeting.id)
    for entry in db.session.scalars(statement):
        entry.subject = names.without(entry.subject)
        if entry.ruling:
            entry.ruling = names.without(entry.ruling) or "–"
    handed_in = sa.select(FloorStatementVersion).join(FloorStatementVersion.statement).join(FloorStatement.delegation)
    for version in db.session.scalars(handed_in.where(Delegation.meeting_id == meeting.id)):
        version.file_text = names.without(version.file_text)
        if (text := names.without(version.text)) != version.text:
            version.text = text or "–"
            if version.file_id is None:
                version.sha256 = hashlib.sha256(version.text.encode()).hexdigest()


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

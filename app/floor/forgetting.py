"""What the floor forgets with a session's participants: their names in what was written of interventions."""

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.db import db
from app.floor.models import SpeakerEntry, SpeakersList
from app.meetings.models import Meeting
from app.meetings.retention import Names, also_forgets


@also_forgets
def forget_names(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take the names out of subjects and rulings."""
    statement = sa.select(SpeakerEntry).join(SpeakerEntry.speakers).where(SpeakersList.meeting_id == meeting.id)
    for entry in db.session.scalars(statement):
        entry.subject = names.without(entry.subject)
        if entry.ruling:
            entry.ruling = names.without(entry.ruling) or "–"

"""What the record forgets with a session's participants: their names in what was written of interventions."""

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.retention import Names, also_forgets
from app.record import queries
from app.record.models import MinutesVersion


@also_forgets
def forget_names(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take the names out of notes, minutes, their versions and corrections, and why minutes were opened again."""
    for notes in queries.notes_of(meeting.id).values():
        for note in notes:
            note.points = names.without(note.points)
    for text in queries.worded(meeting.id).values():
        text.points = names.without(text.points)
    for rows in queries.corrections_of(meeting.id).values():
        for row in rows:
            row.points, row.taken = names.without(row.points), names.without(row.taken)
            row.reason, row.answer = names.without(row.reason), names.without(row.answer)
    if minutes := queries.minutes_of(meeting.id):
        minutes.reopened_because = names.without(minutes.reopened_because)
        for version in db.session.scalars(sa.select(MinutesVersion).filter_by(minutes_id=minutes.id)):
            version.texts = names.without(version.texts)

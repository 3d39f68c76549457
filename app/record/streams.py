"""What of the record changes by itself on screens."""

from typing import Any

from flask import render_template

from app.core.actors import Actor
from app.core.db import db
from app.floor.models import SpeakerEntry
from app.live import stream
from app.meetings.queries import questions_of
from app.record import pages, queries
from app.record.noting import topic
from app.record.policies import can_keep_record
from app.record.queries import Intervention


def _load(actor: Actor, what: str) -> Intervention:
    return queries.intervention_of(actor, int(what) if what.isdecimal() and len(what) < 10 else 0)


@stream("record.notes", load=_load, topic=lambda found: topic(found.meeting), rule=can_keep_record)
def notes_of_all(what: str, _audience: str) -> str:
    """What all note-takers wrote of an intervention."""
    meeting = db.session.get_one(SpeakerEntry, int(what)).meeting
    questions = questions_of(meeting.id)
    shown: list[dict[str, Any]] = [
        {"author": note.author.name, "at": note.saved_at, "points": pages.points_lines(note.points, questions)}
        for note in queries.notes_on(int(what))
        if note.points
    ]
    return render_template(
        "record/_notes_of_all.html", notes=shown, meeting=meeting, language=queries.language_of(meeting)
    )

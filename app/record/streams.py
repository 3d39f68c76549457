"""What of the record, and of who speaks, changes by itself on the screens of note-takers."""

from typing import Any

from flask import render_template

from app.core.actors import Actor
from app.core.db import db
from app.floor.changes import topic_of
from app.floor.models import SpeakerEntry
from app.floor.queries import who_has_the_floor
from app.live import stream
from app.meetings.queries import questions_of
from app.record import noting, pages, queries
from app.record.policies import can_keep_record
from app.record.queries import Intervention


def _load(actor: Actor, what: str) -> Intervention:
    return queries.intervention_of(actor, int(what) if what.isdecimal() and len(what) < 10 else 0)


@stream("record.speaker", load=_load, topic=lambda found: topic_of(found.meeting), rule=can_keep_record)
def speaker(what: str, _audience: str) -> str:
    """Who has the floor while an intervention is noted, and the way to note what they say."""
    meeting = db.session.get_one(SpeakerEntry, int(what)).meeting
    speech = who_has_the_floor(meeting.id)
    return render_template(
        "record/_speaker.html",
        line=pages.heard_line(speech.entry, meeting.zone) if speech else None,
        here=speech is not None and speech.entry_id == int(what),
        closed=not noting.takes_notes(meeting),
    )


@stream("record.notes", load=_load, topic=lambda found: noting.topic(found.meeting), rule=can_keep_record)
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

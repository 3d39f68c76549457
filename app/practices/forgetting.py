"""Forgetting the participants of a session where people wrote of its good practices. Nothing commits."""

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.db import db
from app.meetings.models import Meeting
from app.meetings.retention import Names, also_forgets
from app.practices.after_models import Correction, Withdrawal
from app.practices.models import Intake, Practice, PracticeVersion, Review
from app.practices.review_models import ReviewComment, StaffNote
from app.practices.translation_models import PracticeTranslation

# What people wrote beside the texts themselves, by the table that has its practice.
_WRITTEN = (
    (ReviewComment, ReviewComment.review, Review.practice_id, ("text", "answer")),
    (StaffNote, None, StaffNote.practice_id, ("text",)),
    (Withdrawal, None, Withdrawal.practice_id, ("reason", "answer")),
    (Correction, None, Correction.practice_id, ("note", "comment")),
    (PracticeVersion, None, PracticeVersion.practice_id, ("note",)),
    (Intake, None, Intake.practice_id, ("sender",)),
    (PracticeTranslation, None, PracticeTranslation.practice_id, ("translator_name",)),
)


@also_forgets
def forget_names_beside_practices(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take names out of comments, answers, notes and reasons, and out of who sent and who translated."""
    of_meeting = sa.select(Practice.id).where(Practice.meeting_id == meeting.id)
    for model, link, practice_id, columns in _WRITTEN:
        statement = sa.select(model).where(practice_id.in_(of_meeting))
        for row in db.session.scalars(statement.join(link) if link is not None else statement).all():
            for column in columns:
                text = getattr(row, column)
                if (left := names.without(text)) != text:
                    setattr(row, column, left or "…")

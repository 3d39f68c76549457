"""What the secretariat does while it reads: assigning, the checklist, comments at fields, notes; a body's criteria.

Nothing here commits. What is written of a version stays the secretariat's until a return sends its comments.
"""

from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any, cast

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal, WrongState
from app.core.localized import LocalizedText
from app.core.texts import check_length, clean, written
from app.directory.models import Mechanism
from app.people.models import User
from app.people.queries import secretariat
from app.practices.enums import Decision, Mark, PracticeState
from app.practices.holding import hold
from app.practices.models import Practice, PracticeVersion, Review
from app.practices.review_models import Assessment, ReviewComment, ReviewCriteria, StaffNote
from app.practices.review_queries import assessment_of, criteria_of, criteria_row

NOTE_LIMIT = 4000
MOST_CRITERIA = 10


def assign_reviewer(practice: Practice, reviewer: User | None, *, by: Actor) -> None:
    """Say who of the secretariat reads a practice; None: nobody. The same again changes nothing.

    Raises Refusal for somebody who is not of the secretariat.
    """
    if reviewer is not None and not (reviewer.is_staff and reviewer.is_active):
        raise Refusal(_l("Choose somebody of the secretariat."), field="to")
    before, after = practice.reviewer_id, reviewer.id if reviewer else None
    if before == after:
        return
    # Not a change of what the delegation writes: whoever has its draft open goes on with the version they have.
    table = cast(sa.Table, Practice.__table__)
    db.session.execute(sa.update(table).where(table.c.id == practice.id).values(reviewer_id=after))
    db.session.refresh(practice, ["reviewer_id"])
    record("assign_reviewer", practice, by=by, meeting_id=practice.meeting_id, changes={"reviewer_id": [before, after]})


def reviewer_by_id(user_id: int | None) -> User | None:
    """Return somebody of the secretariat, None for nobody. Raises Refusal for anybody else."""
    if user_id is None:
        return None
    found = next((user for user in secretariat() if user.id == user_id), None)
    if found is None:
        raise Refusal(_l("Choose somebody of the secretariat."), field="to")
    return found


def note_opened(version: PracticeVersion, *, by: Actor) -> Assessment:
    """Keep that somebody of the secretariat has opened a version; the first time only."""
    lock(version.practice)
    return assessment_of(version) or _opened(version, by)


def _opened(version: PracticeVersion, by: Actor) -> Assessment:
    row = Assessment(practice_version=version, marks={}, comments={}, comment="", at=now(), by_id=by.id)
    db.session.add(row)
    record("open_practice", row, by=by, changes={})
    db.session.flush()
    return row


def save_assessment(
    version: PracticeVersion, *, marks: Mapping[str, str], comments: Mapping[str, str], comment: str, by: Actor
) -> Assessment:
    """Keep what the secretariat thinks of a version, for itself. The same again changes nothing.

    `marks`: criterion's key -> Mark, "" for none; `comments`: field key -> comment. Raises Refusal for one that is too
    long.
    """
    row = note_opened(version, by=by)
    told, kept, comment = _as_kept(marks, comments, comment)
    for name, text in kept.items():
        check_length(text, NOTE_LIMIT, field=f"at-{name}")
    check_length(comment, NOTE_LIMIT, field="comment")
    if (row.marks, row.comments, row.comment) != (told, kept, comment):
        row.marks, row.comments, row.comment, row.at, row.by_id = told, kept, comment, now(), by.id
        record("assess_practice", row, by=by, meeting_id=version.practice.meeting_id, changes={})
    return row


def is_kept(row: Assessment | None, *, marks: Mapping[str, str], comments: Mapping[str, str], comment: str) -> bool:
    """Whether an assessment says this already."""
    return row is not None and (row.marks, row.comments, row.comment) == _as_kept(marks, comments, comment)


def _as_kept(
    marks: Mapping[str, str], comments: Mapping[str, str], comment: str
) -> tuple[dict[str, str], dict[str, str], str]:
    told = {key: Mark(mark).value for key, mark in marks.items() if mark}
    return told, {name: text for name, given in comments.items() if (text := clean(given))}, clean(comment)


def close_assessment(review: Review) -> None:
    """Freeze the checklist in a decision; where it is a return, send the comments at fields with it."""
    version = review.practice_version
    row = assessment_of(version)
    if row is None:
        return
    criteria = criteria_of(version.practice.meeting.mechanism_id)
    review.criteria = [
        {"text": one["text"], "mark": row.marks[one["key"]]} for one in criteria if one["key"] in row.marks
    ]
    row.comment = ""
    if review.decision is Decision.RETURN:
        for name, text in row.comments.items():
            db.session.add(ReviewComment(review=review, field=name, text=text))
        row.comments = {}
    db.session.flush()


def answer_comments(practice: Practice, answers: Mapping[int, str], *, by: Actor) -> None:
    """Keep the delegation's answers to comments at fields, by the comment's id; an empty one takes an answer back.

    They are its own until it submits again, and fixed from then on: raises WrongState once it has, and while its
    capital has the text.
    """
    hold(practice)
    if practice.state is PracticeState.WITH_CAPITAL:
        raise WrongState(_l("The text is with the capital. Recall it from there to change it."))
    if not practice.state.editable:
        raise WrongState(_l("The text is with the secretariat again, so the answers are fixed."))
    last = practice.reviews[-1].id if practice.reviews else None
    for row in db.session.scalars(sa.select(ReviewComment).where(ReviewComment.review_id == last)):
        text = check_length(clean(answers.get(row.id, row.answer)), NOTE_LIMIT, field=f"answer-{row.id}")
        if text != row.answer:
            row.answer, row.answered_at, row.answered_by_id = text, now() if text else None, by.id
            record("answer_review_comment", row, by=by, changes={"answer": []})


def add_note(practice: Practice, text: str, *, by: Actor) -> StaffNote:
    """Write a note that only the secretariat sees; the same again by the same person is there once."""
    text = written(text, NOTE_LIMIT, field="note", missing=_l("Write the note first."))
    lock(practice)
    last = db.session.scalars(
        sa.select(StaffNote).where(StaffNote.practice_id == practice.id).order_by(StaffNote.id.desc()).limit(1)
    ).one_or_none()
    if last and (last.text, last.by_id) == (text, by.id):
        return last
    row = StaffNote(practice=practice, text=text, at=now(), by_id=by.id)
    db.session.add(row)
    record("add_staff_note", row, by=by, changes={})
    return row


def save_criteria(body: Mechanism, texts: Sequence[LocalizedText], *, by: Actor) -> None:
    """Give a body criteria of its own: a text for each that it has, empty where one goes, then new ones.

    Marks given before stay with the criterion. Without any the body has the usual ones again. Raises Refusal for too
    many.
    """
    row = criteria_row(body.id)
    keys = [one["key"] for one in row.criteria]
    fresh = (key for number in count(1) if (key := f"own{number}") not in keys)
    made: list[dict[str, Any]] = [
        {"key": keys[place] if place < len(keys) else next(fresh), "text": dict(text)}
        for place, text in enumerate(texts)
        if text
    ]
    if len(made) > MOST_CRITERIA:
        raise Refusal(_l("At most %(limit)d criteria fit a checklist.", limit=MOST_CRITERIA))
    if made == row.criteria or not (made or row.version):
        return
    if row.version == 0:
        db.session.add(ReviewCriteria(mechanism_id=body.id, criteria=made))
    elif made:
        row.criteria = made
    else:
        db.session.delete(row)
    record("save_review_criteria", body, by=by, changes={})

"""Everything that changes the guiding questions of a session. Nothing here commits."""

from typing import NotRequired, TypedDict, Unpack

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import WrongState
from app.core.localized import LocalizedText
from app.meetings import queries
from app.meetings.answers import Answered, Unconfirmed, answers_to, mark_of
from app.meetings.emails import tell_reworded
from app.meetings.enums import QuestionAudience, Stage
from app.meetings.models import AgendaItem, GuidingQuestion, Meeting, QuestionWording

ASKED = ("text", "audience", "word_limit")


class QuestionFields(TypedDict):
    """What a guiding question says; `word_limit` of an answer; `item`: the item of business it belongs to."""

    text: LocalizedText
    audience: QuestionAudience
    word_limit: NotRequired[int]
    item: NotRequired[AgendaItem | None]


def add_question(
    meeting: Meeting, *, form_key: str | None = None, by: Actor, **fields: Unpack[QuestionFields]
) -> GuidingQuestion:
    """Add a guiding question with the next number; a form (`form_key`) adds one once."""
    lock(meeting)
    known = sa.select(GuidingQuestion).filter_by(form_key=form_key)
    if form_key and (found := db.session.scalars(known).one_or_none()):
        return found
    number = len(queries.questions_of(meeting.id)) + 1
    question = GuidingQuestion(meeting=meeting, number=number, form_key=form_key, **fields)
    record("add_question", question, by=by, meeting_id=meeting.id)
    return question


def rewords(question: GuidingQuestion, fields: QuestionFields) -> bool:
    """Whether other fields would ask another thing: its text, whom it addresses, or how much they may write."""
    return any(getattr(question, name) != fields.get(name, getattr(question, name)) for name in ASKED)


def edit_question(
    question: GuidingQuestion,
    *,
    seen: str | None = None,
    tell: bool = False,
    by: Actor,
    **fields: Unpack[QuestionFields],
) -> int:
    """Change a question. What it asked until now is kept once delegations could have read it, or have answered.

    `seen`: `answers.mark_of` the submitted answers that the person was shown; `tell`: write to those whose they are.
    Returns how many mails wait in the outbox. Raises Unconfirmed where the change touches others than those.
    """
    touched: list[Answered] = []
    before = question.text
    if rewords(question, fields):
        touched = answers_to(question)
        if touched and seen != mark_of(touched):
            raise Unconfirmed(touched)
        if touched or question.meeting.stage is not Stage.PREPARING:
            at = now()
            kept = {name: getattr(question, name) for name in ASKED}
            question.earlier.append(QuestionWording(number=len(question.earlier) + 1, until=at, **kept))
            question.worded_at = at
    for name, value in fields.items():
        if getattr(question, name) != value:
            setattr(question, name, value)
    record("edit_question", question, by=by, meeting_id=question.meeting_id)
    if not (tell and touched):
        return 0
    theirs = {answer.delegation_id for answer in touched}
    rows = [row for row in queries.delegations_of_meeting(question.meeting_id) if row.id in theirs]
    return tell_reworded(question, before, rows)


def _questions_may_be_renumbered(meeting: Meeting) -> None:
    if queries.was_opened(meeting):
        raise WrongState(
            _l("The numbers of the questions are fixed once the call has been open, because answers carry them.")
        )


def delete_question(question: GuidingQuestion, *, by: Actor) -> None:
    """Take a question out before the call was ever open; the others close up. Raises WrongState."""
    meeting = question.meeting
    _questions_may_be_renumbered(meeting)
    record("delete_question", question, by=by, meeting_id=meeting.id, changes={"text": [dict(question.text), None]})
    db.session.delete(question)
    db.session.flush()
    _number_questions(list(queries.questions_of(meeting.id)))


def move_question(question: GuidingQuestion, *, up: bool, by: Actor) -> None:
    """Put a question one up or down before the call was ever open. Raises WrongState."""
    meeting = question.meeting
    _questions_may_be_renumbered(meeting)
    questions = {row.id: row for row in queries.questions_of(meeting.id)}
    order = list(questions)
    index = order.index(question.id)
    other = index - 1 if up else index + 1
    if 0 <= other < len(order):
        order[index], order[other] = order[other], order[index]
    _number_questions([questions[key] for key in order])
    record("move_question", question, by=by, meeting_id=meeting.id, changes={"order": [list(questions), order]})


def _number_questions(questions: list[GuidingQuestion]) -> None:
    # Two steps, because a number may not be there twice even for a moment.
    for shift in (len(questions) + 1000, 0):
        for number, question in enumerate(questions, start=1 + shift):
            question.number = number
        db.session.flush()

"""The margin: what those who write the summary say among themselves about a paragraph. Nobody else ever reads it.

Nothing here commits.
"""

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import WrongState
from app.core.texts import written
from app.live import publish
from app.summaries.models import MarginComment, Paragraph, Section
from app.summaries.steps import topic

COMMENT_LIMIT = 2000


def comment(paragraph: Paragraph, text: str | None, *, by: Actor) -> MarginComment:
    """Say something about a paragraph; the same words of one person are one comment until it is settled, however often
    a form is sent. Raises Refusal for nothing, or too much."""
    text = written(text, COMMENT_LIMIT, field="text", missing=_l("Write the comment first."))
    lock(paragraph)
    same = MarginComment.author_id == by.id, MarginComment.text == text, MarginComment.resolved_at.is_(None)
    said = sa.select(MarginComment).where(MarginComment.paragraph_id == paragraph.id, *same).limit(1)
    if found := db.session.scalars(said).one_or_none():
        return found
    row = MarginComment(paragraph_id=paragraph.id, author_id=by.id, text=text, written_at=now())
    _tell("comment_in_margin", row, paragraph, by=by)
    return row


def resolve(row: MarginComment, *, by: Actor) -> None:
    """Say that what a comment is about was settled. Raises WrongState where it is."""
    if row.resolved_at:
        raise WrongState(_l("This comment is settled already."))
    row.resolved_at, row.resolved_by_id = now(), by.id
    _tell("resolve_comment", row, row.paragraph, by=by)


def reopen(row: MarginComment, *, by: Actor) -> None:
    """Say that it was not. Raises WrongState where it is open."""
    if not row.resolved_at:
        raise WrongState(_l("This comment is open already."))
    row.resolved_at = row.resolved_by_id = None
    _tell("reopen_comment", row, row.paragraph, by=by)


def open_comments(summary_id: int) -> int:
    """How many comments on a summary are not settled."""
    statement = (
        sa.select(sa.func.count(MarginComment.id))
        .join(MarginComment.paragraph)
        .join(Paragraph.section)
        .where(Section.summary_id == summary_id, MarginComment.resolved_at.is_(None))
    )
    return db.session.scalar(statement) or 0


def _tell(verb: str, row: MarginComment, paragraph: Paragraph, *, by: Actor) -> None:
    summary = paragraph.section.summary
    record(verb, row, by=by, meeting_id=summary.meeting_id, changes={})
    publish(topic(summary.id))

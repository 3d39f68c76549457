"""Who writes in a paragraph: whoever opened it first holds it, as long as their page says so.

A lock keeps nobody from reading, citing or commenting, and nothing is lost without one: what is saved is protected by
what each page has seen (paragraphs.merged_text). Pages without a script hold none.
"""

from datetime import timedelta

import sqlalchemy as sa

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.live import publish
from app.summaries.models import Paragraph, ParagraphLock
from app.summaries.steps import topic

LEASE = timedelta(seconds=60)


def hold(paragraph: Paragraph, tab: str, *, by: Actor, take: bool = False) -> ParagraphLock:
    """Hold a paragraph for a window of a person's for another minute, unless somebody else holds it.

    Return who holds it now. With `take` it is taken over from whoever that is, and the trail says so.
    """
    lock(paragraph)
    at = now()
    held = db.session.scalars(sa.select(ParagraphLock).filter_by(paragraph_id=paragraph.id)).one_or_none()
    if held is None:
        held = ParagraphLock(paragraph_id=paragraph.id, user_id=by.id, tab=tab, since=at, until=at + LEASE)
        db.session.add(held)
    elif (held.user_id, held.tab) == (by.id, tab):
        held.until = at + LEASE
        return held
    elif held.until > at and held.user_id != by.id and not take:
        return held
    else:
        if held.until > at and held.user_id != by.id:
            changes = {"user_id": [held.user_id, by.id]}
            meeting_id = paragraph.section.summary.meeting_id
            record("take_over", paragraph, by=by, meeting_id=meeting_id, changes=changes)
        held.user_id, held.tab, held.since, held.until = by.id or 0, tab, at, at + LEASE
    db.session.flush()
    db.session.expire(held, ["user"])
    publish(topic(paragraph.section.summary_id))
    return held


def let_go(paragraph: Paragraph, tab: str, *, by: Actor) -> None:
    """Let a paragraph go that a window of the person's holds."""
    held = db.session.scalars(
        sa.select(ParagraphLock).filter_by(paragraph_id=paragraph.id, user_id=by.id, tab=tab)
    ).one_or_none()
    if held is not None:
        db.session.delete(held)
        publish(topic(paragraph.section.summary_id))


def still_held() -> sa.ColumnElement[bool]:
    """Whether a lock (the statement reads ParagraphLock) holds now."""
    return ParagraphLock.until > now()

"""What the people of a delegation say to one another about a draft: nobody else reads it. Nothing commits.

The trail tells that somebody commented, never what, and without the session, whose trail the secretariat reads.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.texts import written
from app.practices.drafting_models import DelegationComment
from app.practices.models import Practice
from app.practices.template import sections

TEXT_LIMIT = 4000
MOST = 500  # comments of one draft


def comments_of(practice_id: int) -> Sequence[DelegationComment]:
    """The comments on a draft with their authors, the oldest first: for its delegation alone."""
    return db.session.scalars(
        sa.select(DelegationComment)
        .where(DelegationComment.practice_id == practice_id)
        .order_by(DelegationComment.id)
        .options(orm.joinedload(DelegationComment.by))
    ).all()


def add_comment(practice: Practice, *, section: str, text: str, by: Actor) -> DelegationComment:
    """Say something about a draft, or one of its sections; what the person said last, said again, is there once.

    Raises Refusal without a text, and for one past its limit or a section that the template does not have.
    """
    lock(practice)
    text = written(text, TEXT_LIMIT, field="text", missing=_l("Write a comment first."))
    if section and section not in {one.key for one in sections(practice.call.template)}:
        raise Refusal(_l("Choose one of the sections."), field="section")
    existing = comments_of(practice.id)
    if existing and (existing[-1].by_id, existing[-1].section, existing[-1].text) == (by.id, section, text):
        return existing[-1]
    if len(existing) >= MOST:
        raise Refusal(_l("A draft has at most %(limit)d comments.", limit=MOST))
    comment = DelegationComment(practice_id=practice.id, section=section, text=text, at=now(), by_id=by.id)
    record("comment_on_draft", comment, by=by, changes={})
    return comment


def remove_comment(comment: DelegationComment, *, by: Actor) -> None:
    """Take one's own comment away. Raises Refusal for somebody else's."""
    if comment.by_id != by.id:
        raise Refusal(_l("Only who wrote a comment can remove it."))
    record("remove_comment", comment, by=by, changes={})
    db.session.delete(comment)

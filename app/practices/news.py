"""What the page of a draft tells before its form: what was changed in the form, and with what it was returned."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.columns import Json
from app.core.db import db
from app.practices.enums import PracticeState
from app.practices.models import CallTemplateVersion, Practice, Review, TemplateLook
from app.practices.review_models import ReviewComment

COLUMNS = ("number", "at", "changes", "comment", "field", "text", "answer")


class Change(NamedTuple):
    """A template that came into force, with what it changed (building.changes)."""

    at: datetime
    changes: list[dict[str, Any]]


class Remark(NamedTuple):
    """A comment at a field, and the delegation's answer so far."""

    text: str
    answer: str


class News(NamedTuple):
    """`changed`: the form, in order; `returned`: the comment of the last return; `remarks`: field -> what came with it.

    The last two are empty unless the practice is being revised.
    """

    changed: Sequence[Change] = ()
    returned: str = ""
    remarks: dict[str, Remark] = {}


def news_for(practice: Practice, actor: Actor) -> News:
    """Read it for somebody of the delegation: of the form, what they have not said that they have seen.

    One statement; none where the form was never changed and nothing was returned.
    """
    parts = []
    if practice.call.template_number > 1:
        parts.append(_changes(practice, actor))
    if practice.state is PracticeState.RETURNED:
        parts.append(_last_return(practice))
    rows = sorted(db.session.execute(sa.union_all(*parts)) if parts else (), key=lambda row: int(row.number))
    return News(
        [Change(row.at, row.changes) for row in rows if row.changes],
        next((row.comment for row in rows if row.comment), ""),
        {row.field: Remark(row.text, row.answer) for row in rows if row.field},
    )


def _select(*columns: Any) -> sa.Select[Any]:
    return sa.select(*(column.label(name) for name, column in zip(COLUMNS, columns, strict=True)))


def _changes(practice: Practice, actor: Actor) -> sa.Select[Any]:
    """The changes of the form since the person last said that they have seen them, or since the draft was begun."""
    version, nothing = CallTemplateVersion, sa.literal("")
    unseen = sa.or_(
        version.number > TemplateLook.number, sa.and_(TemplateLook.id.is_(None), version.at > practice.created_at)
    )
    return (
        _select(version.number, version.at, version.changes, nothing, nothing, nothing, nothing)
        .outerjoin(TemplateLook, sa.and_(TemplateLook.call_id == version.call_id, TemplateLook.user_id == actor.id))
        .where(version.call_id == practice.call_id, unseen)
    )


def _last_return(practice: Practice) -> sa.Select[Any]:
    last = sa.select(sa.func.max(Review.id)).where(Review.practice_id == practice.id).scalar_subquery()
    number = sa.func.coalesce(ReviewComment.id, 0)
    at_field = [
        sa.func.coalesce(column, "") for column in (ReviewComment.field, ReviewComment.text, ReviewComment.answer)
    ]
    return (
        _select(number, Review.at, sa.cast(sa.null(), Json), Review.comment, *at_field)
        .select_from(Review)
        .outerjoin(ReviewComment, ReviewComment.review_id == Review.id)
        .where(Review.id == last)
    )

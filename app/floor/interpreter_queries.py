"""Which sessions a person interprets."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.db import db
from app.floor.enums import TAKING
from app.floor.statement_models import FloorInterpreter
from app.meetings.models import Meeting


def interpreted(actor: Actor) -> Sequence[Meeting]:
    """The sessions on whose interpreters' list the person is, while statements are made in them."""
    statement = (
        sa.select(Meeting)
        .join(FloorInterpreter, FloorInterpreter.meeting_id == Meeting.id)
        .where(FloorInterpreter.user_id == actor.id)
        .where(Meeting.stage.in_(TAKING), Meeting.cancelled_at.is_(None))
        .order_by(Meeting.starts_at, Meeting.id)
    )
    return db.session.scalars(statement.options(orm.joinedload(Meeting.mechanism))).all()


def meeting_interpreted(actor: Actor, slug: str) -> Meeting | None:
    """A session that the person interprets, whether it is otherwise for them or not."""
    if actor.id is None or actor.is_staff:
        return None
    return next((meeting for meeting in interpreted(actor) if meeting.slug == slug), None)

"""What is new in a register to somebody who comes back to it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.meetings.models import Meeting
from app.register.models import Document, RegisterVisit
from app.register.queries import VISIT, new_since, visible_to

_OVER = sa.bindparam("over", type_=RegisterVisit.at.type)
# When somebody's last visit ended: one that goes on is none. `over`: before which it must have been to be over.
_SINCE = sa.case((RegisterVisit.at < _OVER, RegisterVisit.at), else_=RegisterVisit.since)
_VISITED_SINCE = (
    sa.select(_SINCE)
    .join(Meeting, Meeting.id == RegisterVisit.meeting_id)
    .where(RegisterVisit.user_id == sa.bindparam("user_id"), Meeting.slug == sa.bindparam("slug"))
)


def visited_since(actor: Actor, slug: str) -> datetime | None:
    """When the person's last visit to the register of a session with this slug ended. One statement."""
    return db.session.scalar(_VISITED_SINCE, {"over": now() - VISIT, "user_id": actor.id, "slug": slug})


def last_visit(actor: Actor, meeting: Meeting) -> tuple[datetime | None, int]:
    """When the person's last visit to a session's register ended, and how many documents readers got since.

    (None, 0) for somebody who has not been there before. One statement.
    """
    if actor.id is None:
        return None, 0
    newer = (
        sa.select(sa.func.count())
        .select_from(Document)
        .join(Document.meeting)
        .where(Document.meeting_id == meeting.id, new_since(actor, _SINCE), visible_to(actor))
        .correlate(RegisterVisit)
        .scalar_subquery()
    )  # fmt: skip
    found = db.session.execute(
        sa.select(sa.type_coerce(_SINCE, RegisterVisit.at.type), newer).where(
            RegisterVisit.user_id == actor.id, RegisterVisit.meeting_id == meeting.id
        ),
        {"over": now() - VISIT},
    ).one_or_none()
    return (found[0], found[1]) if found else (None, 0)


def note_visit(meeting: Meeting, *, by: Actor, all_read: bool = False) -> None:
    """Keep that a person looked at a session's register. A visit goes on until nobody has looked for half an hour;
    what comes after it is new in the next. `all_read`: nothing that is there now is new any more.
    """
    at = now()
    visit = db.session.scalars(
        sa.select(RegisterVisit).where(RegisterVisit.user_id == by.id, RegisterVisit.meeting_id == meeting.id)
    ).one_or_none()
    if visit is None:
        insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
        values = {"user_id": by.id, "meeting_id": meeting.id, "since": at, "at": at}
        db.session.execute(insert(RegisterVisit).values(values).on_conflict_do_nothing())
        return
    if all_read:
        visit.since = at
    elif visit.at < at - VISIT:
        visit.since = visit.at
    visit.at = at

"""All the sessions that a person may see, as far as the start page needs them: however many there are, few are read
whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.db import db
from app.directory.models import Mechanism
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.queries import visible_to
from app.meetings.years import year_of

SESSIONS = 5  # of the newest


@dataclass(frozen=True)
class Sessions:
    """The `newest`; `bodies`: the newest of each body that convened one; those that are `open` or coming; the newest
    that was not cancelled; the `years` of those that readers see. All from the newest on."""

    newest: Sequence[Meeting]
    bodies: Sequence[Meeting]
    open: Sequence[Meeting]
    newest_held: Meeting | None
    years: Sequence[int]


def sessions_seen(actor: Actor, body: str = "") -> Sessions:
    """The sessions that a person may see (of the body with this code, in any letters). Two statements: what tells them
    apart of all, and the few that are shown."""
    statement = (
        sa.select(
            Meeting.id, Meeting.mechanism_id, Meeting.starts_at, Meeting.zone, Meeting.stage, Meeting.cancelled_at
        )
        .where(visible_to(actor))
        .order_by(Meeting.starts_at.desc(), Meeting.id)
    )
    if body:
        statement = statement.join(Meeting.mechanism).where(sa.func.lower(Mechanism.code) == body.lower())
    rows = db.session.execute(statement).all()
    newest = [row.id for row in rows[:SESSIONS]]
    bodies: dict[int, int] = {}
    for row in rows:
        bodies.setdefault(row.mechanism_id, row.id)
    held = next((row.id for row in rows if not row.cancelled_at), None)
    still_open = [row.id for row in rows if _is_open(row)]
    wanted = {*newest, *bodies.values(), *still_open, *([held] if held else [])}
    whole = sa.select(Meeting).where(Meeting.id.in_(wanted)).options(orm.joinedload(Meeting.mechanism))
    read = {meeting.id: meeting for meeting in db.session.scalars(whole)} if wanted else {}
    return Sessions(
        newest=[read[one] for one in newest],
        bodies=[read[one] for one in bodies.values()],
        open=[read[one] for one in still_open],
        newest_held=read[held] if held else None,
        years=sorted({year_of(row) for row in rows if row.stage is not Stage.PREPARING}, reverse=True),
    )


def _is_open(row: Any) -> bool:
    return not row.cancelled_at and row.stage is not Stage.PUBLISHED

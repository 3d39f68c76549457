"""Addresses that moved: what once was an address leads for ever to what it became."""

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from flask import current_app, request
from sqlalchemy import orm
from werkzeug.exceptions import HTTPException

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import Base, db

PATH_LIMIT = 300
API = "/api/v1"  # has the pages' paths, for what has both


class MovedAddress(Base):
    """A path that moved, with all below it: "/sessions/old" to "/sessions/new". `new` is always where it is now."""

    __tablename__ = "moved_addresses"

    old: orm.Mapped[str] = orm.mapped_column(sa.String(PATH_LIMIT), unique=True)
    new: orm.Mapped[str] = orm.mapped_column(sa.String(PATH_LIMIT))
    moved_at: orm.Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("old <> new", name="moved"),)


def note_move(old: str, new: str) -> None:
    """Have a path, and all below it, lead to another; what led to the old one leads there at once.

    A path that somebody takes up again is an address of its own and leads nowhere.
    """
    if old == new:
        return
    db.session.flush()
    db.session.execute(sa.delete(MovedAddress).where(MovedAddress.old.in_((old, new))))
    db.session.execute(sa.update(MovedAddress).where(MovedAddress.new == old).values(new=new))
    db.session.add(MovedAddress(old=old, new=new, moved_at=now()))


def moved_to(path: str, actor: Actor) -> str | None:
    """Return where a path leads that is none any more, or None: also where the person may not see what is there."""
    api = path.startswith(f"{API}/")
    bare = path.removeprefix(API) if api else path
    beginnings = list(_beginnings(bare))
    statement = sa.select(MovedAddress.old, MovedAddress.new).where(MovedAddress.old.in_(beginnings))
    known = {row.old: row.new for row in db.session.execute(statement)}
    old = next((one for one in beginnings if one in known), None)
    if old is None:
        return None
    target = f"{API if api else ''}{known[old]}{bare[len(old) :]}"
    return target if _may_see(target, actor) else None


def _beginnings(path: str) -> Iterator[str]:
    """The path and what it begins with, the longest first, without the shortest: those are sections, not things."""
    parts = path.split("/")
    for length in range(len(parts), 2, -1):
        yield "/".join(parts[:length])[:PATH_LIMIT]


def _may_see(path: str, actor: Actor) -> bool:
    """Whether an address exists for a person: what its route loads it loads for them."""
    try:
        endpoint, values = current_app.create_url_adapter(request).match(path, method="GET")  # type: ignore[union-attr]
        load = getattr(current_app.view_functions[endpoint], "load", None)
        if load is not None:
            load(actor, **values)
    except HTTPException:
        return False
    return True

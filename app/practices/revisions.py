"""What a draft said before: who wrote which revision, and the texts of any two."""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.paging import Page, paginate
from app.practices.drafting_models import DraftRevision, HandoverUse
from app.practices.models import Practice

TOGETHER = timedelta(minutes=10)  # what one person saves in so long is one revision


def use_of(by: Actor) -> HandoverUse | None:
    """The use of a link by which somebody without an account acts."""
    return getattr(by, "use", None)


def note_revision(practice: Practice, changed: Collection[str], *, by: Actor, apart: bool = False) -> bool:
    """Keep the working text as the person's revision; return whether that is a new one. The practice is held.

    What a draft took over from another text as it began is a revision that nothing is added to.
    """
    newest = sa.select(DraftRevision).where(DraftRevision.practice_id == practice.id)
    newest = newest.order_by(DraftRevision.number.desc()).limit(1).options(orm.defer(DraftRevision.content))
    with db.session.no_autoflush:  # what else the save changed goes to the database once, later
        last = db.session.scalars(newest).one_or_none()
    at, use = now(), use_of(by)
    use_id = use.id if use else None
    same = last is not None and (last.by_id, last.use_id) == (by.id, use_id) and (by.id or use_id)
    begun = last is not None and last.number == 1 and bool(practice.updates_id or practice.model_id)
    if last is not None and same and not (apart or begun) and last.began_at <= at < last.began_at + TOGETHER:
        last.content, last.language, last.saved_at = practice.content, practice.language, at
        last.fields = sorted({*last.fields, *changed})
        return False
    db.session.add(
        DraftRevision(
            practice=practice,
            number=last.number + 1 if last else 1,
            language=practice.language,
            content=practice.content,
            fields=sorted(changed),
            began_at=at,
            saved_at=at,
            by_id=by.id,
            use=use,
        )
    )
    return True


_AUTHORS = (orm.joinedload(DraftRevision.by), orm.joinedload(DraftRevision.use))


def revisions_of(practice_id: int, *, page: int = 1) -> Page[DraftRevision]:
    """A page of a draft's revisions without their texts, the newest first. Two statements."""
    statement = (
        sa.select(DraftRevision)
        .where(DraftRevision.practice_id == practice_id)
        .order_by(DraftRevision.number.desc())
        .options(orm.defer(DraftRevision.content), *_AUTHORS)
    )
    return paginate(db.session, statement, page=page)


def last_writers(practice_id: int, *, besides: Actor) -> dict[str, str]:
    """Who else wrote in which field last, by its name, as the newest revisions have it; one statement."""
    use = use_of(besides)
    statement = sa.select(DraftRevision).filter_by(practice_id=practice_id).order_by(DraftRevision.number.desc())
    newest = db.session.scalars(statement.limit(20).options(orm.defer(DraftRevision.content), *_AUTHORS))
    found: dict[str, str] = {}
    for row in newest:
        if row.author and (row.by_id, row.use_id) != (besides.id, use.id if use else None):
            found = dict.fromkeys(row.fields, row.author) | found
    return found


def revision(practice_id: int, number: int) -> DraftRevision:
    """One revision of a draft; raises NotFound."""
    statement = sa.select(DraftRevision).filter_by(practice_id=practice_id, number=number).options(*_AUTHORS)
    found = db.session.scalars(statement).one_or_none()
    if found is None:
        raise NotFound
    return found

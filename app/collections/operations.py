"""Everything that changes collections. Nothing here commits."""

import secrets
from collections.abc import Container, Sequence
from datetime import timedelta

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.collections.enums import ReadingKind
from app.collections.models import CollectedReading, Collection
from app.collections.policies import can_share
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.forms import check_order, check_version
from app.core.texts import check_length, clean, written
from app.jobs.operations import queue_job

Key = tuple[ReadingKind, str]
TITLE_LIMIT, NOTE_LIMIT = 200, 4000
MOST_COLLECTIONS, MOST_READINGS = 100, 100
KEPT_FOR = timedelta(days=30)  # how long one that was deleted can be had back
FORGET_JOB = "collections.forget"


def make_collection(title: str, note: str = "", *, form_key: str | None = None, by: Actor) -> Collection:
    """Begin a collection; the same form sent twice begins one. Raises Refusal without a title, and past the limits."""
    if form_key and (known := _made_by(form_key, by)):
        return known
    own = sa.select(sa.func.count()).select_from(Collection)
    if (db.session.scalar(own.where(Collection.owner_id == by.id, Collection.deleted_at.is_(None))) or 0) >= (
        MOST_COLLECTIONS
    ):
        raise Refusal(_l("You have 100 collections, which is the most there can be. Delete one first."))
    at = now()
    collection = Collection(
        owner_id=by.id,
        title=_title(title),
        note=check_length(clean(note), NOTE_LIMIT, field="note"),
        created_at=at,
        saved_at=at,
        form_key=form_key or None,
    )
    record("make_collection", collection, by=by)
    return collection


def copy_collection(
    collection: Collection, readable: Container[Key], *, form_key: str | None = None, by: Actor
) -> Collection:
    """Make a person's own collection of one that was shared with them: title, notes, and of its readings those that are
    `readable`; of the others not even the name, which is not for them. The same form sent twice makes one. Raises
    Refusal past the limit."""
    if form_key and (known := _made_by(form_key, by)):
        return known
    made = make_collection(collection.title, collection.note, form_key=form_key, by=by)
    kept = [row for row in collection.readings if (row.kind, row.name) in readable]
    at = now()
    for place, row in enumerate(kept, start=1):
        made.readings.append(CollectedReading(kind=row.kind, name=row.name, note=row.note, position=place, added_at=at))
    record("copy_collection", made, by=by, changes={"copied_from_id": [None, collection.id]})
    return made


def _made_by(form_key: str, by: Actor) -> Collection | None:
    statement = sa.select(Collection).where(Collection.form_key == form_key, Collection.owner_id == by.id)
    return db.session.scalars(statement).one_or_none()


def _title(title: str) -> str:
    return written(title, TITLE_LIMIT, field="title", missing=_l("Give the collection a title."), lines=False)


def change_collection(collection: Collection, *, title: str, note: str, seen: str, by: Actor) -> None:
    """Change the title and the note. Raises Refusal, and Stale where it was saved since the person saw it."""
    check_version(collection, seen)
    collection.title, collection.note = _title(title), check_length(clean(note), NOTE_LIMIT, field="note")
    if db.session.is_modified(collection):
        collection.saved_at = now()
        record("change_collection", collection, by=by)


def add_reading(collection: Collection, kind: ReadingKind, name: str, note: str = "", *, by: Actor) -> bool:
    """Put a reading at the end; return False, and do nothing but add to its note, where it is there already.

    `name`: as the reading itself has it, which the person may read. Raises Refusal past the limits.
    """
    note = check_length(clean(note), NOTE_LIMIT, field="note")
    lock(collection)
    rows = _readings(collection)
    known = next((row for row in rows if (row.kind, row.name) == (kind, name)), None)
    if known is not None:
        if note and note != known.note:
            joined = f"{known.note}\n\n{note}".strip()
            known.note = check_length(joined, NOTE_LIMIT, field="note")
            record("annotate_reading", known, by=by)
        return False
    if len(rows) >= MOST_READINGS:
        raise Refusal(_l("The collection has 100 readings, which is the most there can be."), field="collection")
    row = CollectedReading(
        collection=collection,
        kind=kind,
        name=name,
        note=note,
        position=max((row.position for row in rows), default=0) + 1,
        added_at=now(),
    )
    record("collect_reading", row, by=by)
    _touch(collection)
    return True


def _readings(collection: Collection) -> Sequence[CollectedReading]:
    """Its readings in order, as they are now."""
    statement = sa.select(CollectedReading).where(CollectedReading.collection_id == collection.id)
    order = statement.order_by(CollectedReading.position, CollectedReading.id)
    return db.session.scalars(order, execution_options={"populate_existing": True}).all()


def _touch(collection: Collection) -> None:
    """Note when it was saved last, without a new version: who edits its title meanwhile is not in the way."""
    db.session.flush()
    db.session.execute(
        sa.update(Collection)
        .where(Collection.id == collection.id)
        .values(saved_at=now())
        .execution_options(synchronize_session=False)
    )


def annotate_reading(reading: CollectedReading, *, note: str, seen: str, by: Actor) -> None:
    """Write the note on a reading. Raises Refusal past the limit, and Stale where it was saved in between."""
    check_version(reading, seen)
    reading.note = check_length(clean(note), NOTE_LIMIT, field="note")
    if db.session.is_modified(reading):
        record("annotate_reading", reading, by=by)
        _touch(reading.collection)


def move_reading(collection: Collection, reading_id: int, *, to: int, seen: str, by: Actor) -> None:
    """Put a reading at a place (from 1). Raises Stale where the list is no longer as the person saw it."""
    lock(collection)
    rows = list(_readings(collection))
    check_order([row.id for row in rows], seen)
    reading = next((row for row in rows if row.id == reading_id), None)
    if reading is None:
        raise Refusal(_l("This reading is not in the collection."))
    before = rows.index(reading) + 1
    rows.remove(reading)
    rows.insert(max(0, min(to - 1, len(rows))), reading)
    if rows.index(reading) + 1 == before:
        return
    record("move_reading", reading, by=by, changes={"position": [before, rows.index(reading) + 1]})
    for place, row in enumerate(rows, start=1):
        # The place alone: a note that is being written on one of them is not in the way.
        db.session.execute(
            sa.update(CollectedReading)
            .where(CollectedReading.id == row.id, CollectedReading.position != place)
            .values(position=place)
            .execution_options(synchronize_session=False)
        )
    _touch(collection)
    db.session.expire_all()


def drop_reading(reading: CollectedReading, *, seen: str, by: Actor) -> None:
    """Take a reading out, with its note. Raises Stale where the note was written on since the person saw it."""
    check_version(reading, seen)
    collection = reading.collection
    record("drop_reading", reading, by=by, changes={"collection_id": [collection.id, None]})
    db.session.delete(reading)
    _touch(collection)


def share_collection(collection: Collection, *, seen: str, by: Actor) -> None:
    """Open a link to it for the accounts of the owner's party. Raises Refusal for an owner without one."""
    check_version(collection, seen)
    if not can_share(by):
        raise Refusal(_l("Your account acts for no State or organization, so there is nobody to share with."))
    if collection.seed is not None and collection.shared_with_id == by.party_id:
        return
    collection.seed, collection.shared_with_id, collection.shared_at = secrets.token_hex(16), by.party_id, now()
    record("share_collection", collection, by=by)


def withdraw_link(collection: Collection, *, seen: str, by: Actor) -> None:
    """Close the link; sharing it anew makes another."""
    check_version(collection, seen)
    if collection.seed is not None:
        _close(collection)
        record("withdraw_collection_link", collection, by=by)


def _close(collection: Collection) -> None:
    collection.seed = collection.shared_with_id = collection.shared_at = None


def delete_collection(collection: Collection, *, seen: str | None, by: Actor) -> None:
    """Delete it: its link is closed, and after `KEPT_FOR` it is forgotten. `seen` None: whatever was seen of it."""
    if seen is not None:
        check_version(collection, seen)
    _close(collection)
    collection.deleted_at = now()
    record("delete_collection", collection, by=by)
    queue_job(
        FORGET_JOB,
        key=f"collection:{collection.id}:{collection.deleted_at.isoformat()}",
        payload={"collection_id": collection.id},
        run_after=collection.deleted_at + KEPT_FOR,
    )


def restore_collection(collection: Collection, *, by: Actor) -> None:
    """Have back one that was deleted; its link stays closed."""
    if collection.deleted_at is not None:
        collection.deleted_at = None
        record("restore_collection", collection, by=by)

"""Reading collections. Whoever may not see one does not find it."""

import hmac
from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.collections.models import CollectedReading, Collection, CollectionExport
from app.collections.policies import may_read_shared, may_see, owns
from app.core.actors import Actor
from app.core.db import db
from app.core.tokens import keyed_token

_WHOLE = (orm.joinedload(Collection.owner), orm.selectinload(Collection.readings))


class Listed(NamedTuple):
    """A collection as a line of a list."""

    row: Collection
    readings: int


def token_of(collection: Collection) -> str:
    """What stands in the address of the link; it changes each time the collection is shared anew."""
    return f"{collection.id}-{keyed_token('collection', f'{collection.id} {collection.seed}')}"


def own_collections(actor: Actor, *, deleted: bool = False) -> list[Listed]:
    """A person's collections (or those that they deleted), last saved first. One statement."""
    count = sa.select(sa.func.count()).where(CollectedReading.collection_id == Collection.id).scalar_subquery()
    gone = Collection.deleted_at.is_not(None) if deleted else Collection.deleted_at.is_(None)
    rows = db.session.execute(
        sa.select(Collection, count)
        .where(Collection.owner_id == actor.id, gone)
        .order_by(Collection.saved_at.desc(), Collection.id.desc())
    )
    return [Listed(row, number) for row, number in rows]


def own_collection(actor: Actor, collection_id: int) -> Collection:
    """Load a collection for its owner; raises NotFound for everybody else. Two statements."""
    found = _one(actor, collection_id)
    if found.deleted_at is not None:
        raise NotFound
    return found


def deleted_collection(actor: Actor, collection_id: int) -> Collection:
    """Load a collection that its owner deleted; raises NotFound for everybody else."""
    found = _one(actor, collection_id)
    if found.deleted_at is None:
        raise NotFound
    return found


def _one(actor: Actor, collection_id: int) -> Collection:
    found = db.session.scalars(
        sa.select(Collection).where(Collection.id == collection_id, Collection.owner_id == actor.id).options(*_WHOLE)
    ).one_or_none()
    if found is None or not owns(actor, found):
        raise NotFound
    return found


def own_reading(actor: Actor, collection_id: int, reading_id: int) -> CollectedReading:
    """Load a reading of a person's own collection; raises NotFound otherwise."""
    collection = own_collection(actor, collection_id)
    found = next((row for row in collection.readings if row.id == reading_id), None)
    if found is None:
        raise NotFound
    return found


def shared_collection(actor: Actor, token: str) -> Collection:
    """Load what a link leads to, for those whom it is for and its owner; raises NotFound for everybody else, and once
    it was withdrawn."""
    number, _dash, _digest = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise NotFound
    found = db.session.scalars(sa.select(Collection).where(Collection.id == int(number)).options(*_WHOLE)).one_or_none()
    if found is None or found.seed is None or found.deleted_at is not None:
        raise NotFound
    right = hmac.compare_digest(token_of(found).encode(), token.encode())
    if not right or not (owns(actor, found) or may_read_shared(actor, found)):
        raise NotFound
    return found


def export_of(actor: Actor, export_id: int) -> CollectionExport:
    """Load a file that a job makes for a person, as long as they may see the collection; raises NotFound otherwise."""
    found = db.session.scalars(
        sa.select(CollectionExport)
        .where(CollectionExport.id == export_id, CollectionExport.for_id == actor.id)
        .options(orm.joinedload(CollectionExport.file), orm.joinedload(CollectionExport.collection).options(*_WHOLE))
    ).one_or_none()
    if found is None or not may_see(actor, found.collection):
        raise NotFound
    return found


def exports_for(actor: Actor, collection: Collection) -> Sequence[CollectionExport]:
    """The files that were made of a collection for a person, the newest first."""
    return db.session.scalars(
        sa.select(CollectionExport)
        .where(CollectionExport.collection_id == collection.id, CollectionExport.for_id == actor.id)
        .order_by(CollectionExport.id.desc())
        .limit(4)
        .options(orm.joinedload(CollectionExport.file))
    ).all()

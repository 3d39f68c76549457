"""What becomes of collections that were deleted, of the accounts that made them, and of the files made of them."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.collections.models import Collection, CollectionExport
from app.collections.operations import FORGET_JOB, KEPT_FOR, delete_collection
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.documents.operations import forget_file
from app.jobs.registry import every, handles
from app.people.models import User
from app.people.operations import also_closes

FILES_KEPT = timedelta(days=1)
AT_ONCE = 100


@also_closes
def delete_all(user: User, by: Actor) -> None:
    """With an account that is closed its collections are deleted; opened again in time, it can have them back."""
    own = sa.select(Collection).where(Collection.owner_id == user.id, Collection.deleted_at.is_(None))
    for collection in db.session.scalars(own):
        delete_collection(collection, seen=None, by=by)
    for export in db.session.scalars(sa.select(CollectionExport).where(CollectionExport.for_id == user.id)):
        forget_export(export)


def forget_export(export: CollectionExport) -> None:
    """Delete a file that was made of a collection, and what is known of it."""
    file = export.file
    db.session.delete(export)
    db.session.flush()
    if file is not None:
        forget_file(file, by=SYSTEM)


@handles(FORGET_JOB, title=_l("Forgetting a deleted collection"))
def forget_collection(payload: dict[str, Any]) -> None:
    """Job: forget a collection that has been deleted for long enough, with its notes and files. Commits."""
    collection = db.session.get(Collection, payload["collection_id"])
    if collection is None or collection.deleted_at is None or collection.deleted_at + KEPT_FOR > now():
        return
    exports = sa.select(CollectionExport).where(CollectionExport.collection_id == collection.id)
    for export in db.session.scalars(exports):
        forget_export(export)
    record("forget_collection", collection, by=SYSTEM, changes={})
    db.session.delete(collection)
    db.session.commit()


@every(3600, "collection_files")
def forget_old_files() -> None:
    """Delete the files that were made more than a day ago: they hold what one person could read then. Commits."""
    old = sa.select(CollectionExport).where(CollectionExport.asked_at < now() - FILES_KEPT).limit(AT_ONCE)
    for export in db.session.scalars(old):
        forget_export(export)
    db.session.commit()

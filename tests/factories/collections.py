"""Collections made of plain rows."""

from app.collections.enums import ReadingKind
from app.collections.models import CollectedReading, Collection
from app.core.db import db
from app.people.models import User
from tests.factories.summaries import NOON

SEED = "0123456789abcdef" * 2


def make_collection(
    owner: User, *names: tuple[ReadingKind, str], title: str = "For the minister", shared: bool = False, note: str = ""
) -> Collection:
    """A collection of a person with these readings, each with a note, shared with their party or not."""
    collection = Collection(
        owner=owner,
        title=title,
        note=note,
        seed=SEED if shared else None,
        shared_with_id=owner.party_id if shared else None,
        shared_at=NOON if shared else None,
        created_at=NOON,
        saved_at=NOON,
    )
    for place, (kind, name) in enumerate(names, start=1):
        collection.readings.append(
            CollectedReading(kind=kind, name=name, note=f"Note {place} of {title}.", position=place, added_at=NOON)
        )
    db.session.add(collection)
    db.session.flush()
    return collection

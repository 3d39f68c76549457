"""Who may see and change collections."""

from app.collections.models import Collection, CollectionExport
from app.core.actors import Actor


def owns(actor: Actor, collection: Collection) -> bool:
    """Its owner, and nobody else, not the secretariat either."""
    return actor.id is not None and collection.owner_id == actor.id


def may_read_shared(actor: Actor, collection: Collection) -> bool:
    """Accounts of the party that it was shared with, for as long as its owner is an open account of that party."""
    owner = collection.owner
    return (
        collection.deleted_at is None
        and collection.seed is not None
        and actor.is_authenticated
        and actor.party_id is not None
        and actor.party_id == collection.shared_with_id == owner.party_id
        and owner.is_active
    )


def may_see(actor: Actor, collection: Collection) -> bool:
    """Whether a collection is there for a person: their own that they did not delete, or one shared with them."""
    return (owns(actor, collection) and collection.deleted_at is None) or may_read_shared(actor, collection)


def is_for(actor: Actor, export: CollectionExport) -> bool:
    """The person for whom a file was made."""
    return actor.id is not None and export.for_id == actor.id


def is_shared(owner: Actor, collection: Collection) -> bool:
    """Whether the link of a person's own collection is of use to anybody: not once the owner is of another party."""
    return collection.seed is not None and collection.shared_with_id == owner.party_id


def can_share(actor: Actor) -> bool:
    """Who acts for a party has somebody to share with."""
    return actor.party_id is not None

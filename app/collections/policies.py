"""Who may see and change collections."""

from app.collections.models import Collection
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


def can_share(actor: Actor) -> bool:
    """Who acts for a party has somebody to share with."""
    return actor.party_id is not None

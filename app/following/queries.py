"""Reading what people follow. Each reads one person's own."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.following.enums import FollowKind
from app.following.models import Digest, DigestSettings, Follow
from app.people.models import User
from app.people.queries import reading, token_hash


def follows_of(user_id: int | None) -> Sequence[Follow]:
    """What a person follows, the oldest first."""
    return db.session.scalars(sa.select(Follow).where(Follow.user_id == user_id).order_by(Follow.id)).all()


def follow_of(actor: Actor, follow_id: int) -> Follow:
    """Load a follow of the person's own; raises NotFound for anybody else's."""
    statement = sa.select(Follow).where(Follow.id == follow_id, Follow.user_id == actor.id)
    row = db.session.scalars(statement.options(orm.joinedload(Follow.user))).one_or_none()
    if row is None:
        raise NotFound
    return row


def follow_named(user_id: int | None, kind: FollowKind, target: str) -> Follow | None:
    """What a person follows of a kind under this target, if they do."""
    return db.session.scalars(sa.select(Follow).filter_by(user_id=user_id, kind=kind, target=target)).one_or_none()


def settings_of(user_id: int | None) -> DigestSettings | None:
    """When a person's digests come, once they have followed anything."""
    return db.session.scalars(sa.select(DigestSettings).where(DigestSettings.user_id == user_id)).one_or_none()


def owner_of_feed(token: str) -> User | None:
    """The person whose secret feed a token opens, with what they may read as a member State; None for closed accounts.

    Two statements at most.
    """
    statement = sa.select(User).join(DigestSettings, DigestSettings.user_id == User.id)
    user = db.session.scalars(statement.where(DigestSettings.feed_hash == token_hash(token))).one_or_none()
    return reading(user) if user is not None and user.is_active else None


def people_due(at: datetime) -> Sequence[tuple[int, datetime]]:
    """(settings, their moment) of those whose next digest is due; nobody whose account is closed or not set up."""
    statement = (
        sa.select(DigestSettings.id, DigestSettings.next_at)
        .join(DigestSettings.user)
        .where(DigestSettings.next_at <= at, User.closed_at.is_(None), User.set_up_at.is_not(None))
        .order_by(DigestSettings.next_at, DigestSettings.id)
    )
    return [(row.id, row.next_at) for row in db.session.execute(statement)]


def digests_since(user_id: int, moment: datetime) -> Sequence[Digest]:
    """A person's digests made since a moment."""
    return db.session.scalars(sa.select(Digest).where(Digest.user_id == user_id, Digest.made_at >= moment)).all()


def digests_of_mails(mail_ids: Sequence[int]) -> Sequence[Digest]:
    """The digests that these mails are."""
    return db.session.scalars(sa.select(Digest).where(Digest.mail_id.in_(mail_ids)).order_by(Digest.id)).all()

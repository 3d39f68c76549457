"""Reading accounts."""

import hmac
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.clock import now
from app.core.db import db
from app.core.paging import Page, paginate
from app.core.texts import clean
from app.directory.models import Party
from app.directory.queries import member_mechanism_ids
from app.people.enums import LinkPurpose, Standing
from app.people.models import AccountLink, CalendarFeed, User


def normal_email(email: str | None) -> str:
    """Return an address as accounts are kept by: without outer spaces, in lower case."""
    return clean(email, lines=False).lower()


def account_for_session(value: str) -> User | None:
    """The account that a session cookie names, with what it may read as a member State.

    None for a closed account, one that is not set up, and a cookie from before "sign out everywhere". One statement,
    and one when it is first asked what the account reads as a member State.
    """
    user_id, _, key = value.partition(":")
    user = db.session.get(User, int(user_id)) if re.fullmatch("[0-9]{1,18}", user_id) else None
    if user is None or not user.is_active or not hmac.compare_digest(user.sign_in_key.encode(), key.encode()):
        return None
    return reading(user)


def account_by_email(email: str) -> User | None:
    """The account with an address, in whatever case it is written."""
    return db.session.scalars(sa.select(User).where(User.email == normal_email(email))).one_or_none()


def token_hash(token: str) -> str:
    """Return what is kept of a link's token."""
    return sha256(token.encode()).hexdigest()


def usable_link(token: str, purpose: LinkPurpose) -> AccountLink | None:
    """The link with a token if it still works: unused, not expired, of an account that is not closed, nor set up
    where it sets up."""
    return db.session.scalars(
        sa.select(AccountLink)
        .join(AccountLink.user)
        .where(
            AccountLink.token_hash == token_hash(token),
            AccountLink.purpose == purpose,
            AccountLink.used_at.is_(None),
            AccountLink.expires_at > now(),
            User.closed_at.is_(None),
            sa.or_(AccountLink.purpose != LinkPurpose.SET_UP, User.set_up_at.is_(None)),
        )
        .options(orm.contains_eager(AccountLink.user))
    ).one_or_none()


def reading(user: User) -> User:
    """The person with what they may read as a member State, which is found when it is first asked."""
    user.remember_membership(partial(member_mechanism_ids, user.party_id))
    return user


def calendar_feed_of(user: User) -> CalendarFeed | None:
    """The secret calendar address that a person has, if any."""
    return db.session.scalars(sa.select(CalendarFeed).where(CalendarFeed.user_id == user.id)).one_or_none()


def owner_of_feed(token: str) -> User | None:
    """The person whose calendar a token opens, with what they may read as a member State; None for closed accounts.

    Two statements at most.
    """
    statement = sa.select(User).join(CalendarFeed, CalendarFeed.user_id == User.id)
    user = db.session.scalars(statement.where(CalendarFeed.token_hash == token_hash(token))).one_or_none()
    if user is None or not user.is_active:
        return None
    return reading(user)


def accounts(*, page: int = 1, words: str = "") -> Page[User]:
    """One page of all accounts by name, with their parties; `words` is looked for in names and addresses."""
    statement = sa.select(User).order_by(sa.func.lower(User.name), User.id).options(orm.selectinload(User.party))
    for word in words.split():
        statement = statement.where(
            sa.or_(User.name.icontains(word, autoescape=True), User.email.icontains(word, autoescape=True))
        )
    return paginate(db.session, statement, page=page)


PartiesOf = Callable[[Iterable[int]], Mapping[int, Sequence[Party]]]
_parties_of: list[PartiesOf] = []


def parties_come_from(function: PartiesOf) -> None:
    """Register who says for which parties accounts act: a later package, when the application starts."""
    _parties_of[:] = [function]


def parties_by_account(users: Iterable[User]) -> dict[int, list[Party]]:
    """Account id -> the parties that it acts or reads for, each once. The users' parties are loaded."""
    users = list(users)
    found = {user.id: [user.party] if user.party else [] for user in users}
    for function in _parties_of:
        for user_id, parties in function([user.id for user in users]).items():
            found[user_id] += [party for party in parties if party not in found[user_id]]
    return found


def demonstration_accounts() -> Sequence[User]:
    """The accounts that production refuses to serve with."""
    return db.session.scalars(sa.select(User).where(User.demonstration).order_by(User.id)).all()


def accounts_by_id(ids: Collection[int | None]) -> dict[int | None, User]:
    """The accounts with these ids, by id, closed ones too."""
    return {user.id: user for user in db.session.scalars(sa.select(User).where(User.id.in_(ids)))}


def secretariat() -> Sequence[User]:
    """The accounts of secretariat and administrators that may be signed in to."""
    statement = sa.select(User).where(User.standing.in_((Standing.SECRETARIAT, Standing.ADMINISTRATOR)))
    return db.session.scalars(
        statement.where(User.set_up_at.is_not(None), User.closed_at.is_(None)).order_by(User.id)
    ).all()


def has_accounts() -> bool:
    """Whether anybody has an account."""
    return bool(db.session.scalar(sa.select(sa.exists().select_from(User))))

"""What changes accounts."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.core.actors import SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.core.localized import LANGUAGES
from app.directory.models import Party
from app.jobs.operations import queue_job
from app.mail.enums import MailReason
from app.mail.operations import (
    address_waiting_mails,
    cancel_mails,
    mails_held,
    queue_mail,
    replace_message,
    whole_url,
)
from app.mail.transports import Undeliverable, wire_address
from app.people.enums import LinkPurpose, Standing
from app.people.links import INVITED
from app.people.models import AccountLink, CalendarFeed, User
from app.people.passwords import LEAST, MOST, hash_password, matches
from app.people.policies import can_correct_address
from app.people.queries import account_by_email, calendar_feed_of, normal_email, token_hash, usable_link


def _new_key() -> str:
    return secrets.token_urlsafe(24)


def invite_account(
    *,
    email: str,
    name: str,
    standing: Standing,
    party: Party | None,
    language: str,
    by: Actor,
    into: Mapping[str, Any] | None = None,
) -> User:
    """Return the account with this address; where there is none, or one not yet set up, mail a set-up link.

    A known account keeps its name, standing and party. Inviting again makes a new link, which voids the old.
    `into`: what the mail says the person is invited to (`delegation`, `meeting`, `role`), where it is more than an
    account; that mail waits for approval.
    Raises Refusal for a language we do not have, a closed account, an address that few servers take, and where an
    account of the secretariat would be a delegation's as well, or somebody else's the secretariat's.
    """
    if language not in LANGUAGES:
        raise Refusal(_l("Choose one of the languages listed."), field="language")
    _check_servers_take(email)
    user = account_by_email(email)
    if user is None:
        new = User(
            email=normal_email(email),
            name=name,
            standing=standing,
            party_id=party.id if party else None,
            language=language,
            sign_in_key=_new_key(),
            created_at=now(),
        )
        try:
            with db.session.begin_nested():
                record("invite_account", new, by=by)
        except IntegrityError:  # somebody has invited the same address in this moment
            user = account_by_email(email)
        else:
            user = new
    if user is None:
        raise Refusal(_l("This invitation crossed another one. Send it again."), field="email")
    if user.closed_at is not None:
        raise Refusal(_l("The account with this address was closed. An administrator can reopen it."), field="email")
    if user.is_staff and standing is Standing.MEMBER:
        message = _l(
            "This is an address of the secretariat, and nobody of it is in a delegation. Write another address."
        )
        raise Refusal(message, field="email")
    if standing is not Standing.MEMBER and not user.is_staff:
        message = _l(
            "The account with this address is not of the secretariat, and does not become so. Write another address."
        )
        raise Refusal(message, field="email")
    if user.set_up_at is None:
        if into:
            send_invitation(user, into, by=by)
        else:
            send_account_link(user, LinkPurpose.SET_UP, by=by)
    return user


def send_account_link(user: User, purpose: LinkPurpose, *, by: Actor) -> None:
    """Mail the account a link that sets it up or signs in; it voids the unused ones of that purpose."""
    record(f"send_{purpose}_link", user, by=by, changes={})
    queue_mail(f"people/{purpose}", user)


def send_invitation(user: User, into: Mapping[str, Any], *, by: Actor) -> None:
    """Write an invitation to more than an account (`into`), in place of one to the same session that still waits."""
    meeting_id = into["meeting"].id
    cancel_mails(mails_held(INVITED, user_id=user.id, meeting_id=meeting_id), by=SYSTEM, reason=MailReason.REPLACED)
    record("send_set_up_link", user, by=by, meeting_id=meeting_id, changes={})
    queue_mail(INVITED, user, into, meeting_id=meeting_id)


def correct_address(user: User, *, email: str, by: Actor) -> None:
    """Change the address of an account that nobody has set up; links mailed to the old one no longer work.

    Raises WrongState for an account that somebody uses, and for one of the secretariat: those are the
    administrators'. Raises Refusal (at `email`) for an address that few servers take.
    """
    if not can_correct_address(user):
        raise WrongState(_l("This person has set up the account already: they alone can change its address."))
    _check_servers_take(email)
    user.email = normal_email(email)
    record("correct_address", user, by=by)
    at = now()
    links = sa.update(AccountLink).where(AccountLink.user_id == user.id, AccountLink.expires_at > at)
    db.session.execute(links.values(expires_at=at))
    address_waiting_mails(user.id)


def _check_servers_take(email: str) -> None:
    try:
        wire_address(normal_email(email))
    except Undeliverable:
        raise Refusal(
            _l("The address has letters that mail servers do not take. Ask for another address."), field="email"
        ) from None


def ask_for_link(user: User | None) -> None:
    """Have the account mailed a link by a job; the same work where there is no such account, so that the
    time it takes tells nobody whether there is one."""
    queue_job(
        kind="people.mail_link",
        key=f"people.mail_link:{secrets.token_hex(8)}",
        payload={"user_id": user.id if user else None},
    )


def mail_account_link(payload: dict[str, Any]) -> None:
    """Job: mail a sign-in link to an open account, or a new set-up link to one that is still invited."""
    user = db.session.get(User, payload["user_id"]) if payload["user_id"] else None
    if user is None or user.closed_at is not None:
        return
    send_account_link(user, LinkPurpose.SIGN_IN if user.set_up_at else LinkPurpose.SET_UP, by=SYSTEM)
    db.session.commit()


def _check_password(password: str, user: User) -> None:
    if len(password) < LEAST:
        raise Refusal(_l("Use at least %(least)d characters.", least=LEAST), field="password")
    if len(password) > MOST:
        raise Refusal(_l("Use at most %(most)d characters.", most=MOST), field="password")
    if len(set(password)) < 5 or password.lower() in user.email:
        raise Refusal(_l("This password is too easy to guess. Use several words."), field="password")


def _use(token: str, purpose: LinkPurpose) -> User:
    link = usable_link(token, purpose)
    used = link and db.session.execute(
        sa.update(AccountLink).where(AccountLink.id == link.id, AccountLink.used_at.is_(None)).values(used_at=now())
    )
    if link is None or not used or not used.rowcount:  # type: ignore[attr-defined]
        raise WrongState(_l("This link has been used, or is too old."))
    return link.user


def set_up_account(token: str, *, name: str, password: str, language: str) -> User:
    """Use a set-up link: the account is open from now on. Raises Refusal, and WrongState for a link that
    does not work any more."""
    link = usable_link(token, LinkPurpose.SET_UP)
    if link is not None:
        _check_password(password, link.user)
    user = _use(token, LinkPurpose.SET_UP)
    user.name = name
    user.language = language
    user.password_hash = hash_password(password)
    user.set_up_at = now()
    record("set_up_account", user, by=user)
    # Invitations that still wait become a note of what the person was invited to; the link leads to what is asked.
    replace_message(INVITED, "meetings/added", user_id=user.id, values={"link": whole_url("desk.home")})
    return user


def use_sign_in_link(token: str) -> User:
    """Use a sign-in link. Raises WrongState for one that does not work any more."""
    user = _use(token, LinkPurpose.SIGN_IN)
    record("sign_in", user, by=user, changes={"how": "link"})
    return user


def sign_in_with_password(email: str, password: str) -> User:
    """Return the account whose address and password these are.

    Raises Refusal with one sentence, after about the same time, for everything else: no such account, not
    set up, closed, another password.
    """
    user = account_by_email(email)
    right = matches(password, user.password_hash if user else None)
    if user is None or not right or not user.is_active:
        raise Refusal(_l("The e-mail address or the password is not right."))
    record("sign_in", user, by=user, changes={"how": "password"})
    return user


def change_account(user: User, *, name: str, language: str, by: Actor) -> None:
    """Change how the account is called and which language it reads."""
    user.name = name
    user.language = language
    record("change_account", user, by=by)


def change_password(user: User, *, password: str, current: str | None, by: Actor) -> None:
    """Change the password, and sign the account out everywhere.

    `current` is the password until now, or None for somebody who has just come by a mailed link. Raises
    Refusal at the field `current` or `password`.
    """
    if current is not None and not matches(current, user.password_hash):
        raise Refusal(_l("This is not your current password."), field="current")
    _check_password(password, user)
    user.password_hash = hash_password(password)
    user.sign_in_key = _new_key()
    record("change_password", user, by=by)


def sign_out_everywhere(user: User, *, by: Actor) -> None:
    """Make every session cookie of the account worthless."""
    user.sign_in_key = _new_key()
    record("sign_out_everywhere", user, by=by)


def make_calendar_feed(user: User, *, by: Actor) -> str:
    """Give a person's calendar a new secret token, and return it; one it had before no longer works."""
    token = secrets.token_urlsafe(32)
    feed = calendar_feed_of(user) or CalendarFeed(user_id=user.id)
    feed.token_hash, feed.created_at = token_hash(token), now()
    record("make_calendar_feed", feed, by=by)
    return token


def revoke_calendar_feed(user: User, *, by: Actor) -> None:
    """Take the secret address of a person's calendar back, if there is one."""
    feed = calendar_feed_of(user)
    if feed is not None:
        record("revoke_calendar_feed", feed, by=by, changes={"token_hash": []})
        db.session.delete(feed)


Closer = Callable[[User, Actor], None]
_closers: list[Closer] = []


def also_closes(function: Closer) -> Closer:
    """Register what else happens, in the same transaction, when an account is closed."""
    if function not in _closers:
        _closers.append(function)
    return function


def close_account(user: User, *, by: Actor) -> None:
    """Close the account: nobody can sign in to it, and it is signed out everywhere. What it did remains."""
    if user.closed_at is None:
        user.closed_at = now()
        user.sign_in_key = _new_key()
        record("close_account", user, by=by)
        for close in _closers:
            close(user, by)


def reopen_account(user: User, *, by: Actor) -> None:
    """Open a closed account again."""
    if user.closed_at is not None:
        user.closed_at = None
        record("reopen_account", user, by=by)

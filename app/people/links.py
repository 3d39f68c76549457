"""Links into accounts. A link is made when the mail that holds it leaves, so that it works from then on, however long
the mail waited, and no table holds its token. One that is sent twice is the same twice.
"""

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.core.tokens import keyed_token
from app.core.wording import moment_text
from app.mail.enums import MailReason
from app.mail.models import Mail
from app.mail.operations import whole_url, withdraw_mails
from app.people.enums import LinkPurpose
from app.people.models import AccountLink, User
from app.people.queries import token_hash

ENDPOINTS = {LinkPurpose.SET_UP: "people.set_up", LinkPurpose.SIGN_IN: "people.sign_in_by_link"}
LASTING = {LinkPurpose.SET_UP: timedelta(days=14), LinkPurpose.SIGN_IN: timedelta(minutes=30)}
INVITED = "people/invited"
SETS_UP = ("people/set_up", INVITED)


def _token_of(mail: Mail) -> str:
    return keyed_token("account link", mail.message_id)


def make_link(mail_id: int) -> dict[str, str]:
    """Have the link of a mail work from now on; return its address and until when, in the language in force.

    A link that somebody asked for voids the unused ones of that purpose. An invitation does not: the one before may
    be to another session, and both open the same account, once.
    """
    mail = db.session.get_one(Mail, mail_id)
    purpose = LinkPurpose.SET_UP if mail.message in SETS_UP else LinkPurpose.SIGN_IN
    token, at = _token_of(mail), now()
    if mail.message != INVITED:
        db.session.execute(
            sa.update(AccountLink)
            .where(AccountLink.user_id == mail.user_id, AccountLink.purpose == purpose, AccountLink.expires_at > at)
            .values(expires_at=at)
        )
    expires_at = at + LASTING[purpose]
    link = db.session.scalars(sa.select(AccountLink).where(AccountLink.token_hash == token_hash(token))).one_or_none()
    if link is None:
        link = AccountLink(user_id=mail.user_id, purpose=purpose, token_hash=token_hash(token), created_at=at)
        db.session.add(link)
    link.expires_at = expires_at
    return {"link": whole_url(ENDPOINTS[purpose], token=token), "expires": moment_text(expires_at)}


def untrue(mail_ids: Collection[int]) -> set[int]:
    """Cancel those of the mails whose account was closed, and links to accounts that were set up; return their ids."""
    rows = db.session.execute(
        sa.select(Mail.id, User.closed_at)
        .join(User, User.id == Mail.user_id)
        .where(
            Mail.id.in_(mail_ids),
            sa.or_(User.closed_at.is_not(None), sa.and_(Mail.message.in_(SETS_UP), User.set_up_at.is_not(None))),
        )
    ).all()
    withdraw_mails([row.id for row in rows if row.closed_at], MailReason.CLOSED)
    withdraw_mails([row.id for row in rows if not row.closed_at], MailReason.SET_UP)
    return {row.id for row in rows}

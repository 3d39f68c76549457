"""How often one may try to sign in, ask for a mailed link, or write a code: per account (of a code: per code) and per
client address."""

import hmac
from datetime import timedelta
from hashlib import sha256

import sqlalchemy as sa
from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.db import db
from app.core.errors import TooMany
from app.people.models import SignInAttempt
from app.people.queries import normal_email

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
# What is tried -> the most tries in a window for (one account, one client address). Many people may share
# an address: a ministry, a conference room.
LIMITS = {"password": (10, 60), "mail": (3, 20), "code": (10, 20)}


def _subject(what: str, kind: str, value: str) -> str:
    key = current_app.config["SECRET_KEY"].encode()
    return hmac.new(key, f"{what}:{kind}:{value}".encode(), sha256).hexdigest()


def count_attempt(what: str, *, email: str, address: str) -> None:
    """Count a try before it is judged, whether there is such an account or not. Commits, so that the count
    outlives a refusal.

    Raises TooMany, without counting, where the account or the client address has used up its tries.
    """
    at = now()
    subjects = (_subject(what, "account", normal_email(email)), _subject(what, "address", address))
    for subject, most in zip(subjects, LIMITS[what], strict=True):
        made = db.session.scalar(
            sa.select(sa.func.count())
            .select_from(SignInAttempt)
            .where(SignInAttempt.subject_hash == subject, SignInAttempt.at > at - WINDOW)
        )
        if made is not None and made >= most:
            raise TooMany(_l("There were too many tries. Wait a quarter of an hour, then try again."))
    db.session.execute(sa.delete(SignInAttempt).where(SignInAttempt.at < at - KEPT))
    db.session.add_all(SignInAttempt(subject_hash=subject, at=at) for subject in subjects)
    db.session.commit()


def forgive_attempts(what: str, *, email: str, address: str) -> None:
    """Forget an account's tries after one that succeeded, and that one try of the client address."""
    account, client = _subject(what, "account", normal_email(email)), _subject(what, "address", address)
    latest = sa.select(sa.func.max(SignInAttempt.id)).where(SignInAttempt.subject_hash == client).scalar_subquery()
    db.session.execute(
        sa.delete(SignInAttempt)
        .where(sa.or_(SignInAttempt.subject_hash == account, SignInAttempt.id == latest))
        .execution_options(synchronize_session=False)
    )

"""Links that stop mails, for who has the mail and has not signed in. They are signed, and no table holds them."""

from typing import NamedTuple

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.db import db
from app.core.languages import expect_language
from app.following.models import Follow
from app.mail.operations import whole_url
from app.people.models import User


class Stop(NamedTuple):
    """What a link stops: one follow of a person (None where it is followed no more), or `whole`: all."""

    token: str
    user: User
    follow: Follow | None
    whole: bool


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="stop digests")


def _mark(row: User | Follow) -> str:
    """Tells a row from one that was given the number of a deleted one."""
    at = row.created_at if isinstance(row, User) else row.begun_at
    return format(int(at.timestamp()), "x")


def stop_link(user: User, follow: Follow | None = None) -> str:
    """The address that stops the mails about one follow of a person, or about all."""
    words = [user.id, _mark(user), *([follow.id, _mark(follow)] if follow else [])]
    return whole_url("following.stop", token=_signer().dumps(words))


def stop_named(actor: Actor, token: str) -> Stop:
    """What a link stops, whoever opens it; raises NotFound for one that we have not signed, or of nobody any more."""
    try:
        user_id, user_mark, *named = _signer().loads(token)
    except BadSignature:
        raise NotFound from None
    user = db.session.get(User, user_id)
    if user is None or _mark(user) != user_mark:
        raise NotFound
    row = db.session.get(Follow, named[0]) if named else None
    if row is not None and (row.user_id != user.id or _mark(row) != named[1]):
        row = None
    expect_language(user.language)
    return Stop(token, user, row, not named)

"""Feeds: public ones say the same to everybody, the own one what its owner may read."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import Response, request
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound, TooManyRequests

from app.core.actors import Actor, Anonymous
from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.core.paging import FURTHEST_PAGE
from app.core.policies import public
from app.following import bp, queries
from app.following.enums import FollowKind
from app.following.feeds import Feed, as_response
from app.following.news import Found, page_of
from app.following.targets import Target, target_named, targets_of
from app.mail.operations import whole_url
from app.people.models import User

NOBODY = Anonymous()
PER_PAGE = 20
OWN_ENTRIES = 100
OWN_SECONDS = 10.0  # that looking for all that one person follows may take
RETRY_SECONDS = 300  # after which a search that took too long may be asked again


def _public(kind: FollowKind) -> Callable[[Actor, str], Target]:
    """Load what a public feed is about, as a visitor sees it, whoever asks."""

    def load(actor: Actor, name: str) -> Target:
        found = target_named(kind, name, NOBODY)
        if found is None:
            raise NotFound
        return found

    return load


def _language() -> str:
    wanted = request.args.get("lang", "")  # "language" is what a search is narrowed down by
    if wanted and wanted not in LANGUAGES:
        raise NotFound
    return wanted or current_language()


def _feed(target: Target, values: Mapping[str, Any]) -> Response:
    """One page of a public feed; `values`: those of its address."""
    language = _language()
    number = min(max(request.args.get("page", 1, type=int), 1), FURTHEST_PAGE)
    with force_locale(language):
        news = page_of(target, NOBODY, page=number, language=language)
        if news.cut:
            raise TooManyRequests(retry_after=RETRY_SECONDS)
        last = max(1, -(-news.total // PER_PAGE))

        def address(page: int) -> str:
            here = whole_url(str(request.endpoint), **{key: value for key, value in values.items() if key == "name"})
            asked = [(key, one) for key, value in values.items() if key != "name" for one in value]
            return f"{here}?{urlencode([*asked, ('lang', language), *([('page', page)] if page > 1 else [])])}"

        links = {"self": address(number), "alternate": target.whole_url, "first": address(1), "last": address(last)}
        if number > 1:
            links["previous"] = address(min(number - 1, last))
        if number < last:
            links["next"] = address(number + 1)
        title = _("%(title)s: what is new", title=target.title)
        feed = Feed(f"{target.kind.value}:{target.public_name}", title, language, links, news.things)
        return as_response(feed)


@bp.get("/feeds/states/<name>.atom")
@public(load=_public(FollowKind.STATE))
def state_feed(target: Target) -> Response:
    """What a State published."""
    return _feed(target, {"name": target.public_name})


@bp.get("/feeds/themes/<name>.atom")
@public(load=_public(FollowKind.THEME))
def theme_feed(target: Target) -> Response:
    """What was published on a theme."""
    return _feed(target, {"name": target.public_name})


@bp.get("/feeds/sessions/<name>.atom")
@public(load=_public(FollowKind.SESSION))
def session_feed(target: Target) -> Response:
    """What was published of a session."""
    return _feed(target, {"name": target.public_name})


@bp.get("/feeds/mechanisms/<name>.atom")
@public(load=_public(FollowKind.MECHANISM))
def mechanism_feed(target: Target) -> Response:
    """What was published of a mechanism."""
    return _feed(target, {"name": target.public_name})


@bp.get("/feeds/search.atom")
@public()
def search_feed() -> Response:
    """What a search finds, the newest first."""
    with force_locale(_language()):  # it is called by what its codes are called
        target = target_named(FollowKind.SEARCH, request.query_string.decode("latin-1"), NOBODY)
    if target is None:
        raise NotFound
    return _feed(target, target.values)


def _owner(actor: Actor, token: str) -> User:
    owner = queries.owner_of_feed(token)
    if owner is None:
        raise NotFound
    return owner


@bp.get("/feeds/own/<token>.atom")
@public(load=_owner)
def own_feed(owner: User) -> Response:
    """The newest of all that the person follows whose secret address this is, each once, in their language.

    Some statements for each thing that is followed, of which nobody has more than operations.MOST_FOLLOWS. All together
    they have OWN_SECONDS: past them, or where a search is cut, it is not told in part (429).
    """
    follows = [row for row in queries.follows_of(owner.id) if row.paused_at is None]
    until = time.monotonic() + OWN_SECONDS
    with force_locale(owner.language):
        found: dict[tuple[str, str], Found] = {}
        for target in targets_of(follows, owner).values():
            late = time.monotonic() > until
            news = None if late else page_of(target, owner, page=1, language=owner.language)
            if news is None or news.cut:
                raise TooManyRequests(retry_after=RETRY_SECONDS)
            for thing in news.things:
                found.setdefault((thing.kind, thing.key), thing)
        newest = sorted(found.values(), key=lambda thing: (thing.published_at, thing.kind, thing.key), reverse=True)
        links = {"alternate": whole_url("following.index")}
        title = _("What I follow")
        return as_response(Feed(f"own:{owner.id}", title, owner.language, links, newest[:OWN_ENTRIES]))

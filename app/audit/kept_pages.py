"""Whole pages and calendars kept until something is done: for visitors, who all get the same, and for each person.

Every change writes an audit event in its own transaction, so the newest events' numbers say whether a page is
still true; that is one query on a primary key. The minute is part of the stamp as well, because pages speak of
deadlines. A person's page is kept for that person with their rights alone, without what each form must have anew.
Nothing is kept for whom a message waits.
"""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, NamedTuple

import sqlalchemy as sa
from flask import Flask, Response, current_app, g, make_response, request, session
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import Headers

from app.audit.models import AuditEvent
from app.core import validating
from app.core.clock import now
from app.core.db import db
from app.core.forms import form_keys_given, new_form_key
from app.core.languages import current_language

View = Callable[..., Any]
# Their sum tells of an event that was committed after one with a higher number.
_LATEST = sa.select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(100).subquery()
_NEWEST = (sa.func.max(_LATEST.c.id), sa.func.sum(_LATEST.c.id))
MOST_BYTES = 16_000_000
KEPT = ("text/html", "text/calendar")
FIELD = "csrf_token"
SHARED = 3  # what of a stamp is one for all pages: the minute and the events

# What pages of people show although no event tells of its change; features add to it when the application starts.
unrecorded: dict[str, sa.ScalarSelect[Any]] = {}


class KeptPage(NamedTuple):
    """What was answered while a stamp held; between its `pieces` stands what each answer has anew: where a place says
    "", the token of the session, else the key of a form, which the place names."""

    stamp: tuple[Any, ...]
    pieces: list[bytes]
    places: list[str]
    headers: Headers

    @property
    def size(self) -> int:
        return sum(map(len, self.pieces))


def init_app(app: Flask) -> None:
    """Give the application empty stores of its own."""
    app.extensions["kept_pages"] = {}
    app.extensions["kept_pages_of_people"] = {}


def kept_for_visitors(view: View) -> View:
    """Keep a reading page's or calendar's answer for visitors. Goes between the route and its policy.

    Other files are not kept. An answer with an ETag or Last-Modified is not sent to whoever has it already.
    """
    return _keeping(view, None)


def kept_for_everybody(also: Callable[..., Any] | None = None) -> Callable[[View], View]:
    """Keep a page's answer for visitors and, apart, for each person who has signed in; for a page that a GET changes
    nothing by. Goes between the route and its policy.

    `also`: given what the route gives the view, returns what the page shows of the person that no event tells of.
    """
    return lambda view: _keeping(view, also or (lambda **path: None))


def _keeping(view: View, also: Callable[..., Any] | None) -> View:
    """`also`: None where people's pages are not kept."""

    @wraps(view)
    def kept(**path: Any) -> Any:
        person = current_user.is_authenticated
        once = request.method not in ("GET", "HEAD") or (also is None or "_flashes" in session if person else session)
        if not current_app.config["CACHE_PAGES"] or once:
            return _unless_known(make_response(view(**path)))
        store = current_app.extensions["kept_pages_of_people" if person else "kept_pages"]
        key = (request.full_path, current_language(), *(_rights() if person else ()))
        stamp = (now().replace(second=0, microsecond=0), *db.session.execute(_newest(person)).one())
        if person and also is not None:
            stamp += (also(**path),)
        if (found := store.get(key)) and found.stamp == stamp:
            return _unless_known(Response(_joined(found), headers=Headers(found.headers)))
        before = _in_session()
        response = make_response(view(**path))
        # A visitor's page with a form has put its token in the session.
        told = _in_session() != before if person else bool(session)
        if response.status_code == 200 and response.mimetype in KEPT and not told:
            if not person:
                validating.mark(response)  # once, not with each answer
            _keep(store, key, _parted(stamp, response))
        return _unless_known(response)

    return kept


def newest_events() -> tuple[Any, ...]:
    """What is another one whenever an event was recorded: while it is the same, nothing was published or withdrawn."""
    return tuple(db.session.execute(_newest(False)).one())


def _in_session() -> dict[str, Any]:
    return {name: value for name, value in session.items() if name != FIELD}


@cache
def _newest(person: bool) -> sa.Select[Any]:
    return sa.select(*_NEWEST, *(unrecorded.values() if person else ()))


def _rights() -> tuple[Any, ...]:
    """Who asks, and all that policies go by: whoever has other rights than a moment ago asks as somebody else."""
    who = current_user
    return who.get_id(), who.name, who.is_staff, who.is_administrator, who.party_id, who.member_of


def _parted(stamp: tuple[Any, ...], response: Response) -> KeptPage:
    """Take out of an answer what the next must not repeat."""
    token, data = g.get(FIELD, ""), response.get_data()
    new = "|".join(re.escape(value) for value in (token, *form_keys_given()) if value)
    parts = re.split(f"({new})".encode(), data) if new else [data]
    places = ["" if value == token.encode() else value.decode() for value in parts[1::2]]
    return KeptPage(stamp, parts[::2], places, Headers(response.headers))


def _joined(page: KeptPage) -> bytes:
    """The page with the token of this session, and with keys of forms that no other answer has."""
    new = {place: (new_form_key() if place else generate_csrf()).encode() for place in set(page.places)}
    first, *others = page.pieces
    return first + b"".join(new[place] + piece for place, piece in zip(page.places, others, strict=True))


def _keep(store: dict[tuple[Any, ...], KeptPage], key: tuple[Any, ...], page: KeptPage) -> None:
    """Keep a page in place of those that nobody gets any more: of another minute, or of before the newest event."""
    for other, older in list(store.items()):
        if other == key or older.stamp[:SHARED] != page.stamp[:SHARED]:
            store.pop(other, None)
    store[key] = page
    size = sum(other.size for other in store.values())
    for oldest in list(store):
        if size <= MOST_BYTES:
            break
        size -= store.pop(oldest).size


def _unless_known(response: Response) -> Response:
    if response.status_code == 200 and (response.get_etag()[0] or response.last_modified):
        response.make_conditional(request)
    return response

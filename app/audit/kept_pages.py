"""Whole pages and calendars kept for visitors: whoever has not signed in gets the same until something is done.

Every change writes an audit event in its own transaction, so the newest events' numbers say whether a page is
still true; that is one query on a primary key. The minute is part of the key as well, because pages speak of
deadlines. Nothing is kept for people who have signed in, nor for a visitor with a message waiting.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, Response, current_app, make_response, request, session
from flask_login import current_user
from werkzeug.datastructures import Headers

from app.audit.models import AuditEvent
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language

View = Callable[..., Any]
# Their sum tells of an event that was committed after one with a higher number.
_LATEST = sa.select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(100).subquery()
_NEWEST = sa.select(sa.func.max(_LATEST.c.id), sa.func.sum(_LATEST.c.id))
MOST_BYTES = 16_000_000
KEPT = ("text/html", "text/calendar")


def init_app(app: Flask) -> None:
    """Give the application an empty store of its own."""
    app.extensions["kept_pages"] = {}


def kept_for_visitors(view: View) -> View:
    """Keep a reading page's or calendar's answer for visitors. Goes between the route and its policy.

    Other files are not kept. An answer with an ETag or Last-Modified is not sent to whoever has it already.
    """

    @wraps(view)
    def kept(**path: Any) -> Any:
        if not current_app.config["CACHE_PAGES"] or current_user.is_authenticated or session:
            return _unless_known(make_response(view(**path)))
        store = cast(dict[tuple[str, str], tuple[object, bytes, Headers]], current_app.extensions["kept_pages"])
        key = (request.full_path, current_language())
        stamp = (*db.session.execute(_NEWEST).one(), now().replace(second=0, microsecond=0))
        if (found := store.get(key)) and found[0] == stamp:
            return _unless_known(Response(found[1], headers=found[2]))
        response = make_response(view(**path))
        # A page with a form has put its token in the session.
        if response.status_code == 200 and response.mimetype in KEPT and not session:
            store.pop(key, None)
            store[key] = (stamp, response.get_data(), Headers(response.headers))
            size = sum(len(data) for _stamp, data, _headers in store.values())
            for oldest in list(store):
                if size <= MOST_BYTES:
                    break
                size -= len(store.pop(oldest)[1])
        return _unless_known(response)

    return kept


def _unless_known(response: Response) -> Response:
    if response.status_code == 200 and (response.get_etag()[0] or response.last_modified):
        response.make_conditional(request)
    return response

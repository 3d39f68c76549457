"""Whole pages kept for visitors: whoever has not signed in gets the same page until something is done.

Every change writes an audit event in its own transaction, so the newest event's number says whether a page
is still true; that is one query on a primary key. The minute is part of the key as well, because pages
speak of deadlines. Nothing is kept for people who have signed in, nor for a visitor with a message waiting.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, Response, current_app, make_response, request, session
from flask_login import current_user

from app.audit.models import AuditEvent
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language

View = Callable[..., Any]
MOST_PAGES = 100


def init_app(app: Flask) -> None:
    """Give the application an empty store of its own."""
    app.extensions["library_pages"] = {}


def kept_for_visitors(view: View) -> View:
    """Keep a reading page's answer for visitors. Goes between the route and its policy."""

    @wraps(view)
    def kept(**path: Any) -> Any:
        if not current_app.config["CACHE_PAGES"] or current_user.is_authenticated or session:
            return view(**path)
        store = cast(dict[tuple[str, str], tuple[object, bytes]], current_app.extensions["library_pages"])
        key = (request.full_path, current_language())
        newest = db.session.scalar(sa.select(sa.func.max(AuditEvent.id)))
        stamp = (newest, now().replace(second=0, microsecond=0))
        if (found := store.get(key)) and found[0] == stamp:
            return Response(found[1], mimetype="text/html")
        response = make_response(view(**path))
        # A page with a form has put its token in the session; a list as a file is no page.
        if response.status_code == 200 and response.mimetype == "text/html" and not session:
            store[key] = (stamp, response.get_data())
            for oldest in list(store)[: max(0, len(store) - MOST_PAGES)]:
                store.pop(oldest, None)
        return response

    return kept

"""Who may listen to what: asked of the pages' own policies when somebody connects, and again while they listen."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.errors import Forbidden, SignInNeeded
from app.live.pages import at_port, parts_asked_for
from app.live.publishing import numbers_of, topic_of_account
from app.live.registry import Part

REFUSED = (HTTPException, SignInNeeded, Forbidden)


@dataclass(frozen=True)
class Admission:
    """What somebody may listen to, asked when the trail was at `newest`. `account_number` is how often the account's
    listeners were told to ask again; `page_origin` that of the pages that may read what is answered."""

    newest: Any
    parts: tuple[Part, ...]
    account_id: int | None
    account_number: int
    address: str
    page_origin: str

    @property
    def who(self) -> str:
        """By whom connections are counted: the account, else the address."""
        return topic_of_account(self.account_id) if self.account_id else self.address


def admit(app: Flask, environ: dict[str, Any]) -> Admission:
    """Say what a request (in the terms of WSGI) may listen to. Raises one of `REFUSED`.

    It is answered as the application would: trusted hosts, cookies, proxies and language are the same.
    """
    environ = dict(environ)
    if count := app.config["PROXY_COUNT"]:
        ProxyFix(lambda *_: [], x_for=count, x_proto=count, x_host=count)(environ, lambda *_: lambda _: None)
    with app.request_context(environ):
        if request.routing_exception is not None:
            raise request.routing_exception
        account_id = current_user.id
        topic = topic_of_account(account_id)
        number = numbers_of([topic])[topic] if account_id else 0
        return Admission(
            newest=newest_event(),  # read first: what happens meanwhile is asked for again
            parts=parts_asked_for(current_user),
            account_id=account_id,
            account_number=number,
            address=request.remote_addr or "",
            page_origin=request.host_url.rstrip("/") if count else at_port(app.config["PORT"]),
        )


def newest_event() -> Any:
    """What tells of an event in the trail, also of one that was committed after another with a higher number."""
    latest = sa.select(AuditEvent.id).order_by(AuditEvent.id.desc()).limit(100).subquery()
    return tuple(db.session.execute(sa.select(sa.func.max(latest.c.id), sa.func.sum(latest.c.id))).one())

"""When a request came in: its first byte, by the clock of this machine.

A process takes a request up when its head is there, before its body, and after those that wait before it. A proxy that
reads requests for us knows the first byte itself; it says so in a header (docs/operations.md), which is believed only
where a proxy is declared, since it overwrites what a browser sends.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app, g, request

from app.core.clock import now

HEADER = "X-Request-Started"
LONGEST = timedelta(hours=1)  # that a request may take to come in
_TOLD = re.compile(r"(\d{10}\.\d{3}) (\d{1,4}\.\d{3})")  # nginx: its clock, and how long it has had the request


def moment_of_arrival() -> datetime:
    """Return when the request that is being answered came in."""
    at = now()
    told = _TOLD.fullmatch(request.headers.get(HEADER, "")) if current_app.config["PROXY_COUNT"] else None
    if told:
        began = datetime.fromtimestamp(float(told[1]) - float(told[2]), UTC)
        if at - LONGEST <= began <= at:
            return began
    return at


def note_arrival(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep as `g.received_at` when the request came in, before it is read or waits for the database.

    A blueprint registers it with `url_value_preprocessor`.
    """
    g.received_at = moment_of_arrival()

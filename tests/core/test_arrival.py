"""When a request came in, as the proxy says it or as we see it."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core import clock
from app.core.arrival import HEADER, moment_of_arrival

AT = datetime(2027, 3, 31, 22, 0, 0, tzinfo=UTC)
SECONDS = int(AT.timestamp())


@pytest.mark.parametrize(
    ("proxies", "told", "earlier"),
    [
        (1, f"{SECONDS}.000 12.500", 12.5),
        (1, f"{SECONDS - 1}.250 0.000", 0.75),
        (0, f"{SECONDS}.000 12.500", 0),
        (1, f"{SECONDS}.000 3700.000", 0),
        (1, f"{SECONDS + 5}.000 0.000", 0),
        (1, f"{SECONDS} 1", 0),
        (1, "x" * 9000, 0),
        (1, "", 0),
    ],
)
def test_the_first_byte_is_what_a_declared_proxy_says(app, monkeypatch, proxies, told, earlier):
    monkeypatch.setitem(app.config, "PROXY_COUNT", proxies)
    with app.test_request_context(headers={HEADER: told}), clock.standing_at(AT):
        assert moment_of_arrival() == AT - timedelta(seconds=earlier)

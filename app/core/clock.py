"""The one clock. Everything that asks for the time asks here, so that it can be moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """Return this moment, aware, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at an aware moment inside the block: the demonstration is told in its own time."""
    token = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)

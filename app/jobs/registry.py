"""Which function does the jobs of which kind. Features register theirs in `init_app`."""

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]

_handlers: dict[str, Handler] = {}


class UnknownKind(LookupError):
    """No feature does jobs of this kind."""


class GiveUp(Exception):
    """A handler raises it for a job that no further try would mend: the job fails with this reason."""


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs of a kind; it takes the job's payload."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        return handler

    return register


def handler_for(kind: str) -> Handler:
    """Return the function that does the jobs of a kind. Raises UnknownKind."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(f"no feature does jobs of the kind {kind!r}") from None

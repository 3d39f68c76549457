"""Which function does the jobs of which kind. Features register theirs in `init_app`."""

from collections.abc import Callable
from typing import Any

Handler = Callable[[dict[str, Any]], None]
FailureHandler = Callable[[dict[str, Any], str], None]

# Name -> (seconds between two rounds, what is done in one).
rounds: dict[str, tuple[float, Callable[[], Any]]] = {}

_handlers: dict[str, Handler] = {}
_failure_handlers: dict[str, FailureHandler] = {}


class UnknownKind(LookupError):
    """No feature does jobs of this kind."""


class GiveUp(Exception):
    """A handler raises it for a job that no further try would mend: the job fails with this reason."""


def handles(kind: str, *, failed: FailureHandler | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs of a kind; it takes the job's payload.

    `failed(payload, reason)` is called when a job's last try has failed, and commits what it notes.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        if failed is not None:
            _failure_handlers[kind] = failed
        return handler

    return register


def handler_for(kind: str) -> Handler:
    """Return the function that does the jobs of a kind. Raises UnknownKind."""
    try:
        return _handlers[kind]
    except KeyError:
        raise UnknownKind(f"no feature does jobs of the kind {kind!r}") from None


def note_failure(kind: str, payload: dict[str, Any], reason: str) -> None:
    """Tell the feature that does jobs of this kind, where it wants to know, that one has failed."""
    if kind in _failure_handlers:
        _failure_handlers[kind](payload, reason)


def every(seconds: float, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register what the worker does every so many seconds, the first time when it starts. It commits itself.

    Rounds are lost while no worker runs, and come twice where two do: what is done must make up for both.
    """

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        rounds[name] = (seconds, function)
        return function

    return register

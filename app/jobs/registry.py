"""Which function does the jobs of which kind. Features register theirs in `init_app`."""

from collections.abc import Callable
from typing import Any

from flask_babel import LazyString, force_locale

from app.jobs.enums import Lane

Handler = Callable[[dict[str, Any]], None]
FailureHandler = Callable[[dict[str, Any], str], None]

# Name -> (seconds between two rounds, what is done in one).
rounds: dict[str, tuple[float, Callable[[], Any]]] = {}

_handlers: dict[str, Handler] = {}
_lanes: dict[str, Lane] = {}
_urgent: set[str] = set()
_titles: dict[str, str | LazyString] = {}
_failure_handlers: dict[str, FailureHandler] = {}
_reasons: dict[str, LazyString] = {}


class UnknownKind(LookupError):
    """No feature does jobs of this kind."""


class GiveUp(Exception):
    """A handler raises it for a job that no further try would mend: the job fails with this reason. One that people
    are to read in their language was made with `reason`."""


def reason(sentence: LazyString) -> str:
    """Register why a job may fail, as a translatable sentence; return it as the table of jobs keeps it."""
    with force_locale("en"):
        kept = str(sentence)
    _reasons[kept] = sentence
    return kept


def reasons() -> dict[str, LazyString]:
    """The sentences that `reason` registered, by what the table of jobs keeps."""
    return _reasons


def handles(
    kind: str,
    *,
    title: str | LazyString = "",
    failed: FailureHandler | None = None,
    lane: Lane = Lane.WORK,
    urgent: bool = False,
) -> Callable[[Handler], Handler]:
    """Register the function that does the jobs of a kind; it takes the job's payload.

    `title` is what the kind is called on screens. `failed(payload, reason)` is called when a job's last try has
    failed, and commits what it notes; the feature then offers the retry, since the job alone would not know.
    `urgent` jobs come before the others of their `lane`, however many of those wait.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        _lanes[kind] = lane
        (_urgent.add if urgent else _urgent.discard)(kind)
        if title:
            _titles[kind] = title
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


def lane_of(kind: str) -> Lane:
    """The lane that jobs of a kind wait in."""
    return _lanes.get(kind, Lane.WORK)


def urgent_kinds() -> list[str]:
    """The kinds of jobs that come before others."""
    return sorted(_urgent)


def note_failure(kind: str, payload: dict[str, Any], reason: str) -> None:
    """Tell the feature that does jobs of this kind, where it wants to know, that one has failed."""
    if kind in _failure_handlers:
        _failure_handlers[kind](payload, reason)


def title_of(kind: str) -> str:
    """What a kind of jobs is called in the reader's language, else its name in the code."""
    return str(_titles.get(kind, kind))


def kinds() -> list[str]:
    """All kinds that have a handler, by name."""
    return sorted(_handlers)


def starts_again(kind: str) -> bool:
    """Whether a failed job of this kind may simply be queued afresh."""
    return kind in _handlers and kind not in _failure_handlers


def every(seconds: float, name: str) -> Callable[[Callable[[], Any]], Callable[[], Any]]:
    """Register what the worker does every so many seconds, the first time when it starts. It commits itself.

    Rounds are lost while no worker runs, and come twice where two do: what is done must make up for both.
    """

    def register(function: Callable[[], Any]) -> Callable[[], Any]:
        rounds[name] = (seconds, function)
        return function

    return register

"""What later packages do when a source that may be cited is withdrawn, or is for other readers than before; they say so
here when the application starts."""

from collections.abc import Callable

from app.meetings.models import Meeting

Consequence = Callable[[Meeting, str], None]

_consequences: list[Consequence] = []


def on_withdrawal(consequence: Consequence) -> Consequence:
    """Register a function that is called in the transaction of each withdrawal, with the session and the source's key
    ("practice-12"); decorates it. It is called again where what was withdrawn is published anew, and wherever the
    consent to read a published source is narrowed or widened."""
    if consequence not in _consequences:
        _consequences.append(consequence)
    return consequence


def tell_withdrawn(meeting: Meeting, source: str) -> None:
    """Call what is registered, in order of registration."""
    for consequence in _consequences:
        consequence(meeting, source)

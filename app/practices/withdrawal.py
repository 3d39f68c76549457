"""What later packages do when a practice is withdrawn; they say so here when the application starts."""

from collections.abc import Callable

from app.practices.models import Practice

Consequence = Callable[[Practice], None]

_consequences: list[Consequence] = []


def on_withdrawal(consequence: Consequence) -> Consequence:
    """Register a function that is called in the transaction of each withdrawal; decorates it."""
    if consequence not in _consequences:
        _consequences.append(consequence)
    return consequence


def tell_withdrawn(practice: Practice) -> None:
    """Call what is registered, in order of registration."""
    for consequence in _consequences:
        consequence(practice)

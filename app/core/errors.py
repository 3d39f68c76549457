"""What goes wrong in ways a person can mend, as typed errors that carry a translatable sentence."""

from typing import Any


class Refusal(Exception):
    """An operation says no. `message` is a (lazily) translated sentence; `field` names the form's field, `retry_after`
    the seconds after which the same may be asked again.

    Nothing has been changed when it is raised.
    """

    status = 422

    def __init__(self, message: Any, *, field: str | None = None, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.retry_after = retry_after

    def __str__(self) -> str:
        return str(self.message)


class WrongState(Refusal):
    """The thing is not in a state that permits this (a closed call, a published session)."""

    status = 409


class Stale(Refusal):
    """Somebody saved the same thing in between: show both texts, overwrite neither."""

    status = 409


class TooLarge(Refusal):
    """A file or text past its limit; the message names the limit."""

    status = 413


class TooMany(Refusal):
    """Too many tries in a short time."""

    status = 429


class Unavailable(Refusal):
    """Something outside Plenaria that is needed for this does not answer."""

    status = 503


class SignInNeeded(Exception):
    """The page is for people who have signed in."""


class Forbidden(Exception):
    """The person may see the thing but not do this with it."""

"""What can be followed, and how often a mail tells of it."""

from enum import StrEnum


class FollowKind(StrEnum):
    SEARCH = "search"
    STATE = "state"
    THEME = "theme"
    SESSION = "session"
    MECHANISM = "mechanism"


def kind_named(value: str) -> FollowKind | None:
    """The kind of a name that came in an address; None where there is none of it."""
    return next((kind for kind in FollowKind if kind.value == value), None)


class Rhythm(StrEnum):
    """`NEVER`: by feed alone."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

"""What can be followed, and how often a mail tells of it."""

from enum import StrEnum


class FollowKind(StrEnum):
    SEARCH = "search"
    STATE = "state"
    THEME = "theme"
    SESSION = "session"
    MECHANISM = "mechanism"


class Rhythm(StrEnum):
    """`NEVER`: by feed alone."""

    DAILY = "daily"
    WEEKLY = "weekly"
    NEVER = "never"

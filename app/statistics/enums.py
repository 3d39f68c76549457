"""Kinds of inputs, where they are, and what they are counted by."""

from enum import StrEnum


class InputKind(StrEnum):
    PRACTICE = "practice"
    PRESENTATION = "presentation"
    STATEMENT = "statement"
    COMMENT = "comment"


class InputState(StrEnum):
    """`BEGUN`: never submitted, so that nothing else is known of it. `RECEIVED` stands for what waits for the
    secretariat: a practice submitted, a presentation filed, a statement or comment handed in."""

    BEGUN = "begun"
    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    ANSWERED = "answered"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class By(StrEnum):
    """What inputs are counted by: each a picture, a table and a file."""

    STATE = "state"
    QUESTION = "question"
    THEME = "theme"
    LANGUAGE = "language"
    WEEK = "week"
    PROGRESS = "progress"

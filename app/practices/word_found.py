"""What was found in a form that was filled in off line: values of fields, and texts that are no field's."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class How(IntEnum):
    """By what a field's place was known, the surest first."""

    TAG = 0
    CODE = 1
    BOOKMARK = 2
    HEADING = 3


class Why(StrEnum):
    """Why a text is left over."""

    NOWHERE = "nowhere"
    ASIDE = "aside"
    TWICE = "twice"
    NO_OPTION = "no_option"
    TOO_LONG = "too_long"


@dataclass(frozen=True)
class Found:
    """A field's value, as a draft's content has it (of a group, the parts that were filled in)."""

    value: Any
    how: How


@dataclass(frozen=True)
class Leftover:
    """A text that is no field's. `near`: the name of the field in whose place it stood, or empty."""

    text: str
    why: Why
    near: str = ""


@dataclass(frozen=True)
class ReadForm:
    """What a file says: field name ("summary", "answers.2") -> value; fields that were left empty are not there.

    `token` is what the form was given when it was made; `template`, the number of the template it was read by (0: it
    hangs on none). The rest is what could not be read, as WordText has it.
    """

    found: dict[str, Found]
    leftovers: list[Leftover]
    token: str = ""
    changes: int = 0
    pictures: int = 0
    foreign: int = 0
    equations: int = 0
    template: int = 0

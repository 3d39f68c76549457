"""How far a recommendation is followed."""

from enum import StrEnum


class Progress(StrEnum):
    NOT_BEGUN = "not_begun"
    UNDER_WAY = "being_followed"
    DONE = "followed"
    NOT_FOR_US = "not_for_us"

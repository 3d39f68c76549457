"""What has become of a coordination."""

from enum import StrEnum


class CoordinationState(StrEnum):
    PROPOSED = "proposed"
    AGREED = "agreed"
    UNDER_WAY = "under_way"
    DONE = "done"

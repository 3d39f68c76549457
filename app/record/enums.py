"""Halves of a day, where minutes stand, why a version was kept, and what becomes of a correction."""

from enum import StrEnum


class Half(StrEnum):
    """A sitting takes half a day; some are held in the evening besides."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


class MinutesState(StrEnum):
    """`CORRECTING`: the delegations have them, and correct what they said until a moment."""

    WRITING = "minutes_written"
    CORRECTING = "minutes_corrected"
    FINAL = "minutes_final"


class Kept(StrEnum):
    """Why a version of the minutes was kept."""

    BY_HAND = "by_hand"
    SENT = "sent_for_correction"
    BEFORE_RESTORING = "before_restoring"
    FINAL = "final_version"


class Outcome(StrEnum):
    ACCEPTED = "correction_accepted"
    IN_PART = "correction_in_part"
    DECLINED = "correction_declined"

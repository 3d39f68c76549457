"""What a text is circulated for, how that ended, and what becomes of a comment."""

from enum import StrEnum


class CirculationKind(StrEnum):
    COMMENTS = "for_comments"
    SILENCE = "silence_procedure"


class CirculationEnd(StrEnum):
    """How it ended: `CLOSED` one for comments, at its moment; `ENDED_EARLY` by the secretariat, before it."""

    CLOSED = "comments_closed"
    ADOPTED = "adopted_by_silence"
    BROKEN = "silence_broken"
    ENDED_EARLY = "circulation_ended_early"


class Disposition(StrEnum):
    ACCEPTED = "comment_accepted"
    IN_PART = "comment_in_part"
    NOT_ACCEPTED = "comment_not_accepted"
    NOTED = "comment_noted"

"""States of a good practice and the moves between them."""

from enum import StrEnum


class LateRule(StrEnum):
    """What happens after the deadline, extensions apart."""

    REFUSE = "refuse"
    ACCEPT = "accept"


class PracticeState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def editable(self) -> bool:
        """Whether the delegation may change the text."""
        return self in (PracticeState.DRAFT, PracticeState.RETURNED)


MOVES: dict[PracticeState, frozenset[PracticeState]] = {
    PracticeState.DRAFT: frozenset({PracticeState.SUBMITTED, PracticeState.WITHDRAWN}),
    PracticeState.SUBMITTED: frozenset({PracticeState.RETURNED, PracticeState.ACCEPTED, PracticeState.WITHDRAWN}),
    PracticeState.RETURNED: frozenset({PracticeState.SUBMITTED, PracticeState.WITHDRAWN}),
    PracticeState.ACCEPTED: frozenset({PracticeState.RETURNED, PracticeState.PUBLISHED, PracticeState.WITHDRAWN}),
    PracticeState.PUBLISHED: frozenset({PracticeState.WITHDRAWN}),
    PracticeState.WITHDRAWN: frozenset(),
}


class Decision(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"


class Mark(StrEnum):
    """How a practice meets a criterion of the review."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class CorrectionState(StrEnum):
    """What became of a correction that a delegation proposed."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    RECALLED = "recalled"

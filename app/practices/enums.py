"""States of a good practice and the moves between them."""

from enum import StrEnum


class LateRule(StrEnum):
    """What happens after the deadline, extensions apart."""

    REFUSE = "refuse"
    ACCEPT = "accept"


class PracticeState(StrEnum):
    DRAFT = "draft"
    WITH_CAPITAL = "with_capital"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"

    @property
    def editable(self) -> bool:
        """Whether the delegation may change the text."""
        return self in (PracticeState.DRAFT, PracticeState.RETURNED)

    @property
    def own(self) -> bool:
        """Whether the next step is the delegation's, so that the text is its alone."""
        return self.editable or self is PracticeState.WITH_CAPITAL

    @property
    def told(self) -> "PracticeState":
        """What the secretariat is told of what was submitted to it: a revision with the capital is the State's own."""
        return PracticeState.RETURNED if self is PracticeState.WITH_CAPITAL else self

    def may_be_reviewed(self, state: "PracticeState") -> bool:
        """Whether the secretariat may bring a practice from this state into another."""
        return not self.own and state in MOVES[self]


MOVES: dict[PracticeState, frozenset[PracticeState]] = {
    PracticeState.DRAFT: frozenset({PracticeState.WITH_CAPITAL, PracticeState.SUBMITTED, PracticeState.WITHDRAWN}),
    PracticeState.WITH_CAPITAL: frozenset(
        {PracticeState.DRAFT, PracticeState.RETURNED, PracticeState.SUBMITTED, PracticeState.WITHDRAWN}
    ),
    PracticeState.SUBMITTED: frozenset({PracticeState.RETURNED, PracticeState.ACCEPTED, PracticeState.WITHDRAWN}),
    PracticeState.RETURNED: frozenset({PracticeState.WITH_CAPITAL, PracticeState.SUBMITTED, PracticeState.WITHDRAWN}),
    PracticeState.ACCEPTED: frozenset({PracticeState.RETURNED, PracticeState.PUBLISHED, PracticeState.WITHDRAWN}),
    PracticeState.PUBLISHED: frozenset({PracticeState.WITHDRAWN}),
    PracticeState.WITHDRAWN: frozenset(),
}


class Decision(StrEnum):
    ACCEPT = "accept"
    RETURN = "return"


class TranslationStatus(StrEnum):
    """How far a translation can be relied on; the original alone is authoritative."""

    MACHINE = "machine"
    UNOFFICIAL = "unofficial"
    OFFICIAL = "official"


class TranslationsWanted(StrEnum):
    """What the register of submitted practices is filtered by."""

    MISSING = "missing"
    STALE = "stale"


class ClearanceKind(StrEnum):
    """Who clears, in the order in which they usually do."""

    DRAFTER = "drafter"
    FOCAL_POINT = "focal_point"
    MINISTRY = "ministry"
    HEAD = "head"


class ClearanceAct(StrEnum):
    """What is done in the clearance of a text."""

    SENT = "sent"
    CLEARED = "cleared"
    COMMENTED = "commented"
    SENT_BACK = "sent_back"
    RECALLED = "recalled"


class IntakeMeans(StrEnum):
    """How a text came to the secretariat."""

    EMAIL = "email"
    NOTE = "note"
    HAND = "hand"
    OTHER = "other"


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

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


class TranslationStatus(StrEnum):
    """How far a translation can be relied on; the original alone is authoritative."""

    MACHINE = "machine"
    UNOFFICIAL = "unofficial"
    OFFICIAL = "official"


class TranslationsWanted(StrEnum):
    """What the register of submitted practices is filtered by."""

    MISSING = "missing"
    STALE = "stale"

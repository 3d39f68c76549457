"""States of a presentation and the moves between them."""

from enum import StrEnum


class PresentationState(StrEnum):
    DRAFT = "draft"
    FILED = "filed"
    WITHDRAWN = "withdrawn"


class InvitationState(StrEnum):
    """Where an invitation to present is; an answer can be changed."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Missing(StrEnum):
    """What the secretariat waits for."""

    SPEAKERS = "speakers"
    ANSWERS = "answers"
    SLIDES = "slides"
    CONSENT = "consent"


# Filing again makes the next version; what is published stays filed.
MOVES: dict[PresentationState, frozenset[PresentationState]] = {
    PresentationState.DRAFT: frozenset({PresentationState.FILED, PresentationState.WITHDRAWN}),
    PresentationState.FILED: frozenset({PresentationState.FILED, PresentationState.WITHDRAWN}),
    PresentationState.WITHDRAWN: frozenset({PresentationState.FILED}),
}

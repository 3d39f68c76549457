"""Kinds of interventions, who makes them, and what becomes of a request."""

from enum import StrEnum

from app.meetings.enums import Stage

TAKING = (Stage.CALL_OPEN, Stage.IN_SESSION)  # the stages at which a session's floor takes something


class SpeakingKind(StrEnum):
    """What a delegation asks the floor for."""

    STATEMENT = "statement"
    QUESTION = "question_to_panellist"
    REPLY = "reply"
    EXPLANATION = "explanation_of_position"
    POINT_OF_ORDER = "point_of_order"
    RIGHT_OF_REPLY = "right_of_reply"

    @property
    def passes_closing(self) -> bool:
        """Whether it may be asked for once the list is closed."""
        return self in (SpeakingKind.POINT_OF_ORDER, SpeakingKind.RIGHT_OF_REPLY)

    @property
    def queued(self) -> bool:
        """Whether it stands in the list itself: by its rule, where the Chair puts it, shortened with the others."""
        return not self.passes_closing


class Category(StrEnum):
    """As whom somebody speaks: what their time goes by."""

    STATES = "for_states"
    GROUPS = "for_groups"
    OBSERVERS = "for_observers"


class Times(StrEnum):
    """What a body sets a time for. Statements have one for each category."""

    STATES = Category.STATES.value
    GROUPS = Category.GROUPS.value
    OBSERVERS = Category.OBSERVERS.value
    QUESTION = SpeakingKind.QUESTION.value
    REPLY = SpeakingKind.REPLY.value
    EXPLANATION = SpeakingKind.EXPLANATION.value
    POINT_OF_ORDER = SpeakingKind.POINT_OF_ORDER.value
    RIGHT_OF_REPLY = SpeakingKind.RIGHT_OF_REPLY.value
    SECOND_RIGHT = "second_right_of_reply"


class SpeakingOrder(StrEnum):
    """How the speakers of a list follow one another."""

    REQUEST = "by_request"
    GROUPS_FIRST = "groups_first"
    LOT = "by_lot"
    ALPHABETICAL = "by_alphabet"
    PRECEDENCE = "by_precedence"


class EntryState(StrEnum):
    WAITING = "waiting"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


class FloorPart(StrEnum):
    """What the secretariat lets a member of a delegation do besides."""

    CHAIR = "chair"
    RAPPORTEUR = "rapporteur_of_session"


class ListState(StrEnum):
    """Where a list stands at a moment: its row holds only the moment at which it closes."""

    OPEN = "open"
    CLOSING = "closing_announced"
    CLOSED = "closed"


class StatementOutcome(StrEnum):
    """What became of a statement that was handed in; one without any waits to be delivered."""

    DELIVERED = "delivered"
    NOT_DELIVERED = "not_delivered"
    WRITTEN_ONLY = "written_only"

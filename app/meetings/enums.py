"""States of a meeting and kinds of its parts."""

from enum import StrEnum


class Stage(StrEnum):
    """In order; a session moves one step forward or back."""

    PREPARING = "preparing"
    CALL_OPEN = "call_open"
    IN_SESSION = "in_session"
    CONSOLIDATING = "consolidating"
    PUBLISHED = "published"

    @property
    def next(self) -> "Stage | None":
        stages = list(Stage)
        position = stages.index(self) + 1
        return stages[position] if position < len(stages) else None

    @property
    def previous(self) -> "Stage | None":
        stages = list(Stage)
        position = stages.index(self) - 1
        return stages[position] if position >= 0 else None


OVER = (Stage.CONSOLIDATING, Stage.PUBLISHED)  # a session in them is over


class Mode(StrEnum):
    IN_PERSON = "in_person"
    HYBRID = "hybrid"
    VIRTUAL = "virtual"


class ItemKind(StrEnum):
    OPENING = "opening"
    RAPPORTEUR = "rapporteur"
    PANEL = "panel"
    DIALOGUE = "dialogue"
    BREAK = "break"
    OTHER = "other"
    CLOSING = "closing"


class ItemRole(StrEnum):
    """The part of somebody in an item, in the order in which they are named."""

    CHAIR = "chair"
    MODERATOR = "moderator"
    SPEAKER = "speaker"
    RAPPORTEUR = "item_rapporteur"


class QuestionAudience(StrEnum):
    MECHANISMS = "mechanisms"
    STATES = "states"
    BOTH = "both"


class ParticipantRole(StrEnum):
    """As what a person attends. A head comes first in the delegation; the rest is the delegation's own order."""

    HEAD = "head"
    ALTERNATE = "alternate"
    DELEGATE = "delegate"
    ADVISER = "adviser"
    OBSERVER = "observer"


class Attendance(StrEnum):
    IN_PERSON = "in_person"
    VIRTUAL = "virtual"


class Precedence(StrEnum):
    """How the delegations follow one another in lists of participants."""

    ALPHABETICAL = "alphabetical"
    PROTOCOL = "protocol"


class DelegationRole(StrEnum):
    HEAD = "head"
    FOCAL_POINT = "focal_point"
    DRAFTER = "drafter"
    OBSERVER = "observer"

"""How the states and kinds of a session are called on screens."""

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.directory.enums import PartyKind
from app.meetings.enums import (
    Attendance,
    DelegationRole,
    ItemKind,
    ItemRole,
    Mode,
    ParticipantRole,
    Precedence,
    QuestionAudience,
    Stage,
)
from app.meetings.models import Meeting

STAGES = {
    Stage.PREPARING: _l("Preparing"),
    Stage.CALL_OPEN: _l("Call open"),
    Stage.IN_SESSION: _l("In session"),
    Stage.CONSOLIDATING: _l("Consolidating"),
    Stage.PUBLISHED: _l("Published"),
}
STAGE_KINDS = {
    Stage.PREPARING: "neutral",
    Stage.CALL_OPEN: "action",
    Stage.IN_SESSION: "progress",
    Stage.CONSOLIDATING: "progress",
    Stage.PUBLISHED: "done",
}


def stage_of(meeting: Meeting) -> LazyString:
    """Return where a session is, in words; a cancelled one is nowhere."""
    return _l("Session cancelled") if meeting.cancelled_at else STAGES[meeting.stage]


def stage_kind_of(meeting: Meeting) -> str:
    """Return how `stage_of` is marked on screens."""
    return "action" if meeting.cancelled_at else STAGE_KINDS[meeting.stage]


MODES = {Mode.IN_PERSON: _l("In person"), Mode.HYBRID: _l("Hybrid"), Mode.VIRTUAL: _l("Virtual")}
ITEM_KINDS = {
    ItemKind.OPENING: _l("Opening"),
    ItemKind.RAPPORTEUR: _l("Election of the rapporteur"),
    ItemKind.PANEL: _l("Panel"),
    ItemKind.DIALOGUE: _l("Dialogue"),
    ItemKind.BREAK: _l("Break"),
    ItemKind.OTHER: _l("Other business"),
    ItemKind.CLOSING: _l("Closing"),
}
ITEM_ROLES = {
    ItemRole.CHAIR: _l("Chair"),
    ItemRole.MODERATOR: _l("Moderator"),
    ItemRole.SPEAKER: _l("Speaker"),
    ItemRole.RAPPORTEUR: _l("Rapporteur"),
}
QUESTION_AUDIENCES = {
    QuestionAudience.MECHANISMS: _l("Mechanisms"),
    QuestionAudience.STATES: _l("States"),
    QuestionAudience.BOTH: _l("Mechanisms and States"),
}
ROLES = {
    DelegationRole.HEAD: _l("Head of delegation"),
    DelegationRole.FOCAL_POINT: _l("Focal point"),
    DelegationRole.DRAFTER: _l("Drafter"),
    DelegationRole.OBSERVER: _l("Observer"),
}
PARTICIPANT_ROLES = {
    ParticipantRole.HEAD: _l("Head of delegation"),
    ParticipantRole.ALTERNATE: _l("Alternate head"),
    ParticipantRole.DELEGATE: _l("Delegate"),
    ParticipantRole.ADVISER: _l("Adviser"),
    ParticipantRole.OBSERVER: _l("Observer"),
}
ATTENDANCES = {Attendance.IN_PERSON: _l("In person"), Attendance.VIRTUAL: _l("Virtual")}
PRECEDENCES = {
    Precedence.ALPHABETICAL: _l("Alphabetical, in the reader's language"),
    Precedence.PROTOCOL: _l("Protocol, in the order set below"),
}
GROUPS = {
    PartyKind.STATE: _l("States"),
    PartyKind.TERRITORY: _l("Territories"),
    PartyKind.MECHANISM: _l("Mechanisms"),
    PartyKind.ORGANIZATION: _l("Organizations"),
    PartyKind.CIVIL_SOCIETY: _l("Civil society"),
}
AUDIENCES = {
    Audience.PUBLIC: _l("Public"),
    Audience.MEMBER_STATES: _l("Member States"),
    Audience.RESTRICTED: _l("Delegations to this session"),
}
# What each step will do and how it is undone, said before it is taken.
ENTERING = {
    Stage.PREPARING: _l("The session is hidden again from everybody but the secretariat."),
    Stage.CALL_OPEN: _l(
        "The session and the documents issued for it appear to their audience, and delegations can submit while the "
        "call is open."
    ),
    Stage.IN_SESSION: _l("The session is marked as meeting now. What was submitted stays open to review."),
    Stage.CONSOLIDATING: _l("The session is marked as over, and the summary can be published when it is ready."),
    Stage.PUBLISHED: _l("The session is marked as finished, with its published summary in front."),
}

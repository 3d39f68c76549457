"""How kinds, states and rules of the floor are called on screens, and who somebody speaks for."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.wording import in_reader_language
from app.floor.enums import (
    Category,
    EntryState,
    FloorPart,
    ListState,
    SpeakingKind,
    SpeakingOrder,
    StatementOutcome,
    Times,
)
from app.floor.models import SpeakerEntry
from app.floor.statement_models import FloorStatement

KINDS = {
    SpeakingKind.STATEMENT: _l("Statement"),
    SpeakingKind.QUESTION: _l("Question to a panellist"),
    SpeakingKind.REPLY: _l("Reply"),
    SpeakingKind.EXPLANATION: _l("Explanation of position"),
    SpeakingKind.POINT_OF_ORDER: _l("Point of order"),
    SpeakingKind.RIGHT_OF_REPLY: _l("Right of reply"),
}
CATEGORIES = {
    Category.STATES: _l("States"),
    Category.GROUPS: _l("Groups and mechanisms"),
    Category.OBSERVERS: _l("Observers"),
}
TIMES = {
    Times.STATES: _l("Statement of a State"),
    Times.GROUPS: _l("Statement of a group or mechanism"),
    Times.OBSERVERS: _l("Statement of an observer"),
    Times.QUESTION: _l("Question to a panellist"),
    Times.REPLY: _l("Reply"),
    Times.EXPLANATION: _l("Explanation of position"),
    Times.POINT_OF_ORDER: _l("Point of order"),
    Times.RIGHT_OF_REPLY: _l("First right of reply"),
    Times.SECOND_RIGHT: _l("Second right of reply"),
}
PARTS = {
    FloorPart.CHAIR: _l("The Chair's part: lists, order, time, rulings"),
    FloorPart.RAPPORTEUR: _l("The rapporteur's part: notes, attendance, minutes, summary"),
}
ORDERS = {
    SpeakingOrder.REQUEST: _l("In the order of requests"),
    SpeakingOrder.GROUPS_FIRST: _l("Groups and mechanisms first, then in the order of requests"),
    SpeakingOrder.LOT: _l("By lot"),
    SpeakingOrder.ALPHABETICAL: _l("In alphabetical order"),
    SpeakingOrder.PRECEDENCE: _l("In the order of precedence"),
}
STATES = {
    EntryState.WAITING: _l("Waiting"),
    EntryState.SPEAKING: _l("Has the floor"),
    EntryState.SPOKEN: _l("Has spoken"),
    EntryState.WITHDRAWN: _l("Withdrawn"),
    EntryState.REMOVED: _l("Removed by the Chair"),
}
LISTS = {
    ListState.OPEN: _l("List open"),
    ListState.CLOSING: _l("Closing announced"),
    ListState.CLOSED: _l("List closed"),
}
LIST_KINDS = {ListState.OPEN: "progress", ListState.CLOSING: "action", ListState.CLOSED: "stopped"}

OUTCOMES = {
    StatementOutcome.DELIVERED: _l("Statement delivered"),
    StatementOutcome.NOT_DELIVERED: _l("Statement not delivered"),
    StatementOutcome.WRITTEN_ONLY: _l("In writing only"),
}


def behalf_name(entry: SpeakerEntry | FloorStatement) -> str:
    """Return on whose behalf somebody speaks, in the reader's language; "" for themselves. Reads the parties."""
    return in_reader_language(entry.on_behalf.label) if entry.on_behalf else entry.group_name


def speaker_name(entry: SpeakerEntry | FloorStatement) -> str:
    """Return "Peru", or "Peru on behalf of the SACM", in the reader's language. Reads the parties."""
    name, group = in_reader_language(entry.delegation.party.label), behalf_name(entry)
    return _("%(party)s on behalf of %(group)s", party=name, group=group) if group else name

"""Whatever the code writes to the trail has a name on screens, in four languages."""

import ast
from pathlib import Path

from app.audit.labels import ACTIONS
from app.audit.value_labels import FIELDS, VALUED, VALUES
from app.floor.enums import EntryState, SpeakingKind, SpeakingOrder
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
from app.people.enums import LinkPurpose
from app.practices.enums import Decision, PracticeState
from app.presentations.enums import InvitationState, PresentationState

APP = Path(__file__).resolve().parents[2] / "app"
# Actions whose name is put together where they are recorded, by the file that does.
COMPOSED = {
    "mail/operations.py": {"approve_mails", "cancel_mails", "retry_mails"},
    "summaries/margin.py": {"comment_in_margin", "reopen_comment", "resolve_comment"},
    "people/operations.py": {f"send_{purpose}_link" for purpose in LinkPurpose},
    "practices/translating.py": {"translate_practice", "check_translation", "uncheck_translation"},
    "practices/operations.py": {f"{decision.value}_practice" for decision in Decision},
}


def recorded() -> set[str]:
    """The actions that calls of `record` name; a name put together is looked up by its file."""
    found: set[str] = set()
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    found.add(first.value)
                else:
                    found |= COMPOSED[str(path.relative_to(APP))]
    return found


def test_every_action_has_a_name_and_no_name_is_left_over():
    assert recorded() == set(ACTIONS)


def test_every_value_of_a_state_or_kind_has_a_name():
    enums = (Stage, Mode, ItemKind, ItemRole, QuestionAudience, DelegationRole, PracticeState, PresentationState)
    enums += (SpeakingKind, SpeakingOrder, EntryState, Attendance, ParticipantRole, Precedence, InvitationState)
    assert {member.value for enum in enums for member in enum} <= set(VALUES)
    assert set(FIELDS) >= VALUED

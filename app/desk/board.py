"""The board of a session: each contributor (States for the call, mechanisms for presentations) against what is asked.

It holds what was submitted or filed. Of the draft of a good practice it tells that it was begun, or that it is with the
capital, and nothing of its text; of what staff recorded for a State, that it waits to be confirmed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.core.clock import now
from app.core.texts import count_words, fold
from app.core.wording import in_reader_language
from app.desk import queries
from app.directory.enums import PartyKind
from app.meetings.enums import DelegationRole
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.queries import questions_of
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.policies import WRITING_PARTIES
from app.presentations.enums import InvitationState, PresentationState
from app.presentations.queries import received
from app.reminders.queries import Key, Told
from app.reminders.queries import told as told_by_reminders
from app.reminders.registry import Owed, subjects

NOTHING, RECORDED = "nothing", "recorded"
CALL_STATES = (NOTHING, RECORDED, *(state.value for state in PracticeState))


@dataclass(frozen=True)
class Came:
    """A text as it was last submitted or filed, its answers by the question's key; or a no to the invitation."""

    state: PracticeState | PresentationState | InvitationState
    published: bool
    answers: Mapping[str, str]
    late: bool = False

    @property
    def over(self) -> bool:
        return self.state in (PracticeState.WITHDRAWN, PresentationState.WITHDRAWN, InvitationState.DECLINED)


@dataclass(frozen=True)
class Contributor:
    """A delegation that is asked for something: what came of it, how far each practice is that was `begun` and never
    submitted (of CALL_STATES), what is `owed` (by the reminder's message), and what its people were told of that (by
    person and message)."""

    delegation: Delegation
    name: str
    owed: Mapping[str, Owed]
    came: Sequence[Came]
    begun: Sequence[str]
    told: Mapping[tuple[int, str], Told]
    at: datetime

    @property
    def is_mechanism(self) -> bool:
        return self.delegation.party.kind is PartyKind.MECHANISM

    @property
    def owes(self) -> bool:
        """Whether the next step is the delegation's: something has not come, or all that came was returned."""
        return bool(self.owed)

    @property
    def has_come(self) -> bool:
        """Whether anything came that stands."""
        return any(not item.over for item in self.came)

    @property
    def due(self) -> datetime | None:
        """Until when the first thing is due that it owes."""
        return min((what.deadline for what in self.owed.values()), default=None)

    @property
    def late(self) -> bool:
        return self.due is not None and self.at >= self.due

    @property
    def writers(self) -> list[User]:
        """Those who write for the delegation and can still sign in."""
        return [
            member.user
            for member in self.delegation.members
            if member.role is not DelegationRole.OBSERVER and member.user.closed_at is None
        ]

    @property
    def to_tell(self) -> list[User]:
        """The writers whom a reminder would reach now; `operations.remind_now` says why not the others."""
        zone = self.delegation.meeting.zone
        return [
            user
            for user in self.writers
            if any(
                (last := self.told.get((user.id, name))) is None or not last.lately(self.at, zone) for name in self.owed
            )
        ]

    @property
    def last_told(self) -> Told | None:
        """The last reminder to anybody of the delegation."""
        return max(self.told.values(), default=None)

    def words(self, question: GuidingQuestion) -> int:
        """How many words answer the question, in all that came and stands."""
        return sum(count_words(item.answers.get(question.key, "")) for item in self.came if not item.over)

    def is_asked(self, question: GuidingQuestion) -> bool:
        """Whether the question is put to contributors of this kind."""
        return question.for_mechanisms if self.is_mechanism else question.for_states


@dataclass(frozen=True)
class Board:
    """A session's questions and contributors, States first, each by name in the reader's language; and what people
    were told by reminders."""

    meeting: Meeting
    questions: Sequence[GuidingQuestion]
    contributors: Sequence[Contributor]
    told: Mapping[Key, Told]


@dataclass(frozen=True)
class Cell:
    """What stands where a contributor and a column cross; `label` says it in full, `value` is it for a sheet."""

    text: str
    heat: int = 0
    url: str = ""
    label: str = ""
    value: int | None = None


@dataclass(frozen=True)
class Column:
    """A column of the board: its head, what the head means in full, and its cell for each contributor. `named`: on the
    page a cell with an address stands below the contributor's name instead, which stays in sight."""

    label: str
    cell: Callable[[Contributor], Cell]
    title: str = ""
    named: bool = False


def board_of(meeting: Meeting) -> Board:
    """Read a session's board, in a number of statements that its size does not change."""
    at = now()
    came, begun = _came(meeting.id)
    owed: dict[int, dict[str, Owed]] = {}
    for subject in subjects():
        for delegation_id, what in subject.owed(meeting).items():
            owed.setdefault(delegation_id, {})[subject.message.name] = what
    told = told_by_reminders(meeting.id)
    told_of: dict[int, dict[tuple[int, str], Told]] = {}
    for (delegation_id, user_id, message), last in told.items():
        told_of.setdefault(delegation_id, {})[user_id, message] = last
    contributors = [
        Contributor(
            delegation=delegation,
            name=in_reader_language(delegation.party.label),
            owed=owed.get(delegation.id, {}),
            came=came.get(delegation.id, []),
            begun=begun.get(delegation.id, []),
            told=told_of.get(delegation.id, {}),
            at=at,
        )
        for delegation in queries.contributing(meeting.id, kinds=[*WRITING_PARTIES, PartyKind.MECHANISM])
    ]
    contributors.sort(key=lambda item: (item.is_mechanism, fold(item.name)))
    return Board(meeting, questions_of(meeting.id), contributors, told)


def _came(meeting_id: int) -> tuple[dict[int, list[Came]], dict[int, list[str]]]:
    """What came, by delegation; and how far each text is that was never submitted."""
    found: dict[int, list[Came]] = {}
    begun: dict[int, list[str]] = {}
    for row in queries.practices_received(meeting_id):
        if not row.submitted:
            # What the delegation makes of a text that staff recorded is its own until it confirms it.
            begun.setdefault(row.delegation_id, []).append(RECORDED if row.recorded else row.state.value)
            continue
        item = Came(
            state=row.state.told, published=row.published_at is not None, answers=row.answers or {}, late=row.late
        )
        found.setdefault(row.delegation_id, []).append(item)
    for presented in received(meeting_id):
        if presented.invitation is InvitationState.DECLINED:
            found[presented.delegation_id] = [Came(InvitationState.DECLINED, False, {})]
        elif presented.state and presented.content is not None:
            published = presented.published_at is not None
            answers = presented.content.get("answers", {})
            found[presented.delegation_id] = [Came(presented.state, published, answers)]
    return found, begun


def call_states(item: Contributor) -> set[str]:
    """In which of CALL_STATES a State's texts are; a mechanism has none."""
    if item.is_mechanism:
        return set()
    return {*(came.state.value for came in item.came), *item.begun} or {NOTHING}


def chosen(contributors: Iterable[Contributor], *, who: str, state: str) -> list[Contributor]:
    """The contributors of a kind ("states", "mechanisms") and in a state ("late", "missing", "came"); "" is any.
    Of whom something came and more is awaited is in both of these.

    A state of the call is one too: one of CALL_STATES, in which one of a State's texts is.
    """
    kinds = {"states": False, "mechanisms": True}
    tests: dict[str, Callable[[Contributor], bool]] = {
        "late": lambda item: item.late,
        "missing": lambda item: item.owes,
        "came": lambda item: item.has_come,
        **dict.fromkeys(CALL_STATES, lambda item: state in call_states(item)),
    }
    return [
        item
        for item in contributors
        if (who not in kinds or item.is_mechanism is kinds[who]) and (state not in tests or tests[state](item))
    ]

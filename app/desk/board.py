"""The board of a session: each contributor (States for the call, mechanisms for presentations) against what is asked.

It holds what was submitted or filed, never anything of a draft: "nothing yet" says the same of a delegation that
has not begun and of one that is writing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.clock import now
from app.core.texts import count_words, fold
from app.core.wording import in_reader_language
from app.desk import queries
from app.directory.enums import PartyKind
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.queries import questions_of
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.policies import WRITING_PARTIES
from app.presentations.enums import PresentationState

# A delegation is not reminded again before so much time has gone by.
PAUSE = timedelta(days=1)
COLLECTING = (Stage.CALL_OPEN, Stage.IN_SESSION, Stage.CONSOLIDATING)


@dataclass(frozen=True)
class Came:
    """A text as it was last submitted or filed; its answers by the question's key."""

    state: PracticeState | PresentationState
    published: bool
    answers: Mapping[str, str]

    @property
    def withdrawn(self) -> bool:
        return self.state in (PracticeState.WITHDRAWN, PresentationState.WITHDRAWN)

    @property
    def returned(self) -> bool:
        return self.state is PracticeState.RETURNED


@dataclass(frozen=True)
class Contributor:
    """A delegation that is asked for something: what came of it, until when it is due, when it was last reminded.

    `asked` is false while nothing can be expected: the session is still prepared, or the call is not open yet.
    """

    delegation: Delegation
    name: str
    asked: bool
    due: datetime | None
    came: Sequence[Came]
    reminded_at: datetime | None
    at: datetime

    @property
    def is_mechanism(self) -> bool:
        return self.delegation.party.kind is PartyKind.MECHANISM

    @property
    def owes(self) -> bool:
        """Whether the next step is the delegation's: nothing has come, or all that came was returned."""
        standing = [item for item in self.came if not item.withdrawn]
        return self.asked and (all(item.returned for item in standing) if standing else not self.came)

    @property
    def late(self) -> bool:
        return self.owes and self.due is not None and self.at >= self.due

    @property
    def writers(self) -> list[User]:
        """Those who write for the delegation and can still sign in."""
        return [
            member.user
            for member in self.delegation.members
            if member.role is not DelegationRole.OBSERVER and member.user.closed_at is None
        ]

    @property
    def reminded_lately(self) -> bool:
        return self.reminded_at is not None and self.at - self.reminded_at < PAUSE

    @property
    def to_remind(self) -> bool:
        return self.owes and bool(self.writers) and not self.reminded_lately

    def words(self, question: GuidingQuestion) -> int:
        """How many words answer the question, in all that came and stands."""
        return sum(count_words(item.answers.get(question.key, "")) for item in self.came if not item.withdrawn)

    def is_asked(self, question: GuidingQuestion) -> bool:
        """Whether the question is put to contributors of this kind."""
        return question.for_mechanisms if self.is_mechanism else question.for_states


@dataclass(frozen=True)
class Board:
    """A session's questions and contributors, States first, each by name in the reader's language."""

    meeting: Meeting
    questions: Sequence[GuidingQuestion]
    contributors: Sequence[Contributor]


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
    """A column of the board: its head, what the head means in full, and its cell for each contributor."""

    label: str
    cell: Callable[[Contributor], Cell]
    title: str = ""


def board_of(meeting: Meeting) -> Board:
    """Read a session's board, in six statements."""
    at = now()
    deadlines = queries.call_deadlines(meeting.id)
    came = _came(meeting.id)
    reminded = queries.last_reminders(meeting.id)
    collecting = meeting.stage in COLLECTING
    contributors = []
    for delegation in queries.contributing(meeting.id, kinds=[*WRITING_PARTIES, PartyKind.MECHANISM]):
        due: datetime | None = meeting.starts_at
        asked = collecting
        if delegation.party.kind is not PartyKind.MECHANISM:
            due = deadlines.until(delegation.id) if deadlines else None
            asked = collecting and deadlines is not None and at >= deadlines.opens_at
        contributors.append(
            Contributor(
                delegation=delegation,
                name=in_reader_language(delegation.party.label),
                asked=asked,
                due=due,
                came=came.get(delegation.id, []),
                reminded_at=reminded.get(delegation.id),
                at=at,
            )
        )
    contributors.sort(key=lambda item: (item.is_mechanism, fold(item.name)))
    return Board(meeting, questions_of(meeting.id), contributors)


def _came(meeting_id: int) -> dict[int, list[Came]]:
    found: dict[int, list[Came]] = {}
    for row in (*queries.practices_received(meeting_id), *queries.presentations_received(meeting_id)):
        item = Came(state=row.state, published=row.published_at is not None, answers=row.answers or {})
        found.setdefault(row.delegation_id, []).append(item)
    return found


def chosen(contributors: Iterable[Contributor], *, who: str, state: str) -> list[Contributor]:
    """The contributors of a kind ("states", "mechanisms") and in a state ("late", "missing", "came"); "" is any."""
    kinds = {"states": False, "mechanisms": True}
    tests: dict[str, Callable[[Contributor], bool]] = {
        "late": lambda item: item.late,
        "missing": lambda item: item.owes,
        "came": lambda item: bool(item.came) and not item.owes,
    }
    return [
        item
        for item in contributors
        if (who not in kinds or item.is_mechanism is kinds[who]) and (state not in tests or tests[state](item))
    ]

"""What sessions remind of. Later packages say so here when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.mail.messages import Message
from app.meetings.models import Meeting


@dataclass(frozen=True)
class Owed:
    """What a delegation has not done: until when, which may have passed, and the parts, named as its subject does."""

    deadline: datetime
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """One thing to be reminded of; `message` is the mail that does it.

    Its placeholders are of a context with `delegation`, `meeting`, `deadline`, `parts` and `late` (whether the deadline
    has passed). `deadline` is the session's own, None where there is none yet. `owed` gives what each delegation that
    is asked now has not done; two statements at most.
    """

    message: Message
    deadline: Callable[[Meeting], datetime | None]
    owed: Callable[[Meeting], dict[int, Owed]]


_subjects: dict[str, Subject] = {}


def reminds(subject: Subject) -> Subject:
    """Register what can be reminded of."""
    _subjects[subject.message.name] = subject
    return subject


def subjects() -> list[Subject]:
    """All there are, by the name of their message."""
    return [_subjects[name] for name in sorted(_subjects)]


def subject_of(name: str) -> Subject | None:
    """The subject whose message has the name."""
    return _subjects.get(name)

"""What sessions remind of. Later packages say so here when the application starts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.mail.messages import Message
from app.meetings.models import Meeting


@dataclass(frozen=True)
class Subject:
    """One thing to be reminded of; `message` is the mail that does it, with `delegation`, `meeting` and `deadline`.

    `deadline` is the session's own, None where there is none yet. `missing` gives, for each delegation that is
    asked now and has not done it, the deadline that holds for it; one statement.
    """

    message: Message
    deadline: Callable[[Meeting], datetime | None]
    missing: Callable[[Meeting], dict[int, datetime]]


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

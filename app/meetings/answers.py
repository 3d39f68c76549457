"""Whose answers a changed guiding question touches. Later packages say so here when the application starts.

Only what a delegation has handed in counts: that a draft exists, or answers anything, is its delegation's alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.core.localized import LocalizedText
from app.core.texts import fingerprint
from app.meetings.models import GuidingQuestion


@dataclass(frozen=True)
class Answered:
    """A submitted answer: whose it is, what it stands in (words for screens), and when it was handed in."""

    delegation_id: int
    party: LocalizedText
    stands_in: Any
    at: datetime


class Unconfirmed(Refusal):
    """A change touches answers that the person has not been shown; `answers` are all that it touches."""

    status = 409

    def __init__(self, answers: list[Answered]) -> None:
        super().__init__(_l("Look first at whose answers this change touches."))
        self.answers = answers


Finder = Callable[[GuidingQuestion], Iterable[Answered]]

_finders: list[Finder] = []


def finds_answers(finder: Finder) -> Finder:
    """Register a function that returns the submitted answers to a question; decorates it."""
    if finder not in _finders:
        _finders.append(finder)
    return finder


def answers_to(question: GuidingQuestion) -> list[Answered]:
    """Return all submitted answers to a question, in the order in which they were handed in."""
    return sorted((answer for finder in _finders for answer in finder(question)), key=lambda answer: answer.at)


def mark_of(answers: Iterable[Answered]) -> str:
    """Return what stands for these answers in the form that confirms a change: others make another mark."""
    return fingerprint([[dict(answer.party), str(answer.at)] for answer in answers])

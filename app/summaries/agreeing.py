"""What the delegations agreed of a summary, beside what is published of it.

The feature that puts a text before the delegations says here, when the application starts, what came of it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.summaries.models import Publication, SummaryVersion
from app.summaries.publishing import in_languages
from app.summaries.version_comparing import changes_between, paragraphs_in


@dataclass(frozen=True)
class Adopted:
    """A version that the delegations adopted: as of which moment, and where a page of the session says so."""

    version: SummaryVersion
    at: datetime
    endpoint: str
    anchor: str


@dataclass(frozen=True)
class Agreement:
    """How far a session has agreed: whether a text is before the delegations for adoption now, and what they adopted
    (the last first)."""

    running: bool = False
    adopted: Sequence[Adopted] = ()


@dataclass(frozen=True)
class Departure:
    """How a text departs from the adopted one: labels of paragraphs that say or cite something else, ask for something
    else or stand elsewhere, of added ones, and of those left out (as they were numbered); and whether a title differs.
    """

    changed: Sequence[str]
    added: Sequence[str]
    removed: Sequence[str]
    titles: bool

    def __bool__(self) -> bool:
        return bool(self.changed or self.added or self.removed or self.titles)


Answer = Callable[[int], Agreement]

_answers: list[Answer] = []


def agrees(answer: Answer) -> Answer:
    """Register a function that says how far a session (its id) has agreed; decorates it."""
    if answer not in _answers:
        _answers.append(answer)
    return answer


def agreement_of(meeting_id: int) -> Agreement:
    """How far a session has agreed on its summary; nothing where nobody puts texts before delegations."""
    found = [answer(meeting_id) for answer in _answers]
    adopted = [one for each in found for one in each.adopted]
    return Agreement(
        running=any(each.running for each in found), adopted=sorted(adopted, key=lambda one: one.at, reverse=True)
    )


def departure(adopted: SummaryVersion, content: Mapping[str, Any], languages: Sequence[str]) -> Departure:
    """Compare a frozen text in these languages with the adopted version, paragraph by paragraph."""
    before, after = in_languages(adopted.content, languages), in_languages(content, languages)
    changes = changes_between(before, after)
    asked = {one.key: one.row.get("recommendations") or [] for one in paragraphs_in(before)}
    here = {one.here.key for one in changes if one.before and one.after} | {
        one.key
        for one in paragraphs_in(after)
        if one.key in asked and (one.row.get("recommendations") or []) != asked[one.key]
    }
    return Departure(
        changed=[one.label for one in paragraphs_in(after) if one.key in here],
        added=[one.here.label for one in changes if one.before is None],
        removed=[one.here.label for one in changes if one.after is None],
        titles=_titles(before) != _titles(after),
    )


def _titles(content: Mapping[str, Any]) -> list[Any]:
    return [content["title"], *(section["title"] for section in content["sections"])]


def published_of(publication: Publication, agreement: Agreement) -> tuple[Adopted, Departure] | None:
    """The text that was the adopted one when a publication was issued, and how that departs from it; None of none."""
    for adopted in agreement.adopted:
        if adopted.at <= publication.published_at:
            return adopted, departure(adopted.version, publication.content, publication.languages)
    return None

"""Citations and set-asides as coverage reads them: light rows, because there are thousands."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.meetings.models import Delegation
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.record.texts import key_of
from app.summaries.models import Citation, Paragraph, PassageOfSource, Section, SetAside
from app.summaries.numbering import placed


@dataclass(frozen=True, slots=True)
class Tie:
    """Words of one version of a source (`key`: "practice-12"), as a row names them (PassageOfSource).

    `version_id` and `version` (its number) are of what was cited; an intervention's own id, and 0. `language`: "" of an
    intervention. `withdrawn`: the source was, so that nobody reads the words. `own`: it is the delegation's own again
    (returned, or with the capital).
    """

    id: int
    key: str
    delegation: Delegation
    version_id: int
    version: int
    language: str
    field: str
    start: int
    end: int
    quote: str
    withdrawn: bool
    own: bool

    @property
    def delegation_id(self) -> int:
        return self.delegation.id

    @property
    def kind(self) -> str:
        """ "practice", "presentation" or "intervention"."""
        return self.key.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Cited(Tie):
    """A citation. `number`, `label`: of the paragraph, "12" or "12 (a)"."""

    paragraph_id: int
    number: int
    label: str


@dataclass(frozen=True, slots=True)
class LeftOut(Tie):
    """A set-aside. `by`: the name of who did it; "" where nobody is known."""

    reason: str
    at: datetime
    by: str


def source_key(tie: PassageOfSource | Tie) -> str:
    """Return the key of the source that a citation or set-aside names: "practice-12", "intervention-5"."""
    if isinstance(tie, Tie):
        return tie.key
    if tie.practice_version is not None:
        return f"practice-{tie.practice_version.practice_id}"
    if tie.presentation_version is not None:
        return f"presentation-{tie.presentation_version.presentation_id}"
    if tie.intervention_id is not None:
        return key_of(tie.intervention_id)
    raise ValueError("a tie without a source")


def _rows(table: type[PassageOfSource], *more: Any) -> Any:
    """Select what a Tie is made of, with the columns `more`."""
    return (
        sa.select(
            table.id,  # type: ignore[attr-defined]
            table.practice_version_id,
            table.presentation_version_id,
            table.intervention_id,
            table.delegation_id,
            table.field,
            table.start,
            table.end,
            table.quote,
            PracticeVersion.practice_id,
            PracticeVersion.number.label("practice_number"),
            PracticeVersion.language.label("practice_language"),
            Practice.state.label("practice_state"),
            PresentationVersion.presentation_id,
            PresentationVersion.number.label("presentation_number"),
            PresentationVersion.language.label("presentation_language"),
            Presentation.state.label("presentation_state"),
            Presentation.withdrawn_at,
            *more,
        )
        .select_from(table)
        .outerjoin(PracticeVersion, PracticeVersion.id == table.practice_version_id)
        .outerjoin(Practice, Practice.id == PracticeVersion.practice_id)
        .outerjoin(PresentationVersion, PresentationVersion.id == table.presentation_version_id)
        .outerjoin(Presentation, Presentation.id == PresentationVersion.presentation_id)
        .order_by(table.id)  # type: ignore[attr-defined]
    )


def _tie(row: Any, delegations: Mapping[int, Delegation]) -> tuple[Any, ...]:
    """The values of a Tie, in their order: thousands are made for a page."""
    passage = (row.field, row.start, row.end, row.quote)
    delegation = delegations[row.delegation_id]
    if row.practice_version_id is not None:
        state = row.practice_state
        version = (row.practice_version_id, row.practice_number, row.practice_language)
        standing = (state is PracticeState.WITHDRAWN, state.own)
        return (row.id, f"practice-{row.practice_id}", delegation, *version, *passage, *standing)
    if row.presentation_version_id is not None:
        version = (row.presentation_version_id, row.presentation_number, row.presentation_language)
        withdrawn = row.presentation_state is PresentationState.WITHDRAWN or row.withdrawn_at is not None
        return (row.id, f"presentation-{row.presentation_id}", delegation, *version, *passage, withdrawn, False)
    return (row.id, key_of(row.intervention_id), delegation, row.intervention_id, 0, "", *passage, False, False)


class _Paragraphs:
    """A section as numbering reads one."""

    def __init__(self) -> None:
        self.paragraphs: list[Any] = []


def numbers_of(summary_id: int) -> dict[int, tuple[int, str]]:
    """Paragraph id -> its number and its label, in order. One statement."""
    statement = (
        sa.select(Paragraph.id, Paragraph.level, Paragraph.section_id)
        .join(Section, Section.id == Paragraph.section_id)
        .where(Section.summary_id == summary_id)
        .order_by(Section.position, Paragraph.position)
    )
    sections: dict[int, Any] = {}
    for row in db.session.execute(statement):
        sections.setdefault(row.section_id, _Paragraphs()).paragraphs.append(row)
    return {row.id: (place.number, place.label) for place, row in placed(sections.values())}


def citations_of(summary_id: int, delegations: Mapping[int, Delegation]) -> list[Cited]:
    """The citations of a summary, the oldest first. Two statements."""
    numbers = numbers_of(summary_id)
    statement = (
        _rows(Citation, Citation.paragraph_id)
        .join(Paragraph, Paragraph.id == Citation.paragraph_id)
        .join(Section, Section.id == Paragraph.section_id)
        .where(Section.summary_id == summary_id)
    )
    make: Callable[..., Cited] = Cited
    rows = db.session.execute(statement)
    return [make(*_tie(row, delegations), row.paragraph_id, *numbers[row.paragraph_id]) for row in rows]


def set_asides_of(summary_id: int, delegations: Mapping[int, Delegation]) -> Sequence[LeftOut]:
    """The set-asides of a summary, the oldest first. One statement."""
    statement = (
        _rows(SetAside, SetAside.reason, SetAside.at, User.name)
        .outerjoin(User, User.id == SetAside.by_id)
        .where(SetAside.summary_id == summary_id)
    )
    rows = db.session.execute(statement)
    make: Callable[..., LeftOut] = LeftOut
    return [make(*_tie(row, delegations), row.reason, row.at, row.name or "") for row in rows]

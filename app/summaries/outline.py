"""The skeleton of a summary: its sections, and of each paragraph where it stands and what it is called.

It is read without texts, so that a page of one section knows the numbers of a thousand paragraphs.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LocalizedText
from app.summaries.models import Paragraph, Section, Summary
from app.summaries.numbering import placed


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands."""

    id: int
    section_id: int
    position: int
    level: int


@dataclass
class Part:
    """A section, with its paragraphs in order."""

    id: int
    version: int
    title: LocalizedText
    summary_id: int
    paragraphs: list[Place] = field(default_factory=list)


@dataclass
class Outline:
    """All sections in order. `labels`: paragraph -> "12", "12 (a)" or "12 (a) (i)"."""

    parts: Sequence[Part]

    @cached_property
    def numbers(self) -> dict[int, tuple[int, str]]:
        """Paragraph -> its number and its label."""
        places = placed(self.parts)  # type: ignore[arg-type]  # only levels count
        return {row.id: (place.number, place.label) for place, row in places}

    @cached_property
    def labels(self) -> dict[int, str]:
        return {row_id: label for row_id, (_number, label) in self.numbers.items()}

    def part(self, section_id: int | None) -> Part | None:
        """A section by its id."""
        return next((part for part in self.parts if part.id == section_id), None)

    def part_of(self, paragraph_id: int | None) -> Part | None:
        """The section in which a paragraph stands."""
        return next((part for part in self.parts if any(place.id == paragraph_id for place in part.paragraphs)), None)

    def span(self, part: Part) -> str:
        """The numbers of a section's paragraphs: "12–18", "12", or "" of an empty one."""
        numbers = [self.labels[place.id] for place in part.paragraphs if place.level == 0]
        return numbers[0] if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}" if numbers else ""


SKELETON: tuple[Any, ...] = (
    Section.id,
    Section.version,
    Section.title,
    Section.summary_id,
    Paragraph.id,
    Paragraph.position,
    Paragraph.level,
)
IN_ORDER: tuple[Any, ...] = (Section.position, Section.id, Paragraph.position, Paragraph.id)


def outline_from(rows: Iterable[Sequence[Any]]) -> Outline:
    """Make the outline from rows that begin with SKELETON, IN_ORDER, where a section without a paragraph has one row
    and a paragraph one or more."""
    parts: list[Part] = []
    for section_id, version, title, summary_id, paragraph_id, position, level, *_more in rows:
        if section_id is None:
            continue
        if not parts or parts[-1].id != section_id:
            parts.append(Part(section_id, version, title, summary_id))
        there = parts[-1].paragraphs
        if paragraph_id is not None and (not there or there[-1].id != paragraph_id):
            there.append(Place(paragraph_id, section_id, position, level))
    return Outline(parts)


def outline_of(summary_id: int) -> Outline:
    """Read the skeleton of a summary, in one statement."""
    statement = sa.select(*SKELETON).select_from(Section).outerjoin(Section.paragraphs).order_by(*IN_ORDER)
    return outline_from(db.session.execute(statement.where(Section.summary_id == summary_id)))


def begun(meeting_id: int) -> tuple[Summary | None, Outline]:
    """The working summary of a meeting without its texts, with its skeleton, in one statement."""
    statement = (
        sa.select(Summary, *SKELETON)
        .outerjoin(Summary.sections)
        .outerjoin(Section.paragraphs)
        .where(Summary.meeting_id == meeting_id)
        .order_by(*IN_ORDER)
    )
    rows = db.session.execute(statement).all()
    return (rows[0][0] if rows else None), outline_from(row[1:] for row in rows)

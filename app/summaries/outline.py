"""The skeleton of a summary: its sections, and of each paragraph where it stands and what it is called.

It is read without texts, so that a page of one section knows the numbers of a thousand paragraphs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from app.core.db import db
from app.core.localized import LocalizedText
from app.summaries.models import Paragraph, Section
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
    paragraphs: list[Place] = field(default_factory=list)


@dataclass
class Outline:
    """All sections in order. `labels`: paragraph -> "12", "12 (a)" or "12 (a) (i)"."""

    parts: Sequence[Part]

    @cached_property
    def labels(self) -> dict[int, str]:
        return {row.id: place.label for place, row in placed(self.parts)}  # type: ignore[arg-type]  # only levels count

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


def outline_of(summary_id: int) -> Outline:
    """Read the skeleton of a summary, in two statements."""
    columns = (Section.id, Section.version, Section.title)
    of_summary = Section.summary_id == summary_id
    parts = [Part(*row) for row in db.session.execute(sa.select(*columns).where(of_summary).order_by(Section.position))]
    known = {part.id: part for part in parts}
    places = (
        sa.select(Paragraph.id, Paragraph.section_id, Paragraph.position, Paragraph.level)
        .join(Paragraph.section)
        .where(of_summary)
        .order_by(Paragraph.section_id, Paragraph.position, Paragraph.id)
    )
    for row in db.session.execute(places):
        known[row.section_id].paragraphs.append(Place(*row))
    return Outline(parts)

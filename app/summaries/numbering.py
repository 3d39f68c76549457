"""Paragraph numbers run through the whole text, so that a number means the same in each language.

Sub-paragraphs are (a), (b) under the last numbered paragraph, and (i), (ii) under the last of those. Whatever levels
the rows have, no two paragraphs are called the same: the first of a section is numbered, and nothing skips a level.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from string import ascii_lowercase

from app.summaries.models import DEEPEST, Paragraph, Section

_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Place:
    """Where a paragraph stands: `marks` are (12,), (12, "a") or (12, "a", "ii")."""

    marks: tuple[int | str, ...]

    @property
    def number(self) -> int:
        """The running number: of a sub-paragraph, that of the paragraph it belongs to."""
        return int(self.marks[0])

    @property
    def level(self) -> int:
        return len(self.marks) - 1

    @property
    def label(self) -> str:
        """ "12", "12 (a)" or "12 (a) (ii)"."""
        return " ".join([str(self.marks[0]), *(f"({mark})" for mark in self.marks[1:])])

    @property
    def own_label(self) -> str:
        """What stands before the paragraph itself: "12.", "(a)" or "(ii)"."""
        return f"({self.marks[-1]})" if self.level else f"{self.number}."

    @property
    def anchor(self) -> str:
        """The id of the paragraph on pages: "paragraph-12-a-ii"."""
        return "-".join(["paragraph", *map(str, self.marks)])


def placed(sections: Iterable[Section]) -> Iterator[tuple[Place, Paragraph]]:
    """Yield each paragraph with its place, through all sections in order."""
    counts = [0] * (DEEPEST + 1)
    for section in sections:
        reached = -1
        for paragraph in section.paragraphs:
            reached = min(paragraph.level or 0, reached + 1)
            counts[reached] += 1
            counts[reached + 1 :] = [0] * (DEEPEST - reached)
            marks = (counts[0], letter(counts[1] - 1), roman(counts[2]))
            yield Place(marks[: reached + 1]), paragraph


def numbered(sections: Iterable[Section]) -> list[tuple[int, Paragraph]]:
    """Return (number, paragraph) through all sections, in order; a sub-paragraph has the number it stands under."""
    return [(place.number, paragraph) for place, paragraph in placed(sections)]


def labels_of(sections: Iterable[Section]) -> dict[int, str]:
    """Return paragraph id -> label, in order."""
    return {paragraph.id: place.label for place, paragraph in placed(sections)}


def letter(position: int) -> str:
    """Return a, b, … z, aa, ab … for a position from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = ascii_lowercase[rest] + letters
    return letters


def roman(number: int) -> str:
    """Return i, ii, iii, iv … for a number from 1."""
    text = ""
    for value, mark in _ROMAN:
        times, number = divmod(number, value)
        text += mark * times
    return text

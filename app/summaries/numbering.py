"""Paragraph numbers run through the whole text, so that a number means the same in each language."""

from collections.abc import Iterable, Sequence
from string import ascii_lowercase
from typing import Protocol, TypeVar

from app.summaries.models import Paragraph, Section

ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")
TENS = ("", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc")


class Leveled(Protocol):
    @property
    def level(self) -> int: ...


Of = TypeVar("Of", bound=Leveled)


class Holding(Protocol[Of]):
    @property
    def paragraphs(self) -> Sequence[Of]: ...


def labelled(sections: Iterable[Holding[Of]]) -> list[tuple[str, str, Of]]:
    """Return (label, anchor, paragraph) of all paragraphs in order: ("12 (a)", "paragraph-12-a", …)."""
    found: list[tuple[str, str, Of]] = []
    counts = [0, 0, 0]
    for section in sections:
        for paragraph in section.paragraphs:
            level = paragraph.level
            counts[level] += 1
            counts[level + 1 :] = [0] * (2 - level)
            marks = [str(counts[0]), letter(max(counts[1], 1) - 1), roman(max(counts[2], 1))][: level + 1]
            label = " ".join([marks[0], *(f"({mark})" for mark in marks[1:])])
            found.append((label, "-".join(["paragraph", *marks]), paragraph))
    return found


def roman(number: int) -> str:
    """Return a number from 1 to 899 in small Roman figures."""
    return "c" * (number // 100) + TENS[number // 10 % 10] + ROMAN[number % 10]


def numbered(sections: Iterable[Section]) -> list[tuple[int, Paragraph]]:
    """Return (number, paragraph) from 1 through all sections, in order."""
    paragraphs = [paragraph for section in sections for paragraph in section.paragraphs]
    return list(enumerate(paragraphs, start=1))


def letter(position: int) -> str:
    """Return a, b, … z, aa, ab … for a citation's position from 0."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = ascii_lowercase[rest] + letters
    return letters

"""Paragraph numbers run through the whole text, so that a number means the same in each language."""

from collections.abc import Iterable
from string import ascii_lowercase

from app.summaries.models import Paragraph, Section


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

"""Cutting a source's text into passages: numbered sentences with offsets in code points.

The cut is a pure function of the text, so a passage of a version never moves.
"""

import re
from dataclasses import dataclass

# A sentence ends at . ! ? or … (and closing marks), before white space and something that begins a sentence.
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[¿¡]*[A-ZÀ-ÖØ-Þ0-9])|\n{2,}")
_ABBREVIATIONS = frozenset(
    [
        "art",
        "arts",
        "no",
        "nos",
        "núm",
        "nº",
        "n.",
        "res",
        "dec",
        "dr",
        "dra",
        "sr",
        "sra",
        "lic",
        "ing",
        "mr",
        "mrs",
        "ms",
        "st",
        "vol",
        "p",
        "pp",
        "cf",
        "etc",
        "ed",
        "inc",
        "ltd",
        "gral",
        "av",
        "ee.uu",
        "u.s",
        "i.e",
        "e.g",
        "op",
        "par",
        "párr",
        "cap",
        "lit",
        "inc",
    ]
)


@dataclass(frozen=True)
class Passage:
    """One sentence: `number` from 1 in its field, code points `start` (inclusive) to `end` (exclusive)."""

    number: int
    start: int
    end: int
    text: str


def _is_abbreviation(text: str, dot: int) -> bool:
    word = re.split(r"[\s(\[“«]", text[:dot])[-1].lower().strip(".")
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())


def passages(text: str) -> list[Passage]:
    """Return the sentences of a text in order; together they hold all of it but the space between them."""
    found: list[Passage] = []
    start = 0
    ends = [
        match.end()
        for match in _END.finditer(text)
        if not (match.group().startswith(".") and _is_abbreviation(text, match.start()))
    ]
    for end in [*ends, len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            found.append(Passage(len(found) + 1, begin, begin + len(stripped), stripped))
        start = end
    return found


def overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether two (start, end) stretches share a code point."""
    return first[0] < second[1] and second[0] < first[1]

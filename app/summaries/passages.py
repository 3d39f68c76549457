"""Cutting a source's text into passages: numbered sentences and paragraphs with offsets in code points.

The cut is a pure function of the text, and a version's text never changes, so a passage of a version never moves
(tests/summaries/cuts.yaml holds how some texts are cut; who changes the cut changes numbers that people wrote down).
A sentence ends at a mark that something follows which can begin one, in scripts without capitals too; at a blank
line; and where a list goes on in the next line. Marks of lists ("1.", "b)") and abbreviations end none.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

MOST_CUT = 1 << 16  # texts whose cut is kept in memory
WHOLE = "all"

_ITEM = r"[^\S\n]*(?:[-–—•·*▪◦‣]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.)])[^\S\n]"
_END = re.compile(
    r"(?P<spaced>[.!?…؟۔։።]+(?:[ \u00a0\u202f]?»|[\"'”’)\]])*)(?=\s+(?:«[ \u00a0\u202f]?|[\"'“‘(\[¿¡])*(?P<next>\S))"
    r"|[。！？｡]+[”’」』）»\"]*"
    r"|[।॥]+[”’»\"]*(?=\s)"
    r"|\n(?:[^\S\n]*\n)+"
    rf"|\n(?={_ITEM})"
)
_BLANK = re.compile(r"\n(?:[^\S\n]*\n)+")
_MARK_OF_ITEM = re.compile(r"\(?(?:\d{1,3}|[^\W\d_]|x{0,3}(?:ix|iv|v?i{0,3}))", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_ABBREVIATIONS = frozenset(
    [
        "al", "approx", "aprox", "art", "arts", "av", "cap", "cf", "col", "cía", "dec", "depto", "dpto", "dr",
        "dra", "ed", "etc", "exma", "exmo", "fig", "gen", "gral", "hon", "inc", "ing", "jr", "lic", "lit",
        "ltd", "mlle", "mme", "mr", "mrs", "ms", "n", "no", "nos", "nr", "nº", "núm", "op", "p", "par", "pp",
        "prof", "profa", "párr", "res", "sec", "sr", "sra", "srta", "st", "ste", "vol", "vs",
    ]
)  # fmt: skip
_BEFORE_NUMBERS = frozenset(["no", "nos", "par"])  # words as well; abbreviations where a number follows


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence or paragraph: `number` from 1 in its field, code points `start` (inclusive) to `end` (exclusive)."""

    number: int
    start: int
    end: int
    text: str


class Anchor(NamedTuple):
    """What names a passage for ever: a source ("practice-12"), the number of its version, a field, and in it the
    number of a sentence ("3") or of a paragraph ("p2"). Written "practice-12-v2-answers.1-3"."""

    source: str
    version: int
    field: str
    mark: str

    def __str__(self) -> str:
        return f"{self.source}-v{self.version}-{self.field}-{self.mark}"


def _begins(letter: str) -> bool:
    """Whether a sentence can begin with this: a capital, a figure, or a letter of a script that has no capitals."""
    return letter.isupper() or letter.istitle() or letter.isdigit() or unicodedata.category(letter) == "Lo"


def _is_end(text: str, match: re.Match[str]) -> bool:
    if match["spaced"] is None:
        return True
    if not _begins(match["next"]):
        return False
    return not (match["spaced"].startswith(".") and _is_abbreviation(text, match.start(), match["next"]))


def _is_abbreviation(text: str, dot: int, after: str) -> bool:
    line = text[text.rfind("\n", 0, dot) + 1 : dot].strip()
    if line and _MARK_OF_ITEM.fullmatch(line):
        return True
    word = re.split(r"[\s(\[“«]", text[max(0, dot - 40) : dot])[-1].lower().strip(".")
    if word in _BEFORE_NUMBERS:
        return after.isdigit()
    return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()) or _INITIALS.fullmatch(word) is not None


def _pieces(text: str, ends: list[int]) -> tuple[Passage, ...]:
    found: list[Passage] = []
    start = 0
    for end in [*ends, len(text)]:
        piece = text[start:end]
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            found.append(Passage(len(found) + 1, begin, begin + len(stripped), stripped))
        start = end
    return tuple(found)


@lru_cache(maxsize=MOST_CUT)
def passages(text: str) -> tuple[Passage, ...]:
    """Return the sentences of a text in order; together they hold all of it but the space between them."""
    return _pieces(text, [match.end() for match in _END.finditer(text) if _is_end(text, match)])


@lru_cache(maxsize=MOST_CUT // 16)
def paragraphs(text: str) -> tuple[Passage, ...]:
    """Return the paragraphs of a text, which blank lines part, in order. Each holds whole sentences."""
    return _pieces(text, [match.end() for match in _BLANK.finditer(text)])


def unit(text: str, mark: str) -> Passage | None:
    """Return what can be cited of a text under a mark: sentence "3", paragraph "p2", or "all" of it; else None."""
    if mark == WHOLE:
        return Passage(1, 0, len(text), text) if text else None
    units = paragraphs(text) if mark.startswith("p") else passages(text)
    return next((one for one in units if str(one.number) == mark.removeprefix("p")), None)


@lru_cache(maxsize=MOST_CUT)
def words_in(text: str) -> int:
    """Return how many words a source's text has; kept, because the texts of versions never change."""
    return len(text.split())


def overlap(first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Whether two (start, end) stretches share a code point."""
    return first[0] < second[1] and second[0] < first[1]

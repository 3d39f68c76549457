"""Two texts compared word by word."""

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

# Pairs of equal words that are looked at: two texts of one word over and over would take minutes.
MOST_PAIRS = 400_000
_WORDS = re.compile(r"\S+|\n+|[^\S\n]+")


class Piece(NamedTuple):
    """A run of words (with the space between them) that both texts have, or only the older or the newer one."""

    kind: Literal["same", "removed", "added"]
    text: str


def compare_words(before: str, after: str) -> list[Piece]:
    """Return the pieces of two texts in order; those not added make up `before`, those not removed `after`.

    Texts that are too long and monotonous to compare are told as one replaced by the other, but for how they begin
    and end.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    head, tail = old[:start], old[len(old) - end :]
    old, new = old[start : len(old) - end], new[start : len(new) - end]
    pieces: list[Piece] = []
    _add(pieces, "same", head)
    counts = Counter(new)
    if sum(counts[word] for word in old) > MOST_PAIRS:
        _add(pieces, "removed", old)
        _add(pieces, "added", new)
    else:
        for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if tag == "equal":
                _add(pieces, "same", old[a:b])
            else:
                _add(pieces, "removed", old[a:b])
                _add(pieces, "added", new[c:d])
    _add(pieces, "same", tail)
    return pieces


def _common(one: list[str], other: list[str]) -> int:
    pairs = zip(one, other, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _add(pieces: list[Piece], kind: Literal["same", "removed", "added"], words: list[str]) -> None:
    if words:
        pieces.append(Piece(kind, "".join(words)))

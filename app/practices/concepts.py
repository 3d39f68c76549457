"""What a text speaks of: the concepts of data/concepts.yaml whose words are in it, in any of the four languages."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, NamedTuple

from app.core.texts import fold
from app.directory.reference import read
from app.search.words import forms

WORD = re.compile(r"[^\W_]+")
# Passed over in texts and terms alike, so that "cost of the sending" is "cost of sending"; without accents.
SMALL = {
    "en": "a an the of in on at to by for and or with from as is are was were be who that which their its",
    "es": "el la los las un una unos unas de del en a al con por para y e o u que se su sus lo es son fue",
    "fr": "le la les un une des de du en au aux avec par pour et ou que qui se sa son ses leur leurs est sont dans sur",
    "pt": "o a os as um uma uns umas de do da dos das em no na nos nas ao aos com por para e ou que se seu sua foi sao",
}
_SMALL = {language: frozenset(words.split()) for language, words in SMALL.items()}
TELLING = 5  # letters of a stem
BROKEN_OFF = 4  # letters of a word that is still being typed


class Word(NamedTuple):
    """A word of a text: the stems that it is compared by, it without accents, and where it stands."""

    stems: frozenset[str]
    plain: str
    start: int
    end: int


@dataclass(frozen=True)
class Term:
    """A word or phrase of a concept in one language: for each word, the stems that it may have."""

    concept: str
    stems: tuple[frozenset[str], ...]


@dataclass
class Evidence:
    """What speaks for one concept: the words as the text has them, each with its points."""

    points: dict[str, float] = field(default_factory=dict)

    @property
    def strength(self) -> float:
        """Several words weigh more than one word often: each counts with the root of its points."""
        return float(sum(points**0.5 for points in self.points.values()))


@cache
def concepts() -> Mapping[str, Mapping[str, Any]]:
    """Return what data/concepts.yaml says: concept -> {"for": {"vocabulary:code": 1 to 3}, language: terms}."""
    loaded: Mapping[str, Mapping[str, Any]] = read("concepts.yaml")
    return loaded


def words_of(text: str, language: str) -> list[Word]:
    """Return the words of a text (in NFC) in order, without the small ones."""
    found = []
    for match in WORD.finditer(text):
        stems, plain = _compared_by(match.group(), language)
        if stems:
            found.append(Word(stems, plain, *match.span()))
    return found


@lru_cache(maxsize=20_000)
def _compared_by(word: str, language: str) -> tuple[frozenset[str], str]:
    """The stems of a word (none of a small one), and it without accents.

    What is left of a short one says too little ("part" of "parto"): it is itself, in the singular.
    """
    stems, plain = forms(word, language), fold(word)
    if not stems or plain in _SMALL[language]:
        return frozenset(), plain
    telling = len(min(stems, key=len)) >= TELLING
    return frozenset(stems if telling else {plain.rstrip("s")}), plain


@cache
def _terms(language: str) -> Mapping[str, list[Term]]:
    """The terms of a language by each stem that their first word may have, the longest first."""
    found: dict[str, list[Term]] = {}
    for name, concept in concepts().items():
        for text in concept[language]:
            stems = tuple(word.stems for word in words_of(text, language))
            for stem in stems[0]:
                found.setdefault(stem, []).append(Term(name, stems))
    for terms in found.values():
        terms.sort(key=lambda term: -len(term.stems))
    return found


def spoken_of(texts: Iterable[tuple[str, float]], language: str) -> dict[str, Evidence]:
    """Return the concepts of (text, weight of a word in it), each with its evidence."""
    found: dict[str, Evidence] = {}
    known = _terms(language)
    written: dict[tuple[str, frozenset[str]], str] = {}  # one way of writing for each term found
    for text, weight in texts:
        words = words_of(text, language)
        for place, word in enumerate(words):
            seen: set[str] = set()
            for term in (term for stem in word.stems for term in known.get(stem, ())):
                here = words[place : place + len(term.stems)]
                if term.concept not in seen and _same(term.stems, here):
                    seen.add(term.concept)
                    key = (term.concept, frozenset().union(*term.stems))
                    name = written.setdefault(key, text[word.start : here[-1].end].lower())
                    points = found.setdefault(term.concept, Evidence()).points
                    points[name] = points.get(name, 0) + weight
    return found


def _same(stems: tuple[frozenset[str], ...], words: Sequence[Word]) -> bool:
    same = all(wanted & word.stems for wanted, word in zip(stems, words, strict=False))
    return same and len(stems) == len(words)


def beginning_of(words: Sequence[str], language: str) -> set[str]:
    """Return the concepts that have a term which these words end with, the last of them perhaps broken off."""
    if len(words[-1]) < BROKEN_OFF:
        return set()
    last, before = fold(words[-1]), words_of(" ".join(words[:-1]), language)
    return {
        concept
        for concept, stems, written in _endings(language)
        if written.startswith(last) and _same(stems, before[len(before) - len(stems) :] if stems else [])
    }


@cache
def _endings(language: str) -> list[tuple[str, tuple[frozenset[str], ...], str]]:
    """The terms of a language: concept, stems of all words but the last, and the last one without accents."""
    found = []
    for name, concept in concepts().items():
        for text in concept[language]:
            *others, last = words_of(text, language)
            found.append((name, tuple(word.stems for word in others), last.plain))
    return found

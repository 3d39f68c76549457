"""Which practices are like one whose title is being typed, in whatever of the four languages either is written.

Texts are compared by the concepts that they speak of (concepts.py), which are the same in all languages, and by how
their longer words begin, which names and many terms share across languages. What few practices have counts for more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import log

from app.practices.concepts import WORD, beginning_of, concepts, spoken_of, words_of

MOST = 3
TELLING = 4  # letters that a word of a title has that tells it from another
BEGINNING = 5  # letters by which longer words are compared
CONCEPT = 4.0  # how much more a concept counts than a word
UNKNOWN = 0.4  # how much less a word that no practice has: it may be there in another language
LEAST = 0.4  # of what was typed, weighed by how rare it is, a practice has so much
SHARE = 0.7  # and so much of what the first one has
SAME = 0.75  # of the words of the shorter of two titles that are nearly the same, the other has so many
Traits = Mapping[str, float]


@lru_cache(maxsize=4_000)
def traits(title: str, summary: str, language: str) -> Traits:
    """Return what a practice is compared by, each with its weight: 1 for what its title has."""
    found: dict[str, float] = {}
    for text, weight in ((summary, 0.7), (title, 1.0)):
        found |= dict.fromkeys((f"word {beginning}" for beginning in _beginnings(text, language)), weight)
        found |= dict.fromkeys((f"concept {name}" for name in _telling(spoken_of([(text, 1)], language))), weight)
    return found


def _telling(names: Iterable[str]) -> Iterator[str]:
    """Those of the concepts that do not say too little about a practice (that there are women in it)."""
    return (name for name in names if concepts()[name].get("alike", True))


def _beginnings(text: str, language: str) -> set[str]:
    return {word.plain[:BEGINNING] for word in words_of(text, language) if len(word.plain) >= BEGINNING}


def nearly_same(typed: str, title: str, language: str) -> bool:
    """Whether a title that may break off is nearly another, one of `language`: the longer begins with almost all words
    of the shorter, two at least, or both have but one.
    """
    words = [[word.plain for word in words_of(text, language) if len(word.plain) >= TELLING] for text in (typed, title)]
    shorter, longer = sorted(([plain[:BEGINNING] for plain in found] for found in words), key=len)
    first = longer[: len(shorter) + 1]
    shared = sum(any(one.startswith(other) or other.startswith(one) for other in first) for one in shorter)
    return bool(shorter) and shared >= max(min(2, len(longer)), SAME * len(shorter))


def wanted(typed: str, language: str) -> set[str]:
    """Return what a title is compared by that may break off within its last word."""
    found = set(traits(typed, "", language))
    words = WORD.findall(typed)
    if words:
        found |= {f"concept {name}" for name in _telling(beginning_of(words, language))}
    return found


def most_alike(typed: str, language: str, library: Sequence[Traits]) -> list[int]:
    """Return the places of at most MOST practices that are like the title, the most alike first."""
    asked = wanted(typed, language)
    having = Counter(trait for item in library for trait in item)
    worth = {trait: _factor(trait, having[trait]) * log(1 + len(library) / (1 + having[trait])) for trait in asked}
    total = sum(worth.values())
    if not total:
        return []
    scores = {
        place: sum(worth[trait] * weight for trait, weight in item.items() if trait in worth) / total
        for place, item in enumerate(library)
    }
    return _best(scores)


def _factor(trait: str, having: int) -> float:
    if trait.startswith("concept"):
        return CONCEPT
    return 1.0 if having else UNKNOWN


def _best(scores: Mapping[int, float]) -> list[int]:
    ranked: Iterable[int] = sorted(scores, key=lambda place: -scores[place])
    first = max(scores.values(), default=0)
    return [place for place in ranked if scores[place] >= max(LEAST, SHARE * first)][:MOST]

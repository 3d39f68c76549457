"""Which codes of a vocabulary a text speaks for, and because of which of its words. Nobody is asked outside.

Each concept that the text speaks of (concepts.py) gives its codes points by how strongly it is there. What stands far
behind the first, or is weak by itself, is not suggested: a wrong suggestion costs the person more than a missing one.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from app.practices.concepts import Evidence, concepts, spoken_of

MOST = 3
WORDS_SHOWN = 4


@dataclass(frozen=True)
class Cut:
    """When to stop: `least` points of a code, and its `share` of the first one's."""

    least: float
    share: float


CUTS = {"themes": Cut(4, 0.55), "gcm": Cut(6, 0.35), "sdg": Cut(8, 0.4)}


@dataclass(frozen=True)
class Suggestion:
    """A code that a text speaks for, and the words that speak for it, the strongest first."""

    code: str
    because: tuple[str, ...]
    points: float


def suggest(vocabulary: str, texts: Iterable[tuple[str, float]], language: str) -> list[Suggestion]:
    """Return at most MOST codes for (text, weight of a word in it), the most fitting first; none where little speaks."""
    ranked = ranking(vocabulary, spoken_of(texts, language))
    cut = CUTS[vocabulary]
    return [item for item in ranked[:MOST] if item.points >= max(cut.least, cut.share * ranked[0].points)]


def ranking(vocabulary: str, spoken: dict[str, Evidence]) -> list[Suggestion]:
    """Return all codes that anything speaks for, the most fitting first."""
    points: dict[str, float] = {}
    words: dict[str, dict[str, float]] = {}
    for name, evidence in spoken.items():
        for target, weight in concepts()[name].get("for", {}).items():
            kind, _colon, code = target.partition(":")
            if kind == vocabulary:
                points[code] = points.get(code, 0) + weight * evidence.strength
                for word, found in evidence.points.items():
                    words.setdefault(code, {})[word] = max(words.get(code, {}).get(word, 0), weight * found)
    return [
        Suggestion(code, tuple(sorted(words[code], key=lambda word: -words[code][word])[:WORDS_SHOWN]), points[code])
        for code in sorted(points, key=lambda code: -points[code])
    ]

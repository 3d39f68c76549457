"""Which codes of a vocabulary a text speaks for, and because of which of its words. Nobody is asked outside.

Each concept that the text speaks of (concepts.py) gives its codes points by how strongly it is there. What stands far
behind the first, or is weak by itself, is not suggested: a wrong suggestion costs the person more than a missing one.
What is only named in passing counts little (the "?" of data/concepts.yaml).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.practices.concepts import BOTH, Evidence, concepts, pairs, spoken_of
from app.practices.template import ANSWERS, Field, Kind, fields

MOST = 3
WORDS_SHOWN = 4
WEIGHTS = {"title": 3.0, "summary": 2.0}  # of a word in a field; 1 elsewhere


@dataclass(frozen=True)
class Cut:
    """When to stop: `least` points of a code, its `share` of the first one's, and of what the first of MAIN has."""

    least: float
    share: float
    beside: float = 0.0


MAIN = "gcm"  # every practice is about an objective; about a target only where that much of the text speaks of it
CUTS = {"themes": Cut(2, 0.6), "gcm": Cut(2, 0.55), "sdg": Cut(2.5, 0.8, 0.32)}


@dataclass(frozen=True)
class Suggestion:
    """A code that a text speaks for, and the words that speak for it, the strongest first."""

    code: str
    because: tuple[str, ...]
    points: float


def suggest(vocabulary: str, texts: Iterable[tuple[str, float]], language: str) -> list[Suggestion]:
    """Return at most MOST codes for (text, weight of a word in it), the most fitting first; none for weak words."""
    return _picked(vocabulary, spoken_of(texts, language))


def _picked(vocabulary: str, spoken: dict[str, Evidence]) -> list[Suggestion]:
    ranked, cut = ranking(vocabulary, spoken), CUTS[vocabulary]
    least = [cut.least] + [cut.share * item.points for item in ranked[:1]]
    if cut.beside:
        least += [cut.beside * item.points for item in ranking(MAIN, spoken)[:1]]
    return [item for item in ranked[:MOST] if item.points >= max(least)]


def ranking(vocabulary: str, spoken: dict[str, Evidence]) -> list[Suggestion]:
    """Return all codes that anything speaks for, the most fitting first."""
    points: dict[str, float] = {}
    words: dict[str, dict[str, float]] = {}
    for targets, strength, found in _speaking(spoken):
        for target, weight in targets.items():
            kind, _colon, code = target.partition(":")
            if kind == vocabulary:
                points[code] = points.get(code, 0) + weight * strength
                for word, times in found.items():
                    words.setdefault(code, {})[word] = max(words.get(code, {}).get(word, 0), weight * times)
    return [
        Suggestion(code, tuple(sorted(words[code], key=lambda word: -words[code][word])[:WORDS_SHOWN]), points[code])
        for code in sorted(points, key=lambda code: -points[code])
    ]


def _speaking(spoken: Mapping[str, Evidence]) -> Iterator[tuple[Mapping[str, int], float, Mapping[str, float]]]:
    """What each concept, and two of them together, speak for, how strongly (two: as the weaker), and its words."""
    for name, evidence in spoken.items():
        yield concepts()[name].get("for", {}), evidence.strength, evidence.points
    for pair in pairs().values():
        both = [spoken[name] for name in pair[BOTH] if name in spoken]
        if len(both) == len(pair[BOTH]):
            points = {word: found for evidence in both for word, found in evidence.points.items()}
            yield pair["for"], min(evidence.strength for evidence in both), points


def texts_of(template: Mapping[str, Any], content: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Return the running texts of a content, each with the weight of a word in it."""
    found = [
        (str(content.get(field.key) or ""), WEIGHTS.get(field.key, 1.0))
        for field in fields(template)
        if field.kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT)
    ]
    return found + [(str(text or ""), 1.0) for text in (content.get(ANSWERS) or {}).values()]


def offered(template: Mapping[str, Any], content: Mapping[str, Any], language: str) -> dict[str, list[Suggestion]]:
    """Return the codes to suggest, by field: a vocabulary's first one with room, and what is not chosen yet."""
    asked: dict[str, list[Field]] = {}
    for field in fields(template):
        if field.kind is Kind.CHOICE and field.vocabulary in CUTS:
            asked.setdefault(field.vocabulary, []).append(field)
    spoken = spoken_of(texts_of(template, content), language) if asked else {}
    found = {}
    for vocabulary, places in asked.items():
        chosen = {field.key: _codes(content.get(field.key)) for field in places}
        taken = {code for codes in chosen.values() for code in codes}
        left = [item for item in _picked(vocabulary, spoken) if item.code not in taken]
        room = next((field for field in places if field.most is None or len(chosen[field.key]) < field.most), None)
        if room:
            found[room.key] = left
    return found


def _codes(value: Any) -> list[str]:
    return [value] if isinstance(value, str) and value else list(value or ())


def with_taken(template: Mapping[str, Any], content: dict[str, Any], pressed: str) -> dict[str, Any]:
    """Return content with the suggestion whose button was pressed ("themes:T2": the field, the code); else as it is."""
    key, _colon, code = pressed.partition(":")
    for field in fields(template):
        if field.key == key and field.kind is Kind.CHOICE and code:
            return {**content, key: code if field.single else [*_codes(content.get(key)), code]}
    return content

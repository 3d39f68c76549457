"""What a text speaks of: the concepts of data/concepts.yaml whose words are in it, in any of the four languages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from itertools import product
from typing import Any, NamedTuple

from app.core.texts import fold
from app.directory.reference import read
from app.search.meaning import speaks_of
from app.search.words import forms

WORD = re.compile(r"[^\W_]+")
STOP = re.compile(r"[.;:!?()]")  # halves of a term are not looked for beyond it
# Passed over in texts and terms alike, so that "cost of the sending" is "cost of sending"; without accents.
SMALL = {
    "en": "a an the of in on at to by for and or with from as is are was were be who that which their its this these "
    "those it has have been",
    "es": "el la los las un una unos unas de del en a al con por para y e o u que se su sus lo es son fue este esta "
    "estos estas ese esa esos esas cada le les ha han",
    "fr": "le la les un une des de du en au aux avec par pour et ou que qui se sa son ses leur leurs est sont dans "
    "sur ce cet cette ces qu",
    "pt": "o a os as um uma uns umas de do da dos das em no na nos nas ao aos com por para e ou que se seu sua foi "
    "sao seus suas pelo pela pelos pelas este esta estes estas esse essa cada lhe lhes",
}
_SMALL = {language: frozenset(words.split()) for language, words in SMALL.items()}
TELLING = 5  # letters of a stem
BROKEN_OFF = 4  # letters of a word that is still being typed
EXACT = "="  # before a term of one word: this word only (and its plural in -s), none that shares its stem
PASSING = "?"  # after a term that is often only named in passing ("hospital?")
NEAR = "~"  # between two halves of a term: both within a few words, whichever comes first
BOTH = "both"
ALONE = ""  # in the place of a second word where a term has none
LONGEST = 3  # words of the first half of a term
WEIGHT, WEIGHT_ALONE, WEIGHT_PASSING = 1.0, 0.5, 0.15  # of a phrase, of one word, of a term named in passing
REACH = 4  # words from the end of one half to the end of the other


class Word(NamedTuple):
    """A word of a text: what it is compared by in a phrase and by itself, it without accents, and where it stands."""

    stems: frozenset[str]
    alone: frozenset[str]
    plain: str
    start: int
    end: int


Stems = tuple[frozenset[str], ...]


@dataclass(frozen=True)
class Term:
    """A word, a phrase or two halves of a concept in one language: for each word, what it may be compared by."""

    concept: str
    place: int  # in the file, among the terms of its concept
    weight: float
    stems: Stems
    near: Stems = ()

    @property
    def alone(self) -> bool:
        """Whether it is one word."""
        return len(self.stems) == 1 and not self.near

    @cached_property
    def rank(self) -> tuple[int, int]:
        """The longest first, then as in the file."""
        return -len(self.stems) - len(self.near), self.place

    @cached_property
    def name(self) -> frozenset[str]:
        """The same for all ways of writing it."""
        return frozenset().union(*self.stems, *self.near)


@dataclass
class Evidence:
    """What speaks for one concept: the words as the text has them, each with its points."""

    points: dict[str, float] = field(default_factory=dict)

    @property
    def strength(self) -> float:
        """Several words weigh more than one word often: each counts with the root of its points."""
        return float(sum(points**0.5 for points in self.points.values()))


@cache
def _file() -> Mapping[str, Mapping[str, Any]]:
    loaded: Mapping[str, Mapping[str, Any]] = read("concepts.yaml")
    return loaded


@cache
def concepts() -> Mapping[str, Mapping[str, Any]]:
    """Return what data/concepts.yaml says: concept -> {"for": {"vocabulary:code": 1 to 3}, language: terms}."""
    return {name: concept for name, concept in _file().items() if BOTH not in concept}


@cache
def pairs() -> Mapping[str, Mapping[str, Any]]:
    """Return what two concepts say only together: name -> {"for": as above, "both": their names}."""
    return {name: pair for name, pair in _file().items() if BOTH in pair}


def words_of(text: str, language: str) -> list[Word]:
    """Return the words of a text (in NFC) in order, without the small ones."""
    found = []
    for match in WORD.finditer(text):
        stems, alone, plain = _compared_by(match.group(), language)
        if stems:
            found.append(Word(stems, alone, plain, *match.span()))
    return found


@lru_cache(maxsize=40_000)
def _compared_by(word: str, language: str) -> tuple[frozenset[str], frozenset[str], str]:
    """The stems of a word (none of a small one), what it is compared by when it stands alone, and it without accents.

    What is left of a short one says too little ("part" of "parto"): alone it is itself, in the singular.
    """
    stems, plain = frozenset(forms(word, language)), fold(word)
    if not stems or plain in _SMALL[language]:
        return frozenset(), frozenset(), plain
    itself = EXACT + plain.rstrip("s")
    telling = len(min(stems, key=len)) >= TELLING
    return stems, stems | {itself} if telling else frozenset({itself}), plain


def _parsed(concept: str, place: int, text: str, language: str) -> Iterator[Term]:
    """The terms that a line of the file stands for: one, or two where halves may change places."""
    halves = [words_of(half, language) for half in text.split(NEAR)]
    one = len(halves) == len(halves[0]) == 1
    weight = WEIGHT_PASSING if text.endswith(PASSING) else WEIGHT_ALONE if one else WEIGHT
    if one:
        ((word,),) = halves
        stems = frozenset({EXACT + word.plain.rstrip("s")}) if text.startswith(EXACT) else word.alone
        yield Term(concept, place, weight, (stems,))
        return
    compared = [tuple(word.stems for word in half) for half in halves]
    for ordered in (compared, compared[::-1])[: len(compared)]:
        yield Term(concept, place, weight, *ordered)


Terms = Mapping[str, Mapping[str, list[Term]]]


@cache
def _terms(language: str) -> Terms:
    """The terms of a language by what their first word may be compared by, then the next or that of the other half."""
    found: dict[str, dict[str, list[Term]]] = {}
    for name, concept in concepts().items():
        for place, text in enumerate(concept[language]):
            for term in _parsed(name, place, text, language):
                (second,) = term.near[:1] or term.stems[1:2] or ({ALONE},)
                for one, other in product(term.stems[0], second):
                    found.setdefault(one, {}).setdefault(other, []).append(term)
    return found


def spoken_of(texts: Iterable[tuple[str, float]], language: str) -> dict[str, Evidence]:
    """Return the concepts of (text, weight of a word in it), each with its evidence."""
    found: dict[str, Evidence] = {}
    written: dict[tuple[str, frozenset[str]], str] = {}  # one way of writing for each term found
    for text, weight in texts:
        words = words_of(text, language)
        taken: dict[str, int] = {}  # the end of a concept's last term: what lies within it does not count again
        for place, word in enumerate(words):
            for term in _beginning_at(words, place, _terms(language)):
                last = _last(term, words, place) if taken.get(term.concept, 0) <= word.start else None
                if last and not (term.near and STOP.search(text, word.end, last.start)):
                    taken[term.concept] = last.end
                    name = written.setdefault((term.concept, term.name), text[word.start : last.end].lower())
                    points = found.setdefault(term.concept, Evidence()).points
                    points[name] = points.get(name, 0) + weight * term.weight
    return found


@speaks_of
def names_of(text: str, language: str) -> Iterable[str]:
    """The names of the concepts that a text speaks of, for searching by meaning."""
    return spoken_of([(text, 1.0)], language)


def _beginning_at(words: Sequence[Word], place: int, known: Terms) -> list[Term]:
    """The terms that may begin at this place, the longest first."""
    word = words[place]
    found = [term for stem in word.alone for term in known.get(stem, {}).get(ALONE, ())]
    for follows in (known[stem] for stem in word.stems if stem in known):
        for later in words[place + 1 : place + 1 + LONGEST + REACH]:
            for stem in later.stems:
                found += follows.get(stem, ())
    return sorted(found, key=lambda term: term.rank) if len(found) > 1 else found


def _last(term: Term, words: Sequence[Word], place: int) -> Word | None:
    """The last word of a term that begins at this place; None where it is another one."""
    after = place + len(term.stems)
    if term.alone:
        return words[place]
    if not _same(term.stems, words[place:after]):
        return None
    if not term.near:
        return words[after - 1]
    for end in range(after + len(term.near), after + REACH + 1):
        if _same(term.near, words[end - len(term.near) : end]):
            return words[end - 1]
    return None


def _same(stems: Stems, words: Sequence[Word]) -> bool:
    return len(stems) == len(words) and all(
        not wanted.isdisjoint(word.stems) for wanted, word in zip(stems, words, strict=True)
    )


def beginning_of(words: Sequence[str], language: str) -> set[str]:
    """Return the concepts that have a term which these words end with, the last of them perhaps broken off."""
    if len(words[-1]) < BROKEN_OFF:
        return set()
    last, before = fold(words[-1]), words_of(" ".join(words[:-1]), language)
    return {
        concept
        for concept, stems, written in _endings(language)
        if written.startswith(last) and (not stems or _same(stems, before[-len(stems) :]))
    }


@cache
def _endings(language: str) -> list[tuple[str, Stems, str]]:
    """The terms of a language that have no halves: concept, stems of all words but the last, it without accents."""
    found = []
    for name, concept in concepts().items():
        for text in concept[language]:
            if NEAR not in text:
                *others, last = words_of(text, language)
                found.append((name, tuple(word.stems for word in others), last.plain))
    return found

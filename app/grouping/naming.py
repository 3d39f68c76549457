"""Naming a group by the terms that tell it from what else is said on its question. Pure; the same each time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from math import log

from app.grouping.blocks import Written
from app.practices.concepts import STOP, Word, words_of

TERMS = 3
LONGEST = 40  # characters of a term of two words
SHORTEST = 4  # letters of a word that tells something
TWO_WORDS = 1.4  # how much more a term of two words counts
BETWEEN = ", "

Term = tuple[str, ...]  # the stems of its words


def names(groups: Sequence[Sequence[Written]], block: Sequence[Written]) -> list[str]:
    """Return a name for each group, in the language of most of its passages ("" where it has no telling word).

    `block` is all that is said on the question. A term counts by how many passages of the group have it, and the more
    the fewer of the block's passages in that language do; it is shown as most of the group's passages write it.
    """
    having: dict[str, Counter[Term]] = defaultdict(Counter)
    size: Counter[str] = Counter()
    for written in block:
        having[written.language].update(set(_terms(written)))
        size[written.language] += 1
    return [_name(group, having, size) for group in groups]


def _name(group: Sequence[Written], having: dict[str, Counter[Term]], size: Counter[str]) -> str:
    languages = Counter(written.language for written in group)
    language = min(languages, key=lambda code: (-languages[code], code))
    here: Counter[Term] = Counter()
    forms: dict[Term, Counter[str]] = defaultdict(Counter)
    for written in group:
        if written.language == language:
            found = _terms(written)
            here.update(found.keys())
            for term, form in found.items():
                forms[term][form] += 1

    def worth(term: Term) -> float:
        rare = log(1 + size[language] / max(1, having[language][term]))
        return here[term] * rare * (TWO_WORDS if len(term) > 1 and here[term] > 1 else 1)

    told: list[Term] = []
    for term in sorted(here, key=lambda term: (-round(worth(term), 6), term)):
        if len(term) > 1 and here[term] == 1:
            continue
        if not any(set(term) & set(other) for other in told):
            told.append(term)
        if len(told) == TERMS:
            break
    return BETWEEN.join(min(forms[term], key=lambda form: (-forms[term][form], form)) for term in told)


def _terms(written: Written) -> dict[Term, str]:
    """The words of a passage and pairs of them that stand together, each as it is written there."""
    text, language = written
    words = words_of(text, language)
    found: dict[Term, str] = {}
    for word in words:
        if len(word.plain) >= SHORTEST and not word.plain.isdigit():
            found.setdefault((_stem(word),), text[word.start : word.end].lower())
    for first, second in pairwise(words):
        form = text[first.start : second.end]
        telling = min(len(first.plain), len(second.plain)) >= SHORTEST and not (first.plain + second.plain).isdigit()
        if telling and len(form) <= LONGEST and not STOP.search(form) and "," not in form and "\n" not in form:
            found.setdefault((_stem(first), _stem(second)), form.lower())
    return found


def _stem(word: Word) -> str:
    return min(word.stems, key=lambda stem: (len(stem), stem))

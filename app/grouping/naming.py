"""Naming a group by the terms that tell it from what else is said on its question. Pure; the same each time."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log

from app.grouping.blocks import Written
from app.practices.concepts import concepts, spoken_of, words_of

TERMS = 3
SHORTEST, LONGEST = 6, 32  # letters of a word that tells something by itself, of a term
LOOKED_AT = 12  # passages of a group, the most central
COMPARED = 250  # passages of the block that they are compared with
WORD = 0.6  # how much a word counts that is of no concept
BETWEEN = ", "

Term = str  # "concept remittances" or "word remes"


def names(groups: Sequence[Sequence[Written]], block: Sequence[Written]) -> list[str]:
    """Return a name for each group, in the language of most of its passages ("" where it has no telling word).

    `groups` have the most central passages first; `block` is all that is said on the question. A term counts by how
    many passages of the group have it, and the more the fewer of the block do: a concept (data/concepts.yaml) in
    whatever language, a word in its own. It is shown as most of the group's passages write it.
    """
    step = max(1, -(-len(block) // COMPARED))
    compared = sorted(block)[::step]
    having = Counter(term for written in compared for term in _terms(written))
    return [_name(group[:LOOKED_AT], having, len(compared)) for group in groups]


def _name(group: Sequence[Written], having: Counter[Term], size: int) -> str:
    languages = Counter(written.language for written in group)
    language = min(languages, key=lambda code: (-languages[code], code))
    here: Counter[Term] = Counter()
    forms: dict[Term, Counter[str]] = defaultdict(Counter)
    for written in group:
        for term, form in _terms(written).items():
            here[term] += 1
            if written.language == language:
                forms[term][form] += 1

    def order(term: Term) -> tuple[float, int, Term]:
        weight = 1.0 if term.startswith("concept") else WORD if here[term] > 1 else WORD / 3
        form = min(forms[term], key=lambda form: (-forms[term][form], form))
        return -round(weight * here[term] * log(1 + size / max(1, having[term])), 4), -len(form), term

    told: list[str] = []
    for term in sorted(forms, key=order):
        form = min(forms[term], key=lambda form: (-forms[term][form], form))
        if not any(_same(form, other) for other in told):
            told.append(form)
        if len(told) == TERMS:
            break
    return BETWEEN.join(told)


def _same(form: str, other: str) -> bool:
    """Whether two terms say the same word."""
    one, two = ({word[:SHORTEST] for word in said.split() if len(word) >= SHORTEST} for said in (form, other))
    return form in other or other in form or bool(one & two)


def _terms(written: Written) -> dict[Term, str]:
    """What a passage speaks of, each as it is written there."""
    text, language = written
    found = {}
    for concept, evidence in spoken_of([(text, 1.0)], language).items():
        if concepts()[concept].get("alike", True):
            points = {form: much for form, much in evidence.points.items() if len(form) <= LONGEST and "," not in form}
            if points:
                found[f"concept {concept}"] = min(points, key=lambda form: (-points[form], form))
    for word in words_of(text, language):
        if len(word.plain) >= SHORTEST and not word.plain.isdigit():
            stem = min(word.stems, key=lambda stem: (len(stem), stem))
            found.setdefault(f"word {language} {stem}", text[word.start : word.end].lower())
    return found

"""Choosing the passages that a proposal quotes. Pure: passages with vectors in, places out; deterministic.

Of what is said in a language on a question, those passages are chosen one after another that say most in words that
other contributors use too and that no passage chosen before has said. It counts besides that a passage is central
(like much of what others say, in any language), near the question, and without figures, which seldom hold for more
than one contributor; that it is like one chosen already, or of a group that was chosen from, counts against it.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray

from app.grouping.vectors import Vectors
from app.practices.concepts import words_of

Scores = NDArray[np.float32]
NEIGHBOURS = 20  # of other contributors, whose likeness makes a passage central
AROUND = 1000  # passages of a block, at most, that are looked at for that
ROWS = 1024  # compared at once
NEW, CENTRAL, NEAR, FIGURES = 1.0, 0.5, 0.5, 0.5  # how much each counts; figures are taken off
ONCE = 0.5  # what a word is worth that one contributor has; with each doubling of contributors it is worth 1 more
LENGTH = 0.7  # power of a passage's length that its words' worth is divided by, or the longest would always be chosen
REPEATED, SAME_GROUP = 1.0, 1.0  # how much is taken off for likeness to one chosen, and for each of its group
POOL = 200  # passages of a language, the best by themselves, among which is chosen
FIGURE = re.compile(r"\d")
LITTLE = 1e-6
LEAST_SPREAD = 0.1  # of what passages say in words: less tells nothing


@dataclass(frozen=True)
class Candidate:
    """A passage that may be quoted: who says it, in which language and words, in which group (None: alone)."""

    key: str
    contributor: object
    language: str
    text: str
    group: int | None

    @property
    def words(self) -> int:
        """How many words it has."""
        return len(self.text.split())


def chosen(rows: Vectors, near: Scores, candidates: Sequence[Candidate], budget: Mapping[str, int]) -> list[int]:
    """Return the places of the passages to quote, language by language, those that matter most first.

    `rows` are of `comparable`, `near` says how like the question each passage is; `budget` has the words of each
    language, of which the last passage chosen may go beyond.
    """
    if not candidates:
        return []
    central = _central(rows, candidates)
    found = []
    for language in sorted(budget):
        here = [place for place, item in enumerate(candidates) if item.language == language]
        if here:
            found += _of_language(rows, np.array(here), central, near, candidates, budget[language])
    return found


def _central(rows: Vectors, candidates: Sequence[Candidate]) -> Scores:
    """How like the passages of others that it is most like each passage is."""
    order = sorted(range(len(candidates)), key=lambda place: candidates[place].key)
    step = max(1, -(-len(order) // AROUND))
    around = np.array(order[::step])
    numbers = {who: number for number, who in enumerate(sorted({item.contributor for item in candidates}, key=str))}
    who = np.array([numbers[item.contributor] for item in candidates])
    central = np.zeros(len(rows), dtype=np.float32)
    for start in range(0, len(rows), ROWS):
        here = slice(start, start + ROWS)
        likeness = np.maximum(rows[here] @ rows[around].T, 0)
        likeness[who[here][:, None] == who[around][None, :]] = 0
        most = min(NEIGHBOURS, likeness.shape[1])
        central[here] = np.partition(likeness, -most, axis=1)[:, -most:].mean(axis=1)
    return central


def _of_language(
    rows: Vectors,
    here: NDArray[np.int64],
    central: Scores,
    near: Scores,
    candidates: Sequence[Candidate],
    budget: int,
) -> list[int]:
    figures = np.array([FIGURE.search(candidates[place].text) is not None for place in here], dtype=np.float32)
    score = CENTRAL * _spread(central[here]) + NEAR * _spread(near[here]) - FIGURES * _spread(figures)
    best = sorted(range(len(here)), key=lambda row: (-round(float(score[row]), 4), candidates[int(here[row])].key))[
        :POOL
    ]
    here, score = here[best], score[best]
    pool = [candidates[place] for place in here]
    unsaid = _words(pool)
    spread = max(float(unsaid.sum(axis=1).std()), LEAST_SPREAD)
    likeness = np.maximum(rows[here] @ rows[here].T, 0)
    nearest = np.zeros(len(here), dtype=np.float32)
    of_group: Counter[int | None] = Counter()
    found: list[int] = []
    words = 0
    left = list(range(len(here)))
    while left and words < budget:
        worth = score + NEW * unsaid.sum(axis=1) / spread - REPEATED * nearest
        row = max(left, key=lambda row: (round(float(worth[row]), 4) - SAME_GROUP * of_group[pool[row].group], -row))
        left.remove(row)
        found.append(int(here[row]))
        words += pool[row].words
        if pool[row].group is not None:
            of_group[pool[row].group] += 1
        nearest = np.maximum(nearest, likeness[row])
        unsaid[:, unsaid[row] > 0] = 0
    return found


def _words(pool: Sequence[Candidate]) -> Scores:
    """What each word is worth to each passage that has it (a row a passage, a column a stem; numbers are none)."""
    stems = [
        {min(word.stems, key=lambda stem: (len(stem), stem)) for word in words_of(item.text, item.language)}
        for item in pool
    ]
    contributors: dict[str, set[object]] = {}
    for item, said in zip(pool, stems, strict=True):
        for stem in said:
            if not stem.isdigit():
                contributors.setdefault(stem, set()).add(item.contributor)
    places = {stem: place for place, stem in enumerate(sorted(contributors))}
    worth = np.zeros((len(pool), len(places)), dtype=np.float32)
    for row, (item, said) in enumerate(zip(pool, stems, strict=True)):
        for stem in said & places.keys():
            worth[row, places[stem]] = (ONCE + log2(len(contributors[stem]))) / item.words**LENGTH
    return worth


def _spread(values: Scores) -> Scores:
    spread: Scores = ((values - values.mean()) / (values.std() + LITTLE)).astype(np.float32)
    return spread

"""Choosing the passages that a proposal quotes. Pure: passages with vectors in, places out; deterministic.

Of what is said on a question, those passages are chosen one after another that are most central (like much of what
other contributors say), near the question and long enough to say something, each the less the more like one already
chosen it is, and the more often its group has been chosen from.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.grouping.vectors import Vectors

Scores = NDArray[np.float32]
NEIGHBOURS = 20  # of other contributors, whose likeness makes a passage central
AROUND = 1000  # passages of a block, at most, that are looked at for that
ROWS = 1024  # compared at once
CENTRAL, NEAR, FULL = 1.0, 0.5, 0.5  # how much each counts
LONG = 30  # words, from which on a passage is not taken to say more
REPEATED, SAME_GROUP = 2.5, 1.0  # how much is taken off for likeness to one chosen, and for each of its group
POOL = 400  # passages of a language, the best by themselves, among which is chosen
LITTLE = 1e-6


@dataclass(frozen=True)
class Candidate:
    """A passage that may be quoted: who says it, in which language, in how many words, in which group (None: alone)."""

    key: str
    contributor: object
    language: str
    words: int
    group: int | None


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
    full = np.array([min(candidates[place].words, LONG) for place in here], dtype=np.float32)
    score = CENTRAL * _spread(central[here]) + NEAR * _spread(near[here]) + FULL * _spread(full)
    best = sorted(range(len(here)), key=lambda row: (-round(float(score[row]), 4), candidates[int(here[row])].key))[
        :POOL
    ]
    here, score = here[best], score[best]
    groups = [candidates[place].group for place in here]
    likeness = np.maximum(rows[here] @ rows[here].T, 0)
    nearest = np.zeros(len(here), dtype=np.float32)
    of_group: Counter[int | None] = Counter()
    found: list[int] = []
    words = 0
    left = list(range(len(here)))
    while left and words < budget:
        worth = [
            round(float(score[row] - REPEATED * nearest[row]), 4)
            - SAME_GROUP * (of_group[groups[row]] if groups[row] is not None else 0)
            for row in left
        ]
        row = left.pop(max(range(len(left)), key=lambda place: (worth[place], -place)))
        found.append(int(here[row]))
        words += candidates[here[row]].words
        of_group[groups[row]] += 1
        nearest = np.maximum(nearest, likeness[row])
    return found


def _spread(values: Scores) -> Scores:
    spread: Scores = ((values - values.mean()) / (values.std() + LITTLE)).astype(np.float32)
    return spread

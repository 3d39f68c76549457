"""Figures of grouping and of the proposed skeleton, on the labelled cases (their READMEs say what is measured).

python -m tests.grouping.figures [--held-back]

Of the open cases; `--held-back`: of those held back, of which nothing but figures is printed.
"""

import random
import re
import sys
import warnings
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import combinations, pairwise

import numpy as np
from lexrank import STOPWORDS, LexRank

from app.core.texts import fold
from app.grouping import grouping, vectors
from app.grouping.vectors import Written
from app.practices.concepts import SMALL, words_of
from app.summaries.passages import passages
from tests.grouping.cases import GroupCase, SkeletonCase, group_cases, skeleton_cases

BATCH = 32
DRAWS = 20  # of the baseline at random
NAMES = ("precision", "recall", "F", "ARI", "pair F", "recall over languages", "neighbour", "groups")


@contextmanager
def without_encoder() -> Iterator[None]:
    """Within it vectors are made as where the encoder is not installed."""
    known = vectors.has_encoder
    vectors.has_encoder = lambda: False
    try:
        yield
    finally:
        vectors.has_encoder = known


_kept: dict[tuple[str, Written], np.ndarray] = {}


def vectors_of(items: Sequence[Written]) -> np.ndarray:
    """The vectors of passages, each made once."""
    model = vectors.model()
    missing = [item for item in dict.fromkeys(items) if (model, item) not in _kept]
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        _kept.update(((model, item), row) for item, row in zip(batch, vectors.vectors_of(batch), strict=True))
    return np.stack([_kept[model, item] for item in items])


# --- grouping ---------------------------------------------------------------------------------------------------------

Labels = list[object]
Grouper = Callable[[GroupCase, list[GroupCase]], tuple[Labels, np.ndarray | None]]


def written(case: GroupCase) -> list[Written]:
    """The passages of a set as the method sees them."""
    return [Written(passage.text, passage.language) for passage in case.passages]


def by_likeness(case: GroupCase, session: list[GroupCase]) -> tuple[Labels, np.ndarray | None]:
    """The method, with the sets of its part as the session."""
    items = written(case)
    everything = [item for other in session for item in written(other)]
    means = vectors.means_of(vectors_of(everything), [item.language for item in everything])
    rows = vectors.comparable(vectors_of(items), [item.language for item in items], means)
    keys = [passage.id for passage in case.passages]
    labels: Labels = [f"alone {key}" for key in keys]
    for number, group in enumerate(grouping.grouped(rows, keys, alike=grouping.alike())):
        for place in group.places:
            labels[place] = number
    return labels, rows @ rows.T


def by_words(case: GroupCase, _session: list[GroupCase]) -> tuple[Labels, np.ndarray | None]:
    """Groups by shared stems, as TF-IDF without tags finds them."""
    stems = [Counter(min(word.stems, key=len) for word in words_of(p.text, p.language)) for p in case.passages]
    having = Counter(stem for found in stems for stem in found)
    places = {stem: place for place, stem in enumerate(sorted(having))}
    rows = np.zeros((len(stems), len(places)))
    for row, found in enumerate(stems):
        for stem, times in found.items():
            rows[row, places[stem]] = times * np.log(len(stems) / having[stem])
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    labels: Labels = [f"alone {p.id}" for p in case.passages]
    for number, group in enumerate(grouping.grouped(rows.astype(np.float32), [p.id for p in case.passages], alike=0.1)):
        for place in group.places:
            labels[place] = number
    return labels, rows @ rows.T


GROUPERS: dict[str, Grouper] = {
    "each alone": lambda case, _session: ([passage.id for passage in case.passages], None),
    "one group": lambda case, _session: ([0] * len(case.passages), None),
    "a group a language": lambda case, _session: ([passage.language for passage in case.passages], None),
    "shared words": by_words,
    "method": by_likeness,
}


def group_figures(case: GroupCase, labels: Labels, likeness: np.ndarray | None) -> tuple[float, ...]:
    """B-cubed precision, recall and F; adjusted Rand index; F over pairs; recall over pairs of two languages; how often
    the most alike in another language is of the topic; how many groups."""
    topics = [passage.topic for passage in case.passages]
    languages = [passage.language for passage in case.passages]
    count = len(topics)
    both = Counter(zip(topics, labels, strict=True))
    of_topic, of_label = Counter(topics), Counter(labels)
    precision = sum(both[pair] / of_label[pair[1]] for pair in zip(topics, labels, strict=True)) / count
    recall = sum(both[pair] / of_topic[pair[0]] for pair in zip(topics, labels, strict=True)) / count
    pairs = list(combinations(range(count), 2))
    same = [(topics[a] == topics[b], labels[a] == labels[b], languages[a] != languages[b]) for a, b in pairs]
    hit, wanted, found = (sum(map(test, same)) for test in (lambda s: s[0] and s[1], lambda s: s[0], lambda s: s[1]))
    expected = wanted * found / len(pairs)
    spread = (wanted + found) / 2 - expected
    across = [one[1] for one in same if one[0] and one[2]]
    f = 2 * precision * recall / (precision + recall)
    pair_f = 2 * hit / (wanted + found)
    neighbour = _neighbour(topics, languages, likeness) if likeness is not None else float("nan")
    rand = (hit - expected) / spread if spread else 0.0
    return precision, recall, f, rand, pair_f, sum(across) / len(across), neighbour, len(of_label)


def _neighbour(topics: list[str], languages: list[str], likeness: np.ndarray) -> float:
    hits = []
    for row, (topic, language) in enumerate(zip(topics, languages, strict=True)):
        others = [place for place in range(len(topics)) if languages[place] != language]
        if any(topics[place] == topic for place in others):
            hits.append(topics[max(others, key=lambda place: likeness[row, place])] == topic)
    return sum(hits) / len(hits)


def grouping_figures(part: str) -> dict[str, np.ndarray]:
    """Name of a method -> its figures, the mean over the sets of a part."""
    sets = group_cases(part)

    def mean(grouper: Grouper) -> np.ndarray:
        return np.mean([group_figures(case, *grouper(case, sets)) for case in sets], axis=0)

    found = {name: mean(grouper) for name, grouper in GROUPERS.items() if name != "method"}
    with without_encoder():
        found["without encoder"] = mean(by_likeness)
    if vectors.has_encoder():
        found["with encoder"] = mean(by_likeness)
    return found


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore")
    part = "held_back" if "--held-back" in sys.argv[1:] else "open"
    print(f"grouping, {part}")
    print(f"{'':<22}" + "".join(f"{name:>12.11}" for name in NAMES))
    for name, figures in grouping_figures(part).items():
        print(f"{name:<22}" + "".join(f"{figure:>12.3f}" for figure in figures))


if __name__ == "__main__":
    main()

"""Figures of grouping and of the proposed skeleton, on the labelled cases (their READMEs say what is measured).

python -m tests.grouping.figures [--held-back]

Of the open cases; `--held-back`: of those held back, of which nothing but figures is printed. Of sections there is a
second part held back: the first was run, and is open since.
"""

import random
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations, pairwise, product
from unittest.mock import patch

import numpy as np
from lexrank import STOPWORDS, LexRank

from app.core.texts import fold
from app.grouping import grouping, skeleton, vectors
from app.grouping.blocks import Written
from app.grouping.courtesies import is_courtesy
from app.grouping.skeleton import Candidate, chosen
from app.practices.concepts import SMALL, words_of
from app.summaries.passages import passages
from tests.grouping.cases import GroupCase, SkeletonCase, group_cases, skeleton_cases

BATCH = 32
DRAWS = 20  # of the baseline at random
SECTIONS = {"open": ("open", "held_back"), "held_back": ("held_back_2",)}  # part -> folders of skeleton_cases
TRIED = ("NEW", "CENTRAL", "NEAR", "FIGURES", "ONCE", "LENGTH", "REPEATED", "SAME_GROUP")  # settings of the skeleton
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


# --- the proposed skeleton --------------------------------------------------------------------------------------------

Sentence = tuple[str, int, str]  # whose answer, its number in it, its words
Ranker = Callable[[SkeletonCase, str, list[Sentence]], list[int]]
_STOP = {language: frozenset(words.split()) for language, words in SMALL.items()}
OVERLAPS = ("ROUGE-1 F", "ROUGE-1 recall", "ROUGE-2 F", "ROUGE-2 recall")


def sentences(case: SkeletonCase, language: str | None = None) -> list[tuple[Sentence, str]]:
    """The sentences of a section's sources, of one language or of all, each with its language."""
    return [
        ((source.id, passage.number, passage.text), source.language)
        for source in case.sources
        if language in (None, source.language)
        for passage in passages(source.text)
    ]


def first(_case: SkeletonCase, _language: str, items: list[Sentence]) -> list[int]:
    """The first sentence of each source, then the second of each."""
    return sorted(range(len(items)), key=lambda place: (items[place][1], place))


def longest(_case: SkeletonCase, _language: str, items: list[Sentence]) -> list[int]:
    """The sentences of most words."""
    return sorted(range(len(items)), key=lambda place: (-len(items[place][2].split()), place))


def drawn(seed: int) -> Ranker:
    """Sentences at random."""

    def rank(_case: SkeletonCase, _language: str, items: list[Sentence]) -> list[int]:
        order = list(range(len(items)))
        random.Random(seed).shuffle(order)
        return order

    return rank


def lexrank(threshold: float | None) -> Ranker:
    """LexRank of the package of this name; with None it is the continuous one."""

    def rank(case: SkeletonCase, language: str, items: list[Sentence]) -> list[int]:
        texts = [[passage.text for passage in passages(source.text)] for source in case.sources_in(language)]
        scores = LexRank(texts, stopwords=STOPWORDS[language]).rank_sentences(
            [text for _source, _number, text in items], threshold=threshold, fast_power_method=True
        )
        return sorted(range(len(items)), key=lambda place: (-scores[place], place))

    return rank


_proposed: dict[tuple[str, str], list[Sentence]] = {}


def proposed(case: SkeletonCase) -> list[Sentence]:
    """What the method would quote of a section, were there no end to it; made of all languages together."""
    everything = [item for item in sentences(case) if not is_courtesy(item[0][2])]
    written_ = [Written(text, language) for (_source, _number, text), language in everything]
    asked = [Written(text, language) for language, text in sorted(case.question.items())]
    made, languages = vectors_of(written_), [item.language for item in written_]
    rows = vectors.comparable(made, languages, vectors.means_of(made, languages))
    keys = [f"{source} {number:03}" for (source, number, _text), _language in everything]
    of = {
        place: number
        for number, group in enumerate(grouping.grouped(rows, keys, alike=grouping.alike()))
        for place in group.places
    }
    candidates = [
        Candidate(keys[place], source, language, text, of.get(place))
        for place, ((source, _number, text), language) in enumerate(everything)
    ]
    near = made @ vectors_of(asked).mean(axis=0)
    order = chosen(rows, near, candidates, dict.fromkeys(case.references, 10**9))
    return [everything[place][0] for place in order]


def method(case: SkeletonCase, _language: str, items: list[Sentence]) -> list[int]:
    """The proposed skeleton's sentences of one language, in the order in which they are chosen."""
    places = {item: place for place, item in enumerate(items)}
    key = (case.name, vectors.model())
    if key not in _proposed:
        _proposed[key] = proposed(case)
    return [places[item] for item in _proposed[key] if item in places]


def budgeted(order: list[int], items: list[Sentence], words: int) -> list[str]:
    """The sentences in this order, so many words of them: the last is cut."""
    found: list[str] = []
    for place in order:
        if words <= 0:
            break
        of_sentence = items[place][2].split()[:words]
        found.append(" ".join(of_sentence))
        words -= len(of_sentence)
    return found


def overlap(texts: list[str], references: Sequence[str], language: str) -> tuple[float, ...]:
    """F and recall of words, then of pairs of words, without those of the language's stop list."""

    def counted(those: Sequence[str]) -> tuple[Counter, Counter]:
        folded = [[fold(word) for word in re.findall(r"\w+", text.lower())] for text in those]
        kept = [[word for word in words if word not in _STOP[language]] for words in folded]
        return Counter(w for words in kept for w in words), Counter(p for words in kept for p in pairwise(words))

    found: list[float] = []
    for ours, theirs in zip(counted(texts), counted(references), strict=True):
        hits = (ours & theirs).total()
        found += [2 * hits / max(1, ours.total() + theirs.total()), hits / max(1, theirs.total())]
    return tuple(found)


def section_figures(case: SkeletonCase, rank: Ranker) -> np.ndarray:
    """The mean over a section's languages; each method has as many words as the references."""
    found = []
    for language, references in case.references.items():
        items = [item for item, _language in sentences(case, language)]
        words = sum(len(text.split()) for text in references)
        found.append(overlap(budgeted(rank(case, language, items), items, words), references, language))
    return np.mean(found, axis=0)


BASELINES: dict[str, Ranker] = {
    "first sentences": first,
    "longest": longest,
    "LexRank, as the package has it": lexrank(0.03),
    "LexRank, threshold 0.1": lexrank(0.1),
    "LexRank, continuous": lexrank(None),
}


def sections(part: str) -> list[SkeletonCase]:
    """The sections of a part."""
    return [case for folder in SECTIONS[part] for case in skeleton_cases(folder)]


def skeleton_figures(part: str) -> dict[str, np.ndarray]:
    """Name of a method -> its figures, a row a section of a part."""
    cases = sections(part)

    def each(rank: Ranker) -> np.ndarray:
        return np.stack([section_figures(case, rank) for case in cases])

    found = {name: each(rank) for name, rank in BASELINES.items()}
    found["at random"] = np.mean([each(drawn(seed)) for seed in range(DRAWS)], axis=0)
    return found | by_ways(cases)


def by_ways(cases: Sequence[SkeletonCase]) -> dict[str, np.ndarray]:
    """The method's figures without the encoder and, where it is installed, with it: a row a section."""
    _proposed.clear()
    with without_encoder():
        found = {"without encoder": np.stack([section_figures(case, method) for case in cases])}
    if vectors.has_encoder():
        found["with encoder"] = np.stack([section_figures(case, method) for case in cases])
    return found


def left_out(baseline: np.ndarray) -> dict[str, np.ndarray]:
    """The method's figures on each open section with the settings that did best on the others: what choosing them is
    worth where they were not chosen. Tried are those that stand, and each of them halved and half as much again; the
    best have most words and pairs of words, each as a share of a baseline's, in both ways together."""
    cases = sections("open")
    made = [by_ways(cases)]
    for name, times in product(TRIED, (0.5, 1.5)):
        with patch.object(skeleton, name, getattr(skeleton, name) * times):
            made.append(by_ways(cases))
    found: dict[str, list[np.ndarray]] = {way: [] for way in made[0]}
    for out in range(len(cases)):
        others = [place for place in range(len(cases)) if place != out]
        shares = [sum((rows[others].mean(axis=0) / baseline)[[0, 2]].sum() for rows in one.values()) for one in made]
        best = made[int(np.argmax(shares))]
        for way, rows in best.items():
            found[way].append(rows[out])
    return {way: np.stack(rows) for way, rows in found.items()}


def say(line: str) -> None:
    """Print a line: the figures are what this is for."""
    sys.stdout.write(line + "\n")


def main() -> None:
    """Print the tables."""
    warnings.simplefilter("ignore")
    part = "held_back" if "--held-back" in sys.argv[1:] else "open"
    say(f"grouping, {part}")
    say(f"{'':<22}" + "".join(f"{name:>12.11}" for name in NAMES))
    for name, figures in grouping_figures(part).items():
        say(f"{name:<22}" + "".join(f"{figure:>12.3f}" for figure in figures))
    say(f"\nskeleton, {part}")
    say(f"{'':<32}" + "".join(f"{name:>16}" for name in OVERLAPS))
    made = skeleton_figures(part)
    say_means(made)
    if part == "open":
        say("\neach section with the settings that did best on the others")
        alone = left_out(made["LexRank, continuous"].mean(axis=0))
        say_means(alone)
        made |= {f"{way}, left out": rows for way, rows in alone.items()}
    say("\nsections that are better than")
    for way in [name for name in made if "encoder" in name]:
        for name in BASELINES:
            better = (made[way] > made[name]).sum(axis=0)
            say(f"{way}, {name:<25}"[:48].ljust(48) + "".join(f"{count:>9}" for count in better))


def say_means(made: dict[str, np.ndarray]) -> None:
    """Print the mean over sections of each method's figures."""
    for name, figures in made.items():
        say(f"{name:<32}" + "".join(f"{figure:>16.3f}" for figure in figures.mean(axis=0)))


if __name__ == "__main__":
    main()

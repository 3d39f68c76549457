"""Putting like passages together. Pure: vectors in, groups out; the same passages in any order give the same groups.

Average linkage: two groups are joined while their passages are on average alike enough. A block of many passages is
first gathered around some of them (`_gathered`), of which there is a fixed number at most: so the time it takes grows
as the number of passages does.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.grouping import vectors as made
from app.grouping.vectors import Vectors

ALIKE = 0.1  # on average, for passages to be of one group (with the encoder)
ALIKE_WITHOUT = 0.19  # without it
GATHERED = 0.5  # as alike as this, passages are gathered before groups are made
MOST = 800  # passages that others are gathered around, and groups are made of
ROWS = 1024  # compared at once
FEWEST = 2  # passages of a group
ROUNDS = 3  # in which passages go where they fit better


@dataclass(frozen=True)
class Group:
    """Places of passages in what was given, the most central first. `likeness`: of each to the whole group."""

    places: tuple[int, ...]
    likeness: tuple[float, ...]


def alike() -> float:
    """How alike passages are on average that are of one group, with the encoder or without."""
    return ALIKE if made.has_encoder() else ALIKE_WITHOUT


def grouped(vectors: Vectors, keys: Sequence[str], *, alike: float) -> list[Group]:
    """Return the groups of a block, those of most passages first; what is like nothing else is in none.

    `vectors` are of `comparable`; `keys` tell passages apart, and decide between equals.
    """
    order = np.array(sorted(range(len(keys)), key=lambda place: keys[place]), dtype=np.int64)
    if len(order) < FEWEST:
        return []
    rows = vectors[order]
    labels = _settled(rows, _labels(rows, alike), alike)
    found = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        if len(members) >= FEWEST:
            found.append(_central_first(rows[members], order[members], keys))
    return sorted(found, key=lambda group: (-len(group.places), keys[group.places[0]]))


def joined(vectors: Vectors, centres: Vectors, *, alike: float) -> list[int | None]:
    """Return for each passage the group that it is most like, by the mean of that group's vectors; None for none."""
    if not len(vectors) or not len(centres):
        return [None] * len(vectors)
    likeness = vectors @ centres.T
    best = likeness.argmax(axis=1)
    return [int(place) if likeness[row, place] >= alike else None for row, place in enumerate(best)]


def _central_first(rows: Vectors, places: NDArray[np.int64], keys: Sequence[str]) -> Group:
    likeness = np.round((rows @ rows.sum(axis=0) - 1) / (len(rows) - 1), 4)
    order = sorted(range(len(rows)), key=lambda row: (-likeness[row], keys[int(places[row])]))
    return Group(tuple(int(places[row]) for row in order), tuple(float(likeness[row]) for row in order))


def _labels(rows: Vectors, alike: float) -> NDArray[np.int64]:
    """A number for each row, the same for those of one group."""
    if len(rows) <= MOST:
        return _linked(rows, np.ones(len(rows)), alike)
    around = _gathered(rows)
    sizes = np.bincount(around)
    centres = np.zeros((len(sizes), rows.shape[1]), dtype=np.float32)
    np.add.at(centres, around, rows)
    centres /= sizes[:, None]
    return _linked(centres, sizes.astype(np.float64), alike)[around]


def _settled(rows: Vectors, labels: NDArray[np.int64], alike: float) -> NDArray[np.int64]:
    """The labels after each passage, a few times over, went to the group whose others it is most like on average, or to
    none: groups that grow by being joined keep some that fit better elsewhere."""
    for _round in range(ROUNDS):
        names, places, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        large = sizes >= FEWEST
        if not large.any():
            return labels
        place_of = np.where(large, np.cumsum(large) - 1, -1)[places]
        sizes, names = sizes[large], names[large]
        sums = np.zeros((len(sizes), rows.shape[1]), dtype=np.float32)
        np.add.at(sums, place_of[place_of >= 0], rows[place_of >= 0])
        settled = np.empty_like(labels)
        for start in range(0, len(rows), ROWS):
            here = np.arange(start, min(start + ROWS, len(rows)))
            likeness, others = rows[here] @ sums.T, np.broadcast_to(sizes, (len(here), len(sizes))).copy()
            inside = np.flatnonzero(place_of[here] >= 0)
            own = place_of[here][inside]
            likeness[inside, own] -= (rows[here][inside] ** 2).sum(axis=1)
            others[inside, own] -= 1
            likeness /= others
            best = likeness.argmax(axis=1)
            enough = likeness[np.arange(len(here)), best].round(5) >= alike
            settled[here] = np.where(enough, names[best], -1 - here)
        if (settled == labels).all():
            break
        labels = settled
    return labels


def _gathered(rows: Vectors) -> NDArray[np.int64]:
    """For each row, which of at most MOST of them it is gathered around."""
    leaders = np.zeros((0, rows.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), ROWS):
        chunk = rows[start : start + ROWS]
        far = chunk[(chunk @ leaders.T).max(axis=1) < GATHERED] if len(leaders) else chunk
        leaders = np.vstack([leaders, _leaders(far, MOST - len(leaders))])
    nearest = [(rows[start : start + ROWS] @ leaders.T).argmax(axis=1) for start in range(0, len(rows), ROWS)]
    _used, around = np.unique(np.concatenate(nearest), return_inverse=True)
    return around.astype(np.int64)


def _leaders(rows: Vectors, most: int) -> Vectors:
    """The rows, at most so many, that are not gathered around one before them."""
    chosen: list[int] = []
    likeness = rows @ rows.T
    nearest = np.full(len(rows), -1.0, dtype=np.float32)
    for row in range(len(rows)):
        if len(chosen) >= most:
            break
        if nearest[row] < GATHERED:
            chosen.append(row)
            np.maximum(nearest, likeness[row], out=nearest)
    return rows[chosen]


def _linked(centres: Vectors, sizes: NDArray[np.float64], alike: float) -> NDArray[np.int64]:
    """Average linkage of groups given by the means of their vectors: what of them two have in common is the mean over
    their pairs. Returns a number for each."""
    likeness = (centres.astype(np.float64) @ centres.T.astype(np.float64)).round(6)
    np.fill_diagonal(likeness, -np.inf)
    labels = np.arange(len(centres))
    sizes = sizes.copy()
    nearest = likeness.argmax(axis=1)
    best = likeness[labels, nearest]
    while True:
        first = int(best.argmax())
        if best[first] < alike:
            return labels
        second = int(nearest[first])
        first, second = min(first, second), max(first, second)
        row = (sizes[first] * likeness[first] + sizes[second] * likeness[second]) / (sizes[first] + sizes[second])
        row[[first, second]] = -np.inf
        likeness[first], likeness[:, first] = row, row
        likeness[second], likeness[:, second] = -np.inf, -np.inf
        sizes[first] += sizes[second]
        labels[labels == second] = first
        best[second] = -np.inf
        for other in {first, *np.flatnonzero((nearest == first) | (nearest == second)).tolist()} - {second}:
            if best[other] > -np.inf or other == first:
                nearest[other] = likeness[other].argmax()
                best[other] = likeness[other, nearest[other]]
        nearer = row > best
        nearer[[first, second]] = False
        nearest[nearer], best[nearer] = first, row[nearer]

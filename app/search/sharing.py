"""Things that share with another what they are about, found in the columns: no text is read."""

from math import log

import numpy as np
import sqlalchemy as sa

from app.search.columns import columns
from app.search.warming import is_warming

ABOUT = ("theme", "gcm", "principle", "sdg", "mechanism", "population")


def sharing(kind: str, key: str, scope: sa.ColumnElement[bool], most: int) -> list[str]:
    """The keys of at most so many things of a kind that share most with one of them, the newest first among equals.

    What few have counts for more. `scope`: as of `asking.ask`; what somebody may not find counts for nothing. None
    where the index does not have the thing, or is still read by a process that has just begun. As many statements as
    `columns` and one more.
    """
    if is_warming():
        return []
    known = columns()
    thing = known.known_things.numbers.get((kind, key))
    own = known.things == (-1 if thing is None else thing)
    if not own.any():
        return []
    others = known.findable(scope) & known.having("kind", [kind]) & ~own
    points = np.zeros(len(own))
    number = int(others.sum())
    for rows, codes in (known.pairs[facet] for facet in ABOUT):
        mine = np.unique(codes[own[rows]])
        if len(mine):
            worth = np.zeros(int(codes.max()) + 1)
            having = np.bincount(codes[others[rows]], minlength=len(worth))
            worth[mine] = [log(1 + number / (1 + count)) for count in having[mine]]
            points += np.bincount(rows, weights=worth[codes], minlength=len(points))
    points = points.round(6)  # sums of the same, however they were added up
    left = np.flatnonzero(others)
    enough = most * 4  # a thing has an entry in each of four languages at most
    if len(left) > enough:
        left = left[points[left] >= np.partition(points[left], -enough)[-enough]]
    ordered = left[np.lexsort((known.ties[left], -known.published[left], -points[left]))]
    things = dict.fromkeys(known.things[ordered].tolist())
    return [known.known_things.all[one][1] for one in things][:most]

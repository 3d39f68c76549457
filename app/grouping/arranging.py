"""What the groups of a question or theme become: pure, so that it is computed outside of any transaction.

What hands did stays: a passage that somebody put somewhere, a group that somebody named, what was taken out. New texts
are put into the groups that they are like; what is left over is grouped among itself.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from app.grouping import grouping, naming, skeleton
from app.grouping.blocks import Piece, Standing
from app.grouping.enums import GroupKind
from app.grouping.vectors import Vectors

SHARE = 0.25  # of the words of a language on a question, a proposal quotes so many,
LEAST, MOST = 80, 600  # but not fewer than these words or more


@dataclass
class Arrangement:
    """What is to be written. Places are those of the pieces.

    `gone`: groups that are dissolved; `lost`: rows of passages that no source says any more, or that belong elsewhere;
    `stay`: row -> place of its passage now; `join`: group -> passages that come to it; `new`: name and passages of new
    groups; `alone`: what is proposed of that which one passage alone says; `chosen`: place -> its rank in a proposal.
    """

    gone: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    stay: dict[int, int] = field(default_factory=dict)
    join: dict[int, list[int]] = field(default_factory=dict)
    new: list[tuple[str, list[int]]] = field(default_factory=list)
    alone: list[int] = field(default_factory=list)
    chosen: dict[int, int] = field(default_factory=dict)


def arranged(
    pieces: Sequence[Piece],
    rows: Vectors,
    near: skeleton.Scores,
    standing: Sequence[Standing],
    *,
    anew: bool = False,
) -> Arrangement:
    """Return what becomes of a block's groups. `rows` are of `comparable`, `near` how like the question each piece is.

    `anew` dissolves all groups but those `kept`.
    """
    found = Arrangement()
    places = {piece.identity: place for place, piece in enumerate(pieces)}
    group_of: dict[int, int] = {}
    for group in standing:
        loose = group.kind is GroupKind.ALONE
        if loose or (anew and not group.kept):
            found.gone.append(group.group_id)
        for member in group.members:
            place = places.get(member.identity)
            if group.group_id in found.gone:
                continue  # its rows go with it
            if place is None or place in group_of:
                found.lost.append(member.row_id)
            else:
                found.stay[member.row_id] = place
                group_of[place] = group.group_id
    like = [group.group_id for group in standing if group.kind is GroupKind.LIKE and group.group_id not in found.gone]
    _join(found, rows, pieces, group_of, like)
    _make(found, rows, pieces, group_of)
    apart = {group.group_id for group in standing if group.kind is GroupKind.APART}
    _choose(found, rows, near, pieces, group_of, apart)
    return found


def _join(
    found: Arrangement, rows: Vectors, pieces: Sequence[Piece], group_of: dict[int, int], like: Sequence[int]
) -> None:
    """Put what is in no group into the group that it is like enough."""
    members = defaultdict(list)
    for place, group_id in group_of.items():
        members[group_id].append(place)
    there = [group_id for group_id in like if members[group_id]]
    free = [place for place in range(len(pieces)) if place not in group_of]
    if not there or not free:
        return
    centres = np.stack([rows[sorted(members[group_id])].mean(axis=0) for group_id in there])
    for place, best in zip(free, grouping.joined(rows[free], centres, alike=grouping.alike()), strict=True):
        if best is not None:
            found.join.setdefault(there[best], []).append(place)
            group_of[place] = there[best]


def _make(found: Arrangement, rows: Vectors, pieces: Sequence[Piece], group_of: dict[int, int]) -> None:
    """Group what is left over among itself; groups that are not made yet are told by numbers below zero."""
    free = [place for place in range(len(pieces)) if place not in group_of]
    keys = [pieces[place].key for place in free]
    made = [[free[at] for at in group.places] for group in grouping.grouped(rows[free], keys, alike=grouping.alike())]
    written = [[pieces[place].written for place in group] for group in made]
    named = naming.names(written, [piece.written for piece in pieces]) if made else []
    for number, (name, group) in enumerate(zip(named, made, strict=True), start=1):
        found.new.append((name, group))
        group_of.update(dict.fromkeys(group, -number))


def _choose(
    found: Arrangement,
    rows: Vectors,
    near: skeleton.Scores,
    pieces: Sequence[Piece],
    group_of: Mapping[int, int],
    apart: set[int],
) -> None:
    may = [place for place in range(len(pieces)) if group_of.get(place) not in apart]
    candidates = [
        skeleton.Candidate(
            pieces[place].key,
            pieces[place].source.delegation_id,
            pieces[place].source.language,
            pieces[place].text,
            group_of.get(place),
        )
        for place in may
    ]
    words: Counter[str] = Counter()
    for item in candidates:
        words[item.language] += item.words
    budget = {language: max(LEAST, min(MOST, round(SHARE * count))) for language, count in words.items()}
    picked = skeleton.chosen(rows[may], near[may], candidates, budget)
    rank: Counter[str] = Counter()
    for at in picked:
        rank[candidates[at].language] += 1
        found.chosen[may[at]] = rank[candidates[at].language]
    found.alone = [may[at] for at in picked if candidates[at].group is None]

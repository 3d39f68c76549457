"""The network of mechanisms: on an ellipse, kind by kind; a line is as wide as two have members in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import hypot, sqrt

from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.texts import fold
from app.core.wording import in_reader_language, with_colon
from app.directory.enums import MechanismKind, PartyKind
from app.directory.facts import Facts, Known
from app.directory.labels import MECHANISM_KINDS
from app.map.naming import link
from app.map.overlap import THEMES, Pair, pairs
from app.map.svg import Picture

MOST = 40  # mechanisms
MOST_LINES = 100  # more hide one another
ORDER = {kind: place for place, kind in enumerate(MechanismKind)}

WIDTH, ROW, FOOT = 1000.0, 23.0, 56.0
RADIUS = 240.0  # half the ellipse's width
FEWEST_ROWS = 10
FLATTEST = 0.92  # the part of the ellipse's height that rows take, so that the outermost do not meet in the middle
PULL = (0.15, 0.7)  # how far a line bends towards the centre, the shortest and the longest: 0 not at all, 1 wholly
THINNEST, WIDEST = 0.75, 7.0
SWEEPS = 8
SLACK = 4  # rows

Spot = tuple[float, float]
Group = tuple[str, list[int]]  # a kind's name, and its mechanisms by id


@dataclass(frozen=True)
class Network:
    """The mechanisms to draw, kind by kind, and the pairs with `at_least` so many members in common, most first.

    `members`: id -> how many. `left_out`: how many more there are than can be drawn; `unlisted`: how many have no
    list of members in any source.
    """

    nodes: Sequence[Known]
    members: Mapping[int, int]
    pairs: Sequence[Pair]
    at_least: int
    left_out: int
    unlisted: int


@dataclass(frozen=True, slots=True)
class Node:
    """A mechanism as drawn; `side` is 1 on the right, -1 on the left."""

    x: float
    y: float
    side: int
    label: str
    count: int
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A kind's name, above its mechanisms."""

    x: float
    y: float
    side: int
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """A pair as drawn: the `d` of a path, its width, and how dark it is, 0 to 1."""

    path: str
    width: float
    strength: float
    title: str


@dataclass(frozen=True, slots=True)
class Shapes:
    """All that is drawn. `legend`: x of a sample, the line, its text."""

    nodes: list[Node]
    headings: list[Heading]
    lines: list[Line]
    legend: list[tuple[float, Line]]
    legend_y: float


def network(facts: Facts, *, kind: MechanismKind | None = None, at_least: int | None = None) -> Network:
    """Return the mechanisms in being, of a kind (of all, where none is given), and the pairs that share members.

    Where there are more than MOST mechanisms, those with the most members are taken. Without `at_least` the pairs
    are those with the fewest members in common that leave at most MOST_LINES lines.
    """
    wanted = [party for party in facts.in_being(PartyKind.MECHANISM) if kind is None or party.subkind == kind]
    listed = [party for party in wanted if facts.members.get(party.id)]
    chosen = sorted(listed, key=lambda party: (-len(facts.members[party.id]), fold(party.code)))[:MOST]
    nodes = sorted(chosen, key=lambda party: (ORDER[MechanismKind(party.subkind)], fold(party.code)))
    sharing = [pair for pair in pairs(facts, nodes, THEMES) if pair.members]
    sharing.sort(key=lambda pair: (-pair.members, -(pair.by_members or 0)))
    if at_least is None:
        at_least = min(sharing[MOST_LINES].members + 1, sharing[0].members) if len(sharing) > MOST_LINES else 1
    return Network(
        nodes=nodes,
        members={party.id: len(facts.members[party.id]) for party in nodes},
        pairs=[pair for pair in sharing if pair.members >= at_least],
        at_least=at_least,
        left_out=len(listed) - len(nodes),
        unlisted=len(wanted) - len(listed),
    )


def picture(found: Network, caption: str) -> Picture:
    """Return the network laid out."""
    groups = [
        (MECHANISM_KINDS[MechanismKind(kind)], [party.id for party in parties])
        for kind, parties in groupby(found.nodes, key=lambda party: party.subkind)
    ]
    left, right = _sides(groups, found.pairs)
    rows = max(FEWEST_ROWS, *(len(side) + sum(map(len, (ids for _label, ids in side))) for side in (left, right)))
    height = rows * ROW
    spots: dict[int, Spot] = {}
    headings: list[Heading] = []
    for side, part in ((-1, left), (1, right)):
        taken, titles = _spots(part, side, rows)
        spots |= taken
        headings += titles
    spots = _shorter(spots, [ids for part in (left, right) for _label, ids in part], found.pairs)
    most = max((pair.members for pair in found.pairs), default=1)
    lines = [_line(spots[pair.first.id], spots[pair.second.id], height, pair, most) for pair in reversed(found.pairs)]
    return Picture(
        name="network",
        title=_("Network of mechanisms"),
        caption=caption,
        width=WIDTH,
        height=height + FOOT,
        shapes=Shapes(
            nodes=[_node(party, spots[party.id], found.members[party.id]) for party in found.nodes],
            headings=headings,
            lines=lines,
            legend=_legend(found.pairs, most, height + FOOT - 20),
            legend_y=height + FOOT - 20,
        ),
    )


def _sides(groups: list[Group], shared: Sequence[Pair]) -> tuple[list[Group], list[Group]]:
    """Part the kinds between left and right, the largest first; each side keeps their order.

    A kind goes to the side with which it has less in common, so that lines cross the middle, where there is room;
    but no side gets more than SLACK rows ahead. A kind that has most of the mechanisms is parted itself.
    """
    total = sum(len(ids) for _label, ids in groups)
    sides: tuple[dict[int, Group], dict[int, Group]] = ({}, {})
    rows = [0, 0]

    def bond(ids: list[int], side: int) -> int:
        there = {party_id for _label, taken in sides[side].values() for party_id in taken}
        return sum(
            pair.members
            for pair in shared
            if (pair.first.id in ids and pair.second.id in there) or (pair.second.id in ids and pair.first.id in there)
        )

    for place, (label, ids) in sorted(enumerate(groups), key=lambda item: -len(item[1][1])):
        half = (len(ids) + 1) // 2 if len(ids) > max(total / 2, 1) else len(ids)
        for part in (ids[:half], ids[half:]):
            if part:
                behind = int(rows[1] < rows[0])
                ahead = 1 - behind
                far = rows[ahead] + 1 + len(part) - rows[behind] > SLACK
                side = behind if far or bond(part, behind) <= bond(part, ahead) else ahead
                sides[side][place] = (label, part)
                rows[side] += 1 + len(part)
    left, right = ([side[place] for place in sorted(side)] for side in sides)
    return left, right


def _spots(side: list[Group], direction: int, rows: int) -> tuple[dict[int, Spot], list[Heading]]:
    """Give each mechanism and heading of a side its place, in rows of one height, centred."""
    count = len(side) + sum(len(ids) for _label, ids in side)
    spots: dict[int, Spot] = {}
    headings: list[Heading] = []
    row = (rows - count) / 2
    for label, ids in side:
        headings.append(Heading(*_at(row, rows, direction), direction, label))
        row += 1
        for party_id in ids:
            spots[party_id] = _at(row, rows, direction)
            row += 1
    return spots, headings


def _at(row: float, rows: int, direction: int) -> Spot:
    """Return where a row meets the ellipse."""
    middle = rows / 2
    out = (row + 0.5 - middle) / middle * FLATTEST
    return WIDTH / 2 + direction * RADIUS * sqrt(1 - out * out), (row + 0.5) * ROW


def _shorter(spots: dict[int, Spot], groups: list[list[int]], pairs: Sequence[Pair]) -> dict[int, Spot]:
    """Let neighbours of a kind change places as long as that makes the lines, by their weight, shorter together."""
    weights: dict[int, list[tuple[int, int]]] = {party_id: [] for party_id in spots}
    for pair in pairs:
        weights[pair.first.id].append((pair.second.id, pair.members))
        weights[pair.second.id].append((pair.first.id, pair.members))
    spots = dict(spots)

    def length(party_id: int) -> float:
        x, y = spots[party_id]
        return sum(weight * hypot(x - spots[other][0], y - spots[other][1]) for other, weight in weights[party_id])

    for _sweep in range(SWEEPS):
        moved = False
        for ids in groups:
            for place in range(len(ids) - 1):
                one, other = ids[place], ids[place + 1]
                before = length(one) + length(other)
                spots[one], spots[other] = spots[other], spots[one]
                if length(one) + length(other) < before - 0.001:
                    ids[place], ids[place + 1] = other, one
                    moved = True
                else:
                    spots[one], spots[other] = spots[other], spots[one]
        if not moved:
            break
    return spots


def _node(party: Known, spot: Spot, count: int) -> Node:
    shown = link(party)
    members = ngettext("%(num)d member", "%(num)d members", count)
    return Node(
        x=round(spot[0], 1),
        y=round(spot[1], 1),
        side=1 if spot[0] > WIDTH / 2 else -1,
        label=shown["label"],
        count=count,
        title=f"{with_colon(shown['name'])} {members}",
        url=shown["url"],
    )


def _line(start: Spot, end: Spot, height: float, pair: Pair, most: int) -> Line:
    """Bend the line of a pair towards the centre, so that it keeps clear of what stands on the ellipse."""
    reach = min(hypot(start[0] - end[0], start[1] - end[1]) / (2 * RADIUS), 1)
    pull = PULL[0] + (PULL[1] - PULL[0]) * reach
    bend = [
        (1 - pull) * (one + other) / 2 + pull * centre
        for one, other, centre in zip(start, end, (WIDTH / 2, height / 2), strict=True)
    ]
    path = f"M{start[0]:.1f} {start[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {end[0]:.1f} {end[1]:.1f}"
    return _weighed(path, pair.members, most, named(pair))


def _weighed(path: str, shared: int, most: int, title: str) -> Line:
    part = shared / most
    return Line(path, round(THINNEST + (WIDEST - THINNEST) * part, 2), round(0.25 + 0.5 * part, 2), title)


def named(pair: Pair) -> str:
    """Return a pair and its members in common, in words."""
    first, second = in_reader_language(pair.first.label), in_reader_language(pair.second.label)
    return str(_("%(count)s: %(first)s and %(second)s", count=_in_common(pair.members), first=first, second=second))


def _in_common(count: int) -> str:
    return str(ngettext("%(num)d member in common", "%(num)d members in common", count))


def _legend(pairs: Sequence[Pair], most: int, y: float) -> list[tuple[float, Line]]:
    """Return sample lines, the thinnest and the widest that are drawn and one between: (x of the text, line)."""
    if not pairs:
        return []
    least = min(pair.members for pair in pairs)
    samples = sorted({least, (least + most) // 2, most})
    step = 220.0
    first = WIDTH / 2 - step * len(samples) / 2
    return [
        (x + 50, _weighed(f"M{x:g} {y - 4:g}h40", shared, most, _in_common(shared)))
        for x, shared in ((first + step * place, shared) for place, shared in enumerate(samples))
    ]

"""The order of those who wait for the floor, how long each has, and when each may expect it. No statement is run.

Points of order come first, by the moment at which they came in, and nothing changes that. Then come those whom the
Chair put in place by hand, then those whom the rule places. Rights of reply are for the end of the day: all first ones,
then the second ones.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.floor.enums import Category, SpeakingKind, SpeakingOrder, Times

SHORTEST = 30  # seconds that a cut or a quota leaves to anybody


@dataclass(frozen=True)
class Asked:
    """Somebody who waits. `whom`: what a lot goes by; `name` and `rank`: the keys of the alphabet and of protocol;
    `second`: they had a right of reply before."""

    id: int
    kind: SpeakingKind
    asked_at: datetime
    category: Category = Category.STATES
    whom: str = ""
    name: tuple[Any, ...] = ()
    rank: tuple[Any, ...] = ()
    second: bool = False


@dataclass(frozen=True)
class Rule:
    """The order of a list; `seed`: of the lot, "" until it is drawn (then requests count)."""

    order: SpeakingOrder = SpeakingOrder.REQUEST
    seed: str = ""

    def key(self, row: Asked) -> tuple[Any, ...]:
        """What comes before the moment of the request."""
        if self.order is SpeakingOrder.GROUPS_FIRST:
            return (row.category is not Category.GROUPS,)
        if self.order is SpeakingOrder.ALPHABETICAL:
            return row.name
        if self.order is SpeakingOrder.PRECEDENCE:
            return row.rank
        if self.order is SpeakingOrder.LOT and self.seed:
            return (lot(self.seed, row.whom),)
        return ()


def lot(seed: str, whom: str) -> str:
    """Return what a lot gave somebody: the lowest comes first. Whoever knows the seed can count it again."""
    return hashlib.sha256(f"{seed}:{whom}".encode()).hexdigest()


def in_order(entries: Iterable[Asked], rule: Rule, hand: Mapping[int, int]) -> list[Asked]:
    """Return those who wait in the order in which they speak; `hand`: id -> the place that the Chair gave."""

    def key(row: Asked) -> tuple[Any, ...]:
        asked = (row.asked_at, row.id)
        if row.kind is SpeakingKind.POINT_OF_ORDER:
            return (0, *asked)
        if row.kind is SpeakingKind.RIGHT_OF_REPLY:
            return (3, row.second, *asked)
        if row.id in hand:
            return (1, hand[row.id], *asked)
        return (2, rule.key(row), *asked)

    return sorted(entries, key=key)


def placed(order: Sequence[int], entry: int, position: int, hand: Mapping[int, int]) -> dict[int, int]:
    """Return the Chair's places once an entry is put at a position (from 1) of those who can be moved, by id.

    All down to the lower of its two places keep where they stand from then on, whoever asks later; the rule places the
    rest. Past an end means at the end.
    """
    before = order.index(entry)
    after = min(max(position, 1), len(order)) - 1
    moved = [one for one in order if one != entry]
    moved.insert(after, entry)
    return _fixed(moved, max(before, after), hand)


def swapped(order: Sequence[int], first: int, second: int, hand: Mapping[int, int]) -> dict[int, int]:
    """Return the Chair's places once two entries have changed theirs."""
    other = {first: second, second: first}
    changed = [other.get(one, one) for one in order]
    return _fixed(changed, max(order.index(first), order.index(second)), hand)


def _fixed(order: Sequence[int], last: int, hand: Mapping[int, int]) -> dict[int, int]:
    """Give places to all down to the last that was touched, and to those that had one."""
    until = max(last, sum(one in hand for one in order) - 1)
    return {one: place for place, one in enumerate(order[: until + 1], start=1)}


def allowances(
    entries: Iterable[Asked],
    seconds: Mapping[str, int],
    *,
    factor: int = 100,
    quotas: Mapping[str, int] | None = None,
    used: Mapping[str, int] | None = None,
) -> dict[int, int]:
    """Return id -> how many seconds each has.

    `factor` (per cent) shortens what stands in the list itself. What is left of a category's quota (`used`: the seconds
    that it has spoken) is shared evenly by those of its statements that wait. Nobody is left with less than SHORTEST,
    unless the rules give them less.
    """
    rows = list(entries)
    waiting = Counter(row.category for row in rows if row.kind is SpeakingKind.STATEMENT)
    found = {}
    for row in rows:
        given = seconds[_time_of(row)]
        found[row.id] = shortened(given, factor) if row.kind.queued else given
        if row.kind is SpeakingKind.STATEMENT and quotas and row.category in quotas:
            left = max(0, quotas[row.category] - (used or {}).get(row.category, 0))
            found[row.id] = min(found[row.id], max(SHORTEST, left // waiting[row.category]))
    return found


def shortened(given: int, factor: int) -> int:
    """Return what a cut to so many per cent leaves of a time in seconds."""
    return min(given, max(SHORTEST, given * factor // 100))


def _time_of(row: Asked) -> Times:
    if row.kind is SpeakingKind.STATEMENT:
        return Times(row.category.value)
    if row.kind is SpeakingKind.RIGHT_OF_REPLY and row.second:
        return Times.SECOND_RIGHT
    return Times(row.kind.value)


def expected(order: Iterable[Asked], allowed: Mapping[int, int], begins: datetime) -> dict[int, datetime]:
    """Return id -> when each may expect the floor if all use their time; rights of reply wait for the day's end."""
    found, at = {}, begins
    for row in order:
        if row.kind is not SpeakingKind.RIGHT_OF_REPLY:
            found[row.id] = at
            at += timedelta(seconds=allowed[row.id])
    return found


def finish(order: Iterable[Asked], allowed: Mapping[int, int], begins: datetime) -> datetime:
    """Return when the list is through if all use their time, without the rights of reply."""
    rows = (row for row in order if row.kind is not SpeakingKind.RIGHT_OF_REPLY)
    return begins + timedelta(seconds=sum(allowed[row.id] for row in rows))

"""How items of the order of business stand: numbers, blocks of an item with its sub-items, and where a moved one goes.

An *item* here is a top item or a sub-item; a *block* is a top item followed by its sub-items. No statement is run.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from app.meetings.models import AgendaItem

Block = list[AgendaItem]


class Direction(StrEnum):
    """What the buttons of an item do: up, down, to become a sub-item of the one above, to be one no longer."""

    UP = "up"
    DOWN = "down"
    IN = "in"
    OUT = "out"


def blocks_of(items: Iterable[AgendaItem]) -> list[Block]:
    """Return each top item, by day and position, followed by its sub-items."""
    rows = sorted(items, key=lambda item: item.position)
    subs: dict[AgendaItem, Block] = {}
    for item in rows:
        if item.parent is not None:
            subs.setdefault(item.parent, []).append(item)
    heads = sorted((item for item in rows if item.parent is None), key=lambda item: item.day)
    return [[head, *subs.get(head, ())] for head in heads]


def number_of(items: Sequence[AgendaItem]) -> dict[int, str]:
    """Return item id -> its number: "1", and "1.1" for a sub-item."""
    numbers = {}
    for place, (head, *subs) in enumerate(blocks_of(items), start=1):
        numbers[head.id] = str(place)
        numbers |= {item.id: f"{place}.{number}" for number, item in enumerate(subs, start=1)}
    return numbers


def dropped(items: Sequence[AgendaItem], item: AgendaItem, position: int, day: int | None) -> list[Block]:
    """Return the blocks once an item stands at a position (from 1) of the whole list; past an end means at the end.

    Between the sub-items of another, an item without sub-items becomes one of them; behind the last of its own it
    stays one. A top item brings its sub-items, and belongs to `day` where that fits between its neighbours, else to
    the day of the item before it, or of the one after where it comes first.
    """
    rest = [row for row in items if row is not item]
    index = min(max(position, 1), len(rest) + 1) - 1
    before = rest[index - 1] if index else None
    after = rest[index] if index < len(rest) else None
    found = [block for block in blocks_of(items) if block[0] is not item]
    own = next((block for block in blocks_of(items) if block[0] is item), [item])
    parent = None
    if len(own) == 1:
        if after is not None and after.parent is not None:
            parent = after.parent
        elif item.parent is not None and before is not None and item.parent in (before, before.parent):
            parent = item.parent
    for block in found:
        if item in block:
            block.remove(item)
    item.parent = parent
    if parent is not None:
        block = next(block for block in found if block[0] is parent)
        block.insert(1 + sum(row.parent is parent for row in rest[:index]), item)
        return found
    place = sum(row.parent is None for row in rest[:index])
    lowest = found[place - 1][0].day if place else 1
    highest = found[place][0].day if place < len(found) else max(day or 1, lowest)
    beside = before or after
    item.day = min(max(day or (beside.day if beside else item.day), lowest), highest)
    return [*found[:place], own, *found[place:]]


def directions(items: Sequence[AgendaItem], last_day: int) -> dict[int, set[Direction]]:
    """Return item id -> where its buttons can take it."""
    blocks = blocks_of(items)
    found: dict[int, set[Direction]] = {}
    for place, (head, *subs) in enumerate(blocks):
        ways = found[head.id] = set()
        above = blocks[place - 1][0] if place else None
        below = blocks[place + 1][0] if place + 1 < len(blocks) else None
        if head.day > 1 or above is not None:
            ways.add(Direction.UP)
        if below is not None or head.day < last_day:
            ways.add(Direction.DOWN)
        if above is not None and above.day == head.day and not subs:
            ways.add(Direction.IN)
        for number, item in enumerate(subs):
            found[item.id] = {Direction.OUT}
            if number:
                found[item.id].add(Direction.UP)
            if number + 1 < len(subs):
                found[item.id].add(Direction.DOWN)
    return found


def moved(items: Sequence[AgendaItem], item: AgendaItem, direction: Direction) -> list[Block]:
    """Return the blocks once an item has taken a step that `directions` allows.

    At the end of its day a top item goes on to the next day, at the beginning to the day before.
    """
    blocks = blocks_of(items)
    place = next(number for number, block in enumerate(blocks) if item in block)
    block = blocks[place]
    step = -1 if direction is Direction.UP else 1
    if direction is Direction.IN:
        item.parent = blocks[place - 1][0]
        return [*blocks[: place - 1], [*blocks[place - 1], item], *blocks[place + 1 :]]
    if direction is Direction.OUT:
        item.parent = None
        return [*blocks[:place], [row for row in block if row is not item], [item], *blocks[place + 1 :]]
    if item is not block[0]:
        here = block.index(item)
        block[here], block[here + step] = block[here + step], block[here]
        return blocks
    other = blocks[place + step] if 0 <= place + step < len(blocks) else None
    if other is not None and other[0].day == item.day:
        blocks[place], blocks[place + step] = other, block
    else:
        item.day += step
    return blocks

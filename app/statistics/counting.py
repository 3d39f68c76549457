"""Counting inputs: pure, from inputs and names to lines of numbers."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.statistics.enums import By, InputKind, InputState
from app.statistics.queries import Input

WEEK = timedelta(days=7)
MOST_WEEKS = 60  # in a row; where there are more, those with no input are left out
Key = str | int


@dataclass(frozen=True)
class Line:
    """One line: what it counts, how many inputs of each kind, all together, and how many there were the session before
    (None where that cannot be told)."""

    key: Key
    counts: Sequence[int]
    total: int
    before: int | None


@dataclass(frozen=True)
class Counts:
    """Inputs counted by one thing. `kinds`: of which the lines' counts are, in order; `inputs`: how many they
    count (one may stand in several)."""

    by: By
    kinds: Sequence[InputKind]
    lines: Sequence[Line]
    inputs: int
    compared: bool


def week_of(at: datetime, middle: datetime) -> int:
    """The week of a moment: 0 is the first after the deadline (`middle`), -1 the last before."""
    return (at - middle) // WEEK


def keys_of(one: Input, by: By, middle: datetime | None) -> Iterable[Key]:
    """In which lines an input is counted."""
    match by:
        case By.STATE:
            return (one.party,)
        case By.QUESTION:
            return one.questions
        case By.THEME:
            return tuple(dict.fromkeys(one.themes))
        case By.LANGUAGE:
            return (one.language,)
        case By.WEEK:
            return (week_of(one.at, middle),) if one.at and middle else ()
        case By.PROGRESS:
            return (one.state.value,)


def count(
    by: By,
    inputs: Sequence[Input],
    before: Sequence[Input] | None,
    *,
    middle: datetime | None = None,
    middle_before: datetime | None = None,
    order: Callable[[Key], Any] | None = None,
    always: Iterable[Key] = (),
) -> Counts:
    """Count inputs by one thing, each kind for itself, beside those of the session before.

    `before`: None where there is no such session, or nothing that can be compared. `order` sorts the lines (else the
    greatest first); `always`: keys that have a line though nothing is counted there. What was withdrawn, or begun and
    not submitted, is counted by state of processing alone.
    """
    found: dict[Key, Counter[InputKind]] = {key: Counter() for key in always}
    kinds_found: Counter[InputKind] = Counter()
    for one in inputs:
        keys = tuple(keys_of(one, by, middle)) if by is By.PROGRESS or one.counts else ()
        kinds_found[one.kind] += bool(keys)
        for key in keys:
            found.setdefault(key, Counter())[one.kind] += 1
    kinds = [kind for kind in InputKind if kinds_found[kind]]
    earlier: Counter[Key] = Counter()
    for one in before or ():
        if by is By.PROGRESS or one.counts:
            earlier.update(keys_of(one, by, middle_before))
    for key in earlier:
        found.setdefault(key, Counter())
    if by is By.WEEK and found:
        weeks = [int(key) for key in found]
        if max(weeks) - min(weeks) < MOST_WEEKS:
            for week in range(min(weeks), max(weeks) + 1):
                found.setdefault(week, Counter())
    lines = [
        Line(
            key,
            tuple(numbers[kind] for kind in kinds),
            numbers.total(),
            earlier[key] if before is not None else None,
        )
        for key, numbers in found.items()
    ]
    lines.sort(key=lambda line: order(line.key) if order else (-line.total, -(line.before or 0), str(line.key)))
    return Counts(by, kinds, lines, kinds_found.total(), before is not None)


def in_time(inputs: Iterable[Input]) -> tuple[int, int]:
    """How many practices came before the deadline that their delegation had, and how many after it."""
    late = [one.late for one in inputs if one.kind is InputKind.PRACTICE and one.counts]
    return late.count(False), late.count(True)


def by_kind(inputs: Iterable[Input]) -> Mapping[InputKind, int]:
    """How many inputs of each kind stand."""
    return Counter(one.kind for one in inputs if one.counts)


STATE_ORDER = {state.value: place for place, state in enumerate(InputState)}

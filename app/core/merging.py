"""Two people at one text: what each of them touched since the page was made, told by marks of what it showed."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from app.core.texts import fingerprint

MARK = 12  # characters of a fingerprint: enough to tell two texts of one field apart


class Settled(NamedTuple):
    """What becomes of two sets of values, by name; a name without a value is absent from `sent` and `saved`.

    `taken`: what was sent, or what is saved where only the other person touched it. `own`: touched by the sender
    alone; `theirs`: by the other alone; `conflicts`: by both, and what was sent is taken.
    """

    taken: dict[str, Any]
    own: frozenset[str]
    theirs: frozenset[str]
    conflicts: frozenset[str]


def mark(value: Any) -> str:
    """Return the mark of a value, "" of none."""
    return fingerprint(value)[:MARK] if value else ""


def as_seen(version: int | str, values: Mapping[str, Any]) -> str:
    """Return a row's version and the marks of what a page shows of it, as the hidden input `version` takes them."""
    return with_marks(version, {name: mark(value) for name, value in values.items() if value})


def with_marks(version: int | str, marks: Mapping[str, str]) -> str:
    """Return a version with the marks of what was seen of each value."""
    return f"{version} {json.dumps(marks, sort_keys=True)}"


def version_in(seen: str | int | None) -> str:
    """Return the version in what a page sent as `version`, or ""."""
    return str(seen or "").partition(" ")[0]


def marks_in(seen: str | None) -> dict[str, str] | None:
    """Return the marks in what a page sent as `version`, or None where it holds none."""
    try:
        marks = json.loads((seen or "").partition(" ")[2])
    except (ValueError, RecursionError):
        return None
    return marks if isinstance(marks, dict) else None


def settle(sent: Mapping[str, Any], saved: Mapping[str, Any], seen: str | None) -> Settled:
    """Tell of each value that differs who touched it.

    `seen`: what the page sent as `version`; where it holds no marks, all that differs conflicts.
    """
    marks = marks_in(seen)
    taken: dict[str, Any] = {}
    own, theirs, conflicts = set(), set(), set()
    for name in {**sent, **saved}:
        mine, kept = sent.get(name), saved.get(name)
        taken[name] = mine
        if mine == kept:
            continue
        if marks is not None and marks.get(name, "") == mark(mine):
            taken[name] = kept
            theirs.add(name)
        elif marks is not None and marks.get(name, "") == mark(kept):
            own.add(name)
        else:
            conflicts.add(name)
    return Settled(taken, frozenset(own), frozenset(theirs), frozenset(conflicts))

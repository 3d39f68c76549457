"""What all comparisons share: what the address asks for, and which lines say the same in all columns."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import request, url_for

LEAST, MOST = 2, 5
LOOKED_AT = 20  # names that are looked up, however many the address has
NAME_LIMIT = 80


@dataclass(frozen=True)
class Comparison:
    """The names in an address, each once, in its order; whether it asks for the differences alone."""

    key: str
    names: tuple[str, ...]
    differing: bool

    def url(self, endpoint: str, **changes: Any) -> str:
        """Return the address of a page of the same comparison."""
        values: dict[str, Any] = {self.key: list(self.names)}
        if self.differing:
            values["differences"] = 1
        return url_for(endpoint, **{**values, **changes})

    def with_only(self, names: Sequence[str]) -> "Comparison":
        """Return it without the names that cannot be compared."""
        return Comparison(self.key, tuple(names), self.differing)


def asked(key: str) -> Comparison:
    """Return what the request asks for; `key`: "practice", "presentation" or "state"."""
    names = [name.strip()[:NAME_LIMIT] for name in request.args.getlist(key)]
    known = {name.casefold(): name for name in reversed(names) if name}
    once = [known[mark] for mark in dict.fromkeys(name.casefold() for name in names if name)]
    return Comparison(key, tuple(once[:LOOKED_AT]), "differences" in request.args)


class Sided:
    """A line, with a cell for each column; each cell has its words as one text (`plain`)."""

    cells: Any

    @property
    def differs(self) -> bool:
        """Whether not all say the same."""
        return len({cell.plain for cell in self.cells}) > 1


class Grouped(Protocol):
    """Lines under one heading."""

    lines: list[Any]


def drop_alike(groups: Iterable[Grouped]) -> int:
    """Leave out the lines in which all say the same; return how many these were."""
    dropped = 0
    for group in groups:
        kept = [line for line in group.lines if line.differs]
        dropped += len(group.lines) - len(kept)
        group.lines = kept
    return dropped

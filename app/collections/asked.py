"""What the address asks to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, url_for

LEAST, MOST = 2, 5
LOOKED_AT = 20  # names that are looked up, however many the address has
NAME_LIMIT = 80


@dataclass(frozen=True)
class Asked:
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

    def with_only(self, names: Sequence[str]) -> "Asked":
        """Return it without the names that cannot be compared."""
        return Asked(self.key, tuple(names), self.differing)


def asked(key: str) -> Asked:
    """Return what the request asks for; `key`: "practice" or "state"."""
    names = [name.strip()[:NAME_LIMIT] for name in request.args.getlist(key)]
    known = {name.casefold(): name for name in reversed(names) if name}
    once = [known[mark] for mark in dict.fromkeys(name.casefold() for name in names if name)]
    return Asked(key, tuple(once[:LOOKED_AT]), "differences" in request.args)

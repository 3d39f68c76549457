"""Indexing everything anew, after an upgrade that changed what the index holds."""

from collections.abc import Callable
from typing import Any

from flask_babel import lazy_gettext as _l

from app.jobs.registry import handles

REINDEX_JOB = "search_reindex"
Indexing = Callable[[], None]

_indexings: dict[str, Indexing] = {}


def indexes(name: str) -> Callable[[Indexing], Indexing]:
    """Register a function that indexes everything published of a kind anew; it commits, some at a time."""

    def register(function: Indexing) -> Indexing:
        _indexings[name] = function
        return function

    return register


def index_anew() -> list[str]:
    """Have all features index what is published; return the names of what was. Done twice it changes nothing."""
    for function in _indexings.values():
        function()
    return list(_indexings)


@handles(REINDEX_JOB, title=_l("Indexing what is published"))
def reindex(payload: dict[str, Any]) -> None:
    """Job: index everything anew."""
    index_anew()

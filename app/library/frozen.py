"""What each worker keeps of texts that can no longer change: their HTML, and facts read off them.

A published version and a publication are frozen, so what is made of them is good for as long as the
worker runs. The key says which: kind, id, and whatever else the thing kept depends on (language, audience).
"""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar, cast

from flask import Flask, current_app

T = TypeVar("T")
Key = tuple[Hashable, ...]
MOST_KEPT = 2000


def init_app(app: Flask) -> None:
    """Give the application an empty store of its own."""
    app.extensions["library_frozen"] = {}


def frozen(key: Key, make: Callable[[], T]) -> T:
    """Return what is kept under the key, made by `make` the first time."""
    return frozen_all({key}, lambda missing: {key: make()})[key]


def frozen_all(keys: Iterable[Key], make: Callable[[set[Key]], dict[Key, T]]) -> dict[Key, T]:
    """Return what is kept under the keys; `make` makes those that are missing, all at once.

    The oldest go when more than MOST_KEPT are kept; nothing is kept where CACHE_PAGES is off.
    """
    store = cast(dict[Key, Any], current_app.extensions["library_frozen"])
    found = {key: store.get(key) for key in keys}
    missing = {key for key, value in found.items() if value is None}
    if missing:
        made = make(missing)
        found.update(made)
        if current_app.config["CACHE_PAGES"]:
            store.update(made)
            for key in list(store)[: max(0, len(store) - MOST_KEPT)]:
                store.pop(key, None)
    return cast(dict[Key, T], found)

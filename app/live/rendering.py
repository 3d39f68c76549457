"""Making the fragments that pages and listeners are given: the same bytes for both."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from hashlib import sha256
from typing import TypeVar, TypeVarTuple

from flask import Flask, g
from flask_babel import force_locale

from app.core.db import db
from app.live.publishing import numbers_of
from app.live.registry import Part, streams

Of = TypeVarTuple("Of")
Read = TypeVar("Read")


def once(read: Callable[[*Of], Read]) -> Callable[[*Of], Read]:
    """Have a function that only reads be called once for all fragments that are rendered as of one moment.

    What it returns must be the same in every language.
    """

    @wraps(read)
    def kept(*of: *Of) -> Read:
        known: dict[tuple[*Of], Read] = g.setdefault(f"once {read.__module__}.{read.__qualname__}", {})
        if of not in known:
            known[of] = read(*of)
        return known[of]

    return kept


def known(read: Callable[[*Of], object], value: object, *of: *Of) -> None:
    """Say what a function that is called `once` returns, where that was read already."""
    g.setdefault(f"once {read.__module__}.{read.__qualname__}", {})[of] = value


class NotForOne(RuntimeError):
    """A fragment that many get has a form with somebody's token in it."""


@dataclass(frozen=True)
class Shown:
    """A state of a part: after so many changes of its topic, with its HTML."""

    part: Part
    number: int
    html: str

    @property
    def mark(self) -> str:
        """What tells this state from others, also from those of another audience or language."""
        return f"{self.number}-{_fingerprint(self.part)}"


def _fingerprint(part: Part) -> str:
    whose = "\n".join((part.name, part.audience, part.language))
    return sha256(whose.encode()).hexdigest()[:10]


def mark_of(part: Part) -> str:
    """The mark of the state that the part has now, without rendering it."""
    return f"{numbers_of([part.topic])[part.topic]}-{_fingerprint(part)}"


@contextmanager
def nobody(app: Flask) -> Iterator[None]:
    """A request of nobody's that reads, wherever the block stands, in a transaction of its own that sees one moment."""
    with app.app_context(), app.test_request_context(base_url=app.config["BASE_URL"]):
        if db.engine.dialect.name == "postgresql":  # on SQLite every transaction does
            db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield


@once
def _number(topic: str) -> int:
    return numbers_of([topic])[topic]


def render(part: Part) -> Shown:
    """Render the part's newest state, within `nobody`. Raises what the stream's function raises.

    So whoever happens to look at the page, or to listen first, leaves no trace in what others get, and the number is
    that of the state which the fragment shows.
    """
    number = _number(part.topic)
    with force_locale(part.language):
        html = streams[part.stream].render(part.what, part.audience)
    if "csrf_token" in g:
        raise NotForOne(part.name)
    return Shown(part, number, html)


def shown(app: Flask, *parts: Part) -> list[Shown]:
    """The parts' newest states as of one moment, in a page of somebody's."""
    with nobody(app):
        return [render(part) for part in parts]

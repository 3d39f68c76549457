"""Two people in one draft: a field that one of them did not touch takes the other's text, and nobody is asked.

Only what both touched differently is a conflict; core/merging.py tells who touched what.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.core.merging import settle
from app.core.texts import fingerprint
from app.practices.template import ANSWERS

LANGUAGE = "language"


class Merged(NamedTuple):
    """A draft made of two. `own`: fields where what was sent was taken; `conflicts`: where both had changed."""

    content: dict[str, Any]
    language: str
    own: frozenset[str]
    conflicts: frozenset[str]


def by_name(content: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the fields of a draft that have a value, each answer a field of its own ("answers.1")."""
    answers = {f"{ANSWERS}.{key}": text for key, text in (content.get(ANSWERS) or {}).items()}
    rest = {key: value for key, value in content.items() if key != ANSWERS}
    return {name: value for name, value in {**rest, **answers, LANGUAGE: language}.items() if value}


def merge(mine: dict[str, Any], saved: dict[str, Any], seen: str | None) -> Merged:
    """Return one draft of two, given as `by_name` returns them; `seen`: what the page sent as `version`."""
    both = settle(mine, saved, seen)
    content, language = from_names(both.taken)
    return Merged(content, language, both.own, both.conflicts)


def from_names(fields: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return the content and the language of fields given as `by_name` returns them, some maybe without a value."""
    taken = {name: value for name, value in fields.items() if value}
    language = taken.pop(LANGUAGE, "")
    prefix = f"{ANSWERS}."
    content = {name: value for name, value in taken.items() if not name.startswith(prefix)}
    answers = {name.removeprefix(prefix): text for name, text in taken.items() if name.startswith(prefix)}
    return {**content, ANSWERS: answers} if answers else content, language


SHORT = 4  # characters of a mark where little room is: enough to propose something, not to decide


def short_marks(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return short marks of fields, given as `by_name` returns them, one after another."""
    marks = (fingerprint(fields[name])[:SHORT] if fields.get(name) else "" for name in names)
    return "".join(mark.ljust(SHORT, "-") for mark in marks)


def as_marked(fields: Mapping[str, Any], names: Sequence[str], marks: str) -> set[str]:
    """Return the names of the fields that say what they said when the marks were made of them; none for other marks."""
    now = short_marks(fields, names)
    places = range(0, len(now) if len(now) == len(marks) else 0, SHORT)
    return {name for name, at in zip(names, places, strict=False) if now[at : at + SHORT] == marks[at : at + SHORT]}

"""Two people in one draft: a field that one of them did not touch takes the other's text, and nobody is asked.

A page carries `seen`: the marks of the values that it showed. Against them each field of what was sent and
of what is saved is told as touched or not; only what both touched differently is a conflict.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from app.core.texts import fingerprint
from app.practices.template import ANSWERS

LANGUAGE = "language"
MARK = 12  # characters of a fingerprint: enough to tell two texts of one field apart


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


def _mark(value: Any) -> str:
    return fingerprint(value)[:MARK] if value else ""


def seen_of(content: Mapping[str, Any], language: str) -> str:
    """Return the marks of what a page shows, as its hidden input takes them."""
    marks = {name: _mark(value) for name, value in by_name(content, language).items()}
    return json.dumps(marks, sort_keys=True)


def _read(seen: str | None) -> dict[str, str] | None:
    try:
        marks = json.loads(seen or "")
    except (ValueError, RecursionError):
        return None
    return marks if isinstance(marks, dict) else None


def merge(mine: dict[str, Any], saved: dict[str, Any], seen: str | None) -> Merged:
    """Return one draft of two, given as `by_name` returns them. Where `seen` is missing, all that differs conflicts."""
    marks = _read(seen)
    taken: dict[str, Any] = {}
    own, conflicts = set(), set()
    for name in {**mine, **saved}:
        sent, kept = mine.get(name), saved.get(name)
        taken[name] = sent
        if sent == kept:
            continue
        if marks is not None and marks.get(name, "") == _mark(sent):
            taken[name] = kept
        elif marks is not None and marks.get(name, "") == _mark(kept):
            own.add(name)
        else:
            conflicts.add(name)
    language = taken.pop(LANGUAGE, "")
    prefix = f"{ANSWERS}."
    content = {name: value for name, value in taken.items() if not name.startswith(prefix)}
    answers = {name.removeprefix(prefix): text for name, text in taken.items() if name.startswith(prefix) and text}
    return Merged({**content, ANSWERS: answers} if answers else content, language, frozenset(own), frozenset(conflicts))


SHORT = 4  # characters of a mark where little room is: enough to propose something, not to decide


def short_marks(fields: Mapping[str, Any], names: Sequence[str]) -> str:
    """Return short marks of fields, given as `by_name` returns them, one after another."""
    return "".join(_mark(fields.get(name))[:SHORT].ljust(SHORT, "-") for name in names)


def as_marked(fields: Mapping[str, Any], names: Sequence[str], marks: str) -> set[str]:
    """Return the names of the fields that say what they said when the marks were made of them; none for other marks."""
    now = short_marks(fields, names)
    places = range(0, len(now) if len(now) == len(marks) else 0, SHORT)
    return {name for name, at in zip(names, places, strict=False) if now[at : at + SHORT] == marks[at : at + SHORT]}

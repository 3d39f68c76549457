"""Moving a draft along when the call's template changes: nothing that was written is lost.

What the new template has a place for stays in the draft. What it has none for is set aside, as readable text and as it
was, for the delegation to put where it wants; if the field comes back while empty, so does what it held.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import force_locale

from app.meetings.models import GuidingQuestion
from app.practices.reading import Titles, fields_by_name, read_content
from app.practices.template import ANSWERS, Field, Kind, fields

TEXTS = (Kind.SHORT_TEXT, Kind.LONG_TEXT)


# What a field held, as Practice.set_aside has it. "name": its key, or "answers" and the question's; "label", "text": as
# they read in the draft's language; "value": as it was; "number": of the template that had it; "at"; "into": the field
# it was put into, else empty; "by": who wrote it in a page that was open while the template changed, else None.
Aside = dict[str, Any]


class Moved(NamedTuple):
    """Content in two parts: what a template has a place for, and by content key what it has none for."""

    kept: dict[str, Any]
    lost: dict[str, Any]


def move(content: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]) -> Moved:
    """Part content that was written in an old template by the places that the new one has."""
    places = {field.content_key: field for field in fields(new)}
    known = {field.content_key for field in fields(old)}
    moved = Moved({key: value for key, value in content.items() if key not in known}, {})
    for field in fields(old):
        value = content.get(field.content_key)
        if not value:
            continue
        kept, lost = _carry(field, places.get(field.content_key), value)
        if kept:
            moved.kept[field.content_key] = kept
        if lost:
            moved.lost[field.content_key] = lost
    return moved


def _carry(old: Field, new: Field | None, value: Any) -> tuple[Any, Any]:
    if old.kind is Kind.FILES and (new is None or new.kind is not old.kind):
        return None, None  # the files stay with the draft, below it
    if new is None or (old.kind is not new.kind and not (old.kind in TEXTS and new.kind in TEXTS)):
        return None, value
    if new.kind is Kind.SHORT_TEXT and "\n" in value:
        return " ".join(value.split()), value
    if new.kind is Kind.CHOICE:
        return _choice(old, new, value)
    if new.kind is Kind.ROWS:
        return _rows(old, new, value)
    return value, None


def _choice(old: Field, new: Field, value: Any) -> tuple[Any, Any]:
    if old.vocabulary != new.vocabulary:
        return None, value
    codes = [value] if isinstance(value, str) else list(value)
    kept = [code for code in codes if not new.options or code in new.options]
    if new.single:
        kept = kept[:1]
    lost = [code for code in codes if code not in kept]
    return (kept[0] if kept else "") if new.single else kept, lost


def _rows(old: Field, new: Field, value: Sequence[Mapping[str, str]]) -> tuple[Any, Any]:
    places = {(column.key, column.kind, column.vocabulary) for column in new.columns}
    staying = {column.key for column in old.columns if (column.key, column.kind, column.vocabulary) in places}
    kept = [
        {column.key: row.get(column.key, "") if column.key in staying else "" for column in new.columns}
        for row in value
    ]
    going = {column.key for column in old.columns} - staying
    lost = [row for row in value if any(row.get(key) for key in going)]
    return [row for row in kept if any(row.values())], lost


def asides(
    lost: Mapping[str, Any],
    template: Mapping[str, Any],
    *,
    language: str,
    number: int,
    at: datetime,
    questions: Iterable[GuidingQuestion],
    known: Titles,
    by: int | None = None,
) -> list[Aside]:
    """Return what is lost to a draft as it is set aside: readable, in the draft's language."""
    with force_locale(language):
        read = fields_by_name(read_content(template, lost, questions=(), known=known, contact=True))
        shown = {name: (field.label, field.plain) for name, field in read.items()}
    values = {name: value for name, value in lost.items() if name != ANSWERS}
    texts = {question.key: question.text.in_language(language) for question in questions}
    for key, text in (lost.get(ANSWERS) or {}).items():
        name = f"{ANSWERS}.{key}"
        values[name], shown[name] = text, (texts.get(key, ""), text)
    return [
        {
            "name": name,
            "label": shown.get(name, ("", ""))[0],
            "text": shown.get(name, ("", ""))[1] or str(value),
            "value": value,
            "number": number,
            "at": at.isoformat(),
            "into": "",
            "by": by,
        }
        for name, value in values.items()
    ]


def with_asides(there: Sequence[Aside], new: Iterable[Aside]) -> list[Aside]:
    """Add what is set aside to what was. The same text is kept once; what one person goes on typing, as it stands."""
    kept = list(there)
    for item in new:
        same = [index for index, old in enumerate(kept) if old["name"] == item["name"]]
        if any(kept[index]["text"] == item["text"] for index in same):
            continue
        typed = [index for index in same if item["by"] and kept[index]["by"] == item["by"] and not kept[index]["into"]]
        if typed:
            kept[typed[-1]] = item
        else:
            kept.append(item)
    return kept


def come_back(
    content: Mapping[str, Any], there: Sequence[Aside], template: Mapping[str, Any]
) -> tuple[dict[str, Any], list[Aside]]:
    """Give fields that are there again, and empty, what they held; say so at what was set aside."""
    found, kept = dict(content), list(there)
    for index, item in enumerate(kept):
        if not item["into"] and takes_text(template, item["name"]) and not text_at(found, item["name"]):
            found = with_text(found, item["name"], item["text"])
            kept[index] = {**item, "into": item["name"]}
    return found, kept


def takes_text(template: Mapping[str, Any], name: str) -> bool:
    """Whether a field of a template ("context", "answers.1") takes running text."""
    key, _dot, question = name.partition(".")
    kinds = (Kind.QUESTIONS,) if question else TEXTS
    return any(field.content_key == key and field.kind in kinds for field in fields(template))


def text_at(content: Mapping[str, Any], name: str) -> str:
    """Return the text of a field that takes text, empty where there is none."""
    key, _dot, question = name.partition(".")
    return str((content.get(key) or {}).get(question) or "") if question else str(content.get(key) or "")


def with_text(content: Mapping[str, Any], name: str, text: str) -> dict[str, Any]:
    """Return content in which a field that takes text holds this one."""
    key, _dot, question = name.partition(".")
    return {**content, key: {**(content.get(key) or {}), question: text} if question else text}

"""A call's template, and the content that is written in it.

A template is a mapping: {"sections": [{"key", "title", "fields": [{"key", "kind", "label", …}]}]}, with
localized titles, labels, helps and examples (data/call_template.yaml is the default one). Content maps a
field's key to its value; the shape depends on the kind:

short_text, long_text   str
choice                  list of codes, or one code (str) where at most one may be chosen
period                  {"from": "YYYY-MM", "to": "YYYY-MM" or None}
rows                    list of {column key: str}
amount                  {"amount": number or str, "currency": str, "source": str} or None
date                    "YYYY", "YYYY-MM" or "YYYY-MM-DD"
mechanisms              list of acronyms
files                   list of the names of the attachments at the field
contact                 {"name", "institution", "email"}
consent                 "public" | "member_states"
questions               under the key "answers": {question number: str}
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.core.localized import LocalizedText

ANSWERS = "answers"
KEPT = ("title", "consent")  # fields that no template is without: pages, mails and rights rest on them
FILES_LIMIT = 5  # at one field, and below all fields
MOST_ROWS = 30
OWN = "own."  # before the key of a field with options of its own, in place of a vocabulary's name


class Kind(StrEnum):
    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"
    PERIOD = "period"
    ROWS = "rows"
    AMOUNT = "amount"
    MECHANISMS = "mechanisms"
    CONTACT = "contact"
    CONSENT = "consent"
    QUESTIONS = "questions"
    FILES = "files"


@dataclass(frozen=True)
class Column:
    """A column of a field of rows; `kind` is text, date, number, url or choice (of a vocabulary)."""

    key: str
    label: Mapping[str, str]
    kind: str
    vocabulary: str | None


@dataclass(frozen=True)
class Field:
    """One field. `limit` is in characters for short texts, in words for long ones; answers have their questions' own.

    `least` and `most` count choices, rows or files; `most` None means as many as there are. `vocabulary` names what is
    chosen from: a vocabulary, or the field's own `options`.
    """

    key: str
    kind: Kind
    required: bool
    label: Mapping[str, str]
    help: Mapping[str, str]
    example: Mapping[str, str]
    limit: int | None
    vocabulary: str | None
    least: int
    most: int | None
    columns: tuple[Column, ...]
    options: Mapping[str, Mapping[str, str]]

    @property
    def content_key(self) -> str:
        """The key under which the content holds the field's value."""
        return ANSWERS if self.kind is Kind.QUESTIONS else self.key

    @property
    def single(self) -> bool:
        """Whether at most one code is chosen, so that the value is that code and not a list."""
        return self.kind is Kind.CHOICE and self.most == 1


@dataclass(frozen=True)
class Section:
    """Fields under a title."""

    key: str
    title: Mapping[str, str]
    fields: tuple[Field, ...]


def _field(entry: Mapping[str, Any]) -> Field:
    return Field(
        key=entry["key"],
        kind=Kind(entry["kind"]),
        required=bool(entry.get("required")),
        label=entry["label"],
        help=entry.get("help") or {},
        example=entry.get("example") or {},
        limit=entry.get("limit"),
        vocabulary=f"{OWN}{entry['key']}" if entry.get("options") else entry.get("vocabulary"),
        least=entry.get("min") or 0,
        most=entry.get("max"),
        columns=tuple(
            Column(column["key"], column["label"], column.get("kind", "text"), column.get("vocabulary"))
            for column in entry.get("columns") or ()
        ),
        options={option["code"]: option["label"] for option in entry.get("options") or ()},
    )


MOST_READ = 8
_read: dict[
    int, tuple[Mapping[str, Any], tuple[Section, ...]]
] = {}  # by identity, which holds while the template is here


def sections(template: Mapping[str, Any]) -> tuple[Section, ...]:
    """Return a template's sections in order. Raises KeyError or ValueError for one that is malformed.

    A page asks a dozen times: a template is read once, and never changed afterwards (building.py makes another).
    """
    found = _read.get(id(template))
    if found is not None and found[0] is template:
        return found[1]
    made = tuple(
        Section(entry["key"], entry["title"], tuple(_field(field) for field in entry["fields"]))
        for entry in template["sections"]
    )
    if len(_read) >= MOST_READ:
        _read.clear()
    _read[id(template)] = template, made
    return made


def fields(template: Mapping[str, Any]) -> Iterator[Field]:
    """Yield all fields of a template in order."""
    for section in sections(template):
        yield from section.fields


def section_of(template: Mapping[str, Any], name: str) -> str:
    """Return the key of the section with the field that content names so ("title", "answers.1"), or ""."""
    key = name.partition(".")[0]
    return next((one.key for one in sections(template) if any(field.content_key == key for field in one.fields)), "")


def joined(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return an old template with what a new one has beside: what a page that was made of both may send."""
    there = {field.content_key for field in fields(old)}
    added = {field.key for field in fields(new) if field.content_key not in there}
    entries = {entry["key"]: entry for section in new["sections"] for entry in section["fields"]}
    kept = [
        {**section, "fields": [_with_rows_of(entry, entries.get(entry["key"], {})) for entry in section["fields"]]}
        for section in old["sections"]
    ]
    more = [entry for key, entry in entries.items() if key in added]
    return {"sections": [*kept, {"key": "added", "title": {}, "fields": more}]}


def _with_rows_of(entry: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return a field's entry with the options or columns that another entry of it has beside."""
    made = dict(entry)
    for rows, name in (("options", "code"), ("columns", "key")):
        if entry.get(rows) and other.get(rows):
            there = {row[name] for row in entry[rows]}
            made[rows] = [*entry[rows], *(row for row in other[rows] if row[name] not in there)]
    return made


def own_terms(template: Mapping[str, Any]) -> dict[str, dict[str, LocalizedText]]:
    """Return the options that fields have of their own as vocabularies are: name -> code -> title."""
    return {
        field.vocabulary: {code: LocalizedText(label) for code, label in field.options.items()}
        for field in fields(template)
        if field.vocabulary and field.options
    }


def narrowed(template: Mapping[str, Any], *, section: str = "", keys: Collection[str] = ()) -> dict[str, Any]:
    """Return a template of one section (by its key), or of the fields with these keys in content; maybe of nothing."""

    def wanted(entry: Mapping[str, Any], field: Mapping[str, Any]) -> bool:
        key = ANSWERS if field["kind"] == Kind.QUESTIONS else field["key"]
        return entry["key"] == section or key in keys

    parts = [
        {**entry, "fields": [field for field in entry["fields"] if wanted(entry, field)]}
        for entry in template["sections"]
    ]
    return {**template, "sections": [part for part in parts if part["fields"]]}


def field_label(template: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return the localized label of a field key ("results", "answers.1"); empty for one that is not there."""
    key = name.partition(".")[0]
    return next((dict(field.label) for field in fields(template) if field.content_key == key), {})


def numbers_in_order(answers: Mapping[str, Any]) -> Sequence[str]:
    """Return the numbers of answers, "2" before "10"."""
    return sorted(answers, key=lambda number: (len(number), number))


def passages_source(content: Mapping[str, Any], template: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the running texts of a content as (field key such as "results" or "answers.1", text), in order.

    They are the long texts and the answers of the template that it was written in; those without text are left out.
    """
    found: list[tuple[str, str]] = []
    for field in fields(template):
        value = content.get(field.content_key)
        if field.kind is Kind.QUESTIONS and isinstance(value, Mapping):
            found += [(f"{ANSWERS}.{number}", str(value[number] or "")) for number in numbers_in_order(value)]
        elif field.kind is Kind.LONG_TEXT and isinstance(value, str):
            found.append((field.key, value))
    return [(name, text) for name, text in found if text]

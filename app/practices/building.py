"""Changing a call's template: each function takes a template and returns another one, or raises Refusal.

A field's key is given here and never by people; it is not given twice in one call, so that what an old field held is
never read as the answer to a new one.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.wording import in_reader_language
from app.directory.reference import read
from app.practices.template import FILES_LIMIT, KEPT, MOST_ROWS, Field, Kind, fields, sections

TEMPLATE_FILE = "call_template.yaml"
MOST_SECTIONS = 20
MOST_FIELDS = 100
MOST_OPTIONS = 60
MOST_COLUMNS = 8
LONGEST = {Kind.SHORT_TEXT: 1000, Kind.LONG_TEXT: 3000}  # characters, words
MOST_HELD = {Kind.ROWS: MOST_ROWS, Kind.FILES: FILES_LIMIT}
MOST_CHOSEN = 100
ONCE = frozenset({Kind.QUESTIONS, Kind.CONSENT})  # kinds of which a template has one field at most
COUNTED = frozenset({Kind.CHOICE, Kind.MECHANISMS, Kind.ROWS, Kind.FILES})
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TAKEN = frozenset({"language", "version", "file", "template", "fields", "answers", "csrf_token", "action"})

Template = Mapping[str, Any]


def default_template() -> dict[str, Any]:
    """Return the body's template, which a call begins with."""
    template: dict[str, Any] = read(TEMPLATE_FILE)
    return template


def checked(template: Template) -> dict[str, Any]:
    """Return the template if a call can have it; raises Refusal for what people can build wrong, or a file may hold."""
    try:
        parts = sections(template)
        found = [field for section in parts for field in section.fields]
        for field in found[: MOST_FIELDS + 1]:
            _check(field)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Refusal(_l("This is not a template of a call.")) from error
    if len(parts) > MOST_SECTIONS:
        raise Refusal(_l("A template has at most %(limit)d sections.", limit=MOST_SECTIONS))
    if len(found) > MOST_FIELDS:
        raise Refusal(_l("A template has at most %(limit)d fields.", limit=MOST_FIELDS))
    for keys in ([section.key for section in parts], [field.key for field in found]):
        for key in keys:
            if keys.count(key) > 1 or key in _TAKEN or not _KEY.fullmatch(key):
                raise Refusal(_l("The key “%(key)s” is there twice, or can't be one.", key=key[:60]))
    for field in found:
        if field.kind in ONCE and sum(other.kind is field.kind for other in found) > 1:
            raise Refusal(_l("A template has one field of this kind at most."), field="kind")
    held = {field.key: field for field in found}
    if any(key not in held for key in KEPT) or held["consent"].kind is not Kind.CONSENT:
        raise Refusal(_l("The title and the consent belong to every template."))
    if held["title"].kind is not Kind.SHORT_TEXT or not held["title"].required or not held["consent"].required:
        raise Refusal(_l("The title and the consent are always required."), field="required")
    return dict(template)


def _check(field: Field) -> None:
    if not LocalizedText(field.label):
        raise Refusal(_l("Write the field's label in at least one language."), field="label")
    most = LONGEST.get(field.kind)
    if field.limit is not None and most and not 1 <= field.limit <= most:
        raise Refusal(_l("Choose a limit from 1 to %(limit)d.", limit=most), field="limit")
    if field.kind in COUNTED:
        ceiling = MOST_HELD.get(field.kind, len(field.options) or MOST_CHOSEN)
        if max(field.least, field.most or 0) > ceiling:
            raise Refusal(_l("At most %(limit)d can be given here.", limit=ceiling), field="most")
        if field.most is not None and field.most < max(field.least, 1):
            raise Refusal(_l("The most is less than the least."), field="most")
    if field.kind is Kind.CHOICE:
        if not field.vocabulary:
            raise Refusal(_l("Choose a list, or write at least two options."), field="options")
        if field.options and not 2 <= len(field.options) <= MOST_OPTIONS:
            raise Refusal(_l("Write from 2 to %(limit)d options.", limit=MOST_OPTIONS), field="options")
    if field.kind is Kind.ROWS and not 1 <= len(field.columns) <= MOST_COLUMNS:
        raise Refusal(_l("Rows have from 1 to %(limit)d columns.", limit=MOST_COLUMNS), field="columns")
    if any(column.kind == "choice" and not column.vocabulary for column in field.columns):
        raise Refusal(_l("Choose a list for every column of choices."), field="columns")


def new_key(used: Collection[str], start: str) -> str:
    """Return a key that was never used: "f1", "f2" ... for a field, "s1" for a section."""
    numbers = [int(key[1:]) for key in used if key[:1] == start and key[1:].isascii() and key[1:].isdigit()]
    return f"{start}{max(numbers, default=0) + 1}"


def keys_of(template: Template) -> set[str]:
    """Return the keys of a template's sections and fields, and of their options and columns."""
    found = set()
    for section in sections(template):
        found.add(section.key)
        for field in section.fields:
            found |= {field.key, *field.options, *(column.key for column in field.columns)}
    return found


def entry_of(template: Template, key: str) -> dict[str, Any] | None:
    """Return the entry of a field, as the template holds it."""
    return next((entry for _section, entry in _entries(template) if entry["key"] == key), None)


def section_of(template: Template, key: str) -> dict[str, Any] | None:
    """Return the entry of a section."""
    return next((section for section in template["sections"] if section["key"] == key), None)


def _entries(template: Template) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for section in template["sections"]:
        for entry in section["fields"]:
            yield section, entry


def with_section(template: Template, key: str, title: Mapping[str, str]) -> dict[str, Any]:
    """Give a section its title; one that is not there comes at the end."""
    made = deepcopy(dict(template))
    section = section_of(made, key)
    if section is None:
        section = {"key": key, "fields": []}
        made["sections"].append(section)
    section["title"] = dict(title)
    return checked(made)


def with_field(template: Template, entry: dict[str, Any], section_key: str) -> dict[str, Any]:
    """Put a field in the place of the one with its key; a new one comes at the end of a section."""
    made = deepcopy(dict(template))
    old = entry_of(made, entry["key"])
    if old is not None:
        old.clear()
        old.update(entry)
    elif section := section_of(made, section_key):
        section["fields"].append(entry)
    else:
        raise Refusal(_l("Choose a section."), field="section")
    return checked(made)


def without(template: Template, key: str) -> dict[str, Any]:
    """Take out a field; one that is gone already stays so."""
    made = deepcopy(dict(template))
    for section in made["sections"]:
        section["fields"] = [entry for entry in section["fields"] if entry["key"] != key]
    return checked(made)


def without_section(template: Template, key: str) -> dict[str, Any]:
    """Take out a section that has no field; one that is gone already stays so. Raises Refusal for another."""
    made = deepcopy(dict(template))
    if section := section_of(made, key):
        if section["fields"]:
            raise Refusal(_l("Take the section's fields out first, or move them to another."))
        made["sections"].remove(section)
    return checked(made)


def missing_standard(template: Template) -> list[Field]:
    """Return the fields of the body's template that a template is without."""
    there = {field.key for field in fields(template)}
    kinds = {field.kind for field in fields(template)}
    return [
        field
        for field in fields(default_template())
        if field.key not in there and not (field.kind in ONCE and field.kind in kinds)
    ]


def with_standard(template: Template, key: str) -> dict[str, Any]:
    """Put a field of the body's template back, into the section it is from or else the last one."""
    wanted = next((field.key for field in missing_standard(template) if field.key == key), None)
    if wanted is None:
        raise Refusal(_l("Choose a field from the list."), field="standard")
    for section, entry in _entries(default_template()):
        if entry["key"] == key:
            home = section_of(template, section["key"]) or template["sections"][-1]
            return with_field(template, entry, home["key"])
    raise AssertionError(key)


def moved_section(template: Template, key: str, *, up: bool) -> dict[str, Any]:
    """Put a section one up or down."""
    made = deepcopy(dict(template))
    parts = made["sections"]
    index = next((index for index, section in enumerate(parts) if section["key"] == key), None)
    other = -1 if index is None else index - 1 if up else index + 1
    if index is not None and 0 <= other < len(parts):
        parts[index], parts[other] = parts[other], parts[index]
    return made


def moved_field(template: Template, key: str, *, up: bool) -> dict[str, Any]:
    """Put a field one up or down; past the end of its section it comes into the next."""
    made = deepcopy(dict(template))
    parts = made["sections"]
    for place, section in enumerate(parts):
        held = section["fields"]
        index = next((index for index, entry in enumerate(held) if entry["key"] == key), None)
        if index is None:
            continue
        other = index - 1 if up else index + 1
        if 0 <= other < len(held):
            held[index], held[other] = held[other], held[index]
        elif up and place > 0:
            parts[place - 1]["fields"].append(held.pop(index))
        elif not up and place + 1 < len(parts):
            parts[place + 1]["fields"].insert(0, held.pop(index))
        break
    return made


def dropped_field(template: Template, key: str, *, section_key: str, position: int) -> dict[str, Any]:
    """Put a field where it was dropped: below a section's heading, as the `position`th of all fields (from 1)."""
    made = deepcopy(dict(template))
    target, entry = section_of(made, section_key), entry_of(made, key)
    if target is None or entry is None:
        raise Refusal(_l("Somebody changed the template in the meantime. Look at it again."))
    for section in made["sections"]:
        section["fields"] = [item for item in section["fields"] if item["key"] != key]
    above = made["sections"][: made["sections"].index(target)]
    before = sum(len(section["fields"]) for section in above)
    target["fields"].insert(max(position - 1 - before, 0), entry)
    return made


def unwritten(template: Template, languages: Sequence[str]) -> list[str]:
    """Say of each section and field in which languages it, or a part of it, is not written."""
    found: list[str] = []
    for section in sections(template):
        found += _unwritten(section.title, [], languages)
        for field in section.fields:
            parts = [field.help, field.example, *field.options.values(), *(column.label for column in field.columns)]
            found += _unwritten(field.label, parts, languages)
    return found


def _unwritten(label: Mapping[str, str], parts: Sequence[Mapping[str, str]], languages: Sequence[str]) -> Iterator[str]:
    missing = [code for code in languages if any(text and not text.get(code) for text in (label, *parts))]
    if missing:
        yield _(
            "“%(label)s” is not written in %(languages)s, or not all of it.",
            label=in_reader_language(dict(label)),
            languages=", ".join(LANGUAGE_NAMES[code] for code in missing),
        )


# What was changed from one template to the next, kept as {"what", "label"} and more where there is a before and after.

_SAID: dict[str, Any] = {
    "added": _l("New: “%(label)s”."),
    "removed": _l("Taken out: “%(label)s”."),
    "required": _l("“%(label)s” must be answered now."),
    "optional": _l("“%(label)s” need not be answered any more."),
    "limit": _l("“%(label)s”: the limit is now %(limit)s (before: %(before)s)."),
    "unlimited": _l("“%(label)s” has no limit any more."),
    "choices": _l("“%(label)s”: what can be chosen was changed."),
    "count": _l("“%(label)s”: how many can be given was changed."),
    "columns": _l("“%(label)s”: its columns were changed."),
    "kind": _l("“%(label)s” is answered in another way."),
    "label": _l("“%(before)s” is now called “%(label)s”."),
    "help": _l("“%(label)s”: the help or the example was reworded."),
    "order": _l("The order of the fields or the headings above them were changed."),
}


def changes(old: Template, new: Template) -> list[dict[str, Any]]:
    """Return what was changed, in the order of the new template and then of what was taken out."""
    before = {field.key: field for field in fields(old)}
    after = {field.key: field for field in fields(new)}
    found: list[dict[str, Any]] = []
    for key, field in after.items():
        if key not in before:
            found.append({"what": "added", "label": dict(field.label)})
        else:
            found += [{"label": dict(field.label), **change} for change in _differences(before[key], field)]
    found += [{"what": "removed", "label": dict(field.label)} for key, field in before.items() if key not in after]
    if _layout(old, after) != _layout(new, before):
        found.append({"what": "order", "label": {}})
    return found


def _layout(template: Template, others: Collection[str]) -> list[tuple[Any, list[str]]]:
    return [
        (dict(section.title), [field.key for field in section.fields if field.key in others])
        for section in sections(template)
    ]


def _differences(old: Field, new: Field) -> Iterator[dict[str, Any]]:
    if dict(old.label) != dict(new.label):
        yield {"what": "label", "before": dict(old.label)}
    if old.kind is not new.kind:
        yield {"what": "kind"}
    if old.required != new.required:
        yield {"what": "required" if new.required else "optional"}
    if old.limit != new.limit:
        yield {"what": "limit", "from": old.limit, "to": new.limit} if new.limit else {"what": "unlimited"}
    if (old.vocabulary, old.options) != (new.vocabulary, new.options):
        yield {"what": "choices"}
    if (old.least, old.most) != (new.least, new.most):
        yield {"what": "count"}
    if old.columns != new.columns:
        yield {"what": "columns"}
    if (dict(old.help), dict(old.example)) != (dict(new.help), dict(new.example)):
        yield {"what": "help"}


def change_text(change: Mapping[str, Any]) -> str:
    """Say a change in the reader's language."""
    before = change.get("before")
    said = _SAID[change["what"]]
    return str(said) % {
        "label": in_reader_language(change["label"]),
        "limit": change.get("to"),
        "before": in_reader_language(before) if before else change.get("from") or _("none"),
    }

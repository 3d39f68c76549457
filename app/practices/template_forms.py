"""Forms of the template builder. A field's form has the parts that its kind has."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, HiddenField, IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from app.core.controls import RowForm
from app.core.errors import Refusal
from app.core.forms import Form, LocalizedField, TextField, VersionField, choices
from app.core.localized import LocalizedText
from app.practices.building import COUNTED, LONGEST, MOST_COLUMNS, MOST_OPTIONS, new_key
from app.practices.labels import COLUMN_KINDS, VOCABULARIES
from app.practices.template import KEPT, Kind

BLANK_ROWS = 2
LISTS = choices([("", _l("Options of its own, below")), *VOCABULARIES.items()])
COLUMN_LISTS = choices([("", _l("None")), *VOCABULARIES.items()])


class SectionForm(Form):
    """A section's title."""

    title = LocalizedField(_l("Title"), limit=200)
    version = VersionField()


class OptionRow(RowForm):
    """One option. `code` is given to it when it is first saved and stays."""

    code = HiddenField()
    label = LocalizedField(_l("Option"), needed=False, limit=200)


class ColumnRow(RowForm):
    """One column. `key` is given to it when it is first saved and stays."""

    key = HiddenField()
    label = LocalizedField(_l("Column"), needed=False, limit=100)
    kind = SelectField(_l("What it holds"), choices=choices(COLUMN_KINDS.items()), validate_choice=False)
    vocabulary = SelectField(_l("List to choose from"), choices=COLUMN_LISTS, validate_choice=False)


class TemplateFieldForm(Form):
    """What every field has."""

    label = LocalizedField(_l("Label"), limit=300)
    help = LocalizedField(_l("Help"), multiline=True, needed=False, limit=1000)
    example = LocalizedField(_l("A good example"), multiline=True, needed=False, limit=3000)
    required = BooleanField(_l("It must be answered"))
    version = VersionField()


def _limit(kind: Kind) -> IntegerField:
    label = _l("Most characters") if kind is Kind.SHORT_TEXT else _l("Most words")
    return IntegerField(label, [Optional(), NumberRange(1, LONGEST[kind], _l("Write a number in figures, from 1 up."))])


def _number(label: Any) -> IntegerField:
    return IntegerField(label, [Optional(), NumberRange(0, 100, _l("Write a number from 0 to 100."))])


def _rows(label: Any, row: type[RowForm], most: int, description: Any) -> Any:
    return FieldList(FormField(row), label, description=description, max_entries=most)


def field_form(
    kind: Kind, entry: Mapping[str, Any], *, version: int, sent: bool = True, rows: Mapping[str, Any] | None = None
) -> TemplateFieldForm:
    """Return the form of a field, filled from the request where it was sent (and `sent`), else from its entry.

    `rows` takes the place of the entry's options or columns.
    """
    made: dict[str, Any] = {}
    if kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        made["limit"] = _limit(kind)
    if kind in COUNTED:
        made["least"], made["most"] = _number(_l("At least")), _number(_l("At most, if there is a limit"))
    if kind is Kind.CHOICE:
        made["vocabulary"] = SelectField(_l("What is chosen from"), choices=LISTS)
        hint = _l("Leave a row empty to take its option out. Drafts that chose it are told.")
        made["options"] = _rows(_l("Options"), OptionRow, MOST_OPTIONS, hint)
    if kind is Kind.ROWS:
        hint = _l("Leave a row empty to take its column out. What drafts hold in it is set aside for them.")
        made["columns"] = _rows(_l("Columns"), ColumnRow, MOST_COLUMNS, hint)
    data = {
        "label": LocalizedText(entry.get("label") or {}),
        "help": LocalizedText(entry.get("help") or {}),
        "example": LocalizedText(entry.get("example") or {}),
        "required": bool(entry.get("required")),
        "limit": entry.get("limit"),
        "least": entry.get("min"),
        "most": entry.get("max"),
        "vocabulary": entry.get("vocabulary") or "",
        "options": _with_blank(entry.get("options"), MOST_OPTIONS),
        "columns": _with_blank(entry.get("columns"), MOST_COLUMNS),
        **(rows or {}),
        "version": version,
    }
    data = {name: value for name, value in data.items() if name in made or hasattr(TemplateFieldForm, name)}
    form_class = type("FieldFormOfKind", (TemplateFieldForm,), made)
    form: TemplateFieldForm = form_class(**({} if sent else {"formdata": None}), data=data)
    return form


def _with_blank(rows: Any, most: int) -> list[Any]:
    return [*(rows or ()), *({} for _ in range(BLANK_ROWS))][:most]


def with_rows(kind: Kind, form: TemplateFieldForm, version: int) -> TemplateFieldForm:
    """Return the form as it was sent, with a row more or less as the button that was pressed asks."""
    removed, name = request.form.get("remove_row", ""), "options" if kind is Kind.CHOICE else "columns"
    rows = [entry.data for entry in form[name].entries if entry.name != removed]
    if "add_row" in request.form and len(rows) < (MOST_OPTIONS if kind is Kind.CHOICE else MOST_COLUMNS):
        rows.append({})
    entry = {name: form[name].data for name in ("label", "help", "example", "required")}
    entry |= {"min": form["least"].data, "max": form["most"].data}
    if kind is Kind.CHOICE:
        entry["vocabulary"] = form["vocabulary"].data
    made = field_form(kind, entry, version=version, sent=False, rows={name: rows})
    made.version.data = form.version.data
    return made


def entry_from(
    form: TemplateFieldForm, kind: Kind, key: str, used: Collection[str], old: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what a form holds as an entry of a template. Raises Refusal for an option whose code is not ours."""
    entry: dict[str, Any] = {"key": key, "kind": kind.value}
    entry |= {name: dict(form[name].data) for name in ("label", "help", "example")}
    entry["required"] = key in KEPT or bool(form.required.data)
    if "limit" in form:
        entry["limit"] = form["limit"].data
    if "least" in form:
        entry |= {"min": form["least"].data or 0, "max": form["most"].data or None}
    taken = {*used, key}
    if kind is Kind.CHOICE:
        rows = form["options"].data if not form["vocabulary"].data else []
        known = {option["code"] for option in old.get("options") or ()}
        entry["options"] = [
            {"code": _kept(row["code"], known, taken, "o"), "label": dict(row["label"])} for row in rows if row["label"]
        ]
        entry["vocabulary"] = form["vocabulary"].data or None
    if kind is Kind.ROWS:
        known = {column["key"] for column in old.get("columns") or ()}
        entry["columns"] = [
            {
                "key": _kept(row["key"], known, taken, "c"),
                "label": dict(row["label"]),
                "kind": _one_of(COLUMN_KINDS, row["kind"]),
                "vocabulary": _one_of(VOCABULARIES, row["vocabulary"]) if row["kind"] == "choice" else None,
            }
            for row in form["columns"].data
            if row["label"]
        ]
    return entry


def _kept(code: str, known: set[str], taken: set[str], start: str) -> str:
    """The code that a row had, once; a new one for a new row."""
    if code in known:
        known.remove(code)
        return code
    if code:
        raise Refusal(_l("Somebody changed the template in the meantime. Look at it again."))
    made = new_key(taken, start)
    taken.add(made)
    return made


def _one_of(offered: Collection[str], value: Any) -> str:
    if value not in offered:
        raise Refusal(_l("Choose a list for every column of choices."), field="columns")
    return str(value)


class StepForm(Form):
    """A move in the list of fields: by a button, or by a drop below the heading `day`."""

    item = TextField()
    direction = TextField()
    position = IntegerField(validators=[Optional()])
    day = TextField()
    version = VersionField()


class TemplateActForm(Form):
    """A button that changes the whole template, or takes something out of it or into it."""

    action = TextField()
    item = TextField()
    version = VersionField()

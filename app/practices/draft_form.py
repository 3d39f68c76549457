"""The form of a draft, made from the call's template, and the content that it holds."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import wtforms
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms.validators import Optional

from app.core.controls import RowForm
from app.core.forms import Form, LongTextField, SelectChoice, TextField, VersionField, choices
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LocalizedText
from app.core.merging import as_seen
from app.core.texts import fold
from app.core.wording import in_reader_language
from app.meetings.models import GuidingQuestion
from app.practices.building import default_template
from app.practices.content import Problem
from app.practices.labels import CONSENTS
from app.practices.merging import by_name
from app.practices.models import Intake, Practice
from app.practices.reading import Titles
from app.practices.template import Field, Kind, fields, sections

MOST_QUESTIONS = 30  # that a session is likely to put
FEW = 6  # so many options are shown at once, more in a list
LISTS = (Kind.CHOICE, Kind.MECHANISMS, Kind.ROWS)
GROUPS: dict[Kind, dict[str, Any]] = {
    Kind.PERIOD: {"from": _l("First month"), "to": _l("Last month, if it is over")},
    Kind.AMOUNT: {"amount": _l("Amount"), "currency": _l("Currency, for example USD"), "source": _l("Who paid")},
    Kind.CONTACT: {"name": _l("Name or function"), "institution": _l("Institution"), "email": _l("E-mail address")},
}


class DraftForm(Form):
    """What every draft has beside the template's fields."""

    language = wtforms.SelectField(
        _l("Language you write in"), choices=choices(LANGUAGE_NAMES.items()), validate_choice=False
    )
    file = FileField(
        _l("Add a file"), description=_l("PDF, DOCX, XLSX, PPTX, JPEG or PNG, 25 MB at most; five files at most.")
    )
    version = VersionField()

    def show(self, problems: Sequence[Problem]) -> None:
        """Show problems at their fields."""
        for problem in problems:
            field = self[problem.anchor]
            field.errors = [*field.errors, problem.message]


def draft_form(
    template: Mapping[str, Any],
    questions: Sequence[GuidingQuestion],
    known: Titles,
    practice: Practice | Intake,
    *,
    sent: bool = True,
    content: Mapping[str, Any] | None = None,
    more: Mapping[str, Any] | None = None,
) -> DraftForm:
    """Return the form of a draft, filled from the request where it was sent (and `sent`), else from the draft.

    `content`: what it is filled from in place of the draft's; `more`: further fields.
    """
    content = practice.content if content is None else content
    made: dict[str, Any] = dict(more or {})
    known = known.within(template)
    for field in fields(template):
        made |= _inputs(field, questions, known, content)
    asked = {field.content_key for field in fields(template)}
    shown = {key: value for key, value in practice.content.items() if key in asked}
    data = form_values(template, questions, content)
    data |= {
        "language": practice.language,
        "version": as_seen(practice.version, by_name(shown, practice.language)),
    }
    form: DraftForm = type("DraftFormOfCall", (DraftForm,), made)(**({} if sent else {"formdata": None}), data=data)
    return form


def usual_labels() -> dict[str, str]:
    """Return the labels of a draft's inputs, by name, as the default template has them. No query."""
    questions = [GuidingQuestion(number=number, text=LocalizedText()) for number in range(1, MOST_QUESTIONS + 1)]
    blank = Practice(content={}, language=current_language(), version=1)
    return draft_form(default_template(), questions, Titles({}, {}), blank, sent=False).labels()


def _labelled(field: Field) -> dict[str, Any]:
    return {
        "label": in_reader_language(dict(field.label)),
        "description": in_reader_language(dict(field.help)),
        "validators": [] if field.required else [Optional()],
    }


def _inputs(
    field: Field, questions: Sequence[GuidingQuestion], known: Titles, content: Mapping[str, Any]
) -> dict[str, Any]:
    if field.kind is Kind.QUESTIONS:
        optional = [] if field.required else [Optional()]
        return {
            f"answer_{question.key}": LongTextField(
                _("Question %(number)d", number=question.number),
                optional,
                description=in_reader_language(question.text),
            )
            for question in questions
        }
    if field.kind in GROUPS:
        return {f"{field.key}_{part}": TextField(label) for part, label in GROUPS[field.kind].items()}
    if field.kind is Kind.FILES:
        return {f"{field.key}_file": FileField(**_labelled(field))}
    if field.kind is Kind.ROWS:
        row = type("Row", (RowForm,), {column.key: _column(column, known) for column in field.columns})
        filled = len(content.get(field.key) or ())
        shown = min(filled + 1, max(field.most or filled + 1, filled))
        return {field.key: wtforms.FieldList(wtforms.FormField(row), **_labelled(field), min_entries=shown)}
    return {field.key: _SIMPLE[field.kind](field, known)}


def _column(column: Any, known: Titles) -> Any:
    label = in_reader_language(dict(column.label))
    if column.kind != "choice":
        return TextField(label)
    terms = known.terms.get(column.vocabulary, {})
    offered = [("", _("Choose")), *((code, known.term(column.vocabulary, code)) for code in terms)]
    return wtforms.SelectField(label, choices=choices(offered), validate_choice=False)


def _choice(field: Field, known: Titles) -> Any:
    labelled = _labelled(field)
    offered = []
    for code in known.terms.get(field.vocabulary or "", {}):
        title = known.term(field.vocabulary, code)
        offered.append((code, f"{code}. {title}" if code.isdecimal() else title))
    if not field.single:
        return wtforms.SelectMultipleField(choices=choices(offered), validate_choice=False, **labelled)
    if len(offered) <= FEW:
        return wtforms.RadioField(choices=choices(offered), validate_choice=False, **labelled)
    return wtforms.SelectField(choices=choices([("", _("Choose")), *offered]), validate_choice=False, **labelled)


def _mechanisms(field: Field, known: Titles) -> Any:
    """Mechanisms by name; where some are near the session's body, the others are behind a heading."""
    others = _("Other mechanisms") if any(one.near for one in known.mechanisms.values()) else None
    named = ((not one.near, known.mechanism(code), code) for code, one in known.mechanisms.items())
    offered = [
        SelectChoice(code, name, optgroup=others if far else None)
        for far, name, code in sorted(named, key=lambda one: (one[0], fold(one[1])))
    ]
    return wtforms.SelectMultipleField(choices=offered, validate_choice=False, **_labelled(field))


def _consent(field: Field, known: Titles) -> Any:
    return wtforms.RadioField(choices=choices(CONSENTS.items()), validate_choice=False, **_labelled(field))


_SIMPLE: dict[Kind, Callable[[Field, Titles], Any]] = {
    Kind.SHORT_TEXT: lambda field, known: TextField(**_labelled(field)),
    Kind.LONG_TEXT: lambda field, known: LongTextField(**_labelled(field)),
    Kind.DATE: lambda field, known: TextField(**_labelled(field)),
    Kind.CHOICE: _choice,
    Kind.MECHANISMS: _mechanisms,
    Kind.CONSENT: _consent,
}


def form_values(
    template: Mapping[str, Any], questions: Sequence[GuidingQuestion], content: Mapping[str, Any]
) -> dict[str, Any]:
    """Return content as the form's fields take it."""
    values: dict[str, Any] = {}
    for field in fields(template):
        value = content.get(field.content_key)
        if field.kind is Kind.QUESTIONS:
            values |= {f"answer_{question.key}": (value or {}).get(question.key, "") for question in questions}
        elif field.kind in GROUPS:
            parts = value or {}
            values |= {f"{field.key}_{part}": _plain(parts.get(part)) for part in GROUPS[field.kind]}
        elif field.single and isinstance(value, list):  # a draft may hold more than may be submitted
            values[field.key] = value[0] if value else ""
        elif field.kind is not Kind.FILES:
            values[field.key] = value
    return values


def _plain(value: Any) -> str:
    return "" if value is None else str(value)


def content_of(
    form: DraftForm,
    template: Mapping[str, Any],
    questions: Sequence[GuidingQuestion],
    *,
    saved: Mapping[str, Any],
    sent: Collection[str],
) -> dict[str, Any]:
    """Return what the form holds as content, not yet shaped.

    `sent`: names of the fields that came with the request, and those of lists and rows that came empty (a
    browser says nothing of them, so the page names them in `fields`). All others stay as `saved`.
    """
    content: dict[str, Any] = {}
    names = {name.partition("-")[0] for name in sent}
    for field in fields(template):
        there = all(name in form for name in input_names(field, questions))  # else the template has changed since
        if not there or field.kind is Kind.FILES or (field.kind in LISTS and field.key not in names):
            content[field.content_key] = saved.get(field.content_key)
        elif field.kind is Kind.QUESTIONS:
            content[field.content_key] = {question.key: form[f"answer_{question.key}"].data for question in questions}
        elif field.kind in GROUPS:
            content[field.key] = {part: form[f"{field.key}_{part}"].data for part in GROUPS[field.kind]}
        else:
            content[field.key] = form[field.key].data
    return content


def input_names(field: Field, questions: Sequence[GuidingQuestion]) -> list[str]:
    """Return the names of the inputs of a field."""
    if field.kind is Kind.QUESTIONS:
        return [f"answer_{question.key}" for question in questions]
    if field.kind is Kind.FILES:
        return [f"{field.key}_file"]
    return [f"{field.key}_{part}" for part in GROUPS.get(field.kind, ())] or [field.key]


def drop_row(form: DraftForm, content: dict[str, Any], removed: str) -> None:
    """Take out of content as it was sent the row of rows that a button named to be removed ("actors-2")."""
    rows = removed.rpartition("-")[0]
    if rows in content:
        content[rows] = [entry.data for entry in form[rows].entries if entry.name != removed]


def progress(
    template: Mapping[str, Any],
    content: Mapping[str, Any],
    questions: Sequence[GuidingQuestion],
    problems: Sequence[Problem],
) -> list[dict[str, Any]]:
    """Return the template's sections as components/section_progress.html takes them; counts the required."""
    missing = [problem.name for problem in problems if problem.missing]
    wrong = {problem.name for problem in problems if not problem.missing}
    shown = []
    for section in sections(template):
        names = [name for field in section.fields for name in names_of(field, questions)]
        required = [name for field in section.fields if field.required for name in names_of(field, questions)]
        done = len(required) - sum(name in missing for name in required)
        begun = any(content.get(field.content_key) for field in section.fields)
        state = "done" if begun and done == len(required) else "started" if begun else "empty"
        shown.append(
            {
                "label": in_reader_language(dict(section.title)),
                "url": f"#section-{section.key}",
                "state": state,
                "done": done,
                "of": len(required),
                "invalid": bool(wrong & set(names)),
            }
        )
    return shown


def names_of(field: Field, questions: Sequence[GuidingQuestion]) -> list[str]:
    """Return the names of a field as `merging.by_name` gives them, each answer a field of its own."""
    if field.kind is Kind.QUESTIONS:
        return [f"answers.{question.key}" for question in questions]
    return [field.key]

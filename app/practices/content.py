"""Content as people send it: brought into shape for keeping, and checked before it is submitted.

A draft may be incomplete and over its limits; it is kept as written, and `problems` says what is in the
way of submitting. Only what no form of ours offers (a code that no vocabulary has) is refused at once.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from flask_babel import LazyString, format_decimal
from flask_babel import lazy_gettext as _l

from app.core.audience import Audience
from app.core.errors import Refusal, TooLarge
from app.core.texts import clean, count_words
from app.directory.queries import mechanisms_by_name, vocabularies
from app.meetings.models import GuidingQuestion
from app.practices.models import Intake, Practice
from app.practices.queries import state_questions
from app.practices.template import ANSWERS, MOST_ROWS, Column, Field, Kind, fields, own_terms

MOST_CHARACTERS = 20_000  # of one text, however long a draft is
CONSENTS = (Audience.MEMBER_STATES.value, Audience.PUBLIC.value)
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
AMOUNT = re.compile(r"\d{1,15}(\.\d{1,2})?")
CURRENCY = re.compile(r"[A-Z]{3}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
ADDRESS = re.compile(r"https?://\S+\.\S+")


@dataclass(frozen=True)
class Terms:
    """What may be chosen: vocabulary -> codes, acronyms of mechanisms, and the questions put to States."""

    codes: Mapping[str, Collection[str]]
    mechanisms: Collection[str]
    questions: Sequence[GuidingQuestion]


def terms_for(template: Mapping[str, Any], questions: Sequence[GuidingQuestion]) -> Terms:
    """Read what may be chosen in a template. Two statements."""
    codes = {name: frozenset(terms) for name, terms in vocabularies().items()}
    return Terms(
        codes=codes | {name: frozenset(terms) for name, terms in own_terms(template).items()},
        mechanisms=frozenset(row.code for row in mechanisms_by_name()),
        questions=questions,
    )


@dataclass(frozen=True)
class Problem:
    """What is in the way of submitting. `anchor`: the form's field; `missing`: nothing was written there yet."""

    name: str
    label: Mapping[str, str]
    anchor: str
    message: Any
    missing: bool = False


def _text(value: Any, field: str, *, lines: bool = True) -> str:
    text = clean("" if value is None else str(value), lines=lines)
    if len(text) > MOST_CHARACTERS:
        raise TooLarge(
            _l(
                "This text has %(count)s characters; more than %(limit)s cannot be kept.",
                count=LazyString(format_decimal, len(text)),
                limit=LazyString(format_decimal, MOST_CHARACTERS),
            ),
            field=field,
        )
    return text


def _line(value: Any, field: str) -> str:
    return _text(value, field, lines=False)


def _codes(value: Any, field: str, known: Collection[str]) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    codes = list(dict.fromkeys(str(code) for code in values if code))
    for code in codes:
        if code not in known:
            raise Refusal(_l("Choose from the list: “%(code)s” is not on it.", code=code[:40]), field=field)
    return codes


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _choice(field: Field, value: Any, terms: Terms) -> Any:
    codes = _codes(value, field.key, terms.codes.get(field.vocabulary or "", ()))
    return (codes[0] if codes else "") if field.single and len(codes) < 2 else codes


def _period(field: Field, value: Any, terms: Terms) -> Any:
    months = {key: _line(_mapping(value).get(key), f"{field.key}_{key}") for key in ("from", "to")}
    return {"from": months["from"], "to": months["to"] or None} if any(months.values()) else None


def _rows(field: Field, value: Any, terms: Terms) -> Any:
    rows = [
        {column.key: _cell(field, column, _mapping(row).get(column.key), terms) for column in field.columns}
        for row in (value if isinstance(value, list) else ())
    ]
    rows = [row for row in rows if any(row.values())]
    if len(rows) > MOST_ROWS:
        raise TooLarge(_l("At most %(limit)d rows can be kept.", limit=MOST_ROWS), field=field.key)
    return rows


def _cell(field: Field, column: Column, value: Any, terms: Terms) -> str:
    text = _line(value, field.key)
    if column.kind == "choice" and text:
        _codes(text, field.key, terms.codes.get(column.vocabulary or "", ()))
    return text


def _amount(field: Field, value: Any, terms: Terms) -> Any:
    parts = {key: _line(_mapping(value).get(key), f"{field.key}_{key}") for key in ("amount", "currency", "source")}
    if not any(parts.values()):
        return None
    figures = parts["amount"].replace(" ", "").removesuffix(".0")
    number: Any = parts["amount"]
    if AMOUNT.fullmatch(figures):
        number = float(figures) if "." in figures else int(figures)
    return {"amount": number, "currency": parts["currency"].upper(), "source": parts["source"]}


def _contact(field: Field, value: Any, terms: Terms) -> Any:
    keys = ("name", "institution", "email")
    parts = {key: _line(_mapping(value).get(key), f"{field.key}_{key}") for key in keys}
    return parts if any(parts.values()) else None


def _questions(field: Field, value: Any, terms: Terms) -> Any:
    given = _mapping(value)
    answers = {item.key: _text(given.get(item.key), f"answer_{item.key}") for item in terms.questions}
    return {number: text for number, text in answers.items() if text}


_SHAPES: dict[Kind, Callable[[Field, Any, Terms], Any]] = {
    Kind.SHORT_TEXT: lambda field, value, terms: _line(value, field.key),
    Kind.LONG_TEXT: lambda field, value, terms: _text(value, field.key),
    Kind.CHOICE: _choice,
    Kind.PERIOD: _period,
    Kind.ROWS: _rows,
    Kind.AMOUNT: _amount,
    Kind.MECHANISMS: lambda field, value, terms: _codes(value, field.key, terms.mechanisms),
    Kind.CONTACT: _contact,
    Kind.CONSENT: lambda field, value, terms: "".join(_codes(value, field.key, CONSENTS)[:1]),
    Kind.QUESTIONS: _questions,
    Kind.DATE: lambda field, value, terms: _line(value, field.key),
    Kind.FILES: lambda field, value, terms: [_line(name, field.key) for name in value or ()],
}


def shaped(template: Mapping[str, Any], content: Mapping[str, Any], terms: Terms) -> dict[str, Any]:
    """Return content cleaned, with the template's keys alone and without empty values.

    Raises Refusal for a code that is not in its list, TooLarge for a text that cannot be kept at all.
    """
    found = {
        field.content_key: _SHAPES[field.kind](field, content.get(field.content_key), terms)
        for field in fields(template)
    }
    return {key: value for key, value in found.items() if value}


def working_text(practice: Practice | Intake, content: Mapping[str, Any]) -> dict[str, Any]:
    """Return content shaped for keeping in a draft. Raises as `shaped` does.

    Answers to questions that are no longer put to States stay in the draft: they may be put to them again.
    """
    return shaped_text(
        practice.call.template, content, before=practice.content, questions=state_questions(practice.meeting_id)
    )


def shaped_text(
    template: Mapping[str, Any],
    content: Mapping[str, Any],
    *,
    before: Mapping[str, Any],
    questions: Sequence[GuidingQuestion],
) -> dict[str, Any]:
    """Return content shaped in a template, with the answers of the text `before` to questions that are put no more."""
    kept = shaped(template, content, terms_for(template, questions))
    asked = asked_only(before, questions).get(ANSWERS, {})
    unasked = {key: text for key, text in before.get(ANSWERS, {}).items() if key not in asked}
    return {**kept, ANSWERS: {**unasked, **kept.get(ANSWERS, {})}} if unasked else kept


def asked_only(content: Mapping[str, Any], questions: Sequence[GuidingQuestion]) -> dict[str, Any]:
    """Return content without answers to questions that are not among those asked."""
    keys = {question.key for question in questions}
    answers = {key: text for key, text in content.get(ANSWERS, {}).items() if key in keys}
    rest = {key: value for key, value in content.items() if key != ANSWERS}
    return {**rest, ANSWERS: answers} if answers else rest


def problems(
    template: Mapping[str, Any], content: Mapping[str, Any], questions: Sequence[GuidingQuestion]
) -> list[Problem]:
    """Return all that is missing or wrong in (shaped) content, in the order of the template."""
    found: list[Problem] = []
    for field in fields(template):
        if field.kind is Kind.QUESTIONS:
            found += _answer_problems(field, content.get(field.content_key) or {}, questions)
            continue
        value = content.get(field.key)
        if not value:
            if field.required:
                found.append(Problem(field.key, field.label, anchor_of(field), _l("This is not answered yet."), True))
            continue
        found += [
            Problem(field.key, field.label, anchor, message) for anchor, message in _CHECKS[field.kind](field, value)
        ]
    return found


def anchor_of(field: Field) -> str:
    """The name (and id) of the form's field at which a problem of the whole field is shown."""
    endings = {Kind.PERIOD: "_from", Kind.AMOUNT: "_amount", Kind.CONTACT: "_name", Kind.FILES: "_file"}
    return field.key + endings.get(field.kind, "")


Found = list[tuple[str, Any]]


def _too_long(field: Field, text: str, anchor: str) -> Found:
    if field.limit is None:
        return []
    if field.kind is Kind.SHORT_TEXT:
        message = _l("This has %(count)d characters; the limit is %(limit)d.", count=len(text), limit=field.limit)
        return [(anchor, message)] if len(text) > field.limit else []
    words = count_words(text)
    message = _l("This has %(count)d words; the limit is %(limit)d.", count=words, limit=field.limit)
    return [(anchor, message)] if words > field.limit else []


def _answer_problems(field: Field, answers: Mapping[str, str], questions: Sequence[GuidingQuestion]) -> list[Problem]:
    found = []
    for question in questions:
        name, anchor = f"answers.{question.key}", f"answer_{question.key}"
        text = answers.get(question.key, "")
        if field.required and not text:
            found.append(Problem(name, question.text, anchor, _l("This question is not answered yet."), True))
        limited = replace(field, limit=question.word_limit)
        found += [Problem(name, question.text, *pair) for pair in _too_long(limited, text, anchor)]
    return found


def _check_count(field: Field, value: Any) -> Found:
    count = 1 if isinstance(value, str) else len(value)
    if count < field.least:
        return [(field.key, _l("Choose at least %(least)d.", least=field.least))]
    if field.most is not None and count > field.most:
        return [(field.key, _l("Choose at most %(most)d; you chose %(count)d.", most=field.most, count=count))]
    return []


def _check_date(field: Field, value: str) -> Found:
    if DATE.fullmatch(value):
        with suppress(ValueError):
            date.fromisoformat(value + "-01-01"[len(value) - 10 :] if len(value) < 10 else value)
            return []
    return [(field.key, _l("Write the date like this: 2024, 2024-03 or 2024-03-31."))]


def _check_files(field: Field, value: list[str]) -> Found:
    if len(value) < field.least:
        return [(anchor_of(field), _l("Add at least %(least)d files.", least=field.least))]
    return []


def _check_period(field: Field, value: Mapping[str, Any]) -> Found:
    found: Found = []
    for key in ("from", "to"):
        if value.get(key) and not MONTH.fullmatch(value[key]):
            found.append((f"{field.key}_{key}", _l("Write year and month like this: 2024-03.")))
    if not value.get("from"):
        found.append((f"{field.key}_from", _l("Say in which month it began.")))
    elif not found and value.get("to") and value["to"] < value["from"]:
        found.append((f"{field.key}_to", _l("The last month is before the first.")))
    return found


_CELLS: dict[str, tuple[re.Pattern[str], Any]] = {
    "date": (DATE, _l("Write dates like this: 2024, 2024-03 or 2024-03-31.")),
    "url": (ADDRESS, _l("Write whole addresses, beginning with https://.")),
    "number": (AMOUNT, _l("Write numbers in figures, with a point before decimals.")),
    "choice": (re.compile(".+"), _l("Choose an option in every row.")),
    "text": (re.compile(".+"), _l("Complete every row, or remove it.")),
}


def _check_rows(field: Field, value: list[dict[str, str]]) -> Found:
    found: Found = []
    if len(value) < field.least:
        found.append((field.key, _l("Fill in at least %(least)d rows.", least=field.least)))
    if field.most is not None and len(value) > field.most:
        found.append((field.key, _l("Fill in at most %(most)d rows.", most=field.most)))
    for column in field.columns:
        pattern, message = _CELLS[column.kind]
        needed = column.kind in ("choice", "url") or (column.kind == "text" and field.required)
        if any(not pattern.fullmatch(row[column.key]) for row in value if row[column.key] or needed):
            found.append((field.key, message))
    return found


def _check_amount(field: Field, value: Mapping[str, Any]) -> Found:
    found: Found = []
    if isinstance(value["amount"], str):
        message = _l("Write the amount in figures, with a point before decimals and no other mark.")
        found.append((f"{field.key}_amount", message))
    if not CURRENCY.fullmatch(value["currency"]):
        found.append((f"{field.key}_currency", _l("Write the currency as three letters, for example USD.")))
    return found


def _check_contact(field: Field, value: Mapping[str, str]) -> Found:
    found: Found = []
    if field.required and not value["name"]:
        found.append((f"{field.key}_name", _l("Write a name or a function.")))
    if field.required and not value["institution"]:
        found.append((f"{field.key}_institution", _l("Write the institution.")))
    if (field.required or value["email"]) and not EMAIL.fullmatch(value["email"]):
        found.append((f"{field.key}_email", _l("Write an e-mail address, like name@example.org.")))
    return found


_CHECKS: dict[Kind, Callable[[Field, Any], Found]] = {
    Kind.SHORT_TEXT: lambda field, value: _too_long(field, value, field.key),
    Kind.LONG_TEXT: lambda field, value: _too_long(field, value, field.key),
    Kind.CHOICE: _check_count,
    Kind.PERIOD: _check_period,
    Kind.ROWS: _check_rows,
    Kind.AMOUNT: _check_amount,
    Kind.MECHANISMS: _check_count,
    Kind.CONTACT: _check_contact,
    Kind.CONSENT: lambda field, value: [],
    Kind.DATE: _check_date,
    Kind.FILES: _check_files,
}

"""Content made ready to be read: sections, fields and display values, with terms in the reader's language."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import get_locale
from flask_babel import gettext as _

from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.wording import in_reader_language, language_shown, show_day
from app.directory.queries import MechanismTitle, titles_of_terms
from app.meetings.models import GuidingQuestion
from app.practices.content import MONTH
from app.practices.labels import CONSENTS
from app.practices.template import ANSWERS, Column, Field, Kind, field_label, own_terms, sections

ADDRESSES = ("http://", "https://")
ONE_LINE = len("30 de septiembre de 2026")  # characters of the longest day


@dataclass(frozen=True)
class Titles:
    """Titles of what can be chosen: vocabulary -> code -> title, and acronym -> what the mechanism is called."""

    terms: Mapping[str, Mapping[str, LocalizedText]]
    mechanisms: Mapping[str, MechanismTitle]

    def term(self, vocabulary: str | None, code: str) -> str:
        """The title of a term in the reader's language; its code where it has none."""
        return in_reader_language(self.terms.get(vocabulary or "", {}).get(code)) or code

    def mechanism(self, code: str) -> str:
        """A mechanism in the reader's language: "Regional Conference on Migration (RCM)"."""
        if (found := self.mechanisms.get(code)) is None:
            return code
        acronym, name = in_reader_language(found.acronym), in_reader_language(found.name)
        return name if name.startswith(acronym) else f"{name} ({acronym})"

    def within(self, template: Mapping[str, Any]) -> "Titles":
        """These and those of the options that a template's fields have of their own."""
        return replace(self, terms={**self.terms, **own_terms(template)})


def titles(body: int | None = None) -> Titles:
    """Read all titles, those mechanisms first that share members with the mechanism `body`. One statement."""
    return Titles(*titles_of_terms(body))


class ShownCell(NamedTuple):
    """A cell of rows: its text, its address where it is one, whether it is in the content's language."""

    text: str
    url: str
    original: bool

    @property
    def whole(self) -> bool:
        """Whether it stands in one line: a figure or a date, which a narrow column must not part."""
        return len(self.text) <= ONE_LINE and any(letter.isdecimal() for letter in self.text)


@dataclass(frozen=True)
class ShownField:
    """A field to show. `name` is the field key ("answers.1"), `shape` says which of the rest holds the value.

    "text": `text`, in the content's language. "terms": `items`, in the reader's. "line": `text`, in the
    reader's. "rows": `columns` and `rows`.
    """

    name: str
    label: str
    label_lang: str
    shape: str
    text: str = ""
    items: Sequence[str] = ()
    columns: Sequence[str] = ()
    rows: Sequence[Sequence[ShownCell]] = field(default_factory=list)

    @property
    def anchor(self) -> str:
        """The element's id on reading pages."""
        return f"field-{self.name}"

    @property
    def empty(self) -> bool:
        """Whether nothing was written."""
        return not (self.text or self.items or self.rows)

    @property
    def plain(self) -> str:
        """The value as one text, to compare versions."""
        lines = [" · ".join(cell.text for cell in row if cell.text) for row in self.rows]
        return self.text or "\n".join([*self.items, *lines])


@dataclass(frozen=True)
class ShownSection:
    """Fields under a title in the reader's language."""

    key: str
    title: str
    title_lang: str
    fields: Sequence[ShownField]


def read_content(
    template: Mapping[str, Any],
    content: Mapping[str, Any],
    *,
    questions: Sequence[GuidingQuestion],
    known: Titles,
    contact: bool = False,
    empty: bool = False,
) -> list[ShownSection]:
    """Return content as sections to show. No query.

    `questions`: those put to States. With `contact` the contact is among the fields (member States and the
    secretariat may see it; the public never). With `empty`, fields without a value too.
    """
    shown = []
    known = known.within(template)
    for section in sections(template):
        found: list[ShownField] = []
        for one in section.fields:
            if one.kind is Kind.CONTACT and not contact:
                continue
            found += _show(one, content, questions, known)
        found = [item for item in found if empty or not item.empty]
        if found:
            title = LocalizedText(section.title)
            shown.append(ShownSection(section.key, in_reader_language(title), language_shown(title), found))
    return shown


def fields_by_name(read: Iterable[ShownSection]) -> dict[str, ShownField]:
    """Return the fields of content that was read, by name."""
    return {field.name: field for section in read for field in section.fields}


def fields_alone(read: Iterable[ShownSection], names: Container[str]) -> list[ShownSection]:
    """Return the content with these fields alone; sections without any are left out."""
    cut = [replace(section, fields=[field for field in section.fields if field.name in names]) for section in read]
    return [section for section in cut if section.fields]


def names_of_fields(
    template: Mapping[str, Any], questions: Iterable[GuidingQuestion], names: Iterable[str]
) -> dict[str, str]:
    """Return what fields are called in a list, by name; what the template does not have is called by its key."""
    numbered = {f"{ANSWERS}.{one.key}": _("Question %(number)d", number=one.number) for one in questions}
    return {name: numbered.get(name) or in_reader_language(field_label(template, name)) or name for name in names}


def _show(
    one: Field, content: Mapping[str, Any], questions: Sequence[GuidingQuestion], known: Titles
) -> list[ShownField]:
    if one.kind is Kind.QUESTIONS:
        answers = content.get(one.content_key) or {}
        return [
            ShownField(
                f"answers.{question.key}",
                _("Question %(number)d: %(text)s", number=question.number, text=in_reader_language(question.text)),
                language_shown(question.text),
                "text",
                text=answers.get(question.key, ""),
            )
            for question in questions
        ]
    value = content.get(one.key)
    label = (one.key, in_reader_language(dict(one.label)), language_shown(dict(one.label)))
    if one.kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        return [ShownField(*label, "text", text=value or "")]
    if one.kind is Kind.ROWS:
        columns = [in_reader_language(dict(column.label)) for column in one.columns]
        rows = [[_cell(column, row.get(column.key) or "", known) for column in one.columns] for row in value or []]
        return [ShownField(*label, "rows", columns=columns, rows=rows)]
    if one.kind is Kind.FILES:
        return [ShownField(*label, "terms", items=value or [])]
    if one.kind in (Kind.CHOICE, Kind.MECHANISMS):
        codes = [value] if isinstance(value, str) else value or []
        return [ShownField(*label, "terms", items=[_term(one, code, known) for code in codes if code])]
    return [ShownField(*label, "line", text=_line(one, value, known) if value else "")]


def _term(one: Field, code: str, known: Titles) -> str:
    if one.kind is Kind.MECHANISMS:
        return known.mechanism(code)
    title = known.term(one.vocabulary, code)
    return f"{code}. {title}" if code.isdecimal() else title


def _cell(column: Column, text: str, known: Titles) -> ShownCell:
    if column.kind == "choice":
        return ShownCell(known.term(column.vocabulary, text), "", original=False)
    if column.kind == "date" and (shown := _date(text)) != text:
        return ShownCell(shown, "", original=False)
    return ShownCell(text, text if column.kind == "url" and text.startswith(ADDRESSES) else "", original=True)


def _line(one: Field, value: Any, known: Titles) -> str:
    if one.kind is Kind.DATE:
        return _date(value)
    if one.kind is Kind.PERIOD:
        first, last = _month(value.get("from") or ""), _month(value.get("to") or "")
        if first and last:
            return str(_("%(first)s to %(last)s", first=first, last=last))
        return str(_("Since %(first)s", first=first)) if first else last
    if one.kind is Kind.AMOUNT:
        amount = value.get("amount")
        figures = str(format_decimal(amount, locale=get_locale())) if isinstance(amount, int | float) else amount
        money = f"{figures or ''} {value.get('currency') or ''}".strip()
        return "; ".join(part for part in (money, value.get("source")) if part)
    if one.kind is Kind.CONTACT:
        return "; ".join(value[key] for key in ("name", "institution", "email") if value.get(key))
    return str(CONSENTS.get(value, value))


def _month(text: str) -> str:
    if not MONTH.fullmatch(text):
        return text
    year, month = text.split("-")
    return str(format_skeleton("yMMMM", date(int(year), int(month), 1), locale=current_language()))


def _date(text: str) -> str:
    """A month or a day as it is said; a year, and what is no date, as it is written."""
    try:
        return show_day(date.fromisoformat(text))
    except ValueError:
        return _month(text)

"""What a call's form looks like as a document, for the one that writes it and the one that reads it.

A *slot* is a place where something is written: a field, an answer, or one part of a period, an amount or a contact. Its
*code* ("summary", "answers.2", "period.from") stands beside its label, names its control and its bookmark. A field of
rows has one code too, and one a column ("actors.role").
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fold
from app.core.wording import in_all_languages
from app.meetings.models import GuidingQuestion
from app.practices.call_document import limit_text
from app.practices.draft_form import GROUPS
from app.practices.labels import CONSENTS
from app.practices.reading import Titles
from app.practices.template import ANSWERS, Column, Field, Kind, sections

TAG = "plenaria."  # before the code in the tag of a control
CHOOSE = _l("Choose one")
TITLE = _l("Form for a good practice")
LISTS = _l("Lists to choose from")
TYPED = _l("Write codes or names from the list at the end, one a line.")
GUIDE = (
    _l("Write in the right-hand column of each table. Tables with several columns take as many rows as you add."),
    _l(
        "Leave the codes in square brackets where they are: by them each answer finds its place again. "
        "What you leave empty stays as it is on line."
    ),
    _l(
        "Save the file as DOCX and upload it on the page of the draft. You decide there, field by field, what is taken."
    ),
)
BOXES = 25  # so many options are shown with a box each; from longer lists one writes codes

ByLanguage = Mapping[str, str]
_BETWEEN_WORDS = re.compile(r"[^\w]+")


def bare(text: str) -> str:
    """Return the words of a text, folded, without what stands between them."""
    return _BETWEEN_WORDS.sub(" ", fold(text)).strip()


@dataclass(frozen=True, eq=False)  # a slot is itself alone, and so may be in a set
class Slot:
    """`labels` and `hints` (what stands below the label) by language. `part` is that of a group, else empty."""

    code: str
    field: Field
    part: str
    labels: ByLanguage
    hints: Mapping[str, Sequence[str]]

    @property
    def name(self) -> str:
        """The field that a person takes or leaves as one ("answers.2", "period")."""
        return self.field.key if self.part else self.code

    @property
    def bookmark(self) -> str:
        """The name of its bookmark, which may have letters, digits and low lines alone."""
        return bookmark_of(self.code)


def bookmark_of(code: str) -> str:
    """Return a bookmark's name for a code."""
    return "plenaria_" + re.sub(r"\W", "_", code)


@dataclass(frozen=True)
class SlotSection:
    """Slots under a title."""

    titles: ByLanguage
    slots: Sequence[Slot]


@dataclass(frozen=True)
class Options:
    """What may be chosen in one list: code -> the titles of it by language; code -> what else it is called."""

    titles: Mapping[str, ByLanguage]
    also: Mapping[str, ByLanguage] = field(default_factory=dict)

    def shown(self, code: str, language: str) -> str:
        """How a choice is written on the form."""
        title = LocalizedText(self.titles[code]).in_language(language)
        return f"{code}. {title}" if code.isdecimal() else title

    @cached_property
    def named(self) -> Mapping[str, str]:
        """Bare code, title in any language, or both, or another name -> the code."""
        found = {bare(code): code for code in self.titles}
        for code, titles in self.titles.items():
            for title in titles.values():
                found.setdefault(bare(title), code)
                found.setdefault(bare(f"{code} {title}"), code)
        for code, names in self.also.items():
            for name in names.values():
                found.setdefault(bare(name), code)
        return found


@dataclass(frozen=True)
class WordShape:
    """A whole form. `heads`: lines over it (the session, the delegation) by language.

    `title` and `guide` are texts of the program. `hints_in`: the language of the hints, where that is not the form's.
    """

    sections: Sequence[SlotSection]
    lists: Mapping[str, Options]
    heads: Mapping[str, Sequence[str]]
    title: Any = TITLE
    guide: Sequence[Any] = GUIDE
    hints_in: str = ""

    @cached_property
    def slots(self) -> Sequence[Slot]:
        """All slots in order."""
        return [slot for section in self.sections for slot in section.slots]

    def options(self, of: Field | Column) -> Options:
        """What may be chosen in a field or column."""
        return self.lists[list_of(of)]

    def lists_at_the_end(self) -> Iterator[tuple[str, Options]]:
        """The lists that are printed after the form: those from which one writes codes, or picks one of many."""
        wanted = {list_of(slot.field) for slot in self.slots if is_listed(slot.field, self)}
        return ((name, options) for name, options in self.lists.items() if name in wanted)

    @cached_property
    def own(self) -> frozenset[str]:
        """Every line that the form has of itself, in all languages, folded: it is nobody's answer."""
        found: set[str] = set()
        for text in (self.title, CHOOSE, LISTS, TYPED, *self.guide):
            found |= set(in_all_languages(text).values())
        for language in LANGUAGES:
            found |= set(self.heads.get(language, ()))
            for section in self.sections:
                found.add(section.titles.get(language, ""))
                for slot in section.slots:
                    found |= {slot.labels.get(language, ""), *slot.hints.get(language, ())}
        return frozenset(fold(text) for text in found if text)

    @cached_property
    def offered(self) -> frozenset[str]:
        """Every line of the lists at the end of the form, in all languages, folded; elsewhere it may be an answer."""
        found: set[str] = set()
        for options in self.lists.values():
            for code in options.titles:
                for language in LANGUAGES:
                    found |= {options.shown(code, language), f"{code}. {options.shown(code, language)}"}
        return frozenset(fold(text) for text in found if text)


def list_of(of: Field | Column) -> str:
    """The name under which a field's or column's options are found."""
    return str(of.kind) if of.kind in (Kind.MECHANISMS, Kind.CONSENT) else of.vocabulary or ""


def is_listed(field: Field, shape: WordShape) -> bool:
    """Whether a field is filled in with codes from a list at the end, having too many for boxes."""
    chosen = field.kind in (Kind.CHOICE, Kind.MECHANISMS) and not field.single
    return chosen and len(shape.options(field).titles) > BOXES


def shape_of(
    template: Mapping[str, object],
    questions: Sequence[GuidingQuestion],
    known: Titles,
    *,
    heads: Mapping[str, Sequence[str]] | None = None,
) -> WordShape:
    """Return the shape of a template's form. No query."""
    lists = {name: Options(terms) for name, terms in known.within(template).terms.items()}
    lists[Kind.MECHANISMS] = Options(
        {code: one.name for code, one in known.mechanisms.items()},
        {code: one.acronym for code, one in known.mechanisms.items()},
    )
    lists[Kind.CONSENT] = Options({code: in_all_languages(label) for code, label in CONSENTS.items()})
    found = [
        SlotSection(section.title, [slot for field in section.fields for slot in _slots(field, questions)])
        for section in sections(template)
    ]
    return WordShape(found, lists, heads or {})


def _slots(field: Field, questions: Sequence[GuidingQuestion]) -> Iterator[Slot]:
    if field.kind is Kind.QUESTIONS:
        for question in questions:
            labels, hints = {}, {}
            for language in LANGUAGES:
                with force_locale(language):
                    text = question.text.in_language(language)
                    labels[language] = _("Question %(number)d: %(text)s", number=question.number, text=text)
                    hints[language] = [_("Up to %(limit)s words", limit=question.word_limit)]
            yield Slot(f"{ANSWERS}.{question.key}", field, "", labels, hints)
    elif field.kind in GROUPS:
        for index, (part, title) in enumerate(GROUPS[field.kind].items()):
            titles = in_all_languages(title)
            labels = {code: f"{LocalizedText(field.label).in_language(code)}: {titles[code]}" for code in LANGUAGES}
            yield Slot(f"{field.key}.{part}", field, part, labels, {} if index else _hints(field))
    elif field.kind is not Kind.FILES:  # files are added on line
        yield Slot(field.key, field, "", dict(field.label), _hints(field))


def _hints(field: Field) -> dict[str, list[str]]:
    found = {}
    for language in LANGUAGES:
        with force_locale(language):
            optional = "" if field.required else _("(optional)")
            example = LocalizedText(field.example).in_language(language)
            found[language] = [
                optional,
                LocalizedText(field.help).in_language(language),
                limit_text(field),
                _("For example: %(example)s", example=example) if example else "",
            ]
    return {language: [line for line in lines if line] for language, lines in found.items()}

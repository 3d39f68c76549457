"""Two to five good practices, field by field: pure once `load` has read them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple, Protocol

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import orm

from app.collections.comparing import Sided, drop_alike
from app.core.actors import Actor
from app.core.addresses import whole_address
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import in_reader_language
from app.library.marked_text import count_paragraphs, parts
from app.library.practice_languages import ORIGINAL, least_sure
from app.library.practice_page import ELSEWHERE
from app.meetings.models import Delegation, GuidingQuestion, Meeting
from app.meetings.years import year_of
from app.practices.labels import TRANSLATION_MARKS
from app.practices.models import Call, Practice, PracticeVersion
from app.practices.queries import newest_number, published_to
from app.practices.reading import ShownField, Titles, read_content
from app.practices.template import ANSWERS
from app.practices.translatable import passages_of
from app.practices.translation_models import PracticeTranslation
from app.practices.translation_queries import Reading, readings

MOST_REFERENCES = 50  # that an address is taken for


@dataclass(frozen=True)
class Told:
    """A published version, its session's questions, and how it reads in the reader's language (None: as written)."""

    version: PracticeVersion
    questions: Sequence[GuidingQuestion]
    reading: Reading | None

    @property
    def practice(self) -> Practice:
        """The practice."""
        return self.version.practice

    @property
    def content(self) -> Mapping[str, Any]:
        """Its text, translated as far as it is."""
        return self.reading.content if self.reading else self.version.content

    def language_of(self, name: str) -> str:
        """The language in which a field is shown."""
        return self.reading.language if self.reading and name in self.reading.fields else self.version.language

    @property
    def title(self) -> str:
        """Its title, in the reader's language where it is translated."""
        return str(self.content.get("title") or self.practice.reference or "")

    @property
    def name(self) -> str:
        """What addresses and collections call it."""
        return self.practice.slug

    @property
    def title_lang(self) -> str:
        """The language in which its title is shown."""
        return self.language_of("title")

    @property
    def url(self) -> str:
        """Its page."""
        return url_for("library.practice", slug=self.practice.slug)

    @property
    def illustrative(self) -> bool:
        """Whether it was written for the demonstration."""
        return bool(self.practice.public_sources)

    @property
    def state(self) -> str:
        """The everyday name of its State."""
        return in_reader_language(self.practice.delegation.party.label)

    @property
    def year(self) -> int:
        """The year of its session."""
        return year_of(self.practice.meeting)

    @property
    def label(self) -> str:
        """What tells it apart within a comparison: State and reference."""
        return f"{self.state} ({self.practice.reference})"

    @property
    def original(self) -> str:
        """The name of the language that it was written in."""
        return LANGUAGE_NAMES[self.version.language]

    @property
    def shown_as(self) -> str:
        """Whether it is read as it was written, and if not, how sure the translation is."""
        if self.reading is None:
            return str(_("Original: %(language)s", language=self.original))
        mark = TRANSLATION_MARKS[least_sure(self.reading.rows)]
        return str(_("Translation (%(mark)s), original: %(language)s", mark=mark, language=self.original))

    @property
    def permalink(self) -> str:
        """Its whole address, which stays."""
        return whole_address(url_for("library.practice", slug=self.practice.slug))


def published(actor: Actor) -> sa.Select[PracticeVersion]:
    """The newest version of each published practice that a person may read, with all that a text needs to be read."""
    of_practice = orm.contains_eager(PracticeVersion.practice)
    return (
        sa.select(PracticeVersion)
        .join(PracticeVersion.practice)
        .join(Practice.meeting)
        .where(published_to(actor), PracticeVersion.number == newest_number())
        .options(
            of_practice.defer(Practice.content),
            of_practice.contains_eager(Practice.meeting).joinedload(Meeting.mechanism),
            of_practice.joinedload(Practice.delegation).joinedload(Delegation.party),
            of_practice.joinedload(Practice.call).selectinload(Call.template_versions),
        )
    )


def load(actor: Actor, slugs: Sequence[str]) -> list[Told]:
    """Load the published practices that a person may read, in the order of `slugs`, whose letters may be
    small. Six statements at most."""
    found = {told.name: told for told in tell(named(actor, [*slugs, *(slug.upper() for slug in slugs)]))}
    there = (found.get(slug) or found.get(slug.upper()) for slug in slugs)
    return list({told.name: told for told in there if told}.values())


def named(actor: Actor, slugs: Sequence[str]) -> list[PracticeVersion]:
    """Find published practices by their references as addresses write them. One statement, by the references' index."""
    references = [one for slug in slugs for one in islice(_references(slug), MOST_REFERENCES)]
    if not references:
        return []
    return list(db.session.scalars(published(actor).where(Practice.reference.in_(references))))


def _references(slug: str) -> Iterator[str]:
    """Yield the references that an address can stand for: "CAM/2026/GP/PER/02", where a code may have dashes of its own
    (practices/operations.py)."""
    yield slug.replace("-", "/")
    parts = slug.split("-")
    for place in (place for place, part in enumerate(parts) if part == "GP"):
        for cut in range(1, place):
            codes = (parts[:cut], parts[cut:place], ["GP"], parts[place + 1 : -1], parts[-1:])
            yield "/".join("-".join(code) for code in codes)


def tell(versions: Sequence[PracticeVersion]) -> list[Told]:
    """Return versions as they are read in the reader's language. Two statements for however many."""
    if not versions:
        return []
    language = current_language()
    questions: dict[int, list[GuidingQuestion]] = {}
    ids = {version.practice.meeting_id for version in versions}
    asked = sa.select(GuidingQuestion).where(GuidingQuestion.meeting_id.in_(ids)).order_by(GuidingQuestion.number)
    for question in db.session.scalars(asked):
        if question.for_states:
            questions.setdefault(question.meeting_id, []).append(question)
    rows: dict[int, list[PracticeTranslation]] = {}
    others = [version.practice_id for version in versions if version.language != language]
    if others:
        translations = sa.select(PracticeTranslation).where(
            PracticeTranslation.practice_id.in_(others), PracticeTranslation.language == language
        )
        for row in db.session.scalars(translations.order_by(PracticeTranslation.id)):
            rows.setdefault(row.practice_id, []).append(row)
    made = []
    for version in versions:
        put = questions.get(version.practice.meeting_id, [])
        known = rows.get(version.practice_id, [])
        reading = readings(version, passages_of(version, put), known).get(language) if known else None
        made.append(Told(version, put, reading))
    return made


class Paragraph(NamedTuple):
    """A paragraph of running text with its number and address on its own page."""

    number: int
    text: str
    url: str


@dataclass(frozen=True)
class Cell:
    """What one practice says in a row. `asked`: whether its form had the field; `language`: of the text, where it is
    another than the reader's; `mark`: that the text is the original, where the rest of the practice is translated.
    `first`: the number of its first paragraph, as its page counts them; `page`: the address of that page, with a query
    that reads it so, up to the number; `anchor`: of the field there."""

    state: str
    label: str
    field: ShownField | None
    asked: bool
    language: str
    mark: str = ""
    first: int = 1
    page: str = ""
    anchor: str = ""

    @property
    def paragraphs(self) -> list[Paragraph]:
        """Those of running text; none of other values."""
        if self.field is None or self.field.shape != "text":
            return []
        return [
            Paragraph(number, text, f"{self.page}paragraph={number}#{self.anchor}-{number}")
            for number, text in enumerate(parts(self.field.text), start=self.first)
        ]

    @property
    def plain(self) -> str:
        """The value as one text."""
        return self.field.plain if self.field else ""

    @property
    def said(self) -> str:
        """What stands in place of a value that is not there."""
        return "" if self.plain else str(_("Nothing was written") if self.asked else _("Its form did not ask this"))


@dataclass
class Line(Sided):
    """A field of one or several templates, and what each practice says in it."""

    label: str
    label_lang: str
    cells: list[Cell] = field(default_factory=list)
    url: str = ""


@dataclass
class Group:
    """The lines under one heading of the form."""

    title: str
    title_lang: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Compared:
    """Practices (or presentations) side by side; `alike`: how many lines were left out because all say the same."""

    columns: Sequence[Any]
    groups: Sequence[Group]
    alike: int


class Questioned(Protocol):
    """What answers the questions that were put to its session."""

    @property
    def questions(self) -> Sequence[GuidingQuestion]:
        """These questions."""


def marks_of(columns: Iterable[Questioned]) -> dict[tuple[int, str], str]:
    """(session, key of a question) -> the mark of its line: questions with the same words in any language share one."""
    marks: dict[tuple[int, str], str] = {}
    wordings: dict[str, str] = {}
    for told in columns:
        for question in told.questions:
            place = (question.meeting_id, question.key)
            if place in marks:
                continue
            words = [text for text in question.text.values() if text]
            mark = next((wordings[text] for text in words if text in wordings), f"{ANSWERS}.{question.id}")
            marks[place] = mark
            wordings |= dict.fromkeys(words, mark)
    return marks


def compare(columns: Sequence[Told], known: Titles, *, differing: bool = False) -> Compared:
    """Return the practices field by field, in the order of the first one's form; fields that only others have come
    last in their section. Fields of different templates are the same where their code is. No query."""
    marks = marks_of(columns)
    groups: dict[str, Group] = {}
    lines: dict[str, Line] = {}
    values: list[dict[str, tuple[ShownField, int]]] = []
    for told in columns:
        found: dict[str, tuple[ShownField, int]] = {}
        first = 1
        for section in read_content(
            told.version.template, told.content, questions=told.questions, known=known, empty=True
        ):
            for one in section.fields:
                if one.name in ELSEWHERE:
                    continue
                key = one.name.removeprefix(f"{ANSWERS}.")
                name = marks[(told.practice.meeting_id, key)] if one.name != key else one.name
                found[name] = (one, first)
                first += count_paragraphs(one.text) if one.shape == "text" else 0
                if name not in lines:
                    group = groups.setdefault(section.key, Group(section.title, section.title_lang))
                    lines[name] = Line(one.label, one.label_lang)
                    group.lines.append(lines[name])
        values.append(found)
    for name, line in lines.items():
        line.cells = [_cell(told, *found.get(name, (None, 1))) for told, found in zip(columns, values, strict=True)]
    alike = drop_alike(groups.values()) if differing else 0
    return Compared(columns, [group for group in groups.values() if group.lines], alike)


def _cell(told: Told, shown: ShownField | None, first: int) -> Cell:
    name = shown.name if shown else ""
    left = told.reading is not None and bool(shown) and name in told.reading.left
    mark = _("Not translated") if left else ""
    return Cell(
        told.state,
        told.label,
        shown,
        shown is not None,
        told.language_of(name),
        str(mark),
        first,
        f"{told.url}?text={told.reading.language if told.reading else ORIGINAL}&",
        f"field-{name}",
    )

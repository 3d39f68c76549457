"""What of a submitted text is in its language and can be translated: its passages; and the text with others there.

A passage has a code: "summary", "answers.1", "cost.source", "actors.2.name" (a column of the second row). Choices,
dates and amounts are shown in the reader's language anyway; names of contacts are nobody's to translate.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.localized import LANGUAGES, LocalizedText
from app.core.texts import fingerprint
from app.meetings.models import GuidingQuestion
from app.practices.content import MOST_CHARACTERS
from app.practices.models import PracticeVersion
from app.practices.reading import Titles
from app.practices.template import ANSWERS, Kind
from app.practices.word_shape import ByLanguage, Slot, shape_of

LONGER = 3  # times as long as its original a translation may be, but any may have SHORTEST characters
SHORTEST = 500
Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Passage:
    """A text in its language. `name`: its field, as on reading pages; `path`: where the content has it."""

    code: str
    name: str
    path: Path
    labels: ByLanguage
    text: str
    long: bool

    @property
    def sha256(self) -> str:
        """What a translation of it keeps, to know whether it still says the same."""
        return fingerprint(self.text)

    @property
    def most(self) -> int:
        """How many characters a translation may have."""
        return min(MOST_CHARACTERS, max(SHORTEST, LONGER * len(self.text)))


@dataclass(frozen=True)
class PassageSection:
    """Passages under a title."""

    key: str
    titles: ByLanguage
    passages: Sequence[Passage]


def sections_to_translate(version: PracticeVersion, questions: Sequence[GuidingQuestion]) -> list[PassageSection]:
    """Return what there is to translate in a version, in the order of its template. No query."""
    shape = shape_of(version.template, questions, Titles({}, {}))
    found = []
    for number, section in enumerate(shape.sections, 1):
        passages = [passage for slot in section.slots for passage in _passages(slot, version.content)]
        if passages:
            found.append(PassageSection(str(number), section.titles, passages))
    return found


def passages_of(version: PracticeVersion, questions: Sequence[GuidingQuestion]) -> dict[str, Passage]:
    """Return what there is to translate in a version by code, in order. No query."""
    sections = sections_to_translate(version, questions)
    return {passage.code: passage for section in sections for passage in section.passages}


def _passages(slot: Slot, content: Mapping[str, Any]) -> Iterator[Passage]:
    kind, key = slot.field.kind, slot.field.content_key
    places: list[tuple[Path, ByLanguage]] = []
    if kind in (Kind.SHORT_TEXT, Kind.LONG_TEXT):
        places = [((key,), slot.labels)]
    elif kind is Kind.QUESTIONS:
        places = [((key, slot.code.removeprefix(f"{ANSWERS}.")), slot.labels)]
    elif slot.part == "source":
        places = [((key, slot.part), slot.labels)]
    elif kind is Kind.ROWS:
        places = list(_cells(slot, len(content.get(key) or ())))
    for path, labels in places:
        text = _at(content, path)
        if any(letter.isalpha() for letter in text):
            long = kind in (Kind.LONG_TEXT, Kind.QUESTIONS)
            yield Passage(_code(path), slot.name, path, labels, text, long)


def _cells(slot: Slot, rows: int) -> Iterator[tuple[Path, ByLanguage]]:
    columns = [column for column in slot.field.columns if column.kind == "text"]
    for index in range(rows):
        for column in columns:
            labels = {}
            for language in LANGUAGES:
                with force_locale(language):
                    labels[language] = _(
                        "%(field)s, row %(number)d: %(column)s",
                        field=LocalizedText(slot.labels).in_language(language),
                        number=index + 1,
                        column=LocalizedText(column.label).in_language(language),
                    )
            yield (slot.field.key, index, column.key), labels


def _code(path: Path) -> str:
    """Rows are counted from one."""
    return ".".join(str(step + 1 if isinstance(step, int) else step) for step in path)


def _at(content: Mapping[str, Any], path: Path) -> str:
    value: Any = content
    for step in path:
        value = (value or {}).get(step) if isinstance(step, str) else value[step]
    return value if isinstance(value, str) else ""


def with_texts(content: Mapping[str, Any], texts: Mapping[Path, str]) -> dict[str, Any]:
    """Return content in which other texts stand in the places of passages."""
    made: Any = deepcopy(dict(content))
    for path, text in texts.items():
        place = made
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = text
    found: dict[str, Any] = made
    return found

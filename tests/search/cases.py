"""Labelled queries that judge the search: what each must find in the demonstration library, and for whom.

The cases are in `query_cases/`, whose README says what the keys mean. Who writes the ranking reads `open_cases()` only;
`held_back_cases()` is run once, at the end. Everything is read from `data/demo/`; no database is needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.core.localized import LANGUAGES

FOLDER = Path(__file__).parent / "query_cases"
DEMO = Path(__file__).parents[2] / "data" / "demo"


class Ability(StrEnum):
    """What a case shows the search to be able to do."""

    WORDS = "words"
    STEM = "stem"
    ACCENTS = "accents"
    PHRASE = "phrase"
    EXCLUSION = "exclusion"
    PREFIX = "prefix"
    SPELLING = "spelling"
    MEANING = "meaning"
    TITLE = "title"


class Reader(StrEnum):
    """Who asks; neither has a delegation of her own."""

    ANONYMOUS = "anonymous"
    MEMBER_STATE = "member_state"


class Kind(StrEnum):
    """What a result may be."""

    PRACTICE = "practice"
    PRESENTATION = "presentation"
    PARAGRAPH = "paragraph"
    SUMMARY = "summary"
    SESSION = "session"
    DOCUMENT = "document"


class Answer(StrEnum):
    """The kind of answer that a bad input gets."""

    TOLD = "told"
    SEARCHED = "searched"


@dataclass(frozen=True)
class Thing:
    """What a result leads to, by the name that it has in the demonstration's files.

    A paragraph's name is the first words of its English text, as many as it takes to know it.
    """

    kind: Kind
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Case:
    """One query and what it must find. Places are counted from the best result, as the README says.

    `first`: any one of them must be the first. `within_three`, `within_five`: all of them among the first three, five.
    `never`: none of them anywhere. `offers`: what must be offered instead; the others then speak of what that finds.
    """

    id: str
    query: str
    language: str
    reader: Reader
    tests: frozenset[Ability]
    offers: str | None
    first: tuple[Thing, ...]
    within_three: tuple[Thing, ...]
    within_five: tuple[Thing, ...]
    never: tuple[Thing, ...]
    why: str

    @property
    def expected(self) -> frozenset[Thing]:
        """Everything that the query is to find."""
        return frozenset(self.first + self.within_three + self.within_five)

    def broken(self, results: list[Thing]) -> list[str]:
        """Say each promise that results break: things of `library()`, best first, each counted where it first is."""
        order = list(dict.fromkeys(results))
        said = []
        if self.first and not (order and order[0] in map(found, self.first)):
            said.append(f"first is {order[0] if order else 'nothing'}, not {' or '.join(map(str, self.first))}")
        for places, things in ((3, self.within_three), (5, self.within_five)):
            said += [f"{thing} is not within {places}" for thing in map(found, things) if thing not in order[:places]]
        return said + [f"{thing} must not be found" for thing in map(found, self.never) if thing in order]


@dataclass(frozen=True)
class BadInput:
    """Input that is no question. `first`, where there is one, is any one of what must come first all the same."""

    id: str
    text: str
    answer: Answer
    first: tuple[Thing, ...]
    why: str


@dataclass(frozen=True)
class Text:
    """All the words of a thing in each language it has, and whether each reader may read them."""

    words: dict[str, str]
    readers: frozenset[Reader]


def open_cases() -> list[Case]:
    """Return the cases that the ranking may be written by."""
    return [_case(row) for row in _rows("open")]


def held_back_cases() -> list[Case]:
    """Return the cases that are looked at once, at the end."""
    return [_case(row) for row in _rows("held_back")]


def added_cases() -> list[Case]:
    """Return the cases that were added beside the sixty, for what was found only later."""
    return [_case(row) for row in _rows("added")]


def bad_inputs() -> list[BadInput]:
    """Return the inputs that are no question, written out in full."""
    return [
        BadInput(
            id=row["id"],
            text=row["text"] * row.get("times", 1),
            answer=Answer(row["answer"]),
            first=_things(row, "first"),
            why=row["why"],
        )
        for row in _rows("bad_inputs")
    ]


@cache
def library() -> dict[Thing, Text]:
    """Return everything that a case may name, with its words; a paragraph under its whole English text."""
    return dict(_library())


def found(thing: Thing) -> Thing:
    """Return the thing of the library that is named; KeyError if there is none or a paragraph's words fit several."""
    if thing.kind is not Kind.PARAGRAPH:
        if thing not in library():
            raise KeyError(str(thing))
        return thing
    fitting = [each for each in library() if each.kind is Kind.PARAGRAPH and each.name.startswith(thing.name)]
    if len(fitting) != 1:
        raise KeyError(str(thing))
    return fitting[0]


def _rows(name: str) -> list[dict[str, Any]]:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def _case(row: dict[str, Any]) -> Case:
    unknown = row.keys() - Case.__dataclass_fields__.keys()
    if unknown:
        raise ValueError(f"{row['id']}: {', '.join(sorted(unknown))}")
    return Case(
        id=row["id"],
        query=row["query"],
        language=row["language"],
        reader=Reader(row.get("reader", Reader.ANONYMOUS)),
        tests=frozenset(Ability(name) for name in row["tests"]),
        offers=row.get("offers"),
        first=_things(row, "first"),
        within_three=_things(row, "within_three"),
        within_five=_things(row, "within_five"),
        never=_things(row, "never"),
        why=row.get("why", ""),
    )


def _things(row: dict[str, Any], key: str) -> tuple[Thing, ...]:
    return tuple(Thing(Kind(kind), name) for kind, name in (text.split(" ", 1) for text in row.get(key, [])))


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _library() -> Iterator[tuple[Thing, Text]]:
    everybody = frozenset(Reader)
    translations = _read(DEMO / "translations.yaml")
    for path in sorted((DEMO / "practices").glob("*.yaml")):
        script = _read(path)
        words = {script["language"]: _joined(script["content"])}
        if path.stem in translations:
            words[translations[path.stem]["language"]] = _joined(translations[path.stem]["texts"])
        yield Thing(Kind.PRACTICE, path.stem), Text(words, _readers(script))
    for path in sorted((DEMO / "presentations").glob("*.yaml")):
        script = _read(path)
        words = {script["language"]: _joined([script["slides"], script["answers"]])}
        yield Thing(Kind.PRESENTATION, script["mechanism"]), Text(words, everybody)
    summary = _read(DEMO / "summary.yaml")
    yield Thing(Kind.SUMMARY, "finished"), Text(summary["title"], everybody)
    for section in summary["sections"]:
        for paragraph in section["paragraphs"]:
            yield Thing(Kind.PARAGRAPH, paragraph["text"]["en"]), Text(paragraph["text"], everybody)
    for script in _read(DEMO / "sessions.yaml"):
        words = {code: _joined([script["title"][code], script["theme"][code]]) for code in LANGUAGES}
        yield Thing(Kind.SESSION, script["key"]), Text(words, everybody)
    for key, script in _read(DEMO / "documents.yaml").items():
        words = {code: _joined([script["title"][code], *_sections(script, code)]) for code in LANGUAGES}
        yield Thing(Kind.DOCUMENT, key), Text(words, everybody)


def _readers(script: dict[str, Any]) -> frozenset[Reader]:
    """Say who may read a practice: accepted for the session that is over, by its consent."""
    if (script["session"], script["status"]) != ("finished", "accepted"):
        return frozenset()
    consent = script["content"]["consent"]
    return {
        "public": frozenset(Reader),
        "member_states": frozenset({Reader.MEMBER_STATE}),
    }.get(consent, frozenset())


def _sections(script: dict[str, Any], code: str) -> list[str]:
    return [section[part][code] for section in script["sections"] for part in ("heading", "text")]


def _joined(value: Any) -> str:
    """Return every text within a value, one after the other."""
    if isinstance(value, dict):
        return "\n".join(_joined(each) for each in value.values())
    if isinstance(value, list):
        return "\n".join(_joined(each) for each in value)
    return value if isinstance(value, str) else ""

"""Labelled cases for two methods: grouping passages by topic, and choosing the sentences of a proposed skeleton.

`group_cases/README.md` and `skeleton_cases/README.md` say how they were made and who may look at which, when.
Nothing here judges: the loaders give plain records, in the order of the files. Their texts are left out of what
`repr` shows, so that a failing test prints no held-back text.
"""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from app.core.localized import LANGUAGES

GROUPS = Path(__file__).parent / "group_cases"
SKELETONS = Path(__file__).parent / "skeleton_cases"
DEMONSTRATION = Path(__file__).parents[2] / "data" / "demo"
PARTS = ("open", "held_back")
SKELETON_PARTS = (*PARTS, "held_back_2")


@dataclass(frozen=True)
class LabelledPassage:
    """One to three sentences of an answer; `topic` is a key of its set's `topics`, and is not for the method."""

    id: str
    language: str
    text: str = field(repr=False)
    topic: str = field(repr=False)


@dataclass(frozen=True)
class GroupCase:
    """The passages that answer one question. `single` are the topics that one passage alone has."""

    name: str
    question: str
    topics: dict[str, str] = field(repr=False)
    single: frozenset[str] = field(repr=False)
    passages: tuple[LabelledPassage, ...] = field(repr=False)

    def members(self, topic: str) -> list[LabelledPassage]:
        """Return the passages labelled with this topic, in the order of the file."""
        return [passage for passage in self.passages if passage.topic == topic]


@dataclass(frozen=True)
class Source:
    """One answer to a question: whose (a State's code, an organization's or mechanism's acronym), and its text."""

    id: str
    sender: str
    language: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class SkeletonCase:
    """A section: a guiding question, all answers to it, and what a rapporteur would write.

    `question` is by language. `references` are paragraphs by language; those of a language conclude what the
    sources in that language say, and are compared with sentences of those sources alone.
    """

    name: str
    session: str
    number: int
    question: dict[str, str]
    sources: tuple[Source, ...] = field(repr=False)
    references: dict[str, tuple[str, ...]] = field(repr=False)

    def sources_in(self, language: str) -> list[Source]:
        """Return the answers written in this language, in the order of the session."""
        return [source for source in self.sources if source.language == language]


def load(path: Path):
    """Return what a YAML file holds."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


def group_cases(part: str) -> list[GroupCase]:
    """Return the sets of `part` ("open" or "held_back"), by name."""
    return [_group_case(path) for path in sorted((GROUPS / part).glob("*.yaml"))]


def _group_case(path: Path) -> GroupCase:
    case = load(path)
    passages = tuple(LabelledPassage(**passage) for passage in case["passages"])
    return GroupCase(path.stem, case["question"], case["topics"], frozenset(case["single"]), passages)


def skeleton_cases(part: str) -> list[SkeletonCase]:
    """Return the sections of `part` ("open", "held_back" or "held_back_2") with their sources, by name."""
    return [_skeleton_case(path) for path in sorted((SKELETONS / part).glob("*.yaml"))]


def _skeleton_case(path: Path) -> SkeletonCase:
    case = load(path)
    session, number = case["session"], case["number"]
    question, sources = _demonstration(number) if session == "demonstration" else _written(number)
    references = {language: tuple(paragraphs) for language, paragraphs in case["references"].items()}
    return SkeletonCase(path.stem, session, number, question, sources, references)


def _written(number: int) -> tuple[dict[str, str], tuple[Source, ...]]:
    """Return a question of the session written for these cases, and the answers to it."""
    section = load(SKELETONS / "texts" / f"{number}.yaml")
    return section["question"], tuple(Source(**answer) for answer in section["answers"])


@cache
def _demonstration_files() -> tuple[tuple[str, str, str, dict[str, str]], ...]:
    """Return (file, sender, language, answers) of the finished session: its practices, then its presentations."""
    found = []
    for path in sorted(DEMONSTRATION.glob("practices/*.yaml")):
        practice = load(path)
        if practice["session"] == "finished":
            found.append((path.stem, practice["state"], practice["language"], practice["content"]["answers"]))
    for path in sorted(DEMONSTRATION.glob("presentations/*.yaml")):
        presentation = load(path)
        found.append((path.stem, presentation["mechanism"], presentation["language"], presentation["answers"]))
    return tuple(found)


def _demonstration(number: int) -> tuple[dict[str, str], tuple[Source, ...]]:
    """Return a question of the finished demonstration session, and the answers to it."""
    (session,) = (one for one in load(DEMONSTRATION / "sessions.yaml") if one["key"] == "finished")
    (question,) = (one["text"] for one in session["questions"] if one["number"] == number)
    sources = tuple(
        Source(name, sender, language, answers[str(number)])
        for name, sender, language, answers in _demonstration_files()
        if answers.get(str(number))
    )
    return {language: question[language] for language in LANGUAGES}, sources

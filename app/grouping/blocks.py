"""What is grouped: the passages of all sources, each under the guiding question that it answers or under a theme."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.grouping.courtesies import is_courtesy
from app.grouping.enums import GroupKind
from app.practices.suggesting import suggest
from app.practices.template import ANSWERS
from app.summaries.passages import passages
from app.summaries.sources import SourceText

FEWEST_WORDS = 4  # of a passage that says something by itself


class Written(NamedTuple):
    """Words in one of the four languages."""

    text: str
    language: str


class Block(NamedTuple):
    """A guiding question by its number, or a theme by its code."""

    question: int | None
    theme: str | None

    @property
    def key(self) -> str:
        """What it is called in addresses: "question-1", "theme-T3"."""
        return f"question-{self.question}" if self.question is not None else f"theme-{self.theme}"


Identity = tuple[
    str, str, str
]  # the key of a source, the field, the words: what a passage is known by in later versions


@dataclass(frozen=True)
class Piece:
    """A passage of a source's latest version: code points start..end of a field."""

    source: SourceText
    field: str
    start: int
    end: int
    text: str

    @property
    def identity(self) -> Identity:
        return self.source.key, self.field, self.text

    @property
    def key(self) -> str:
        """What passages are ordered by, whatever order they come in."""
        return f"{self.source.key} {self.field} {self.start:06}"

    @property
    def written(self) -> Written:
        return Written(self.text, self.source.language)


@dataclass(frozen=True)
class Member:
    """A passage as it stands in a group."""

    row_id: int
    identity: Identity
    by_hand: bool


@dataclass(frozen=True)
class Standing:
    """A group as it stands. `kept`: grouping anew leaves it, for it has a name or a passage by somebody's hand."""

    group_id: int
    kind: GroupKind
    named_by_hand: bool
    members: tuple[Member, ...]

    @property
    def kept(self) -> bool:
        return self.kind is GroupKind.APART or self.named_by_hand or any(member.by_hand for member in self.members)


def pieces(sources: Iterable[SourceText], themes: Mapping[str, Sequence[str]]) -> dict[Block, list[Piece]]:
    """Return the passages of sources by what they are on; courtesies and scraps are left out.

    `themes`: key of a source -> the themes that it has itself, the main one first. A text without any is put under the
    theme that its words suggest, if they suggest one.
    """
    found: dict[Block, list[Piece]] = {}
    for source in sources:
        theme = next(iter(themes.get(source.key, ())), None)
        for name, text in source.fields.items():
            block = _block(name, theme) or _suggested(text, source.language)
            if block is not None:
                found.setdefault(block, []).extend(_pieces(source, name, text))
    return {block: found[block] for block in sorted(found, key=_order) if found[block]}


def _order(block: Block) -> tuple[bool, int, str]:
    return block.question is None, block.question or 0, block.theme or ""


def _block(name: str, theme: str | None) -> Block | None:
    kind, _dot, number = name.partition(".")
    if kind == ANSWERS and number.isdecimal():
        return Block(int(number), None)
    return Block(None, theme) if theme else None


def _suggested(text: str, language: str) -> Block | None:
    themes = suggest("themes", [(text, 1.0)], language)
    return Block(None, themes[0].code) if themes else None


def _pieces(source: SourceText, name: str, text: str) -> Iterator[Piece]:
    seen = set()
    for passage in passages(text):
        scrap = len(passage.text.split()) < FEWEST_WORDS
        if passage.text not in seen and not scrap and not is_courtesy(passage.text):
            seen.add(passage.text)
            yield Piece(source, name, passage.start, passage.end, passage.text)

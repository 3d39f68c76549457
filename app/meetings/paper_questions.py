"""The guiding questions of a concept paper: found by how lists of questions are announced and marked."""

import re
from dataclasses import dataclass, field

from app.core.texts import fold
from app.meetings.paper_process import MARKER
from app.meetings.paper_reading import Block
from app.meetings.paper_words import ENDED, GOES_ON, NUMBER_OF_QUESTION, QUESTION_WORDS

# (1) What was done? b) What is needed?
WITHIN = re.compile(r"(?<!\w)\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})\)\s+([^?]{1,600}\?)")
REACH = 2  # paragraphs within which a list follows what announces it


def questions_in(blocks: list[Block]) -> list[str]:
    """Return the questions of the lists that follow a mention of questions and are marked alike, one for each panel.

    Where none was announced, those of the longest list of questions; where there is no list, those that a paragraph
    numbers. A list that was announced may hold tasks too ("Describe ..."), where they are marked as its questions are.
    """
    lists = [_List()]
    below_number = False
    for block in blocks:
        if NUMBER_OF_QUESTION.fullmatch(fold(block.text)):
            below_number = True
            continue
        line = _Line.of(block, numbered_above=below_number)
        below_number = False
        current = lists[-1]
        if current.goes_on_with(line):
            continue
        current.unfinished = ""
        if not current.texts:
            current.since += 1
        if current.takes(line):
            current.add(line)
        elif line.announces:
            lists.append(_List(since=0, heading=line.shape))
        elif current.begins(line):
            current.unfinished = line.body
        elif current.texts and not line.is_item:
            lists.append(_List())
    longest = max(lists, key=lambda one: (one.announced and bool(one.texts), len(one.texts)))
    if not longest.texts:
        return _numbered_within(blocks)
    if not longest.announced or not longest.shape:
        return longest.texts
    alike = [one for one in lists if one.announced and one.shape == longest.shape]
    return [text for one in alike if one is longest or "?" in "".join(one.texts) for text in one.texts]


def _numbered_within(blocks: list[Block]) -> list[str]:
    """The questions of the first paragraph that speaks of questions and numbers two or more."""
    for block in blocks:
        within: list[str] = WITHIN.findall(block.text) if QUESTION_WORDS.search(fold(block.text)) else []
        if len(within) > 1:
            return within
    return []


@dataclass(frozen=True)
class _Line:
    """A paragraph: `body` is its text without its mark, `shape` how it is marked ("number", "bullet" ...)."""

    text: str
    body: str
    shape: str
    is_item: bool
    is_heading: bool

    @classmethod
    def of(cls, block: Block, *, numbered_above: bool) -> "_Line":
        mark = MARKER.match(block.text)
        shape = "word" if numbered_above else (mark and mark.lastgroup) or block.kind
        is_item = numbered_above or bool(mark) or block.kind == "item"
        return cls(
            block.text, block.text[mark.end() :] if mark else block.text, shape, is_item, block.kind == "heading"
        )

    @property
    def announces(self) -> bool:
        """Whether it says that questions follow."""
        short = self.is_heading or len(self.text) < 90 or self.text.endswith(":")
        return short and bool(QUESTION_WORDS.search(fold(self.text)))


@dataclass
class _List:
    """A list of questions while it is read.

    `since` counts the paragraphs since it was announced; `heading` is the shape of the line that did, `shape` that of
    its items; `unfinished` is an item of which parts follow.
    """

    since: int = REACH + 1
    heading: str = ""
    shape: str = ""
    unfinished: str = ""
    texts: list[str] = field(default_factory=list)

    @property
    def announced(self) -> bool:
        return self.since <= REACH

    def add(self, line: _Line) -> None:
        self.shape = self.shape or line.shape
        self.texts.append(line.body)

    def takes(self, line: _Line) -> bool:
        """Whether a paragraph is a whole item: a question, or in an announced list a task.

        A task is a sentence, or a bullet (which is no heading), and marked as the list is, not as its heading.
        """
        if "?" in line.body:
            return line.is_item or self.announced or bool(self.texts)
        sentence = bool(ENDED.search(line.body)) and len(line.body.split()) > 2
        whole = sentence or (line.shape == "bullet" and not GOES_ON.search(line.body))
        own = self.shape in ("", line.shape) and line.shape != self.heading
        return line.is_item and self.announced and whole and own

    def begins(self, line: _Line) -> bool:
        """Whether a paragraph is an item that ends in the middle."""
        begun = line.is_item and (self.announced or bool(self.texts)) and bool(re.search(r"[:;,]$|\w$", line.body))
        if begun:
            self.shape = self.shape or line.shape
        return begun

    def goes_on_with(self, line: _Line) -> bool:
        """Whether a paragraph is a part of the unfinished item; if so, it is added to it."""
        other = line.is_item and line.shape != self.shape
        part = other or bool(GOES_ON.search(self.unfinished)) or line.text[0].islower()
        if not self.unfinished or not part or not (line.is_item or not line.shape):
            return False
        self.unfinished = f"{self.unfinished} {line.text}"
        if "?" in line.text or (self.announced and line.text.endswith(".")):
            self.texts.append(self.unfinished)
            self.unfinished = ""
        return True

"""What a Word file says: its paragraphs and tables, and what stands beside them (word_reading.py reads it)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Piece:
    """A stretch of text and the tags of the controls around it, the innermost first."""

    text: str
    tags: tuple[str, ...] = ()


@dataclass
class Paragraph:
    """A paragraph. `mark` stands before the text of a list's item ("- ", "2. "), else it is empty."""

    pieces: list[Piece]
    bookmarks: list[str] = field(default_factory=list)
    mark: str = ""

    @property
    def text(self) -> str:
        """All of its text, with its mark; lines end in line feeds."""
        text = "".join(piece.text for piece in self.pieces)
        return self.mark + text if text.strip() else text


@dataclass
class Table:
    """Rows of cells; a cell is a list of blocks."""

    rows: list[list[list["Block"]]]


Block = Paragraph | Table


@dataclass
class WordText:
    """What a file says. `aside` is what stands beside the text: comments, notes, headers, boxes.

    `changes`: tracked changes not yet accepted; `pictures` and `foreign` (parts put in from other files): how many
    there are, none of which can be read; `equations`: how many there are, read in one line.
    """

    blocks: list[Block]
    aside: list[str]
    identifier: str = ""
    changes: int = 0
    pictures: int = 0
    foreign: int = 0
    equations: int = 0


def paragraphs(blocks: list[Block]) -> Iterator[Paragraph]:
    """Yield all paragraphs, those in tables too."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs(cell)


def plain(blocks: list[Block]) -> str:
    """Return blocks as plain text: blank lines part paragraphs, line feeds the items of a list and rows of a table."""
    parts: list[str] = []
    listed = False
    for block in blocks:
        if isinstance(block, Table):
            lines = [" | ".join(_line(cell) for cell in row) for row in block.rows]
            text, item = "\n".join(line for line in lines if line.strip(" |")), False
        else:
            text, item = block.text, bool(block.mark)
        if not text.strip():
            continue
        if item and listed:
            parts[-1] += f"\n{text}"
        else:
            parts.append(text)
        listed = item
    return "\n\n".join(parts)


def _line(blocks: list[Block]) -> str:
    return re.sub(r"\s+", " ", plain(blocks)).strip()

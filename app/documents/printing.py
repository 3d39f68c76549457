"""A document that Plenaria writes, as PDF and DOCX print it: its masthead, a title, and blocks one after another."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.languages import current_language
from app.documents.typesetting import compiled_pdf
from app.documents.word import (
    SOURCE_STYLE,
    TAGS,
    add_notes,
    add_running_lines,
    add_table,
    finished,
    fitting,
    new_document,
    new_numbering,
    number_line,
    set_language,
    turn,
)
from app.documents.word_xml import append_xml, contents_xml, marks_of

# What is said of texts that were written for the demonstration.
ILLUSTRATIVE = _l("Illustrative: written from public sources for this demonstration. It is not an official submission.")
TEMPLATE = Path(__file__).resolve().with_name("typst") / "printed.typ"


class BlockKind(StrEnum):
    """`entry`: a line with what stands before it (a number, a time) and what is said of it, small, below. `label`: what
    the paragraphs after it answer. `table`: what a heading before it names."""

    HEADING = "heading"
    SUBHEADING = "subheading"
    LABEL = "label"
    PARAGRAPH = "paragraph"
    ENTRY = "entry"
    TABLE = "table"


_HEADINGS = (BlockKind.HEADING, BlockKind.SUBHEADING, BlockKind.LABEL)
LISTED = _HEADINGS[:2]  # in the contents of a document that has them
UPRIGHT = 5  # columns of a table that an upright page has room for


@dataclass(frozen=True)
class Block:
    """A piece of a document. `mark` stands before the text, `below` are small lines after it. `rows`: of a table, which
    has no text; the first is its head, and the last `numbers` columns hold figures. `pieces`: of a paragraph compared
    with another, in place of its text: runs of words, each ("same", "removed" or "added", the words). `language`: of
    the text, where it is another than the document's."""

    kind: BlockKind
    text: str
    mark: str = ""
    below: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    numbers: int = 0
    pieces: Sequence[Sequence[str]] = ()
    language: str = ""


@dataclass(frozen=True)
class Masthead:
    """What stands over a document: `left` names the body, `right` the document (series, symbol, day, original,
    distribution), each a line; `session` is below, across."""

    left: Sequence[str]
    right: Sequence[str]
    session: str


@dataclass(frozen=True)
class Printed:
    """Everything that a document prints, in the order it prints it. `created` is told by no clock; `symbol` (empty
    where there is none yet) stands on every page. `contents`: what the list of its headings is called, if it has one;
    `depth`: how many levels of them are in it.
    """

    language: str
    title: str
    author: str
    masthead: Masthead
    created: datetime
    blocks: Sequence[Block] = ()
    note: Sequence[str] = field(default=())
    symbol: str = ""
    contents: str = ""
    depth: int = 2

    @property
    def full_title(self) -> str:
        """What the file is called inside: its title and its session."""
        return f"{self.title} - {self.masthead.session}"


def other(language: str) -> str:
    """The language of a text, where it is another than the document's, which is the one in force."""
    return "" if language == current_language() else language


def paragraphs(text: str, language: str = "") -> Iterator[Block]:
    """Yield a plain text as paragraphs, each line one; `language`: of the text, "" for the document's."""
    for part in text.split("\n"):
        if part.strip():
            yield Block(BlockKind.PARAGRAPH, part.strip(), language=other(language))


def as_plain(printed: Printed) -> dict[str, Any]:
    """Return a document as JSON takes it, to be printed another time as it is now."""
    return {**asdict(printed), "created": printed.created.isoformat()}


def of_plain(plain: dict[str, Any]) -> Printed:
    """Return the document that `as_plain` took down."""
    return Printed(
        **{
            **plain,
            "masthead": Masthead(**plain["masthead"]),
            "blocks": [Block(**{**block, "kind": BlockKind(block["kind"])}) for block in plain["blocks"]],
            "created": datetime.fromisoformat(plain["created"]),
        }
    )


def printed_pdf(printed: Printed) -> bytes:
    """Return a document as a tagged PDF. Raises RenderingError."""
    data: dict[str, Any] = {name: value for name, value in asdict(printed).items() if name != "created"}
    data["full_title"] = printed.full_title
    return compiled_pdf(TEMPLATE, {"printed": data}, created=printed.created)


def printed_docx(printed: Printed) -> bytes:
    """Return a document as a DOCX with real styles; the same document gives the same bytes."""
    document = new_document(
        language=printed.language, title=printed.full_title, author=printed.author, created=printed.created
    )
    if any(block.rows and len(block.rows[0]) > UPRIGHT for block in printed.blocks):
        turn(document)
    add_running_lines(document, printed.symbol)
    for line in (*printed.masthead.left, *printed.masthead.right):
        document.add_paragraph(fitting(line), style=SOURCE_STYLE)
    document.add_paragraph(fitting(printed.masthead.session), style="Subtitle")
    document.add_paragraph(fitting(printed.title), style="Title")
    add_notes(document, printed.note)
    if printed.contents:
        _add_contents(document, printed)
    numbers = new_numbering(document) if _counts(printed.blocks) else None
    for place, block in enumerate(printed.blocks, start=1):
        _add_block(document, block, numbers, place if printed.contents and block.kind in LISTED[: printed.depth] else 0)
    return finished(document, printed.created)


PRINTERS = {"pdf": printed_pdf, "docx": printed_docx}


def _add_contents(document: Any, printed: Printed) -> None:
    listed = [
        (place, block.text, _HEADINGS.index(block.kind), block.language)
        for place, block in enumerate(printed.blocks, start=1)
        if block.kind in LISTED[: printed.depth]
    ]
    document.add_heading(fitting(printed.contents), level=1)
    append_xml(document, contents_xml(listed, style=document.styles[SOURCE_STYLE].style_id))


def _counts(blocks: Sequence[Block]) -> bool:
    """Whether the marks of entries are what a list with one level below counts by itself: 1., 2., 2.1., 3."""
    top = below = 0
    for block in blocks:
        if not block.mark:
            continue
        if block.mark == f"{top + 1}.":
            top, below = top + 1, 0
        elif top and block.mark == f"{top}.{below + 1}.":
            below += 1
        else:
            return False
    return top > 0


def _add_block(document: Any, block: Block, numbers: int | None, place: int = 0) -> None:
    """Add a block; `place` is the number of its bookmark, to which the contents lead (0: none)."""
    if block.kind is BlockKind.TABLE:
        add_table(document, block.rows, numbers=block.numbers)
    elif block.kind in _HEADINGS:
        heading = document.add_heading(level=_HEADINGS.index(block.kind) + 1)
        run = heading.add_run(fitting(block.text))
        if block.language:
            set_language(run._element.get_or_add_rPr(), TAGS[block.language])
        if place:
            heading._p.extend(marks_of(place))
    else:
        line = document.add_paragraph()
        if block.mark and numbers is not None:
            number_line(line, numbers, level=block.mark.count(".") - 1)
        elif block.mark:
            line.add_run(fitting(f"{block.mark} ")).bold = True
        for kind, words in block.pieces or (("same", block.text),):
            run = line.add_run(fitting(words))
            run.font.strike, run.underline = kind == "removed" or None, kind == "added" or None
            if block.language:
                set_language(run._element.get_or_add_rPr(), TAGS[block.language])
    for below in block.below:
        document.add_paragraph(fitting(below), style=SOURCE_STYLE)

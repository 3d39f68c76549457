"""A Word file read as its words: paragraphs, tables and the controls around them, as its author sees them.

Nothing is followed, run or looked up: a file that is too large, has a document type (and with it entities) or macros is
refused before its words are read. Tracked changes are read as if accepted.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from lxml import etree

from app.core.errors import Refusal, TooLarge
from app.documents.sniffing import sniff

MOST_XML = 8 * 1024 * 1024  # of one part, unpacked
MOST_CHARACTERS = 250_000
MOST_CONTROLS = 10_000
MOST_PARAGRAPHS = 3_000

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
IDENTIFIER = "{http://purl.org/dc/elements/1.1/}identifier"
BODY = "word/document.xml"
NOTES = re.compile(r"word/(?:comments|footnotes|endnotes|header\d*|footer\d*)\.xml")
CHECKED, UNCHECKED = "☒", "☐"
BOXES = {CHECKED: CHECKED, "☑": CHECKED, UNCHECKED: UNCHECKED}
# What Wingdings and its kin draw for boxes, by the last two digits of the code.
_SYMBOLS = {"FE": CHECKED, "FD": CHECKED, "52": CHECKED, "54": CHECKED, "A8": UNCHECKED, "6F": UNCHECKED}

# What LibreOffice writes where a tracked change begins with a control: the change ends inside it, which no XML allows.
_MISPLACED = re.compile(rb"<w:(del|ins)\b[^>]*>(<w:sdt>(?:(?!<w:p[ >]).)*?<w:sdtContent>)</w:\1>", re.DOTALL)

# Elements that only wrap what they hold; a pending insertion is one of them.
_WRAPPERS = frozenset(
    W + name
    for name in ("ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "dir", "bdo", "sdtContent")
)
_GONE = frozenset((W + "del", W + "moveFrom"))
BLOCKS, ROWS, CELLS, RUNS = (f"{W}p", f"{W}tbl"), (f"{W}tr",), (f"{W}tc",), (f"{W}r",)
_DRAWN = frozenset((W + "drawing", W + "pict", W + "object"))


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
    there are, none of which can be read.
    """

    blocks: list[Block]
    aside: list[str]
    identifier: str = ""
    changes: int = 0
    pictures: int = 0
    foreign: int = 0


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


def read_word(data: bytes) -> WordText:
    """Return what a DOCX says. Raises Refusal (TooLarge) for what cannot be read or must not be."""
    kind = sniff(io.BytesIO(data))
    if kind is None or kind.extension != "docx":
        raise Refusal(_l("This is not a Word file (DOCX). Save it as DOCX and send it again."), field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _read(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, etree.XMLSyntaxError, RecursionError) as error:
        raise Refusal(_l("This file is damaged or cut short. Save it again and resend it."), field="file") from error


def _read(archive: zipfile.ZipFile) -> WordText:
    names = archive.namelist()
    types = _part(archive, "[Content_Types].xml")
    if any("macroEnabled" in kind or "vbaProject" in kind for kind in types.xpath("//@ContentType")):
        raise Refusal(_l("This file holds macros. Save it without macros and send it again."), field="file")
    root = _part(archive, BODY)
    body = root.find(f"{W}body")
    if body is None:
        raise Refusal(_l("This file is damaged or cut short. Save it again and resend it."), field="file")
    controls = sum(1 for _ in body.iter(f"{W}sdt"))
    if controls > MOST_CONTROLS:
        raise TooLarge(
            _l(
                "This file has %(count)d form fields; more than %(limit)d are not read.",
                count=controls,
                limit=MOST_CONTROLS,
            ),
            field="file",
        )
    numbering = _part(archive, "word/numbering.xml") if "word/numbering.xml" in names else None
    reader = _Reader(_formats(numbering))
    blocks = reader.blocks(body, ())
    aside = list(reader.aside)
    for name in sorted(name for name in names if NOTES.fullmatch(name)):
        for note in _notes(_part(archive, name)):
            if text := plain(_Reader(reader.formats).blocks(note, ())):
                aside.append(text.strip())
    found = WordText(blocks, aside, changes=reader.changes, pictures=reader.pictures, foreign=reader.foreign)
    if "docProps/core.xml" in names:
        found.identifier = (_part(archive, "docProps/core.xml").findtext(IDENTIFIER) or "").strip()
    lengths = [len(one.text) for one in paragraphs(found.blocks)] + [len(text) for text in found.aside]
    if len(lengths) > MOST_PARAGRAPHS:
        raise TooLarge(_l("The text of this file is larger than any form. Take out what is not of it."), field="file")
    count = sum(lengths)
    if count > MOST_CHARACTERS:
        raise TooLarge(
            _l(
                "This file has %(count)d characters of text; more than %(limit)d are not read.",
                count=count,
                limit=MOST_CHARACTERS,
            ),
            field="file",
        )
    return found


def _part(archive: zipfile.ZipFile, name: str) -> Any:
    if archive.getinfo(name).file_size > MOST_XML:
        raise TooLarge(_l("The text of this file is larger than any form. Take out what is not of it."), field="file")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    data = archive.read(name)
    try:
        tree = etree.fromstring(data, parser).getroottree()
    except etree.XMLSyntaxError:
        tree = etree.fromstring(_MISPLACED.sub(rb"\2", data), parser).getroottree()
    if tree.docinfo.doctype:
        raise Refusal(_l("This file points to other files, so it was not read. Save it anew as DOCX."), field="file")
    return tree.getroot()


def _notes(root: Any) -> list[Any]:
    """A header is one text; comments and footnotes are one each, without the lines that part them from the page."""
    if root.tag in (f"{W}hdr", f"{W}ftr"):
        return [root]
    return [note for note in root if note.get(f"{W}type") in (None, "normal")]


def _formats(numbering: Any) -> dict[tuple[str, str], str]:
    """Return (number of the list, level) -> the format of its marks ("bullet", "decimal")."""
    if numbering is None:
        return {}
    value = f"{W}val"
    levels = {
        abstract.get(f"{W}abstractNumId"): {
            level.get(f"{W}ilvl"): form.get(value)
            for level in abstract.findall(f"{W}lvl")
            if (form := level.find(f"{W}numFmt")) is not None
        }
        for abstract in numbering.findall(f"{W}abstractNum")
    }
    found = {}
    for number in numbering.findall(f"{W}num"):
        abstract = number.find(f"{W}abstractNumId")
        for level, form in levels.get(abstract.get(value) if abstract is not None else "", {}).items():
            found[number.get(f"{W}numId"), level] = form
    return found


class _Reader:
    """Walks the elements of one part and keeps count of what it met."""

    def __init__(self, formats: dict[tuple[str, str], str]) -> None:
        self.formats = formats
        self.counted: dict[tuple[str, str], int] = {}
        self.aside: list[str] = []
        self.changes = self.pictures = self.foreign = 0
        self._bookmarks: list[str] = []
        self._joins = False  # whether the paragraph before goes on in the next

    def blocks(self, parent: Any, tags: tuple[str, ...]) -> list[Block]:
        """The paragraphs and tables of an element that holds such."""
        found: list[Block] = []
        for kind, element, inner in self._children(parent, tags, BLOCKS):
            if kind == f"{W}tbl":
                found.append(self._table(element, inner))
                continue
            one, ends = self._paragraph(element, inner)
            if found and isinstance(last := found[-1], Paragraph) and self._joins:
                last.pieces += one.pieces
                last.bookmarks += one.bookmarks
            else:
                found.append(one)
            self._joins = not ends
        self._joins = False
        return found

    def _children(
        self, parent: Any, tags: tuple[str, ...], wanted: tuple[str, ...]
    ) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        """Yield the wanted elements below one, through all that only wraps them, with the tags around them.

        A control that shows no text of its author's stands as one element that is not there (None).
        """
        for child in parent:
            name = child.tag
            if name in wanted:
                yield name, child, tags
            elif name == f"{W}sdt":
                yield from self._control(child, tags, wanted)
            elif name in _WRAPPERS:
                self.changes += name in (f"{W}ins", f"{W}moveTo")
                yield from self._children(child, tags, wanted)
            elif name in _GONE:
                self.changes += 1
            elif name == f"{MC}AlternateContent":
                choice = child.find(f"{MC}Choice")
                yield from self._children(child.find(f"{MC}Fallback") if choice is None else choice, tags, wanted)
            elif name == f"{W}altChunk":
                self.foreign += 1
            elif name == f"{W}bookmarkStart":
                self._bookmarks.append(child.get(f"{W}name", ""))

    def _control(
        self, control: Any, tags: tuple[str, ...], wanted: tuple[str, ...]
    ) -> Iterator[tuple[str, Any, tuple[str, ...]]]:
        properties, content = control.find(f"{W}sdtPr"), control.find(f"{W}sdtContent")
        if content is None:
            return
        if properties is not None:
            tag = properties.find(f"{W}tag")
            if tag is not None and tag.get(f"{W}val"):
                tags = (tag.get(f"{W}val"), *tags)
            if (box := properties.find(f"{W14}checkbox")) is not None and wanted == RUNS:
                yield self._box(content, box), None, tags
                return
            if properties.find(f"{W}showingPlcHdr") is not None and wanted in (RUNS, BLOCKS):
                yield "", None, tags
                return
        empty = True
        for found in self._children(content, tags, wanted):
            empty = False
            yield found
        if empty and wanted == RUNS:
            yield "", None, tags

    def _box(self, content: Any, box: Any) -> str:
        """A box to tick. What is seen counts; where it shows signs of its own, its state."""
        seen = "".join(self._run(run) for _run, run, _tags in self._children(content, (), RUNS) if run is not None)
        if seen.strip() in BOXES:
            return BOXES[seen.strip()]
        state = box.find(f"{W14}checked")
        return CHECKED if state is not None and state.get(f"{W14}val") in ("1", "true", "on") else UNCHECKED

    def _paragraph(self, element: Any, tags: tuple[str, ...]) -> tuple[Paragraph, bool]:
        """A paragraph, and whether it ends: one whose mark was deleted goes on in the next."""
        bookmarks, self._bookmarks = self._bookmarks, []
        if element is None:
            return Paragraph([Piece("", tags)], bookmarks), True
        properties = element.find(f"{W}pPr")
        ends = properties is None or properties.find(f"{W}rPr/{W}del") is None
        self.changes += not ends
        pieces = [Piece("", tags)] if tags else []
        for kind, run, inner in self._children(element, tags, RUNS):
            text = self._run(run) if run is not None else kind
            if pieces and pieces[-1].tags == inner:
                pieces[-1] = Piece(pieces[-1].text + text, inner)
            else:
                pieces.append(Piece(text, inner))
        bookmarks, self._bookmarks = bookmarks + self._bookmarks, []
        return Paragraph(pieces, bookmarks, self._mark(properties)), ends

    def _mark(self, properties: Any) -> str:
        if properties is None:
            return ""
        style, number = properties.find(f"{W}pStyle"), properties.find(f"{W}numPr/{W}numId")
        name = style.get(f"{W}val", "").casefold() if style is not None else ""
        if number is not None and number.get(f"{W}val") != "0":
            level = properties.find(f"{W}numPr/{W}ilvl")
            key = number.get(f"{W}val", ""), level.get(f"{W}val", "0") if level is not None else "0"
            form = self.formats.get(key, "none")
        else:
            form = "bullet" if name.startswith("listbullet") else "decimal" if name.startswith("listnumber") else "none"
            key = name, ""
        if form == "none":
            return ""
        if form == "bullet":
            return "- "
        self.counted[key] = self.counted.get(key, 0) + 1
        return f"{self.counted[key]}. "

    def _run(self, run: Any) -> str:
        text = ""
        for node in run:
            name = node.tag
            if name == f"{W}t":
                text += node.text or ""
            elif name in (f"{W}br", f"{W}cr"):
                text += "\n"
            elif name in (f"{W}tab", f"{W}ptab"):
                text += " "
            elif name == f"{W}noBreakHyphen":
                text += "\u2011"
            elif name == f"{W}sym":
                text += _SYMBOLS.get(node.get(f"{W}char", "")[-2:].upper(), "")
            elif name in _DRAWN or name == f"{MC}AlternateContent":
                self._drawn(node)
        return text

    def _drawn(self, node: Any) -> None:
        """Keep the words of a text box; count a picture. What is offered twice, for newer and older readers, is one."""
        if node.tag == f"{MC}AlternateContent":
            choice = node.find(f"{MC}Choice")
            node = node.find(f"{MC}Fallback") if choice is None else choice
        boxes = list(node.iter(f"{W}txbxContent")) if node is not None else []
        if not boxes:
            self.pictures += 1
        for box in boxes:
            inner = _Reader(self.formats)
            if text := plain(inner.blocks(box, ())):
                self.aside.append(text.strip())
            self.changes += inner.changes

    def _table(self, table: Any, tags: tuple[str, ...]) -> Table:
        rows = []
        for _row, row, around in self._children(table, tags, ROWS):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.changes += 1
                continue
            rows.append([self.blocks(cell, inner) for _cell, cell, inner in self._children(row, around, CELLS)])
        return Table(rows)

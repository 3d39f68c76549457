"""A Word file read as its words: paragraphs, tables and the controls around them, as its author sees them.

An equation is read in one line ("(a+b)/2"); what stands above a word, and the address that a link hides behind other
words, in brackets after them.

Nothing is followed, run or looked up: a file that is too large, has a document type (and with it entities) or macros is
refused before its words are read. Tracked changes are read as if accepted.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from lxml import etree

from app.core.errors import Refusal, TooLarge
from app.documents.sniffing import sniff
from app.documents.word_text import Block, Paragraph, Piece, Table, WordText, paragraphs, plain

MOST_XML = 8 * 1024 * 1024  # of one part, unpacked
MOST_CHARACTERS = 250_000
MOST_CONTROLS = 10_000
MOST_PARAGRAPHS = 3_000

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
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
_SCHEME = re.compile("^[a-z]+://")
_EQUATIONS = frozenset((M + "oMath", M + "oMathPara"))
_IN_ONE_LINE = {M + "num": "", M + "den": "/", M + "sup": "^", M + "sub": "_", M + "rad": "√"}
_AROUND = (("begChr", "("), ("sepChr", "|"), ("endChr", ")"))
_DRAWN = frozenset((W + "drawing", W + "pict", W + "object"))


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
    reader = _Reader(_formats(numbering), _links(archive, BODY))
    blocks = reader.blocks(body, ())
    aside = list(reader.aside)
    for name in sorted(name for name in names if NOTES.fullmatch(name)):
        links = _links(archive, name)
        for note in _notes(_part(archive, name)):
            inner = _Reader(reader.formats, links)
            if text := plain(inner.blocks(note, ())):
                aside.append(text.strip())
            reader.equations += inner.equations
    found = WordText(
        blocks,
        aside,
        changes=reader.changes,
        pictures=reader.pictures,
        foreign=reader.foreign,
        equations=reader.equations,
    )
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


def _links(archive: zipfile.ZipFile, name: str) -> dict[str, str]:
    """Return the addresses to which a part points, by the keys that its links have."""
    folder, _slash, part = name.rpartition("/")
    name = f"{folder}/_rels/{part}.rels"
    found = _part(archive, name) if name in archive.namelist() else ()
    return {one.get("Id"): one.get("Target", "") for one in found if one.get("TargetMode") == "External"}


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


def _offered(node: Any) -> Any:
    """What a file offers to newer readers, else to older ones, else nothing."""
    found = (node.find(f"{MC}{name}") for name in ("Choice", "Fallback"))
    return next((one for one in found if one is not None), etree.Element("nothing"))


def _sign(node: Any, path: str, usual: str) -> str:
    """The sign that a part of an equation is written with; Word leaves out the usual one."""
    found = node.find(path)
    return usual if found is None else str(found.get(f"{M}val", ""))


def _in_one_line(node: Any) -> str:
    """An equation as one writes it in one line; what is of more than one sign stands in brackets where that matters."""
    if node.tag in (f"{M}t", f"{W}t"):
        return node.text or ""
    if node.tag == f"{M}chr":
        return str(node.get(f"{M}val", ""))
    if node.tag == f"{M}d":
        begins, between, ends = (_sign(node, f"{M}dPr/{M}{name}", usual) for name, usual in _AROUND)
        return begins + between.join(_in_one_line(one) for one in node.findall(f"{M}e")) + ends
    text = "".join(_in_one_line(child) for child in node if child.tag != f"{M}deg")
    if node.tag == f"{M}nary" and node.find(f"{M}naryPr/{M}chr") is None:
        return f"∫{text}"
    if node.tag == f"{M}rad" and (degree := "".join(_in_one_line(child) for child in node.findall(f"{M}deg/*"))):
        return f"[{degree}]√{text if text.isalnum() else f'({text})'}"
    if node.tag not in _IN_ONE_LINE or not text:
        return text
    return _IN_ONE_LINE[node.tag] + (text if text.isalnum() else f"({text})")


class _Reader:
    """Walks the elements of one part and keeps count of what it met."""

    def __init__(self, formats: dict[tuple[str, str], str], links: dict[str, str]) -> None:
        self.formats = formats
        self.links = links
        self.counted: dict[tuple[str, str], int] = {}
        self.aside: list[str] = []
        self.changes = self.pictures = self.foreign = self.equations = 0
        self._bookmarks: list[str] = []
        self._joins = False  # whether the paragraph before goes on in the next

    def blocks(self, parent: Any, tags: tuple[str, ...]) -> list[Block]:
        """The paragraphs and tables of an element that holds such."""
        found: list[Block] = []
        for kind, element, inner in self._children(parent, tags, BLOCKS):
            if kind == f"{W}tbl":
                found.append(self._table(element, inner))
                continue
            one, ends = self._paragraph(element, inner, kind)
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

        What has no element to read stands as its text and None: a control that shows none of its author's, an equation.
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
                if wanted == RUNS and (hidden := self._hidden(child)):
                    yield f" ({hidden})", None, tags
            elif name in _GONE:
                self.changes += 1
            elif name in _EQUATIONS and wanted in (RUNS, BLOCKS):
                self.equations += 1
                yield _in_one_line(child), None, tags
            elif name == f"{MC}AlternateContent":
                yield from self._children(_offered(child), tags, wanted)
            elif name == f"{W}altChunk":
                self.foreign += 1
            elif name == f"{W}bookmarkStart":
                self._bookmarks.append(child.get(f"{W}name", ""))

    def _hidden(self, link: Any) -> str:
        """The address of a link whose words do not tell it."""
        runs = (*link.findall(f"{W}r/{W}t"), *link.findall(f"{W}ins/{W}r/{W}t"))
        words = "".join(text.text or "" for text in runs)
        address = self.links.get(link.get(RELATION, ""), "").removeprefix("mailto:")
        return address if words and _SCHEME.sub("", address).rstrip("/") not in words else ""

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
        seen = self._runs(content)
        if seen.strip() in BOXES:
            return BOXES[seen.strip()]
        state = box.find(f"{W14}checked")
        return CHECKED if state is not None and state.get(f"{W14}val") in ("1", "true", "on") else UNCHECKED

    def _paragraph(self, element: Any, tags: tuple[str, ...], text: str) -> tuple[Paragraph, bool]:
        """A paragraph (of a text, without an element), and whether it ends: one whose mark was deleted goes on."""
        bookmarks, self._bookmarks = self._bookmarks, []
        if element is None:
            return Paragraph([Piece(text, tags)], bookmarks), True
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

    def _runs(self, parent: Any) -> str:
        """The text of what holds runs, where it is there."""
        found = self._children(() if parent is None else parent, (), RUNS)
        return "".join(self._run(run) if run is not None else text for text, run, _tags in found)

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
            elif name == f"{W}ruby":
                base, above = (self._runs(part) for part in (node.find(f"{W}rubyBase"), node.find(f"{W}rt")))
                text += f"{base} ({above})" if above else base
            elif name in _DRAWN or name == f"{MC}AlternateContent":
                self._drawn(node)
        return text

    def _drawn(self, node: Any) -> None:
        """Keep the words of a text box; count a picture. What is offered twice, for newer and older readers, is one."""
        if node.tag == f"{MC}AlternateContent":
            node = _offered(node)
        boxes = list(node.iter(f"{W}txbxContent"))
        if not boxes:
            self.pictures += 1
        for box in boxes:
            inner = _Reader(self.formats, self.links)
            if text := plain(inner.blocks(box, ())):
                self.aside.append(text.strip())
            self.changes += inner.changes
            self.equations += inner.equations

    def _table(self, table: Any, tags: tuple[str, ...]) -> Table:
        rows = []
        for _row, row, around in self._children(table, tags, ROWS):
            properties = row.find(f"{W}trPr")
            if properties is not None and properties.find(f"{W}del") is not None:
                self.changes += 1
                continue
            rows.append([self.blocks(cell, inner) for _cell, cell, inner in self._children(row, around, CELLS)])
        return Table(rows)

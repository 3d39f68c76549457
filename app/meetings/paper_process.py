"""Run as a program of its own, so that time and memory are bounded: a file on standard input, its text as JSON.

The argument is the kind: "pdf" or "docx". The answer is {"blocks": [{"text", "kind"}]}, where a block is a paragraph
and its kind "title", "heading", "item" (of a list) or "" (running text); or {"refused": why, "count": number}.
"""

import io
import itertools
import json
import re
import resource
import statistics
import sys
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

MOST_PAGES = 60
MOST_CHARACTERS = 200_000
MOST_XML = 30 * 1024 * 1024
SECONDS = 15
MEMORY = 2 * 1024**3
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What stands before an item: a bullet; 1. 1) 1.- a) (a) ii); Q1: Question 1. Pregunta n.º 1: Pergunta 1 -
MARKER = re.compile(
    r"^\s*(?:(?P<bullet>[•·●○▪■‣◦⁃*–—-])"
    r"|(?P<word>(?:q|p|questions?|preguntas?|perguntas?)\s*(?:n[.º°o]*\s*)?)\d{1,2}\s*(?:[.:)–—-]{1,2}|(?=¿))"
    r"|\(?(?:(?P<number>\d{1,2})|(?P<roman>[ivx]{1,5})|(?P<letter>[a-z]))(?:[.)][-–—]?))"
    r"(?:\s+(?=\S)|(?=¿))",
    re.IGNORECASE,
)
ENDS = re.compile(r"[.:;?!]['\"”»)]*\s*$")


class Refused(Exception):
    """The file cannot be read: `args` are why, and a number."""


def read_docx(data: bytes) -> list[dict[str, str]]:
    """Return the paragraphs of a Word file, with those in tables; raises Refused."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.getinfo("word/document.xml").file_size > MOST_XML:
            raise Refused("large", 0)
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        body = etree.fromstring(archive.read("word/document.xml"), parser)
    blocks = []
    for paragraph in body.iter(f"{WORD}p"):
        text = "".join(_run_text(node) for node in paragraph.iter(f"{WORD}t", f"{WORD}tab", f"{WORD}br", f"{WORD}cr"))
        style = paragraph.find(f"{WORD}pPr/{WORD}pStyle")
        name = style.get(f"{WORD}val", "") if style is not None else ""
        if paragraph.find(f"{WORD}pPr/{WORD}numPr") is not None or name.startswith("List"):
            kind = "item"
        elif name == "Title":
            kind = "title"
        else:
            kind = "heading" if name.startswith("Heading") else ""
        if text.strip():
            blocks.append({"text": text.strip(), "kind": kind})
    return blocks


def _run_text(node: Any) -> str:
    return node.text or "" if node.tag == f"{WORD}t" else " "


class Line(NamedTuple):
    """A line of a page: the size of its letters, and how far from the page's foot it begins and ends."""

    text: str
    size: float
    top: float
    low: float


def _pdf_lines(page: Any) -> Iterator[Line]:
    """The lines of a page, without raised marks; a word that is parted at the end keeps its two lines together."""
    import pypdfium2.raw as pdfium

    text_page = page.get_textpage()
    letters: list[tuple[str, float]] = []
    top = low = 0.0
    for index in range(text_page.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text_page, index))
        if char in "\r\n":
            if letters:
                yield Line(_line(letters), _size(letters), top, low)
            letters = []
            continue
        low = text_page.get_charbox(index, loose=True)[1]
        top = top if letters else low
        letters.append((char, pdfium.FPDFText_GetFontSize(text_page, index)))
    if letters:
        yield Line(_line(letters), _size(letters), top, low)


def _size(letters: list[tuple[str, float]]) -> float:
    return statistics.median(size for _char, size in letters)


def _line(letters: list[tuple[str, float]]) -> str:
    size = _size(letters)
    kept = "".join(char for char, own in letters if not (char.isdigit() and own < 0.8 * size))
    # What a hyphen at the end of a line is to PDFium, and ligatures of fonts, are no characters of the text.
    return kept.replace("\ufffe", "").replace("\x02", "").replace("\xad", "")


def read_pdf(data: bytes) -> list[dict[str, str]]:
    """Return the paragraphs of a PDF that no password locks, put together from its lines; raises Refused."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Refused("damaged", 0) from error
    if count > MOST_PAGES:
        raise Refused("pages", count)
    pages = [[line for line in _pdf_lines(page) if line.text.strip()] for page in document]
    if sum(len(line.text) for lines in pages for line in lines) < 80:
        raise Refused("scanned", count)
    sizes = [line.size for lines in pages for line in lines for _char in line.text]
    usual = statistics.median(sizes)
    biggest = max(sizes)
    blocks: list[dict[str, str]] = []
    notes: list[dict[str, str]] = []
    for lines in pages:
        _join(lines, usual, biggest, blocks, notes)
    return [*blocks, *notes]


def _join(lines: list[Line], usual: float, biggest: float, blocks: list[Any], notes: list[Any]) -> None:
    """Put the lines of a page into paragraphs: small print goes to `notes`, the rest to `blocks`."""
    steps = [above.low - below.top for above, below in itertools.pairwise(lines) if above.low > below.top]
    step = statistics.median(steps) if steps else usual * 1.3
    width = max((len(line.text) for line in lines if line.size <= usual * 1.05), default=0)
    last = None
    above = ""
    for text, size, top, low in lines:
        kind = "title" if size > usual * 1.15 and size > biggest * 0.97 else "heading" if size > usual * 1.05 else ""
        target = notes if size < usual * 0.93 else blocks
        begins = (
            not target
            or bool(MARKER.match(text))
            or target[-1]["kind"] not in ((kind,) if kind else ("", "item"))
            or (last is not None and last - top > step * 1.25 and target is blocks)
            or (last is None and bool(ENDS.search(target[-1]["text"])))
            or (not kind and target is blocks and bool(above) and ends_early(above, text, width, 0.4))
        )
        if begins:
            target.append({"text": text.strip(), "kind": kind or ("item" if MARKER.match(text) else "")})
        else:
            target[-1]["text"] = f"{target[-1]['text'].rstrip()} {text.strip()}"
        if target is blocks:
            last, above = low, "" if kind else text


def ends_early(line: str, following: str, width: int, slack: float) -> bool:
    """Whether a line was ended on purpose: the next begins anew, and its first word would have had room on this one.

    `width` is how many characters the longest line has; lines may fall short of it by the share `slack`.
    """
    first = following.split(maxsplit=1)[0]
    return not first[0].islower() and len(line.rstrip()) + 1 + len(first) < width * (1 - slack)


def main() -> None:
    """Read standard input as the kind that the argument names, and answer in JSON."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    readers = {"pdf": read_pdf, "docx": read_docx}
    try:
        blocks = readers[sys.argv[1]](sys.stdin.buffer.read())
        if sum(len(block["text"]) for block in blocks) > MOST_CHARACTERS:
            raise Refused("long", MOST_CHARACTERS)
        answer: dict[str, Any] = {"blocks": blocks}
    except Refused as refused:
        answer = {"refused": refused.args[0], "count": refused.args[1]}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()

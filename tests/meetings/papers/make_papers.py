"""Make the concept papers and their labels from `sources/`: always the same bytes."""

import io
import json
import re
import textwrap
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import docx
import typst
import yaml
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from docx.text.paragraph import Paragraph

HERE = Path(__file__).parent
SOURCES = HERE / "sources"
KINDS = {"=": "over", "#": "title", ">": "under", "##": "heading", "*": "bullet", "1.": "number", "?": "question"}
KINDS["??"] = "clause"
LABEL = ["language", "title", "mandate", "starts", "ends", "place", "mode", "questions", "mechanisms", "organizations"]
NOTE = re.compile(r"\{\{(.*?)\}\}")
DAY = (2026, 1, 5, 9, 0, 0)
Line = tuple[str, str]


def read(path: Path) -> tuple[dict[str, Any], list[Line]]:
    """The settings of a paper and its lines as (kind, text)."""
    _empty, head, body = path.read_text(encoding="utf-8").split("---\n", 2)
    lines = []
    for line in filter(None, body.splitlines()):
        mark, _space, text = line.partition(" ")
        lines.append((KINDS[mark], text) if mark in KINDS else ("text", line))
    return yaml.safe_load(head), lines


def label(paper: dict[str, Any], lines: list[Line]) -> str:
    """What a person finds in the paper, as YAML."""
    questions: list[str] = []
    for kind, text in lines:
        if kind == "question":
            questions.append(text)
        elif kind == "clause":
            questions[-1] += f" {text}"
    known = paper | {"questions": questions}
    return yaml.safe_dump({key: known[key] for key in LABEL}, allow_unicode=True, sort_keys=False, width=100)


def question_mark(paper: dict[str, Any], number: int) -> str:
    """What stands before question `number` in a format without automatic lists."""
    letter = "abcdefgh"[number - 1]
    letters = f"({letter})" if paper["language"] in ("en", "pt") else f"{letter})"
    marks = {"letters": letters, "bullets": "•", "numbers": f"{number}.", "ones": "1.", "ones_typed": "1."}
    return marks[paper["numbering"]]


def marked(paper: dict[str, Any], lines: list[Line]) -> list[tuple[str, str, str]]:
    """The lines as (kind, mark, text), lists numbered from 1 each."""
    made, number, asked = [], 0, 0
    for kind, text in lines:
        number = number + 1 if kind == "number" else 0
        asked += kind == "question"
        marks = {"number": f"{number}.", "bullet": "-", "question": question_mark(paper, asked) if asked else ""}
        made.append((kind, marks.get(kind, ""), text))
    return made


def as_text(paper: dict[str, Any], lines: list[Line]) -> bytes:
    """A plain text, wrapped or not, with a form feed and a page number in the middle where `pages` is set."""
    blocks = []
    for kind, mark, text in marked(paper, lines):
        whole = ("    " if kind == "clause" else "") + f"{mark} {text}".strip()
        width = paper["wrap"]
        blocks.append(textwrap.fill(whole, width, subsequent_indent="   " * bool(mark)) if width else whole)
    if paper.get("pages"):
        blocks[len(blocks) // 2] += "\n\n                                     - 1 -\n\f"
    joined = "\n\n".join(blocks) + "\n"
    return joined.replace("\n", "\r\n").encode(paper.get("encoding", "utf-8"))


def as_pdf(paper: dict[str, Any], lines: list[Line]) -> bytes:
    """A PDF with text."""
    made = []
    for kind, mark, text in marked(paper, lines):
        parts = [{"text": part, "note": bool(at % 2)} for at, part in enumerate(NOTE.split(text))]
        made.append({"kind": kind, "mark": mark, "text": text, "parts": parts})
    known = {
        key: paper.get(key, default)
        for key, default in {"language": "", "title": "", "columns": 1, "hyphenate": False}.items()
    }
    known |= {"header": paper["header"], "footer": paper["footer"]}
    known["over"] = next((text for kind, text in lines if kind == "over"), "")
    known["under"] = [text for kind, text in lines if kind == "under"]
    known["lines"] = [line for line in made if line["kind"] not in ("over", "under")]
    made_pdf = typst.compile(
        HERE / "paper.typ", sys_inputs={"paper": json.dumps(known)}, ignore_system_fonts=True, timestamp=0
    )
    assert isinstance(made_pdf, bytes)
    return made_pdf


class Lists:
    """Automatic lists of Word: each a definition of its own, so that it starts at 1."""

    def __init__(self, document: Document) -> None:
        self.numbering = document.part.numbering_part.element
        self.next = 100

    def start(self, form: str, text: str) -> int:
        """A new list (`decimal`, `lowerLetter` or `bullet`), as the number that paragraphs name."""
        self.next += 1
        level = (
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>'
            '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="720" w:hanging="360"/></w:pPr></w:lvl>'
        )
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{self.next}">{level}</w:abstractNum>'
        self.numbering.insert(0, parse_xml(abstract))
        num = f'<w:num {nsdecls("w")} w:numId="{self.next}"><w:abstractNumId w:val="{self.next}"/></w:num>'
        self.numbering.append(parse_xml(num))
        return self.next

    def put(self, paragraph: Paragraph, number: int) -> None:
        """Make the paragraph an item of the list."""
        wanted = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(wanted))


def as_docx(paper: dict[str, Any], lines: list[Line]) -> bytes:
    """A Word document with styles and automatic lists; notes stand at its end."""
    document = docx.Document()
    lists = Lists(document)
    shapes = {"letters": ("lowerLetter", "%1)"), "bullets": ("bullet", "•"), "numbers": ("decimal", "%1.")}
    notes: list[str] = []
    open_list: dict[str, int] = {}
    previous = ""

    def written(text: str, style: str) -> Paragraph:
        paragraph = document.add_paragraph(style=style)
        for at, part in enumerate(NOTE.split(text)):
            if at % 2:
                notes.append(part)
                paragraph.add_run(str(len(notes))).font.superscript = True
            else:
                paragraph.add_run(part)
        return paragraph

    for kind, text in lines:
        if kind != previous and kind != "clause" and previous != "clause":
            open_list.clear()
        previous = kind
        if kind in ("over", "under"):
            written(text, "Subtitle").alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif kind == "title":
            written(text, "Title")
        elif kind == "heading":
            written(text, "Heading 2")
        elif kind == "clause":
            written(text, "Normal").paragraph_format.left_indent = Pt(54)
        elif kind == "question" and paper["numbering"] == "ones":
            lists.put(written(text, "List Paragraph"), lists.start("decimal", "%1."))
        elif kind == "question" and paper["numbering"] == "ones_typed":
            written(f"1. {text}", "Normal")
        elif kind in ("question", "number", "bullet"):
            shape = shapes[paper["numbering"]] if kind == "question" else shapes[f"{kind}s"]
            if kind not in open_list:
                open_list[kind] = lists.start(*shape)
            lists.put(written(text, "List Paragraph"), open_list[kind])
        else:
            written(text, "Normal")
    for number, note in enumerate(notes, 1):
        document.add_paragraph(f"{number} {note}").runs[0].font.size = Pt(8)
    properties = document.core_properties
    properties.title, properties.author = paper["title"], "Secretariat"
    properties.created = properties.modified = datetime(*DAY)
    held = io.BytesIO()
    document.save(held)
    return steady(held)


def steady(held: io.BytesIO) -> bytes:
    """The same ZIP with one date on all its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, DAY)
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, old.read(name))
    return made.getvalue()


def make() -> None:
    """Write every paper and its label."""
    makers = {"txt": as_text, "pdf": as_pdf, "docx": as_docx}
    for source in sorted(SOURCES.rglob("*.md")):
        paper, lines = read(source)
        target = HERE / source.parent.relative_to(SOURCES) / f"{source.stem}.{paper['format']}"
        target.write_bytes(makers[paper["format"]](paper, lines))
        target.with_suffix(".yaml").write_text(label(paper, lines), encoding="utf-8")


if __name__ == "__main__":
    make()

"""What documents as DOCX share: real styles, the language of the text, no trace of the clock."""

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

TAGS = {"en": "en-US", "es": "es-419", "fr": "fr-FR", "pt": "pt-BR"}
SOURCE_STYLE = "Source"
PROPERTY_LIMIT = 255  # of the format
LONGEST_WORD, ACROSS = 16, 100  # letters of a word that a column has room for, and of a line of a table
SERIF, SANS = "Source Serif 4", "Source Sans 3"
ACCENT, MUTED = RGBColor(0x10, 0x54, 0x5C), RGBColor(0x55, 0x59, 0x5C)
# XML 1.0 has no place for these, and a text may hold them from before it was cleaned.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def fitting(text: str) -> str:
    """Return a text without what XML has no place for."""
    return _FORBIDDEN.sub("", text)


def new_document(*, language: str, title: str, author: str, created: datetime) -> Any:
    """Return an empty document with our styles, in a language."""
    document = Document()
    _styles(document, language)
    properties = document.core_properties
    properties.title, properties.author = (fitting(text)[:PROPERTY_LIMIT] for text in (title, author))
    properties.language = TAGS[language]
    properties.created = properties.modified = created.replace(tzinfo=None)
    properties.comments = ""
    return document


def add_notes(document: Any, parts: Sequence[str]) -> None:
    """Add what readers are told before the text, in frames."""
    for part in parts:
        document.add_paragraph(fitting(part), style="Intense Quote")


def add_running_lines(document: Any, symbol: str) -> None:
    """Put the symbol over every page but the first, whose masthead has it, and the number under each."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.text, header.alignment = fitting(symbol), WD_ALIGN_PARAGRAPH.RIGHT
    for footer in (section.footer, section.first_page_footer):
        line = footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        field = OxmlElement("w:fldSimple")
        field.set(qn("w:instr"), "PAGE")
        line._p.append(field)


def new_numbering(document: Any) -> int:
    """Add a list that counts 1., 2., and below an item 2.1., 2.2.; return its id."""
    numbering = document.part.numbering_part.element
    used = [int(one.get(qn("w:abstractNumId"))) for one in numbering.findall(qn("w:abstractNum"))]
    kind = OxmlElement("w:abstractNum")
    kind.set(qn("w:abstractNumId"), str(max(used, default=-1) + 1))
    multi = OxmlElement("w:multiLevelType")
    multi.set(qn("w:val"), "multilevel")
    kind.append(multi)
    for level, text in enumerate(("%1.", "%1.%2.")):
        line = OxmlElement("w:lvl")
        line.set(qn("w:ilvl"), str(level))
        for name, value in (("start", "1"), ("numFmt", "decimal"), ("lvlText", text), ("lvlJc", "left")):
            part = OxmlElement(f"w:{name}")
            part.set(qn("w:val"), value)
            line.append(part)
        place, hang = OxmlElement("w:pPr"), OxmlElement("w:ind")
        hang.set(qn("w:left"), str(454 + 454 * level))
        hang.set(qn("w:hanging"), "454")
        place.append(hang)
        look, bold = OxmlElement("w:rPr"), OxmlElement("w:b")
        look.append(bold)
        line.extend((place, look))
        kind.append(line)
    last = numbering.findall(qn("w:abstractNum"))
    last[-1].addnext(kind) if last else numbering.insert(0, kind)
    return int(numbering.add_num(kind.get(qn("w:abstractNumId"))).numId)


def number_line(line: Any, number_id: int, *, level: int) -> None:
    """Make a paragraph an item of a list."""
    properties = line._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number_id


def turn(document: Any) -> None:
    """Lay the pages of a document across, for a table of many columns."""
    section = document.sections[-1]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width


def _shares(rows: Sequence[Sequence[str]]) -> list[float]:
    """How wide the columns of a table are, as parts of the whole: each has room for its longest word, up to a length,
    and what is left goes to those that say most."""
    columns = list(zip(*rows, strict=True))
    longest = [max((len(word) for text in column for word in text.split()), default=0) for column in columns]
    needs = [min(letters, LONGEST_WORD) + 2 for letters in longest]
    says = [max(len(text) for text in column) ** 0.5 for column in columns]
    left = max(0, ACROSS - sum(needs))
    wide = [need + left * said / (sum(says) or 1) for need, said in zip(needs, says, strict=True)]
    return [one / sum(wide) for one in wide]


def add_table(document: Any, rows: Sequence[Sequence[str]], *, numbers: int) -> None:
    """Add a table whose first row is its head, which stands again on each page; the last columns hold figures."""
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    section = document.sections[-1]
    room = section.page_width - section.left_margin - section.right_margin
    for column, share in zip(table.columns, _shares(rows), strict=True):
        column.width = int(room * share)
    for number, row in enumerate(rows):
        added = table.add_row()
        properties = added._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for place, (cell, text) in enumerate(zip(added.cells, row, strict=True)):
            cell.width = table.columns[place].width
            line = cell.paragraphs[0]
            line.paragraph_format.space_after = Pt(0)
            run = line.add_run(fitting(text))
            run.bold, run.font.size, run.font.name = number == 0, Pt(9), SANS
            if place >= len(row) - numbers:
                line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    document.add_paragraph()


def finished(document: Any, created: datetime) -> bytes:
    """Return the document's bytes, every member of that moment: the clock must leave no mark."""
    made, target = io.BytesIO(), io.BytesIO()
    document.save(made)
    with zipfile.ZipFile(made) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(zipfile.ZipInfo(name, created.timetuple()[:6]), source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _styles(document: Any, language: str) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    _set_font(normal, SERIF)
    set_language(normal.element.get_or_add_rPr(), TAGS[language])
    source = document.styles.add_style(SOURCE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    source.base_style = normal
    source.font.size = Pt(9)
    source.font.color.rgb = MUTED
    _set_font(source, SANS)
    source.paragraph_format.left_indent = Cm(0.8)
    source.paragraph_format.space_after = Pt(3)
    for name, font, color in (
        ("Title", SERIF, ACCENT),
        ("Subtitle", SANS, ACCENT),
        ("Heading 1", SERIF, ACCENT),
        ("Heading 2", SERIF, ACCENT),
        ("Intense Quote", SANS, MUTED),
    ):
        style = document.styles[name]
        style.font.color.rgb = color
        _set_font(style, font)
    for name in ("Subtitle", "Intense Quote"):
        document.styles[name].font.italic = False
    document.styles["Intense Quote"].font.bold = False
    document.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    for name in ("Title", "Intense Quote"):
        for border in document.styles[name].element.iter(qn("w:bottom")):
            border.attrib.pop(qn("w:themeColor"), None)
            border.set(qn("w:color"), str(ACCENT))


def _set_font(style: Any, name: str) -> None:
    """Give a style a font; the template's theme would win over it."""
    style.font.name = name
    fonts = style.element.rPr.rFonts
    for attribute in ("asciiTheme", "hAnsiTheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)


def set_language(properties: Any, tag: str) -> None:
    """Say in which language (a tag of TAGS) a style or a run is."""
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), tag)
    properties.append(element)

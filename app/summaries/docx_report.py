"""A published summary as DOCX, with real styles, so that a secretariat can go on editing it."""

import io
import re
import zipfile
from datetime import datetime
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.summaries.report import Note, PrintedParagraph, Report

TAGS = {"en": "en-US", "es": "es-419", "fr": "fr-FR", "pt": "pt-BR"}
SOURCE_STYLE = "Source"
SERIF, SANS = "Source Serif 4", "Source Sans 3"
ACCENT, MUTED = RGBColor(0x10, 0x54, 0x5C), RGBColor(0x55, 0x59, 0x5C)
# XML 1.0 has no place for these, and a text may hold them from before it was cleaned.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render_docx(report: Report) -> bytes:
    """Return the report as a DOCX; the same report gives the same bytes."""
    document = Document()
    _styles(document, report.language)
    properties = document.core_properties
    properties.title, properties.author, properties.language = report.title, report.author, TAGS[report.language]
    properties.created = properties.modified = report.created.replace(tzinfo=None)
    properties.comments = ""
    document.add_paragraph(_clean(report.body), style="Subtitle")
    document.add_paragraph(_clean(report.title), style="Title")
    document.add_paragraph(_clean(" · ".join(report.facts)), style=SOURCE_STYLE)
    for part in report.note:
        document.add_paragraph(_clean(part), style="Intense Quote")
    for section in report.sections:
        document.add_heading(_clean(section.title), level=1)
        for paragraph in section.paragraphs:
            _add_paragraph(document, paragraph, report.colon)
    document.add_heading(report.terms_title, level=1)
    document.add_paragraph(report.terms_text)
    for word, meaning in report.terms:
        line = document.add_paragraph()
        line.add_run(word).bold = True
        line.add_run(f"{report.colon}{meaning}")
    document.add_heading(report.sources_title, level=1)
    for source in report.sources:
        document.add_paragraph(_clean(source), style=SOURCE_STYLE)
    target = io.BytesIO()
    document.save(target)
    return _dated(target.getvalue(), report.created)


def _dated(made: bytes, moment: datetime) -> bytes:
    """Return the same archive with every member of that moment: the clock must leave no mark."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), source.read(name), zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _styles(document: Any, language: str) -> None:
    normal = document.styles["Normal"]
    normal.font.size = Pt(11)
    _set_font(normal, SERIF)
    _set_language(normal.element.get_or_add_rPr(), TAGS[language])
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


def _set_language(properties: Any, tag: str) -> None:
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), tag)
    properties.append(element)


def _add_paragraph(document: Any, paragraph: PrintedParagraph, colon: str) -> None:
    for index, part in enumerate(paragraph.text):
        document.add_paragraph(_clean(f"{paragraph.number}. {part}" if index == 0 else part))
    if paragraph.quantifier:
        document.add_paragraph(_clean(paragraph.quantifier), style=SOURCE_STYLE)
    for note in paragraph.notes:
        _add_note(document, note, colon)


def _add_note(document: Any, note: Note, colon: str) -> None:
    line = document.add_paragraph(style=SOURCE_STYLE)
    line.add_run(f"{note.letter} ").bold = True
    line.add_run(_clean(note.label))
    if note.quote:
        line.add_run(colon)
        quote = line.add_run(_clean(f"“{note.quote}”"))
        quote.italic = True
        _set_language(quote._element.get_or_add_rPr(), TAGS[note.language])

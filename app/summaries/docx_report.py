"""A published summary as DOCX, with real styles, so that a secretariat can go on editing it."""

import io
import re
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from app.summaries.report import Note, PrintedParagraph, Report

TAGS = {"en": "en-US", "es": "es-419", "fr": "fr-FR", "pt": "pt-BR"}
SOURCE_STYLE = "Source"
# XML 1.0 has no place for these, and a text may hold them from before it was cleaned.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render_docx(report: Report) -> bytes:
    """Return the report as a DOCX."""
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
            _add_paragraph(document, paragraph)
    document.add_heading(report.terms_title, level=1)
    document.add_paragraph(report.terms_text)
    for word, meaning in report.terms:
        line = document.add_paragraph()
        line.add_run(word).bold = True
        line.add_run(f": {meaning}")
    document.add_heading(report.sources_title, level=1)
    for source in report.sources:
        document.add_paragraph(_clean(source), style=SOURCE_STYLE)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("", text)


def _styles(document: Any, language: str) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Source Serif 4", Pt(11)
    _set_language(normal.element.get_or_add_rPr(), TAGS[language])
    source = document.styles.add_style(SOURCE_STYLE, WD_STYLE_TYPE.PARAGRAPH)
    source.base_style = normal
    source.font.name, source.font.size = "Source Sans 3", Pt(9)
    source.font.color.rgb = RGBColor(0x55, 0x59, 0x5C)
    source.paragraph_format.left_indent = Cm(0.8)
    source.paragraph_format.space_after = Pt(3)
    for name in ("Title", "Heading 1"):
        document.styles[name].font.name = "Source Serif 4"
        document.styles[name].font.color.rgb = RGBColor(0x10, 0x54, 0x5C)


def _set_language(properties: Any, tag: str) -> None:
    for old in properties.findall(qn("w:lang")):
        properties.remove(old)
    element = OxmlElement("w:lang")
    element.set(qn("w:val"), tag)
    properties.append(element)


def _add_paragraph(document: Any, paragraph: PrintedParagraph) -> None:
    for index, part in enumerate(paragraph.text):
        document.add_paragraph(_clean(f"{paragraph.number}. {part}" if index == 0 else part))
    if paragraph.quantifier:
        document.add_paragraph(_clean(paragraph.quantifier), style=SOURCE_STYLE)
    for note in paragraph.notes:
        _add_note(document, note)


def _add_note(document: Any, note: Note) -> None:
    line = document.add_paragraph(style=SOURCE_STYLE)
    line.add_run(f"{note.letter} ").bold = True
    line.add_run(_clean(note.label))
    if note.quote:
        line.add_run(": ")
        quote = line.add_run(_clean(f"“{note.quote}”"))
        quote.italic = True
        _set_language(quote._element.get_or_add_rPr(), TAGS[note.language])

"""A published summary as DOCX, with real styles, so that a secretariat can go on editing it."""

from typing import Any

from app.documents.word import SOURCE_STYLE, TAGS, add_notes, finished, fitting, new_document, set_language
from app.summaries.report import Note, PrintedParagraph, Report


def render_docx(report: Report) -> bytes:
    """Return the report as a DOCX; the same report gives the same bytes."""
    document = new_document(language=report.language, title=report.title, author=report.author, created=report.created)
    document.add_paragraph(fitting(report.body), style="Subtitle")
    document.add_paragraph(fitting(report.title), style="Title")
    document.add_paragraph(fitting(" · ".join(report.facts)), style=SOURCE_STYLE)
    add_notes(document, report.note)
    for section in report.sections:
        document.add_heading(fitting(section.title), level=1)
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
        document.add_paragraph(fitting(source), style=SOURCE_STYLE)
    return finished(document, report.created)


def _add_paragraph(document: Any, paragraph: PrintedParagraph, colon: str) -> None:
    for index, part in enumerate(paragraph.text):
        document.add_paragraph(fitting(f"{paragraph.number}. {part}" if index == 0 else part))
    if paragraph.quantifier:
        document.add_paragraph(fitting(paragraph.quantifier), style=SOURCE_STYLE)
    for note in paragraph.notes:
        _add_note(document, note, colon)


def _add_note(document: Any, note: Note, colon: str) -> None:
    line = document.add_paragraph(style=SOURCE_STYLE)
    line.add_run(f"{note.letter} ").bold = True
    line.add_run(fitting(note.label))
    if note.quote:
        line.add_run(colon)
        quote = line.add_run(fitting(f"“{note.quote}”"))
        quote.italic = True
        set_language(quote._element.get_or_add_rPr(), TAGS[note.language])

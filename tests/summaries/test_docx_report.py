"""What is particular to the DOCX: styles that Word obeys, languages of runs, no trace of the clock."""

import io
import zipfile

from docx import Document
from docx.oxml.ns import qn

from app.documents.word import SOURCE_STYLE, TAGS
from app.summaries.docx_report import render_docx
from tests.summaries.test_documents import MOMENT, content, meeting, report
from tests.summaries.test_typst_report import QUOTES, cited

__all__ = ["meeting"]


def test_no_member_of_the_archive_tells_when_it_was_made(meeting):
    printed = report(meeting, content("One.", citations=cited()))
    made = render_docx(printed)
    assert render_docx(printed) == made
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {member.date_time for member in archive.infolist()} == {MOMENT.timetuple()[:6]}
        assert archive.testzip() is None


def test_the_theme_of_the_template_does_not_win_over_the_fonts(meeting):
    styles = Document(io.BytesIO(render_docx(report(meeting, content("One."))))).styles
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Intense Quote", SOURCE_STYLE):
        fonts = styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:ascii")).startswith("Source S")
        assert fonts.get(qn("w:asciiTheme")) is None
        assert styles[name].element.find(f".//{qn('w:bottom')}[@{qn('w:themeColor')}]") is None


def test_each_quote_is_a_run_in_its_own_language(meeting):
    document = Document(io.BytesIO(render_docx(report(meeting, content("One."), "pt"))))
    assert document.styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == "pt-BR"
    document = Document(io.BytesIO(render_docx(report(meeting, content("One.", citations=cited())))))
    languages = {
        run.text.strip("“”"): element.get(qn("w:val"))
        for paragraph in document.paragraphs
        if paragraph.style.name == SOURCE_STYLE
        for run in paragraph.runs
        if (element := run._element.find(f".//{qn('w:lang')}")) is not None
    }
    assert languages == {quote: TAGS[language] for _, _, language, quote in QUOTES}


def test_parts_of_a_paragraph_carry_one_number(meeting):
    document = Document(io.BytesIO(render_docx(report(meeting, content("First part.\n\nSecond part.", "Next.")))))
    texts = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Normal"]
    assert texts[:3] == ["1. First part.", "Second part. (en)", "2. Next. (en)"]

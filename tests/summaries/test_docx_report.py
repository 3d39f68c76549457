"""What is particular to the DOCX: styles that Word obeys, languages of runs, no trace of the clock."""

import io
import zipfile

from docx import Document
from docx.oxml.ns import qn

from app.documents.word import SOURCE_STYLE, TAGS
from app.summaries.docx_report import NUMBERED, render_docx
from tests.summaries.published import MOMENT, content_of, hostile_content, paragraph, report_of
from tests.summaries.test_documents import content, meeting, report
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
    lines = [(line.style.name, line.text) for line in document.paragraphs if "aragraph" in line.style.name][:3]
    assert [(style, text.removesuffix(" a")) for style, text in lines] == [
        ("Numbered paragraph", "First part."),
        ("Paragraph continued", "Second part. (en)"),
        ("Numbered paragraph", "Next. (en)"),
    ]


def test_numbers_belong_to_styles_that_count_on_three_levels(meeting):
    document = Document(io.BytesIO(render_docx(report_of(meeting, hostile_content()))))
    numbering = document.part.numbering_part.element
    levels = []
    for name in NUMBERED:
        numbered = document.styles[name].element.pPr.numPr
        of = numbering.num_having_numId(numbered.numId.val).abstractNumId.val
        kind = next(one for one in numbering.findall(qn("w:abstractNum")) if one.get(qn("w:abstractNumId")) == str(of))
        level = kind.findall(qn("w:lvl"))[numbered.ilvl.val]
        assert level.find(qn("w:pStyle")).get(qn("w:val")) == document.styles[name].style_id
        levels.append(tuple(level.find(qn(f"w:{each}")).get(qn("w:val")) for each in ("numFmt", "lvlText")))
    assert levels == [("decimal", "%1."), ("lowerLetter", "(%2)"), ("lowerRoman", "(%3)")]


def test_a_number_that_word_would_not_count_to_is_written(meeting):
    value = content_of([paragraph("Odd.", number=7), paragraph("Next.", number=8)])
    document = Document(io.BytesIO(render_docx(report_of(meeting, value))))
    assert "7. Odd. (en) a" in [line.text for line in document.paragraphs]


def test_footnotes_are_words_own_and_the_annex_names_paragraphs_by_fields(meeting):
    made = render_docx(report_of(meeting, hostile_content()))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert "/word/footnotes.xml" in archive.read("[Content_Types].xml").decode()
        notes = archive.read("word/footnotes.xml").decode()
        body = archive.read("word/document.xml").decode()
        settings = archive.read("word/settings.xml").decode()
    assert notes.count("<w:footnoteRef/>") == body.count("<w:footnoteReference ") == 3
    assert settings.index("footnotePr") < settings.index("w:compat")
    assert "REF paragraph_10_a_ii \\w \\h" in body
    assert 'w:name="paragraph_10_a_ii"' in body
    assert 'w:anchor="paragraph_10_source_a"' in body
    assert 'w:name="paragraph_10_source_an"' in body

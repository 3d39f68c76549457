"""What is particular to the PDF: characters, structure, faults of the process that makes it."""

import io
import re
import subprocess

import pytest
from pypdf import PdfReader

from app.documents import typesetting
from app.documents.typesetting import FONTS, RenderingError
from app.documents.typst_process import covered, showable
from app.summaries import typst_report
from app.summaries.docx_report import render_docx
from app.summaries.typst_report import render_pdf
from tests.summaries.test_documents import citation, content, docx_text, faults, meeting, pdf_text, report, words

__all__ = ["meeting"]

QUOTES = (
    ("a", "presentation-1", "es", "La vía regular funcionó."),
    ("b", "practice-2", "fr", "Les délais ont été réduits."),
    ("c", "practice-3", "pt", "A inclusão começou na escola."),
)


def cited():
    return [
        {**citation(letter, source=source, quote=quote, party=f"Party {letter}"), "kind": source.split("-")[0],
         "language": language}
        for letter, source, language, quote in QUOTES
    ]  # fmt: skip


def test_quotes_are_tagged_with_their_own_language(meeting):
    pdf = render_pdf(report(meeting, content("One.", citations=cited()), "en"))
    streams = b"".join(leaf.get_contents().get_data() for leaf in PdfReader(io.BytesIO(pdf)).pages)
    assert set(re.findall(rb"/Lang\((\w+)\)>>BDC", streams)) == {b"es", b"fr", b"pt"}


def test_a_plainer_form_stands_in_for_characters_that_the_fonts_lack():
    known = covered(FONTS)
    assert showable({"text": ["\uff21 and ①", "a\U000e0001b", "é ñ ã œ ₲", "שלום", "中"]}, known) == {
        "text": ["A and ①", "ab", "é ñ ã œ ₲", "שלום", "[U+4E2D]"]
    }


def test_direction_marks_and_combining_letters_make_a_valid_pdf(meeting):
    text = "Mixed \u200fשלום\u200e and g\u0303uarani\u0303, co\u2011operation.\nA second line."
    pdf = render_pdf(report(meeting, content(text, citations=[citation(quote=text)])))
    assert faults(pdf) == []
    assert words("A second line.") in words(pdf_text(pdf))


def test_french_puts_a_space_before_the_colon(meeting):
    printed = report(meeting, content("One."), "fr")
    assert "\u00a0: “Formal work grew.”" in docx_text(render_docx(printed))
    assert printed.colon == "\u00a0: "
    assert report(meeting, content("One."), "pt").colon == ": "


def test_sources_are_listed_once_by_name_without_regard_to_accents(meeting):
    citations = [
        citation(letter, source=f"practice-{letter}", party=party)
        for letter, party in (("a", "Uruguay"), ("b", "Équateur"), ("c", "Chili"), ("d", "États-Unis"))
    ]
    listed = report(meeting, content("One.", "Two.", citations=citations), "fr").sources
    assert [name.split(" (")[0] for name in listed] == ["Chili", "Équateur", "États-Unis", "Uruguay"]


def test_what_typst_refuses_is_an_error_with_its_words(meeting, tmp_path, monkeypatch):
    broken = tmp_path / "broken.typ"
    broken.write_text("#panic(sys.inputs.report.len())")
    monkeypatch.setattr(typst_report, "TEMPLATE", broken)
    with pytest.raises(RenderingError, match="panicked"):
        render_pdf(report(meeting, content("One.")))


def test_a_process_that_hangs_is_an_error(meeting, monkeypatch):
    def hang(command, **_):
        raise subprocess.TimeoutExpired(command, 120)

    monkeypatch.setattr(typesetting.subprocess, "run", hang)
    with pytest.raises(RenderingError, match="120 seconds"):
        render_pdf(report(meeting, content("One.")))

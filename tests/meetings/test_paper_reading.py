"""Files of concept papers: what is read, and what is refused with a clear sentence."""

import io
import subprocess
import zipfile

import docx
import pypdf
import pytest
from werkzeug.datastructures import FileStorage

from app.core.errors import Refusal, TooLarge
from app.meetings import paper_process, paper_reading
from app.meetings.paper_reading import read_paper
from tests.meetings.recall import PAPERS

PDF = PAPERS / "en-coasts.pdf"


def upload(data: bytes, name="paper") -> FileStorage:
    return FileStorage(io.BytesIO(data), filename=name)


def refused(data: bytes, name="paper") -> str:
    with pytest.raises(Refusal) as refusal:
        read_paper(upload(data, name))
    assert refusal.value.field == "file"
    return str(refusal.value)


def texts(data: bytes) -> list[str]:
    return [block.text for block in read_paper(upload(data))]


def pdf_of(pages: int, *, password: str = "") -> bytes:
    writer = pypdf.PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_in_every_encoding(app, encoding):
    text = "Sesión anual sobre migración\r\n\r\n¿Qué se hizo en la región?\r\n"
    assert texts(text.encode(encoding)) == ["Sesión anual sobre migración", "¿Qué se hizo en la región?"]


def test_wrapped_lines_are_joined_and_page_numbers_left_out(app):
    text = "A first line that\nis wrapped.\n\n  - 1 -\n\f\n1. An item\n2. Another\n   one\n"
    assert texts(text.encode()) == ["A first line that is wrapped.", "1. An item", "2. Another one"]


def test_a_line_that_ends_early_ends_its_paragraph(app):
    text = (
        "CONCEPT PAPER\nAnnual session on borders and on the\npeople who cross them\nPlace: Lima\n"
        "Wrapped text is as wide as this line is,\nor nearly. It ends there.\nAnd so on."
    )
    assert texts(text.encode()) == [
        "CONCEPT PAPER",
        "Annual session on borders and on the people who cross them",
        "Place: Lima",
        "Wrapped text is as wide as this line is, or nearly. It ends there.",
        "And so on.",
    ]


def test_unwrapped_lines_are_paragraphs(app):
    long = "x" * 150
    assert texts(f"{long}\n{long}\n".encode()) == [long, long]


def test_a_word_file_with_styles_lists_and_tables(app):
    document = docx.Document()
    document.add_heading("Annual session", 0)
    document.add_heading("Questions", 1)
    document.add_paragraph("What was done?", style="List Number")
    document.add_table(1, 1).cell(0, 0).text = "In a\ttable"
    out = io.BytesIO()
    document.save(out)
    blocks = read_paper(upload(out.getvalue()))
    assert [(block.text, block.kind) for block in blocks] == [
        ("Annual session", "title"),
        ("Questions", "heading"),
        ("What was done?", "item"),
        ("In a table", ""),
    ]


def test_a_pdf_s_lines_become_paragraphs_and_a_parted_word_one(app):
    joined = " ".join(texts(PDF.read_bytes()))
    assert "Villages have always moved inland after a great storm." in joined


def test_a_line_of_a_pdf_that_ends_early_ends_its_paragraph():
    printed = [
        "CONCEPT PAPER",
        "Annual session on borders",
        "Text that is as wide as this line is, as the text of a paper mostly is, goes on",
        "Below it.",
    ]
    lines = [paper_process.Line(text, 11, 700 - 12 * at, 690 - 12 * at) for at, text in enumerate(printed)]
    blocks: list[dict[str, str]] = []
    paper_process._join(lines, 11, 11, blocks, [])
    assert [block["text"] for block in blocks] == [*printed[:2], " ".join(printed[2:])]


def test_nothing_was_chosen(app):
    with pytest.raises(Refusal, match="Choose a file first"):
        read_paper(None)
    assert "is empty" in refused(b"  \n")


def test_more_than_twenty_megabytes(app):
    with pytest.raises(TooLarge, match="20 MB"):
        read_paper(upload(b"x" * (paper_reading.LIMIT + 1)))


def test_five_hundred_pages(app):
    assert refused(pdf_of(500)).startswith("This file has 500 pages")


def test_an_encrypted_pdf(app):
    assert "locked with a password" in refused(pdf_of(1, password="secret"))


def test_a_scan(app):
    assert "pictures of pages and no text" in refused(pdf_of(2))


def test_a_protected_or_old_word_file(app):
    assert "password or of an old kind" in refused(paper_reading.COMPOUND + b"\0" * 600)


def test_macros(app):
    out = io.BytesIO(word("Text"))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"macro")
    assert "macros" in refused(out.getvalue())


def test_damaged_files(app):
    data = word("Text " * 500)
    assert "damaged" in refused(data[: len(data) // 2])
    assert "damaged" in refused(PDF.read_bytes()[:4000])
    assert "damaged" in refused(b"%PDF-1.7\n" + b"nonsense " * 50 + b"\n%%EOF\n")


def test_a_word_file_whose_text_is_no_xml(app):
    source, out = io.BytesIO(word("Text")), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<broken" if name == "word/document.xml" else old.read(name))
    assert "damaged" in refused(out.getvalue())


def test_what_unpacks_to_far_more(app):
    out = io.BytesIO(word("Text"))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/media/huge.bin", b"\0" * 40_000_000)
    assert "unpacks to far more" in refused(out.getvalue())


def test_a_text_part_that_unpacks_to_far_more(app, monkeypatch):
    monkeypatch.setattr(paper_process, "MOST_XML", 100)
    with pytest.raises(paper_process.Refused, match="large"):
        paper_process.read_docx(word("Text"))


def test_entities_are_not_followed(app):
    source, out = io.BytesIO(word("Text")), io.BytesIO()
    bomb = b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>'
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "word/document.xml":
                data = data.replace(b"?>", b"?>" + bomb, 1).replace(b"Text", b"&b;")
            new.writestr(name, data)
    with pytest.raises(Refusal, match="no text"):
        read_paper(upload(out.getvalue()))


def test_a_spreadsheet_and_a_picture(app):
    assert "DOCX" in refused(b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"IEND\xaeB`\x82")
    assert "DOCX" in refused(bytes(range(1, 32)) * 40)


def test_a_text_that_is_far_too_long(app):
    assert "far longer" in refused(b"word " * 60_000)
    assert "far longer" in refused(word(" ".join(str(number) for number in range(40_000))))


def test_time_is_bounded(app, monkeypatch):
    def too_slow(*args, **more):
        raise subprocess.TimeoutExpired("reader", more["timeout"])

    monkeypatch.setattr(paper_reading.subprocess, "run", too_slow)
    assert "took too long" in refused(PDF.read_bytes())


def test_a_reader_that_is_killed_by_its_limits(app, monkeypatch):
    killed = subprocess.CompletedProcess([], -9, b"", b"")
    monkeypatch.setattr(paper_reading.subprocess, "run", lambda *args, **more: killed)
    assert "took too long" in refused(PDF.read_bytes())


def test_the_reader_s_own_functions_say_what_they_refuse():
    """What runs as a program of its own, called here."""
    assert paper_process.read_pdf(PDF.read_bytes())[0]["kind"] == "title"
    for data, why in ((pdf_of(61), "pages"), (b"%PDF-", "damaged")):
        with pytest.raises(paper_process.Refused, match=why):
            paper_process.read_pdf(data)

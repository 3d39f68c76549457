"""The four styles of a citation, told exactly; what means something to a format is written out."""

import re
from dataclasses import replace
from datetime import date

import pytest
from flask_babel import force_locale
from hypothesis import given
from hypothesis import strategies as st

from app.library.citation import Work, WorkKind, apa, bibtex, ris, un_footnote

PRACTICE = Work(
    kind=WorkKind.PRACTICE,
    author="Bolivia (Plurinational State of)",
    body="Committee on Migration Affairs",
    title="Permisos & visas: 100 % en línea",
    symbol="CAM/2026/GP/BOL/01",
    version=2,
    session="Session of 2026",
    dated=date(2026, 5, 14),
    language="es",
    url="https://example.org/practices/CAM-2026-GP-BOL-01/versions/2",
)
PARAGRAPH = replace(
    PRACTICE,
    kind=WorkKind.SUMMARY,
    author="Committee on Migration Affairs",
    title="Summary of the Chair",
    symbol="CIDI/CAM/doc.12/26",
    version=0,
    language="en",
    paragraph="12 (a)",
    url="https://example.org/sessions/cam-2026/summary/paragraph/12-a?version=1&language=en",
)

pytestmark = pytest.mark.one_database


@pytest.fixture(autouse=True)
def request_for_words(app):
    with app.test_request_context():
        yield


def test_a_footnote_of_the_united_nations():
    with force_locale("en"):
        assert un_footnote(PRACTICE) == (
            "Bolivia (Plurinational State of), “Permisos & visas: 100 % en línea” (CAM/2026/GP/BOL/01, version 2, in "
            "Spanish), 14 May 2026, available at https://example.org/practices/CAM-2026-GP-BOL-01/versions/2"
        )
        assert un_footnote(PARAGRAPH) == (
            "Committee on Migration Affairs, “Summary of the Chair” (CIDI/CAM/doc.12/26), para. 12 (a), 14 May 2026, "
            "available at https://example.org/sessions/cam-2026/summary/paragraph/12-a?version=1&language=en"
        )


def test_an_entry_of_a_reference_list():
    with force_locale("en"):
        assert apa(PRACTICE) == (
            "Bolivia (Plurinational State of). (2026, May 14). Permisos & visas: 100 % en línea (CAM/2026/GP/BOL/01, "
            "version 2) [Good practice, in Spanish]. Committee on Migration Affairs. "
            "https://example.org/practices/CAM-2026-GP-BOL-01/versions/2"
        )
        assert apa(PARAGRAPH) == (
            "Committee on Migration Affairs. (2026, May 14). Summary of the Chair (CIDI/CAM/doc.12/26, para. 12 (a)) "
            "[Summary]. https://example.org/sessions/cam-2026/summary/paragraph/12-a?version=1&language=en"
        )


def test_an_entry_for_latex():
    with force_locale("en"):
        assert bibtex(PRACTICE) == (
            "@techreport{cam-2026-gp-bol-01-v2-es,\n"
            "  author = {{Bolivia (Plurinational State of)}},\n"
            "  title = {{Permisos \\& visas: 100 \\% en línea}},\n"
            "  institution = {Committee on Migration Affairs},\n"
            "  type = {Good practice},\n"
            "  number = {CAM/2026/GP/BOL/01},\n"
            "  version = {2},\n"
            "  year = {2026},\n"
            "  month = {5},\n"
            "  day = {14},\n"
            "  langid = {spanish},\n"
            "  language = {es},\n"
            "  note = {Session of 2026},\n"
            "  url = {https://example.org/practices/CAM-2026-GP-BOL-01/versions/2}\n"
            "}\n"
        )
        assert "  note = {Session of 2026; para. 12 (a)},\n" in bibtex(PARAGRAPH)
        assert bibtex(PARAGRAPH).startswith("@techreport{cidi-cam-doc-12-26-para-12-a-en,\n")


def test_a_reference_for_programs_that_keep_them():
    with force_locale("en"):
        assert ris(PRACTICE) == (
            "TY  - RPRT\r\n"
            "ID  - cam-2026-gp-bol-01-v2-es\r\n"
            "AU  - Bolivia (Plurinational State of),\r\n"
            "TI  - Permisos & visas: 100 % en línea\r\n"
            "PB  - Committee on Migration Affairs\r\n"
            "M3  - Good practice\r\n"
            "SN  - CAM/2026/GP/BOL/01\r\n"
            "ET  - 2\r\n"
            "PY  - 2026\r\n"
            "DA  - 2026/05/14\r\n"
            "LA  - es\r\n"
            "N1  - Session of 2026\r\n"
            "UR  - https://example.org/practices/CAM-2026-GP-BOL-01/versions/2\r\n"
            "ER  - \r\n"
        )
        assert "SP  - para. 12 (a)\r\n" in ris(PARAGRAPH)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        (r"50 % of $9 & #1_a", r"50 \% of \$9 \& \#1\_a"),
        (r"a\b{c}~d^e", r"a\textbackslash{}b\textbraceleft{}c\textbraceright{}\textasciitilde{}d\textasciicircum{}e"),
        ("two\nlines\tand a\x07bell", "two lines and a bell"),
        ("ñandú, ação, œuvre", "ñandú, ação, œuvre"),
    ],
)
def test_what_means_something_to_latex_is_written_out(text, written):
    assert f"  title = {{{{{written}}}}},\n" in bibtex(replace(PRACTICE, title=text))


def test_an_address_cannot_end_its_field():
    assert "url = {https://example.org/a%7Db%5C}" in bibtex(replace(PRACTICE, url="https://example.org/a}b\\"))


def test_a_name_in_ris_has_no_asterisk_and_no_line_of_its_own():
    written = ris(replace(PRACTICE, author="A*B\r\nER  - ", title="x\nTY  - JOUR"))
    assert "AU  - AB ER -,\r\n" in written
    assert "TI  - x TY - JOUR\r\n" in written
    assert written.count("\r\n") == len(written.splitlines()) == 14


@given(st.text(), st.text(), st.text())
def test_whatever_a_text_holds_the_formats_stay_whole(title, author, session):
    work = replace(PRACTICE, title=title, author=author, session=session)
    entry = bibtex(work)
    depth = 0
    for sign in entry:
        depth += (sign == "{") - (sign == "}")
        assert depth >= 0
    assert depth == 0
    assert re.fullmatch(r"@techreport\{[a-z0-9-]+,\n(  [a-z]+ = \{.*\},?\n)+\}\n", entry)
    for line in ris(work).removesuffix("\r\n").split("\r\n"):
        assert re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line)


@pytest.mark.parametrize(
    ("language", "footnote", "day"),
    [
        ("es", "«Permisos & visas: 100 % en línea»", "14 de mayo"),
        ("fr", "« Permisos & visas: 100 % en línea »", "14 mai"),
        ("pt", "«Permisos & visas: 100 % en línea»", "14 de maio"),
    ],
)
def test_words_for_people_are_in_the_readers_language(language, footnote, day):
    with force_locale(language):
        assert footnote.strip("«» ") in un_footnote(PRACTICE)
        assert f"(2026, {day})" in apa(PRACTICE)


def test_a_translation_says_what_it_was_translated_from():
    with force_locale("en"):
        translated = replace(PRACTICE, language="en", original="es")
        assert "(CAM/2026/GP/BOL/01, version 2, in English, translated from Spanish)" in un_footnote(translated)

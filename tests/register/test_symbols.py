"""Patterns, stems, suffixes and their order."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import Refusal
from app.core.texts import fold
from app.register import symbols
from app.register.enums import DocumentClass, Suffix

PATTERN = "CIDI/{body}/{class}.{number}/{yy}"


def stem(pattern=PATTERN, **more):
    known = {
        "series": "OEA/Ser.W", "body": "CAM", "document_class": DocumentClass.WORKING, "abbreviations": {},
        "day": date(2023, 5, 9), "session": "2023",
    }  # fmt: skip
    return symbols.stem_of(pattern, **{**known, **more})


def test_a_pattern_makes_the_symbol_of_the_field():
    assert symbols.numbered(stem(), 12) == "CIDI/CAM/doc.12/23"
    assert symbols.numbered(stem(document_class=DocumentClass.INFORMATION), 3) == "CIDI/CAM/INF.3/23"
    assert stem("{series}/{body}/{yyyy}/{session}.{number}") == "OEA/Ser.W/CAM/2023/2023.{number}"


def test_what_a_body_says_stands_for_a_class():
    assert stem(abbreviations={"working": "DT"}) == "CIDI/CAM/DT.{number}/23"


@pytest.mark.parametrize(
    "pattern",
    [
        "", "  ", "{number", "number}", "{body}/doc", "{number}/{number}", "{body.x}/{number}", "{number!r}",
        "{number:03}", "{0}/{number}", "{}/{number}", "{year}/{number}", "ÁÉ/{number}", "{body}/\u202e{number}",
        "<b>{number}", "x" * 81 + "{number}",
    ],
)  # fmt: skip
def test_a_pattern_that_makes_no_symbols_is_refused(app, pattern):
    with pytest.raises(Refusal) as refused:
        symbols.checked_pattern(pattern)
    assert refused.value.field == "pattern"


def test_a_good_pattern_is_kept_without_stray_spaces(app):
    assert symbols.checked_pattern("  CIDI/{body}/{class}.{number}/{yy}  ") == PATTERN


@pytest.mark.parametrize(
    ("symbol", "suffix", "follows"),
    [
        ("doc.12/23", Suffix.REVISION, "doc.12/23 rev. {number}"),
        ("doc.12/23 rev. 3", Suffix.REVISION, "doc.12/23 rev. {number}"),
        ("doc.12/23 rev. 4", Suffix.CORRIGENDUM, "doc.12/23 rev. 4 corr. {number}"),
        ("doc.12/23 rev. 4 corr. 1", Suffix.CORRIGENDUM, "doc.12/23 rev. 4 corr. {number}"),
        ("doc.12/23 rev. 4 corr. 1", Suffix.REVISION, "doc.12/23 rev. {number}"),
        ("doc.12/23 rev. 4 corr. 1", Suffix.ADDENDUM, "doc.12/23 rev. 4 add. {number}"),
        ("doc.12/23 add. 2", Suffix.ADDENDUM, "doc.12/23 add. {number}"),
        ("doc.12/23 add. 2", Suffix.REVISION, "doc.12/23 add. 2 rev. {number}"),
        ("doc.12/23 add. 2 rev. 1", Suffix.CORRIGENDUM, "doc.12/23 add. 2 rev. 1 corr. {number}"),
    ],
)
def test_suffixes_stack(symbol, suffix, follows):
    assert symbols.suffixed_stem(symbol, suffix) == follows


def test_an_address_holds_no_slash_and_no_space():
    assert symbols.slug_of("CIDI/CAM/doc.12/23 rev. 4 corr. 1") == "CIDI-CAM-doc.12-23-rev.4-corr.1"


def test_names_in_an_archive_are_told_apart_without_capitals_and_are_no_devices():
    taken: set[str] = set()
    for slug, title, name in (
        ("CAM-doc.1", "Paper", "CAM-doc.1 Paper (en).pdf"),
        ("CAM-DOC.1", "paper", "CAM-DOC.1 paper 2 (en).pdf"),
        ("con.1", "Paper", "_con.1 Paper (en).pdf"),
        ("NUL", "", "_NUL (en).pdf"),
        ("doc.1", "x" * 300, f"doc.1 {'x' * 94} (en).pdf"),
    ):
        assert symbols.archive_name(slug, title, "en", "pdf", taken=taken) == name
        taken.add(fold(name))


def test_numbers_sort_as_numbers_and_what_follows_comes_after():
    listed = ["doc.12/23", "doc.2/23 rev. 10", "doc.2/23 rev. 2 corr. 1", "doc.2/23", "doc.2/23 rev. 2"]
    assert sorted(listed, key=symbols.order_key) == [
        "doc.2/23", "doc.2/23 rev. 2", "doc.2/23 rev. 2 corr. 1", "doc.2/23 rev. 10", "doc.12/23",
    ]  # fmt: skip


@given(st.integers(1, 10**6), st.lists(st.tuples(st.sampled_from(Suffix), st.integers(1, 99)), max_size=4))
def test_what_follows_any_symbol_has_its_number_at_the_end_and_never_two_corrigenda_in_a_row(number, suffixes):
    symbol = symbols.numbered(stem(), number)
    for suffix, place in suffixes:
        symbol = symbols.numbered(symbols.suffixed_stem(symbol, suffix), place)
        assert symbol.endswith(f"{suffix}. {place}")
    assert "corr. " not in symbol.rsplit(" corr. ", 1)[0]

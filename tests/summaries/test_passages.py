import itertools
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.summaries.passages import Anchor, overlap, paragraphs, passages, unit

CUTS = yaml.safe_load((Path(__file__).parent / "cuts.yaml").read_text(encoding="utf-8"))
# What tries the cut: marks, abbreviations, lists, blank lines, combining marks, joiners, scripts without capitals.
TEXTS = st.one_of(
    st.text(max_size=200),
    st.text(alphabet="aBé .!?…\n«»()¿-•1\u0301\u200d👩。؟।语عक", max_size=200),
    st.lists(
        st.sampled_from(["Art.", "No.", "U.S.", "Fin.", "\n", "\n\n", " ", "1.", "b)", "- ", "第一。", "Sí", "É", "؟"])
    ).map("".join),
)


@pytest.mark.parametrize("case", CUTS, ids=[case["of"] for case in CUTS])
def test_texts_are_cut_as_they_always_were(case):
    """Anchors of versions name passages by these numbers: a change of the cut moves them."""
    assert [item.text for item in passages(case["text"])] == case["cut"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \n\n ", []),
        ("One sentence without an end", ["One sentence without an end"]),
        ("A heading without a stop\n\nThen a paragraph.", ["A heading without a stop", "Then a paragraph."]),
        ("Wrapped by\nhand. Next.", ["Wrapped by\nhand.", "Next."]),
        ("Emoji 👩‍👩‍👧 count. Next.", ["Emoji 👩‍👩‍👧 count.", "Next."]),
        ("Cafe\u0301. E\u0301lan. Fin.", ["Cafe\u0301.", "E\u0301lan.", "Fin."]),
    ],
)
def test_sentences_are_cut(text, expected):
    assert [item.text for item in passages(text)] == expected


def whole(text, found):
    """Offsets name the text, in order, and nothing but space stands between."""
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    for item in found:
        assert text[item.start : item.end] == item.text == item.text.strip() != ""
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert "".join("".join(item.text for item in found).split()) == "".join(text.split())


@given(TEXTS)
def test_offsets_name_the_text_and_nothing_is_lost(text):
    whole(text, passages(text))
    whole(text, paragraphs(text))


@given(TEXTS)
def test_the_cut_is_the_same_each_time_it_is_made(text):
    assert passages.__wrapped__(text) == passages.__wrapped__(text) == passages(text)


@given(TEXTS)
def test_no_boundary_parts_a_combining_mark_from_its_letter(text):
    for item in passages(text):
        first = unicodedata.combining(item.text[0])
        assert not first or item.start == 0 or text[item.start - 1].isspace()


@given(TEXTS)
def test_a_paragraph_holds_whole_sentences(text):
    places = [(one.start, one.end) for one in paragraphs(text)]
    for sentence in passages(text):
        assert sum(start <= sentence.start and sentence.end <= end for start, end in places) == 1


@given(TEXTS, TEXTS)
def test_what_is_added_after_a_blank_line_moves_no_passage_before_it(text, more):
    before = passages(text.rstrip() + "\n\nEnd.")
    after = passages(text.rstrip() + "\n\nEnd.\n\n" + more)
    assert after[: len(before)] == before


def test_units_that_can_be_cited():
    text = "First. Second.\n\nThird."
    assert [unit(text, mark).text for mark in ("2", "3", "p1", "p2", "all")] == [
        "Second.",
        "Third.",
        "First. Second.",
        "Third.",
        text,
    ]
    assert [unit(text, mark) for mark in ("0", "4", "p3", "p", "", "x")] == [None] * 6
    assert unit("", "all") is None


@pytest.mark.parametrize("mark", ["3", "p2"])
def test_an_anchor_is_written(mark):
    anchor = Anchor("practice-12", 2, "answers.10", mark)
    assert str(anchor) == f"practice-12-v2-answers.10-{mark}"


def test_overlap():
    assert overlap((0, 5), (4, 9))
    assert not overlap((0, 5), (5, 9))

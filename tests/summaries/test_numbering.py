import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.summaries.models import Paragraph, Section
from app.summaries.numbering import letter, placed, roman

pytestmark = pytest.mark.one_database


def sections(*levels: list[int]) -> list[Section]:
    return [Section(paragraphs=[Paragraph(level=level) for level in of_one]) for of_one in levels]


def labels(*levels: list[int]) -> list[str]:
    return [place.label for place, _paragraph in placed(sections(*levels))]


def test_numbers_run_through_and_sub_paragraphs_stand_under_the_last():
    assert labels([0, 1, 1, 2, 2, 1], [0, 0, 1]) == [
        "1", "1 (a)", "1 (b)", "1 (b) (i)", "1 (b) (ii)", "1 (c)", "2", "3", "3 (a)",
    ]  # fmt: skip


def test_the_first_of_a_section_is_numbered_and_no_level_is_skipped():
    assert labels([2, 2, 2], [1, 1]) == ["1", "1 (a)", "1 (a) (i)", "2", "2 (a)"]


def test_labels_anchors_and_own_labels():
    *_, place = (place for place, _paragraph in placed(sections([0, 1, 2])))
    assert (place.label, place.anchor, place.own_label) == ("1 (a) (i)", "paragraph-1-a-i", "(i)")
    assert (place.number, place.level) == (1, 2)


def test_a_paragraph_that_is_not_saved_yet_is_numbered():
    assert [place.own_label for place, _one in placed([Section(paragraphs=[Paragraph(), Paragraph()])])] == ["1.", "2."]


@given(st.lists(st.lists(st.integers(0, 2), max_size=12), max_size=5))
def test_no_two_paragraphs_are_called_the_same(levels):
    places = [place for place, _paragraph in placed(sections(*levels))]
    assert len({place.label for place in places}) == len({place.anchor for place in places}) == len(places)
    assert [place.number for place in places if place.level == 0] == list(
        range(1, sum(place.level == 0 for place in places) + 1)
    )


@pytest.mark.parametrize(("number", "expected"), [(1, "i"), (4, "iv"), (9, "ix"), (14, "xiv"), (49, "xlix")])
def test_roman(number, expected):
    assert roman(number) == expected


@pytest.mark.parametrize(("position", "expected"), [(0, "a"), (25, "z"), (26, "aa")])
def test_letters(position, expected):
    assert letter(position) == expected

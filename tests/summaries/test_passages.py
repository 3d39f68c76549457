import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.summaries.passages import overlap, passages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("   \n\n ", []),
        ("One sentence without an end", ["One sentence without an end"]),
        ("First one. Second one! Third?", ["First one.", "Second one!", "Third?"]),
        (
            "Según el art. 5 de la ley, vale. ¿Y después? «Sí». Fin.",
            ["Según el art. 5 de la ley, vale.", "¿Y después?", "«Sí».", "Fin."],
        ),
        ("La Res. Núm. 00119 rige. Otra.", ["La Res. Núm. 00119 rige.", "Otra."]),
        ("Growth was 3.5 percent. Then it fell.", ["Growth was 3.5 percent.", "Then it fell."]),
        ("A heading without a stop\n\nThen a paragraph.", ["A heading without a stop", "Then a paragraph."]),
        ("O Decreto n. 9.199 vale. Élan novo.", ["O Decreto n. 9.199 vale.", "Élan novo."]),
        ("Emoji 👩‍👩‍👧 count. Next.", ["Emoji 👩‍👩‍👧 count.", "Next."]),
    ],
)
def test_sentences_are_cut(text, expected):
    assert [item.text for item in passages(text)] == expected


@given(st.text(alphabet="aB .!?\n«»é¿👩", max_size=200))
def test_offsets_name_the_text_and_nothing_is_lost(text):
    found = passages(text)
    assert [item.number for item in found] == list(range(1, len(found) + 1))
    for item in found:
        assert text[item.start : item.end] == item.text
        assert item.text == item.text.strip()
    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    covered = "".join(item.text for item in found)
    assert "".join(covered.split()) == "".join(text.split())


def test_overlap():
    assert overlap((0, 5), (4, 9))
    assert not overlap((0, 5), (5, 9))

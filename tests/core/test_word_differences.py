"""Two texts compared word by word."""

import time

from hypothesis import given
from hypothesis import strategies as st

from app.core.word_differences import Piece, compare_words

TEXTS = st.text(st.sampled_from("ab \n\u00a0é"), max_size=60)


def test_a_word_in_the_middle():
    assert compare_words("one two three four", "one two five four") == [
        Piece("same", "one two "),
        Piece("removed", "three"),
        Piece("added", "five"),
        Piece("same", " four"),
    ]
    assert compare_words("", "new") == [Piece("added", "new")]
    assert compare_words("same", "same") == [Piece("same", "same")]
    assert compare_words("a", "a a a") == [Piece("same", "a"), Piece("added", " a a")]


@given(TEXTS, TEXTS)
def test_both_texts_are_all_there(before, after):
    pieces = compare_words(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "added") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "removed") == after
    assert all(piece.text for piece in pieces)


def test_a_text_of_one_word_over_and_over_takes_no_time():
    began = time.process_time()
    before, after = "x " + "a " * 9000, "y " + "a b " * 9000
    pieces = compare_words(before, after)
    assert time.process_time() - began < 1
    assert {piece.kind for piece in pieces} >= {"removed", "added"}

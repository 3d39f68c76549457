"""Excerpts: escaped first, then marked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from app.core.errors import Refusal
from app.search.excerpts import LENGTH, passage
from app.search.questions import question


def excerpt(text, language, asked):
    return passage(text, language, asked).excerpt


TEXT = "Antes. " * 40 + "El permiso <b>temporal</b> & la niñez. " + "Después. " * 60


def test_markup_in_the_text_stays_text():
    shown = excerpt(TEXT, "es", question("temporal"))
    assert "&lt;b&gt;<mark>temporal</mark>&lt;/b&gt; &amp; la niñez" in shown


def test_the_excerpt_begins_and_ends_at_words_near_the_first_hit():
    shown = html.fragment_fromstring(excerpt(TEXT, "es", question("permisos ninez")), create_parent=True)
    text = shown.text_content()
    assert text.startswith("… Antes.")
    assert text.endswith(" …")
    assert len(text) <= LENGTH + 4
    assert [mark.text for mark in shown.findall("mark")] == ["permiso", "niñez"]


def test_a_hit_in_the_title_alone_shows_the_beginning():
    assert excerpt("Uno dos.", "es", question("tres")) == "Uno dos."


def test_a_beginning_is_marked_as_a_whole_word():
    assert "<mark>interiorização</mark>" in excerpt("A interiorização começou.", "pt", question("interior"))


@pytest.mark.parametrize(
    ("text", "start", "words"),
    [
        ("One two permit four five six seven eight.", 8, "permit four five six seven eight"),
        ("Before.\nOne, two & three-four permit.\n\nAfter.", 30, "One, two & three-four permit"),
        ("A permit", 2, "A permit"),
        ("Nothing of it.", None, ""),
    ],
)
def test_a_passage_says_where_it_is_and_with_which_words(text, start, words):
    assert passage(text, "en", question("permits"))[1:] == (start, words)


@given(st.text(max_size=600), st.text(max_size=40))
def test_whatever_is_written_only_mark_is_markup(text, asked):
    try:
        wanted = question(asked)
    except Refusal:
        wanted = None
    shown = excerpt(text, "es", wanted).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in shown
    assert ">" not in shown

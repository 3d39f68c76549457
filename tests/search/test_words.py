"""Tokens: stemmed, then folded; the same for what is indexed and for what is asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.localized import LANGUAGES
from app.search.words import LONGEST, forms, question, tokens


def answers(query: str, text: str, language: str) -> bool:
    """Whether every word of the query is asked of the text's tokens and found there."""
    found = set(tokens(text, language))
    return all(found & set(word) for word in question(query).words)


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("es", "La regularización de niños", "regularizacion ninos"),
        ("es", "REGULARIZACION", "regularización"),
        ("es", "políticas migratorias", "politica"),
        ("pt", "Proteção de crianças", "protecao crianca"),
        ("fr", "Les réfugiés ont accès à la mobilité", "refugie acces mobilite"),
        ("fr", "l'accès", "acces"),
        ("en", "Policies for migrants", "policy migrant"),
    ],
)
def test_accents_capitals_and_endings_make_no_difference(language, written, asked):
    assert answers(asked, written, language)


def test_other_words_are_not_found():
    assert not answers("retorno", "La regularización de niños", "es")


def test_single_letters_are_left_out_and_single_figures_are_not():
    assert tokens("l'accès, question 3", "fr") == [*forms("accès", "fr"), *forms("question", "fr"), "3"]


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_tokens_are_plain_whatever_is_written(text, language):
    assert all(re.fullmatch(f"[a-z0-9]{{1,{LONGEST}}}", token) for token in tokens(text, language))


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_a_text_answers_itself(text, language):
    assert answers(text, text, language)


def test_only_the_last_word_is_open_and_no_number_is():
    assert question("permiso temp").open_ended
    assert not question("permiso 20").open_ended
    assert not question("permiso te").open_ended
    assert question("* ' \x00 -").words == ()

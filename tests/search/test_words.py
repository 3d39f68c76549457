"""Tokens: stemmed, then folded; the same for what is indexed and for what is asked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.localized import LANGUAGES
from app.search import questions
from app.search.questions import question
from app.search.words import BESIDE, LONGEST, forms, in_order, stream


def found_by(text: str, language: str) -> set[str]:
    return set(stream(text, language).replace(BESIDE, " ").split())


def answers(query: str, text: str, language: str) -> bool:
    """Whether every word of the query is asked of the text's tokens and found there."""
    found = found_by(text, language)
    return all(found & set(word.tokens) for word in asked_of(query))


def asked_of(query: str) -> list:
    """The words of a query, small ones too."""
    phrase = questions._phrase(query)
    return list(phrase.words) if phrase else []


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
    assert in_order("l'accès, question 3", "fr") == [forms("accès", "fr")[-1], forms("question", "fr")[-1], "3"]


@given(st.text(max_size=300), st.sampled_from(LANGUAGES))
def test_tokens_are_plain_whatever_is_written(text, language):
    assert all(re.fullmatch(f"[a-z0-9]{{1,{LONGEST}}}", token) for token in found_by(text, language))


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_a_text_answers_itself(text, language):
    assert answers(text, text, language)


def test_words_stand_in_their_order_and_beside_them_as_they_are_written():
    ordered, beside = stream("Políticas migratorias", "es").split(BESIDE)
    assert len(ordered.split()) == 2
    assert {"politicas", "migratorias"} <= set(f"{ordered} {beside}".split())


def test_only_the_last_word_may_be_a_beginning_and_no_number_is():
    def beginnings(query: str) -> list[str]:
        return [word.written for word in question(query).words if word.beginning]

    assert beginnings("permiso temp") == ["temp"]
    assert beginnings("permiso 20") == beginnings("permiso te") == []
    assert beginnings("perm* ley") == ["perm", "ley"]

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.localized import LANGUAGES
from app.summaries.numbers import missing, numbers_in

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    "texts",
    [
        {"en": "1,500 people", "es": "1.500 personas", "fr": "1 500 personnes", "pt": "1.500 pessoas"},
        {"en": "1,500 people", "es": "1,500 personas"},
        {"en": "1,234,567.8 km", "es": "1.234.567,8 km", "fr": "1 234 567,8 km", "pt": "1.234.567,8 km"},
        {"en": "12.5 per cent", "es": "12,5 %", "fr": "12,5 pour cent", "pt": "12,5 por cento"},
        {"en": "12.5%", "es": "12.5 por ciento"},
        {"en": "In 2024 there were 3", "fr": "En 2024, il y en avait trois", "pt": "Em 2024 havia três"},
        {"en": "1.2 million", "es": "1,2 millones", "fr": "1 200 000", "pt": "1,2 milhão"},
        {"en": "3 billion", "es": "3 mil millones", "fr": "3 milliards", "pt": "3 bilhões"},
        {"en": "40 thousand", "es": "40 mil", "fr": "40 000", "pt": "40.000"},
        {"en": "two offices", "es": "2 oficinas"},
        {"en": "2024 500 people", "es": "2024 500 personas"},
        {"en": "from 10:30 on 3 May", "fr": "dès 10 h 30 le 3 mai"},
        {"en": "AG/RES. 2988 (LII-O/22)", "es": "AG/RES. 2988 (LII-O/22)"},
        {"en": "0.125 points", "es": "0,125 puntos"},
        {"en": "between 10 and 20%", "es": "entre 10% y 20%", "fr": "de 10 à 20 %", "pt": "de 10 a 20 por cento"},
        {"en": "1 office", "es": "una oficina", "fr": "un bureau", "pt": "um escritório"},
    ],
)
def test_the_same_numbers(texts):
    assert missing(texts) == {}


@pytest.mark.parametrize(
    ("texts", "lacking"),
    [
        ({"en": "1,500 people", "fr": "1 600 personnes"}, {"en": ["1 600"], "fr": ["1,500"]}),
        ({"en": "12 per cent", "es": "12 personas"}, {"en": ["12"], "es": ["12 %"]}),
        ({"en": "in 2024", "pt": "em 2025"}, {"en": ["2025"], "pt": ["2024"]}),
        ({"en": "3 and 3", "es": "3 y nada"}, {"es": ["3"]}),
        ({"en": "1.5 million", "fr": "15 millions"}, {"en": ["15 millions"], "fr": ["1.5 million"]}),
        ({"en": "10 people and 20%", "es": "10% y 20%"}, {"en": ["10 %"], "es": ["10"]}),
        ({"en": "none", "es": "7 oficinas", "pt": "7"}, {"en": ["7"]}),
        ({"en": "1,500", "pt": "1,500"}, {"en": ["1,500"], "pt": ["1,500"]}),
    ],
)
def test_numbers_that_differ(texts, lacking):
    assert missing(texts) == lacking


@given(st.text("0123456789., %\u00a0milonds", max_size=30), st.sampled_from(LANGUAGES))
def test_any_text_has_numbers_or_none(text, language):
    numbers_in(text, language)
    assert missing({language: text}) == {}

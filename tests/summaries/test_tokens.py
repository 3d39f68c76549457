import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.localized import LANGUAGES, LocalizedText
from app.summaries import tokens
from app.summaries.enums import Attribution
from app.summaries.mentions import Mention
from app.summaries.naming import in_form, listed, with_article
from app.summaries.tokens import write_out

pytestmark = pytest.mark.one_database
NAMES = {
    "CL": LocalizedText(en="Chile", es="Chile", fr="Chili", pt="Chile"),
    "PE": LocalizedText(en="Peru", es="Perú", fr="Pérou", pt="Peru"),
    "UY": LocalizedText(en="Uruguay", es="Uruguay", fr="Uruguay", pt="Uruguai"),
    "US": LocalizedText(en="United States", es="Estados Unidos", fr="États-Unis", pt="Estados Unidos"),
    "HT": LocalizedText(en="Haiti", es="Haití", fr="Haïti", pt="Haiti"),
    "IE": LocalizedText(en="Ireland", es="Irlanda", fr="Irlande", pt="Irlanda"),
    "IOM": LocalizedText(en="IOM", es="OIM", fr="OIM", pt="OIM"),
    "EC": LocalizedText(en="Ecuador", es="Ecuador", fr="Équateur", pt="Equador"),
}


def mention(*codes: str, participating: int = 40, named: bool = False, number: int = 0) -> Mention:
    names = {code: NAMES[code] for code in codes} | {f"X{place}": LocalizedText(en="X") for place in range(number)}
    return Mention(names, participating, Attribution.NAMED if named else Attribution.COLLECTIVE)


SEVEN = mention(number=7)


@pytest.mark.parametrize(
    ("language", "text", "written"),
    [
        ("en", "The view {of delegations}, shared {by delegations}, was put {to delegations}.",
         "The view of several delegations, shared by several delegations, was put to several delegations."),
        ("es", "La opinión {de delegaciones}, {por delegaciones} y {a delegaciones}.",
         "La opinión de varias delegaciones, por varias delegaciones y a varias delegaciones."),
        ("fr", "L'avis {of delegations}, {by delegations}, {to delegations}.",
         "L'avis de plusieurs délégations, par plusieurs délégations, à plusieurs délégations."),
        ("pt", "A posição {de delegações}, {por delegações}, {to delegations}.",
         "A posição de várias delegações, por várias delegações, a várias delegações."),
    ],
)  # fmt: skip
def test_the_word_in_each_language_and_form(language, text, written):
    assert write_out(text, language, SEVEN) == written


@pytest.mark.parametrize(
    ("language", "form", "most", "many", "one"),
    [
        ("en", "of", "of most delegations", "of many delegations", "of one delegation"),
        ("es", "of", "de la mayoría de las delegaciones", "de muchas delegaciones", "de una delegación"),
        ("es", "to", "a la mayoría de las delegaciones", "a muchas delegaciones", "a una delegación"),
        ("fr", "of", "de la plupart des délégations", "de nombreuses délégations", "d'une délégation"),
        ("fr", "by", "par la plupart des délégations", "par de nombreuses délégations", "par une délégation"),
        ("fr", "to", "à la plupart des délégations", "à de nombreuses délégations", "à une délégation"),
        ("pt", "of", "da maioria das delegações", "de muitas delegações", "de uma delegação"),
        ("pt", "by", "pela maioria das delegações", "por muitas delegações", "por uma delegação"),
        ("pt", "to", "à maioria das delegações", "a muitas delegações", "a uma delegação"),
    ],
)
def test_articles_contract(language, form, most, many, one):
    token = f"x {{{form} delegations}}"
    for number, words in ((25, most), (10, many), (1, one)):
        assert write_out(token, language, mention(number=number)) == f"x {words}"


def test_the_number_is_followed():
    text = "{delegations} {reports|report} that {it has|they have} begun."
    assert write_out(text, "en", mention("CL")) == "One delegation reports that it has begun."
    assert write_out(text, "en", mention("CL", "PE")) == "Two delegations report that they have begun."
    assert write_out(text, "en", mention("CL", named=True)) == "Chile reports that it has begun."


@pytest.mark.parametrize(
    ("language", "form", "written"),
    [
        ("en", "subject", "Chile, Peru and the United States"),
        ("en", "of", "of Chile, Peru and the United States"),
        ("es", "subject", "Chile, los Estados Unidos y Perú"),
        ("es", "of", "de Chile, los Estados Unidos y Perú"),
        ("fr", "subject", "le Chili, les États-Unis et le Pérou"),
        ("fr", "of", "du Chili, des États-Unis et du Pérou"),
        ("fr", "by", "par le Chili, les États-Unis et le Pérou"),
        ("fr", "to", "au Chili, aux États-Unis et au Pérou"),
        ("pt", "subject", "o Chile, os Estados Unidos e o Peru"),
        ("pt", "of", "do Chile, dos Estados Unidos e do Peru"),
        ("pt", "by", "pelo Chile, pelos Estados Unidos e pelo Peru"),
        ("pt", "to", "ao Chile, aos Estados Unidos e ao Peru"),
    ],
)
def test_names_in_the_alphabet_and_the_grammar_of_each_language(language, form, written):
    token = "delegations" if form == "subject" else f"{form} delegations"
    assert write_out(f"x {{{token}}}", language, mention("US", "PE", "CL", named=True)) == f"x {written}"


def test_names_that_are_hard():
    assert listed({"HT": "Haïti", "EC": "Équateur"}, "of", "fr") == "de l'Équateur et d'Haïti"
    assert listed({"HN": "Honduras"}, "of", "fr") == "du Honduras"
    assert listed({"SV": "El Salvador"}, "of", "es") == "de El Salvador"
    assert listed({"SV": "El Salvador"}, "of", "fr") == "d'El Salvador"
    assert listed({"GB": "Reino Unido"}, "of", "es") == "del Reino Unido"
    assert listed({"CL": "Chile", "IE": "Irlanda"}, "subject", "es") == "Chile e Irlanda"
    assert listed({"IOM": "OIM", "CL": "Chile"}, "to", "es") == "a Chile y OIM"
    assert with_article("UY", "Uruguay", "fr") == "l'Uruguay"
    assert in_form("", "of", "en") == ""


@pytest.mark.parametrize(
    ("before", "capital"),
    [
        ("", True), ("First. ", True), ("**", True), ("Well.\n\n", True), ("- ", True), ("12. ", True), ("“", True),
        ("¿", True), ("He said it.” ", True), ("Noted.[^1] ", True), ("Text.\n\n[^1]: ", True), ("x\n- one\n- ", True),
        ("In Lima, ", False), ("It said: “", False), ("and\n", False), ("see (", False), ("Noted[^1] ", False),
    ],
)  # fmt: skip
def test_a_capital_begins_a_sentence(before, capital):
    written = write_out(f"{before}{{delegations}} met", "en", SEVEN)
    assert written == f"{before}{'S' if capital else 's'}everal delegations met"


def test_as_long_as_nobody_is_cited_tokens_stay():
    text = "{delegations} {has|have} spoken"
    assert write_out(text, "en", mention()) == text


def test_what_is_no_token_stays_and_is_told():
    text = "{Delegations } met {soon} in {a|b|c} { } {{delegations}}"
    assert tokens.unknown(text) == ["{soon}", "{a|b|c}", "{ }"]
    assert write_out(text, "en", SEVEN) == "Several delegations met {soon} in {a|b|c} { } {several delegations}"
    assert tokens.says_how_many(text)
    assert not tokens.says_how_many("{soon} {has|have}")


def test_what_people_typed_themselves():
    assert tokens.without("{delegations} met {soon}") == "  met {soon}"


TOKEN = st.sampled_from(["{delegations}", "{of delegations}", "{has|have}", "{à délégations}"])
WORDS = st.text(st.characters(exclude_characters="{}\\", exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(WORDS, TOKEN), max_size=6), WORDS, st.sampled_from(LANGUAGES), st.integers(0, 12))
def test_no_other_word_is_lost(pairs, last, language, number):
    text = "".join(words + token for words, token in pairs) + last
    written = write_out(text, language, mention(number=number))
    pattern = "".join(re.escape(words) + r"[^{}]*?" for words, _token in pairs) + re.escape(last)
    if number:
        assert re.fullmatch(pattern, written, re.DOTALL)
        assert "{" not in written
    else:
        assert written == text


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_any_text_can_be_written_out(text, language):
    write_out(text, language, SEVEN)

"""Content as readers see it: their own terms, the writer's words, no contact unless it is asked for."""

from types import SimpleNamespace

import pytest
from flask_babel import force_locale

from app.directory.reference import read
from app.practices.reading import ShownCell, read_content, titles
from tests.factories.practices import full_content

TEMPLATE = read("call_template.yaml")
QUESTIONS = [SimpleNamespace(key="1", number=1, text={"en": "What worked?", "fr": "Qu'est-ce qui a marché ?"})]


def shown(language: str, *, contact: bool = False, empty: bool = False, **changes) -> dict:
    with force_locale(language):
        sections = read_content(
            TEMPLATE, full_content(**changes), questions=QUESTIONS, known=titles(), contact=contact, empty=empty
        )
        return {field.name: field for section in sections for field in section.fields}


def test_terms_are_in_the_readers_language_and_texts_in_the_writers(app):
    fields = shown("fr")
    assert fields["levels"].items == ["National"]
    assert fields["gcm_main"].items == ["5. Filières de migration régulière"]
    assert fields["mechanisms"].shape == "terms"
    assert fields["answers.1"].label.endswith("Qu'est-ce qui a marché ?")
    assert fields["context"].text == full_content()["context"]
    assert fields["actors"].rows[0][0].text == "Institution responsable"
    assert not fields["actors"].rows[0][0].original
    assert fields["actors"].rows[0][1].original
    assert not fields["actors"].rows[0][1].whole
    assert fields["links"].rows[0][1].url == "https://www.gob.pe/migraciones"
    assert fields["answers.1"].anchor == "field-answers.1"
    assert [ShownCell(text, "", original=True).whole for text in ("71,50", "diciembre de 2017")] == [True, True]


@pytest.mark.parametrize(
    ("period", "words"),
    [
        ({"from": "2017-01", "to": "2018-12"}, "January 2017 to December 2018"),
        ({"from": "2017-01", "to": None}, "Since January 2017"),
        ({"from": "", "to": "soon"}, "soon"),
    ],
)
def test_periods_in_words(app, period, words):
    assert shown("en", period=period)["period"].text == words


@pytest.mark.parametrize(
    ("cost", "words"),
    [
        ({"amount": 1000000, "currency": "USD", "source": "The State"}, "1,000,000 USD; The State"),
        ({"amount": "much", "currency": "", "source": ""}, "much"),
    ],
)
def test_amounts_in_figures(app, cost, words):
    assert shown("en", cost=cost)["cost"].text == words


def test_the_contact_is_shown_where_it_is_asked_for_alone(app):
    assert "contact" not in shown("en")
    assert "contact" not in shown("en", empty=True)
    assert "example.org" in shown("en", contact=True)["contact"].text


def test_empty_fields_are_left_out_unless_asked_for(app):
    assert "rights" not in shown("en", rights=None)
    assert shown("en", rights=None, empty=True)["rights"].empty
    assert shown("en")["consent"].text == "The public"


def test_plain_values_tell_versions_apart(app):
    assert "Superintendencia" in shown("en")["actors"].plain
    assert shown("en")["levels"].plain == "National"

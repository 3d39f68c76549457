import pytest

from app.summaries.quantifiers import SCALE
from app.summaries.typed_words import typed

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("language", "text", "keys"),
    [
        ("en", "Several delegations agreed.", ["several"]),
        ("en", "Several measures were taken.", []),
        ("en", "Most of the States and a few other countries agreed.", ["most", "a_few"]),
        ("en", "All delegations; one State.", ["all", "one"]),
        ("es", "Varias delegaciones y varios Estados", ["several", "several"]),
        ("es", "La mayoría de los países, y todos los miembros", ["most", "all"]),
        ("es", "varias medidas", []),
        ("es", "Un Estado y una delegación", ["one", "one"]),
        ("fr", "Plusieurs délégations, la plupart des États, de nombreux pays", ["several", "most", "many"]),
        ("fr", "Certains États et toutes les délégations", ["some", "all"]),
        ("pt", "Várias delegações, vários países e dois Estados", ["several", "several", "two"]),
        ("pt", "A maioria dos Estados", ["most"]),
    ],
)
def test_words_that_people_typed(language, text, keys):
    assert [step.key for _words, step in typed(text, language, SCALE)] == keys


def test_the_words_as_they_stand():
    assert typed("It said that several\nother delegations came", "en", SCALE)[0][0] == "several other delegations"

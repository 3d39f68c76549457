import pytest

from app.core.localized import LocalizedText
from app.summaries.state_names import StateNames

pytestmark = pytest.mark.one_database
NAMES = StateNames.known(
    {"VE": [LocalizedText(en="Venezuela (Bolivarian Republic of)"), LocalizedText(en="Venezuela")]},
    others=["Declaration of Panama"],
)


@pytest.mark.parametrize(
    ("language", "text", "codes"),
    [
        ("en", "Peru and Chile agreed.", ["PE", "CL"]),
        ("es", "Según el Perú, Chile y Brasil.", ["PE", "CL", "BR"]),
        ("fr", "L'avis du Pérou, de l’Argentine et d'Haïti", ["PE", "AR", "HT"]),
        ("pt", "O Chile, o Peru e os Estados Unidos", ["CL", "PE", "US"]),
        ("en", "Guinea-Bissau and Papua New Guinea", ["GW", "PG"]),
        ("en", "Guinea alone", ["GN"]),
        ("en", "the Dominican Republic", ["DO"]),
        ("en", "Dominica alone", ["DM"]),
        ("en", "Nigeria", ["NG"]),
        ("en", "Niger", ["NE"]),
        ("es", "la República Dominicana y Dominica", ["DO", "DM"]),
        ("fr", "la République dominicaine, la Dominique", ["DO", "DM"]),
        ("en", "in Mexico City, by the Declaration of Panama", []),
        ("fr", "le Nouveau-Mexique", []),
        ("es", "en la Ciudad de México", []),
        ("en", "Chilean and Peruvian offices; a chile pepper", []),
        ("en", "Puerto Rico and Aruba", []),
        ("en", "Venezuela (Bolivarian Republic of)", ["VE"]),
        ("en", "the Chile-Peru border", ["CL", "PE"]),
    ],
)
def test_names_of_states(language, text, codes):
    assert list(NAMES.found(text, language)) == codes

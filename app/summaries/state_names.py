"""Names of States in a text, in four languages: of all countries that Unicode's CLDR names, and of the directory.

A name within a longer one is not found: Guinea in Guinea-Bissau, Dominica in Dominican Republic, Mexico in Mexico City
or in the name of a mechanism. Capitals count; adjectives ("Chilean") are out of scope.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from babel import Locale

from app.core.localized import LANGUAGES, LocalizedText

# What CLDR names and is no State; their names still hide those within them.
_NO_STATES = (
    "AC AI AQ AS AW AX BL BM BQ BV CC CK CP CQ CW CX DG EA EH EU EZ FK FO GF GG GI GL GP GS GU HK HM IC IM IO JE "
    "KY MF MO MP MQ MS NC NF NU PF PM PN PR QO RE SH SJ SX TA TC TF TK TW UM UN VG VI WF XA XB YT ZZ "
)
# Names that have a State's in them and are not its own.
_OTHERS = {
    "en": "Mexico City/New Mexico/Gulf of Mexico/Panama City/Panama Canal/Guatemala City/Kuwait City/US dollar",
    "es": "Ciudad de México/Nuevo México/Golfo de México/Ciudad de Panamá/Canal de Panamá/Ciudad de Guatemala",
    "fr": "Nouveau-Mexique/golfe du Mexique/canal de Panama/ville de Mexico",
    "pt": "Cidade do México/Novo México/Golfo do México/Cidade do Panamá/Canal do Panamá/Cidade da Guatemala",
}
# Older or other names that people write, by code.
_ALSO = {
    "en": {"US": "United States of America/USA", "CZ": "Czech Republic", "TR": "Turkey", "GB": "United Kingdom"},
    "es": {"US": "Estados Unidos de América/EE. UU./EE.UU.", "TT": "Trinidad y Tobago/Trinidad y Tabago"},
    "fr": {"US": "États-Unis d'Amérique", "SV": "Salvador", "VC": "Saint-Vincent-et-les-Grenadines"},
    "pt": {"US": "Estados Unidos da América/EUA", "SV": "El Salvador", "TT": "Trinidad e Tobago/Trindade e Tobago"},
}


@lru_cache(maxsize=8)
def _of_cldr(language: str) -> dict[str, str]:
    """Name -> code ("" for what is no State)."""
    names = {}
    for code, name in Locale.parse(language).territories.items():
        if len(code) == 2 and code.isalpha():
            names[name] = "" if code in _NO_STATES else code
    names.update(dict.fromkeys(_OTHERS[language].split("/"), ""))
    for code, others in _ALSO[language].items():
        names.update(dict.fromkeys(others.split("/"), code))
    return names


@dataclass(frozen=True)
class StateNames:
    """The names of States by language, ready to be looked for."""

    codes: Mapping[str, Mapping[str, str]]
    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def known(cls, states: Mapping[str, Iterable[LocalizedText]] | None = None, others: Iterable[str] = ()) -> Self:
        """Return the names of CLDR with those of `states` (by code); `others` are names of what is no State."""
        codes: dict[str, dict[str, str]] = {}
        for language in LANGUAGES:
            names = dict.fromkeys(others, "") | _of_cldr(language)
            for code, texts in (states or {}).items():
                names |= {text[language]: code for text in texts if language in text}
            codes[language] = {name: code for name, code in names.items() if name}
        patterns = {
            language: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
            for language, names in codes.items()
        }
        return cls(codes, patterns)

    def found(self, text: str, language: str) -> dict[str, str]:
        """Return code -> name, as it is written, of the States that a text names, in order."""
        if language not in self.patterns:
            return {}
        codes: dict[str, str] = {}
        for match in self.patterns[language].finditer(text.replace("’", "'")):
            if code := self.codes[language][match.group()]:
                codes.setdefault(code, match.group())
        return codes

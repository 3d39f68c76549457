"""The names of delegations in a sentence: with their articles, as subject and after "of", "by" and "to".

Lists stand in the alphabetical order of each language. What has no article here (organizations, mechanisms: their
acronyms) stands without one in all forms.
"""

from collections.abc import Mapping, Sequence

from app.core.texts import alphabetical

FORMS = ("subject", "of", "by", "to")

# ISO 3166 codes by article. Spanish and English have articles of few; French and Portuguese of most.
_ARTICLES: dict[str, dict[str, str]] = {
    "en": {"the": "AE BS CD CF CG DO GB GM KM MH MV NL PH RU SB SC US VA"},
    "es": {"el": "GB VA", "la": "DO", "los": "AE NL US", "las": "BS"},
    "fr": {
        "le": "BD BR BZ CA CL CR EC GT GY HN JP MA MX NI PA PE PT PY SR UY VE GB",
        "la": "AD AR BB BE BO CH CO DE DM DO ES FR GD GR IT JM SE TR TT",
        "les": "AE BS NL PH US",
    },
    "pt": {
        "o": "BR CA CL EC HT JP MX PA PE PY SR UY GB",
        "a": "AR BE BO CH CO CR DE DM DO ES FR GR GT GY IT JM NI SE TR VE",
        "os": "AE NL US",
        "as": "BS PH",
    },
}
_ARTICLE = {
    language: {code: article for article, codes in table.items() for code in codes.split()}
    for language, table in _ARTICLES.items()
}
_PREPOSITIONS = {
    "en": {"of": "of", "by": "by", "to": "to"},
    "es": {"of": "de", "by": "por", "to": "a"},
    "fr": {"of": "de", "by": "par", "to": "à"},
    "pt": {"of": "de", "by": "por", "to": "a"},
}
_CONTRACTED = {
    "en": {},
    "es": {"de el": "del", "a el": "al"},
    "fr": {"de le": "du", "de les": "des", "de des": "de", "de de": "de", "à le": "au", "à les": "aux"},
    "pt": {
        **{f"de {article}": f"d{article}" for article in ("o", "a", "os", "as")},
        **{f"por {article}": f"pel{article}" for article in ("o", "a", "os", "as")},
        "a o": "ao", "a a": "à", "a os": "aos", "a as": "às",
    },
}  # fmt: skip
_AND = {"en": "and", "es": "y", "fr": "et", "pt": "e"}
# Where each of several names has the preposition of its own.
_REPEATED = {("fr", "of"), ("fr", "to"), ("pt", "of"), ("pt", "by"), ("pt", "to")}
_VOWELS = "aeiouhâàäéèêëîïôöùûüœæ"
_CONSONANT_H = ("honduras", "hong", "hongrie")


def in_form(words: str, form: str, language: str) -> str:
    """Return words that begin with an article (or none) in a form: "la plupart …" as "de la plupart …".

    A capital shows that what looks like an article belongs to a name: "de El Salvador".
    """
    if form == "subject" or not words:
        return words
    preposition = _PREPOSITIONS[language][form]
    first, _space, rest = words.partition(" ")
    if contracted := _CONTRACTED[language].get(f"{preposition} {first}"):
        return f"{contracted} {rest}"
    if preposition == "de" and language == "fr" and _elides(first):
        return f"d'{words}"
    return f"{preposition} {words}"


def _elides(word: str) -> bool:
    return word[:1].casefold() in _VOWELS and not word.casefold().startswith(_CONSONANT_H)


def with_article(code: str, name: str, language: str) -> str:
    """Return a party's name as a sentence has it: "the United States", "l'Argentine", "Cuba"."""
    article = _ARTICLE[language].get(code)
    if not article:
        return name
    if language == "fr" and article != "les" and _elides(name):
        return f"l'{name}"
    return f"{article} {name}"


def listed(names: Mapping[str, str], form: str, language: str) -> str:
    """Return the names (by party code) as a list in a form: "of Chile, Peru and Uruguay"."""
    ordered = sorted(names.items(), key=lambda item: alphabetical(item[1], language))
    each = [with_article(code, name, language) for code, name in ordered]
    if (language, form) in _REPEATED:
        return _joined([in_form(name, form, language) for name in each], language)
    return in_form(_joined(each, language), form, language)


def _joined(names: Sequence[str], language: str) -> str:
    if len(names) < 2:
        return "".join(names)
    conjunction = _AND[language]
    last = names[-1].casefold()
    if language == "es" and last.startswith(("i", "í", "hi", "hí")) and not last.startswith(("hia", "hie")):
        conjunction = "e"
    return f"{', '.join(names[:-1])} {conjunction} {names[-1]}"

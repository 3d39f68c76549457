"""Numbers in a text, so that four languages can be compared: digits with each language's marks, per cent, years.

"1,500.5" in English is "1.500,5" or "1 500,5" in the others; a mark that could be either (1.500 in Spanish, where
Mexico has it for decimals) is read as both. "1.2 million" is "1 200 000". A number that another language writes in
letters (one to twelve) is not missing there. In "10 and 20 %" the sign can be meant for both.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

_NUMBER = re.compile(
    r"\d{1,3}(?:[\u00a0\u202f ]\d{3})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,]\d+)*",
)
_PER_CENT = re.compile(
    r"[\u00a0\u202f ]?(?:%|per cent\b|percent\b|por ciento\b|pour cent\b|por cento\b)", re.IGNORECASE
)
_TIMES = {
    "en": {"thousand": 3, "million": 6, "billion": 9},
    "es": {"mil millones": 9, "mil": 3, "millón": 6, "millones": 6},
    "fr": {"mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9},
    "pt": {"mil": 3, "milhão": 6, "milhões": 6, "bilhão": 9, "bilhões": 9, "mil milhões": 9},
}
_LETTERS = {
    "en": "one two three four five six seven eight nine ten eleven twelve",
    "es": "un/uno/una dos tres cuatro cinco seis siete ocho nueve diez once doce",
    "fr": "un/une deux trois quatre cinq six sept huit neuf dix onze douze",
    "pt": "um/uma dois/duas três quatro cinco seis sete oito nove dez onze doze",
}
_DECIMAL = {"en": ".", "es": ",", "fr": ",", "pt": ","}
_JOINED = re.compile(r"\s*(?:and|or|to|y|e|o|u|a|et|ou|à|,|-|–)\s*", re.IGNORECASE)
_BOTH = {"es"}  # where both marks stand for both


@dataclass(frozen=True)
class Number:
    """A number as it is `written`, with the `values` that it can have; `per_cent`: None where it may be or not."""

    written: str
    values: frozenset[Decimal]
    per_cent: bool | None = False

    def may_be(self, other: "Number") -> bool:
        alike = self.per_cent == other.per_cent or None in (self.per_cent, other.per_cent)
        return alike and bool(self.values & other.values)


def numbers_in(text: str, language: str) -> list[Number]:
    """Return the numbers that a text writes in digits, in order."""
    found: list[Number] = []
    joined: list[int] = []  # those right before another, whose sign may be theirs too
    position = end = 0
    while match := _NUMBER.search(text, position):
        if found and not found[-1].per_cent and _JOINED.fullmatch(text[end : match.start()]):
            joined.append(len(found) - 1)
        written, end = match.group(), match.end()
        if language == "en" and " " in written:  # English has no spaces within a number
            written, end = written.split(" ")[0], match.start() + written.index(" ")
        values = _values(written, language)
        rest = text[end:]
        for words, power in sorted(_TIMES[language].items(), key=lambda item: -len(item[0])):
            if re.match(rf"[\u00a0\u202f ]{words}\b", rest, re.IGNORECASE):
                values = {value.scaleb(power) for value in values}
                written = f"{written} {words}"
                break
        per_cent = bool(_PER_CENT.match(rest))
        found.append(
            Number(f"{written} %" if per_cent else written, frozenset(map(Decimal.normalize, values)), per_cent)
        )
        position = end
    for place in reversed(joined):
        if found[place + 1].per_cent is not False:
            found[place] = replace(found[place], per_cent=None)
    return found


def _values(written: str, language: str) -> set[Decimal]:
    plain = re.sub(r"[\u00a0\u202f ]", "", written)
    marks = [char for char in plain if char in ".,"]
    if not marks:
        return {Decimal(plain)}
    if len(set(marks)) == 2:
        last = marks[-1]
        whole, _mark, part = plain.rpartition(last)
        return {Decimal(f"{re.sub('[.,]', '', whole)}.{part}")}
    mark = marks[0]
    in_threes = all(len(part) == 3 for part in plain.split(mark)[1:]) and len(plain.split(mark)[0]) <= 3
    joined, split = Decimal(plain.replace(mark, "")), plain.replace(mark, ".", 1)
    if len(marks) > 1:
        return {joined}
    values = {Decimal(split)}
    if in_threes and plain[0] != "0":
        if mark != _DECIMAL[language] and language not in _BOTH:
            return {joined}
        if language in _BOTH:
            values.add(joined)
    return values


def missing(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """Return language -> the numbers that another language has and it has not, as they are written there."""
    found = {language: numbers_in(text, language) for language, text in texts.items()}
    lacking: dict[str, list[str]] = {}
    for language, own in found.items():
        for other, theirs in found.items():
            if other == language:
                continue
            left = list(own)
            for number in theirs:
                same = next((one for one in left if one.may_be(number)), None)
                if same is not None:
                    left.remove(same)
                elif not _in_letters(number, texts[language], language):
                    lacking.setdefault(language, []).append(number.written)
    return {language: list(dict.fromkeys(lacking[language])) for language in texts if language in lacking}


def _in_letters(number: Number, text: str, language: str) -> bool:
    words = _LETTERS[language].split()
    return any(
        value == place and re.search(rf"(?<!\w)(?:{word.replace('/', '|')})(?!\w)", text, re.IGNORECASE)
        for value in number.values
        for place, word in enumerate(words, start=1)
    )

"""Words for how many delegations that people typed themselves, where a token would have followed the citations.

"Several" alone speaks of anything: the word counts where a noun for those who take part follows it ("several
delegations", "varios Estados", "la plupart des pays").
"""

import re
from collections.abc import Sequence
from functools import lru_cache

from app.summaries.quantifiers import Step

_NOUNS = {
    "en": "delegations?|states?|countries|country|members?|participants?|speakers?|governments?|mechanisms?",
    "es": "delegaci(?:ón|ones)|estados?|país(?:es)?|miembros?|participantes?|oradores|gobiernos?|mecanismos?",
    "fr": "délégations?|états?|pays|membres?|participants?|orateurs|gouvernements?|mécanismes?",
    "pt": "delegaç(?:ão|ões)|estados?|país(?:es)?|membros?|participantes?|oradores|governos?|mecanismos?",
}
# The other gender of a word, by how it ends.
_GENDERS = {
    "en": (),
    "es": (("as", "os"), ("una", "un")),
    "fr": (("euses", "eux"), ("aines", "ains"), ("outes", "ous"), ("une", "un")),
    "pt": (("duas", "dois"), ("as", "os"), ("uma", "um")),
}
_LINKS = r"(?:\s+(?:of\s+the|of|de\s+las|de\s+los|des|de|das|dos|the|las|los|les|as|os))?"
_OTHER_WORDS = r"(?:\s+\w+)?"  # "several other delegations", "varias de las delegaciones"


def _either(word: str, language: str) -> str:
    for ending, other in _GENDERS[language]:
        if word.endswith(ending):
            return f"(?:{re.escape(word)}|{re.escape(word.removesuffix(ending) + other)})"
    return re.escape(word)


@lru_cache(maxsize=500)
def _pattern(subject: str, language: str) -> re.Pattern[str] | None:
    """The pattern of a scale's word without its noun: "several", "la plupart", "todas" (and "todos")."""
    words = re.split(rf"\b(?:{_NOUNS[language]})\b", subject.casefold())[0].split()
    while words and words[-1] in ("de", "des", "das", "dos", "las", "los", "les", "as", "os", "the", "of"):
        words.pop()
    while len(words) > 1 and words[0] == "de":
        words.pop(0)
    if not words:
        return None
    head = r"\s+".join(_either(word, language) for word in words)
    return re.compile(rf"(?<!\w)({head}){_LINKS}{_OTHER_WORDS}\s+(?:{_NOUNS[language]})(?!\w)", re.IGNORECASE)


def typed(text: str, language: str, scale: Sequence[Step]) -> list[tuple[str, Step]]:
    """Return the words of a scale that a text says of delegations, with their steps, in order."""
    found: dict[tuple[int, int], tuple[str, Step]] = {}
    for step in scale:
        pattern = _pattern(step.in_language(language), language)
        for match in pattern.finditer(text) if pattern else ():
            key = match.span()
            longer = any(start <= key[0] and key[1] <= end and (start, end) != key for start, end in found)
            if not longer:
                found.setdefault(key, (" ".join(match.group().split()), step))
    return [found[key] for key in sorted(found)]

"""Text as the index holds it: stems without accents, the same on every database engine.

Words are stemmed by the rules of their language first and lose their accents after: the rules need the
accents. So that a word written without its accents is found too, what the rules make of that is kept
beside it.
"""

import re
import unicodedata
from functools import lru_cache
from threading import Lock

import snowballstemmer

from app.core.localized import LANGUAGES
from app.core.texts import fold

WORD = re.compile(r"[^\W_]+")
LONGEST = 40  # characters of a token; PostgreSQL refuses lexemes of more than 2 kB
MOST = 15_000  # words of one text that are indexed in their order; PostgreSQL counts no further than 16,383
BESIDE = " | "  # in a stream, between the words in their order and what else they are found by

_NAMES = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese"}
_STEMMERS = {code: snowballstemmer.stemmer(_NAMES[code]) for code in LANGUAGES}
_LOCK = Lock()  # a stemmer keeps the word it works on
PLAIN = re.compile("[a-z0-9]+")


@lru_cache(maxsize=20_000)
def forms(word: str, language: str) -> tuple[str, ...]:
    """Return the tokens (only a-z and 0-9) of one word: none for a single letter, else one or two.

    Letters that are none of a-z even without their accents are left out.
    """
    letters = unicodedata.normalize("NFC", word.lower())
    lowered = letters
    if not PLAIN.fullmatch(letters):
        lowered = "".join(letter for letter in letters if PLAIN.fullmatch(fold(letter)))
    if len(lowered) < 2 and not lowered.isdecimal():
        return ()
    folded = fold(lowered)
    if lowered.isdecimal():  # which no language stems
        return (folded[:LONGEST],)
    stemmer = _STEMMERS[language]
    with _LOCK:
        stems = [stemmer.stemWord(written) for written in dict.fromkeys((lowered, folded))]
    return tuple(dict.fromkeys(fold(stem)[:LONGEST] for stem in stems))


def words_in(text: str) -> list[str]:
    """Return the words of a text, in order."""
    return WORD.findall(unicodedata.normalize("NFC", text))


@lru_cache(maxsize=20_000)
def plain(word: str) -> str:
    """Return a word as it is written, without capitals and accents; only a-z and 0-9."""
    return "".join(letter for letter in fold(word) if PLAIN.fullmatch(letter))[:LONGEST]


def in_order(text: str, language: str) -> list[str]:
    """Return one stem for each word of a text, in order: that of the word without its accents."""
    return [found[-1] for word in words_in(text)[:MOST] if (found := forms(word, language))]


def stream(text: str, language: str) -> str:
    """Return what the engines index of a text: a stem for each word in order, then what else the words are found by
    (the stem with regard to accents, and each word as it is written, for who asks for beginnings)."""
    words = words_in(text)[:MOST]
    known = {word: found for word in dict.fromkeys(words) if (found := _indexed(word, language))}
    ordered = [known[word][0] for word in words if word in known]
    beside: dict[str, None] = {}
    for _last, stem, written in known.values():
        beside[stem] = beside[written] = None
    here = set(ordered)
    return " ".join(ordered) + BESIDE + " ".join(token for token in beside if token not in here)


@lru_cache(maxsize=50_000)
def _indexed(word: str, language: str) -> tuple[str, str, str] | None:
    """What `stream` keeps of a word: in its order, and beside; None for one that has no token."""
    found = forms(word, language)
    return (found[-1], found[0], plain(word)) if found else None

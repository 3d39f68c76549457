"""Text as the index holds it: stems without accents, the same on every database engine.

Words are stemmed by the rules of their language first and lose their accents after: the rules need the
accents. So that a word written without its accents is found too, what the rules make of that is kept
beside it.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

import snowballstemmer

from app.core.localized import LANGUAGES
from app.core.texts import fold

WORD = re.compile(r"[^\W_]+")
LONGEST = 40  # characters of a token; PostgreSQL refuses lexemes of more than 2 kB
SHORTEST_PREFIX = 3

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
    lowered = "".join(letter for letter in letters if PLAIN.fullmatch(fold(letter)))
    if len(lowered) < 2 and not lowered.isdecimal():
        return ()
    stemmer = _STEMMERS[language]
    with _LOCK:
        stems = (stemmer.stemWord(lowered), stemmer.stemWord(fold(lowered)))
    return tuple(dict.fromkeys(fold(stem)[:LONGEST] for stem in stems))


def _words(text: str) -> list[str]:
    return WORD.findall(unicodedata.normalize("NFC", text))


def tokens(text: str, language: str) -> list[str]:
    """Return the tokens of a text in one of the four languages, in order."""
    return [token for word in _words(text) for token in forms(word, language)]


@dataclass(frozen=True)
class Question:
    """A query as the index is asked: for each word, the tokens that any of the four languages makes of it.

    `open_ended`: the last word may be the beginning of a longer one (it is long enough, and no number).
    """

    words: tuple[tuple[str, ...], ...]
    open_ended: bool

    def asks_for(self, word: str, language: str) -> bool:
        """Whether a word of a text is one that was asked for."""
        found = forms(word, language)
        return any(token in wanted for wanted in self.words for token in found) or (
            self.open_ended and any(token.startswith(self.words[-1]) for token in found)
        )


def question(text: str) -> Question:
    """Return the question that a query asks; it has no words where the query has none."""
    words = []
    open_ended = False
    for word in _words(text):
        if found := dict.fromkeys(token for language in LANGUAGES for token in forms(word, language)):
            words.append(tuple(found))
            open_ended = len(word) >= SHORTEST_PREFIX and not word.isdigit()
    return Question(tuple(words), open_ended)

"""What a query asks for.

Words must all be there; "phrases" stand together; -word leaves out every thing that has it; word* is a beginning, and
the last word may be one. Whatever else stands in a query (operators of SQL, of FTS5, of tsquery) is a word or nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.core.localized import LANGUAGES
from app.search.stops import STOPS
from app.search.words import WORD, forms, in_order, plain

QUERY_LIMIT = 200  # characters
MOST_WORDS = 24
SHORTEST_PREFIX = (
    3  # letters of a last word that may be a beginning, and of one that is asked for although texts have it
)
FAMILY = 5  # letters of a stem that words of the same family begin with
CHUNK = re.compile(r'(?P<minus>(?<!\S)[-\u2212])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
QUOTES = str.maketrans("«»“”„‟", '""""""')


@dataclass(frozen=True)
class Word:
    """A word asked for: as it was written, the tokens that the four languages make of it, without accents; whether it
    may be the beginning of a longer one."""

    written: str
    tokens: tuple[str, ...]
    plain: str
    beginning: bool = False

    @property
    def stop(self) -> bool:
        """Whether every text has it."""
        return self.plain in STOPS

    @property
    def family(self) -> tuple[str, ...]:
        """What words of its family begin with; none for a short one."""
        return tuple(token for token in self.tokens if len(token) >= FAMILY)

    def means(self, word: str, language: str, *, family: bool = False) -> bool:
        """Whether a word of a text is the one asked for."""
        found = forms(word, language)
        return (
            any(token in self.tokens for token in found)
            or (self.beginning and plain(word).startswith(self.plain))
            or (family and any(token.startswith(self.family) for token in found))
        )


@dataclass(frozen=True)
class Phrase:
    """Words that stand together: their stems in order, by each language that makes others of them."""

    words: tuple[Word, ...]
    orders: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Question:
    """What must be there, and what must not. `words` leaves out those that every text has, unless nothing else is asked
    for; `whole`: all words in order, as a phrase by each language. `relaxed`: words of the same family do."""

    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]
    without: tuple[Word | Phrase, ...]
    whole: Phrase
    relaxed: bool = False

    @property
    def all_words(self) -> tuple[Word, ...]:
        """All words that are wanted, those of phrases too."""
        return self.words + tuple(word for phrase in self.phrases for word in phrase.words)


def question(text: str) -> Question:
    """Return what a query asks for. Raises Refusal, at the field q, for one that is too long or asks for nothing."""
    if len(text) > QUERY_LIMIT:
        raise Refusal(
            _l(
                "Your search has %(count)d characters; the most is %(limit)d. Use fewer words.",
                count=len(text),
                limit=QUERY_LIMIT,
            ),
            field="q",
        )
    words: list[Word] = []
    phrases: list[Phrase] = []
    without: list[Word | Phrase] = []
    everything: list[str] = []
    last: Word | None = None
    for minus, phrase, written in _chunks(text):
        if phrase:
            last = None
            if (found := _phrase(written)) is None:
                continue
            if minus:
                without.append(found)
                continue
            if len(found.words) > 1:
                phrases.append(found)
            else:
                words.extend(found.words)
            everything.append(written)
            continue
        found_words = _words(written)
        if minus:
            without += found_words[:1] if len(found_words) == 1 else [one] if (one := _phrase(written)) else []
        elif found_words:
            words += found_words
            last = found_words[-1]
            everything.append(written)
    if len(words) + sum(len(each.words) for each in phrases) + len(without) > MOST_WORDS:
        raise Refusal(_l("A search has at most %(limit)d words. Use fewer words.", limit=MOST_WORDS), field="q")
    asked_for = {word for word in words if word.beginning and len(word.plain) >= SHORTEST_PREFIX}
    if words and last is words[-1] and len(last.plain) >= SHORTEST_PREFIX and not last.plain.isdecimal():
        words[-1] = Word(last.written, last.tokens, last.plain, beginning=True)
    telling = [word for word in words if not word.stop or word in asked_for]
    if not telling and not phrases:
        if words:
            raise Refusal(_l("These words are in every text. Add one that tells what you look for."), field="q")
        if without:
            raise Refusal(_l("Write at least one word that is to be there."), field="q")
        raise Refusal(_l("Write at least one word of two letters or more."), field="q")
    return Question(tuple(telling), tuple(phrases), tuple(without), _phrase(" ".join(everything)) or Phrase((), ()))


def _chunks(text: str) -> Iterator[tuple[bool, bool, str]]:
    """Whether it is left out, whether it is a phrase, and the text of it; a quotation mark that nothing closes is not
    there."""
    text = unicodedata.normalize("NFC", text).translate(QUOTES)
    if text.count('"') % 2:
        place = text.rindex('"')
        text = f"{text[:place]} {text[place + 1 :]}"
    for match in CHUNK.finditer(text):
        phrase = match["phrase"]
        yield bool(match["minus"]), phrase is not None, phrase if phrase is not None else match["word"]


def _words(text: str) -> list[Word]:
    found = []
    for match in WORD.finditer(text):
        tokens = dict.fromkeys(token for language in LANGUAGES for token in forms(match.group(), language))
        if tokens:
            beginning = text[match.end() : match.end() + 1] == "*"
            found.append(Word(match.group(), tuple(tokens), plain(match.group()), beginning))
    return found


def _phrase(text: str) -> Phrase | None:
    """The phrase that a text is; None without a word in it."""
    words = _words(text)
    orders = dict.fromkeys(tuple(in_order(text, language)) for language in LANGUAGES)
    return Phrase(tuple(words), tuple(order for order in orders if order)) if words else None

"""The part of a text that answers a query, with the words found marked."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup, escape

from app.core.texts import fold
from app.search.questions import Question
from app.search.words import WORD

BEFORE = 80
LENGTH = 260
TOLD = 6  # words


class Passage(NamedTuple):
    """`excerpt`: escaped, with <mark>. `start`: where in the text the best of it begins, None where it has no word that
    was asked for; `words`: some words from there on, of one line, to lead to them."""

    excerpt: Markup
    start: int | None = None
    words: str = ""


def passage(text: str, language: str, asked: Question | None) -> Passage:
    """Return about LENGTH characters of a text where most of the words asked for stand; the beginning, where none
    does."""
    matches = _matches(text, language, asked) if asked else []
    first = _best(matches) if matches else 0
    start = max(0, first - BEFORE)
    if start:
        start = text.find(" ", start, first) + 1 or first
    end = start + LENGTH
    if end < len(text):
        end = text.rfind(" ", first + 1, end) if " " in text[first + 1 : end] else end
    shown = Markup("… ") if start else Markup("")
    done = start
    for match, _words in matches:
        if match.start() >= start and match.end() <= end:
            shown += escape(text[done : match.start()]) + Markup("<mark>{}</mark>").format(match.group())
            done = match.end()
    shown += escape(text[done:end]) + (Markup(" …") if end < len(text) else Markup(""))
    return Passage(shown, first, _words_at(text, first)) if matches else Passage(shown)


def _words_at(text: str, start: int) -> str:
    """Some words of a line, from a place on or, at the end of a line, up to it: enough of them to be found again."""
    begins = text.rfind("\n", 0, start) + 1
    ends = text.find("\n", start)
    line = list(WORD.finditer(text, begins, ends if ends >= 0 else len(text)))
    first = next(number for number, match in enumerate(line) if match.end() > start)
    shown = line[max(0, min(first, len(line) - TOLD)) : first + TOLD]
    return text[shown[0].start() : shown[-1].end()]


Match = tuple[re.Match[str], frozenset[int]]


def _matches(text: str, language: str, asked: Question) -> list[Match]:
    """The words of a text that were asked for, each with which of those it is."""
    wanted = asked.all_words
    starts = {token[0] for word in wanted for token in (*word.tokens, word.plain) if token}
    known: dict[str, frozenset[int]] = {}
    found = []
    for match in WORD.finditer(text):
        word = match.group()
        if _letter(word[0]) not in starts:
            continue
        if word not in known:
            known[word] = frozenset(
                number for number, each in enumerate(wanted) if each.means(word, language, family=asked.relaxed)
            )
        if known[word]:
            found.append((match, known[word]))
    return found


@lru_cache(maxsize=2000)
def _letter(letter: str) -> str:
    return fold(letter)[:1]


def _best(matches: Sequence[Match]) -> int:
    """Where the passage begins that has most of the words, next to each other before far from each other."""
    best, place = 0.0, matches[0][0].start()
    for number, (match, _words) in enumerate(matches):
        seen: set[int] = set()
        worth, before = 0.0, match
        for later, words in matches[number:]:
            if later.end() > match.start() + LENGTH - BEFORE:
                break
            if words - seen:
                seen |= words
                worth += 1 + (0.5 if 0 < later.start() - before.end() < 2 else 0)
            before = later
        if worth > best:
            best, place = worth, match.start()
    return place

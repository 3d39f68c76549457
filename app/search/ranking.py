"""The order of what was found: by the stems of each text alone, and of no other.

What others wrote, and so what the reader may not see, changes no place: how rare a word is counts for nothing. The same
stems give the same order on every engine.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import log
from typing import NamedTuple

from app.search.questions import Phrase, Question, Word
from app.search.words import BESIDE

# What a text gets where all that was asked for stands in its title in that order; in its title; in the text in that
# order; and at most for the share of the words in the title, of the title that they are, of neighbours that are
# neighbours, and for how often they stand there.
WHOLE_TITLE, IN_TITLE, WHOLE, TITLE_SHARE, TITLE_FILLED, NEIGHBOURS, OFTEN = 4.0, 4.0, 3.0, 4.0, 1.0, 2.0, 2.0
ENOUGH = 8  # times that a word stands in a text, after which more say nothing
BEGUN, FAMILY = 0.8, 0.6  # what a word counts for that only begins so, or is of the same family


class Candidate(NamedTuple):
    """What the order is made of: the two streams of an entry."""

    title_words: str
    words: str


def score(candidate: Candidate, question: Question) -> float:
    """Return how well a text answers; more is better."""
    title, text = _padded(candidate.title_words), _padded(candidate.words)
    telling = question.all_words
    in_title = [_count(title, word, question.relaxed) for word in telling]
    in_text = [_count(text, word, question.relaxed) for word in telling]
    share = sum(weight for times, weight in in_title if times) / len(telling)
    points = TITLE_SHARE * share
    if share == 1:
        points += IN_TITLE
    points += TITLE_FILLED * min(1.0, sum(times for times, _weight in in_title) / max(1, title.count(" ") - 1))
    if len(question.whole.words) > 1:
        points += WHOLE_TITLE * _stands(title, question.whole) + WHOLE * _stands(text, question.whole)
        points += NEIGHBOURS * _neighbours(text, question.whole)
    elif share == 1:
        points += WHOLE_TITLE
    often = sum(weight * min(1.0, log(1 + times) / log(1 + ENOUGH)) for times, weight in in_text)
    return round(points + OFTEN * often / len(telling), 6)


def _padded(stream: str) -> str:
    return f" {stream.partition(BESIDE)[0]} "


def _count(text: str, word: Word, family: bool) -> tuple[int, float]:
    """How often a word stands in a text, and what each counts for."""
    if times := sum(text.count(f" {token} ") for token in word.tokens):
        return times, 1.0
    if word.beginning and (times := text.count(f" {word.plain}")):
        return times, BEGUN
    if family and (times := sum(text.count(f" {token}") for token in word.family)):
        return times, FAMILY
    return 0, 0.0


def _stands(text: str, phrase: Phrase) -> bool:
    return any(f" {' '.join(order)} " in text for order in phrase.orders)


def _neighbours(text: str, phrase: Phrase) -> float:
    """The share of the phrase's words that stand beside the next one of them in the text, by the language that fits."""
    return max((_beside(text, order) for order in phrase.orders if len(order) > 1), default=0.0)


def _beside(text: str, order: Sequence[str]) -> float:
    pairs = list(pairwise(order))
    return sum(f" {first} {second} " in text for first, second in pairs) / len(pairs)

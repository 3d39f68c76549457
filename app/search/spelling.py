"""What may have been meant by a query that has words which nothing has that the reader may find.

A word is replaced by one that differs in one letter (one too many, one too few, another, or two changed about) and that
stands in a text which she may find; other texts are never looked at. What is offered finds something.
"""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import product

import numpy as np
import sqlalchemy as sa

from app.core.db import db
from app.core.errors import Refusal
from app.search import retrieving
from app.search.columns import Columns, Mask
from app.search.models import SearchEntry
from app.search.questions import Question, Word, question
from app.search.retrieving import Limit
from app.search.words import plain, words_in

SHORTEST, LONGEST = 4, 24  # letters of a word that may be misspelt
MOST_WORDS = 3  # of a query
READ = 40  # texts that are looked at for a word
TRIED = 3  # words of which each is tried in a query
MOST_TRIES = 6  # queries that are asked, the likeliest first
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def offered(asked: Question, text: str, known: Columns, allowed: Mask, limit: Limit) -> str:
    """Return the query that may have been meant, "" for none. Raises TooBroad. At most thirteen statements."""
    words = {word.plain: word for word in asked.all_words if SHORTEST <= len(word.plain) <= LONGEST}
    if not words:
        return ""
    exact = {name: Word(word.written, word.tokens, word.plain) for name, word in words.items()}
    found = retrieving.those_with(exact, limit)
    unknown = [words[name] for name, ids in found.items() if not (allowed & known.mask_of(ids)).any()][:MOST_WORDS]
    choices = [choice for word in unknown if (choice := _written_so(word, known, allowed, limit))]
    if not unknown or len(choices) < len(unknown):
        return ""
    likeliest = sorted(product(*map(enumerate, choices)), key=lambda tried: sum(place for place, _word in tried))
    for chosen in [[word for _place, word in tried] for tried in likeliest[:MOST_TRIES]]:
        query = text
        for word, instead in zip(unknown, chosen, strict=True):
            query = re.sub(rf"\b{re.escape(word.written)}\b", instead, query)
        if query != text and _finds(query, known, allowed, limit):
            return query
    return ""


def near(word: str) -> set[str]:
    """Return what differs from a word in one letter."""
    halves = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    fewer = {before + after[1:] for before, after in halves if after}
    turned = {before + after[1] + after[0] + after[2:] for before, after in halves if len(after) > 1}
    other = {before + letter + after[1:] for before, after in halves if after for letter in LETTERS}
    more = {before + letter + after for before, after in halves for letter in LETTERS}
    return (fewer | turned | other | more) - {word}


def _written_so(word: Word, known: Columns, allowed: Mask, limit: Limit) -> list[str]:
    """The words that may have been meant by one, as texts write them; those of the most texts first."""
    meant = near(word.plain)
    ids = retrieving.those_with({word.plain: Word(word.written, tuple(sorted(meant)), "")}, limit)[word.plain]
    rows = np.flatnonzero(allowed & known.mask_of(ids))
    newest = rows[np.lexsort((known.ties[rows], -known.published[rows]))][:READ]
    statement = sa.select(SearchEntry.title, SearchEntry.text).where(SearchEntry.id.in_(known.ids[newest].tolist()))
    counted: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for row in db.session.execute(statement):
        here = {each.lower() for each in words_in(f"{row.title}\n{row.text}")}
        for each in here:
            if (folded := plain(each)) in meant:
                counted[folded] += 1
                written.setdefault(folded, Counter())[each] += 1
    best = sorted(counted, key=lambda folded: (-counted[folded], folded))[:TRIED]
    return [min(_most(written[folded])) for folded in best]


def _most(counted: Counter[str]) -> Iterable[str]:
    most = max(counted.values())
    return [word for word, times in counted.items() if times == most]


def _finds(query: str, known: Columns, allowed: Mask, limit: Limit) -> bool:
    try:
        found = retrieving.found_by(question(query), limit)
    except Refusal:
        return False
    return bool((allowed & known.mask_of(found["all"])).any())

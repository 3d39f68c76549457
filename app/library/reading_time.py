"""How long a text takes to read."""

from collections.abc import Iterable

SHORT = 50  # words: as much the index has of a document whose file it has not read
WORDS_A_MINUTE = 200  # of somebody who reads an official text, maybe in a second language


def minutes_to_read(texts: Iterable[str]) -> int:
    """Return the minutes that texts take together, at least one."""
    return max(1, round(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def minutes_of_words(number: int) -> int:
    """Return the minutes that so many words of a document take, 0 where they are its title and symbol alone."""
    return max(1, round(number / WORDS_A_MINUTE)) if number > SHORT else 0

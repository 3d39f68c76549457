"""How long a text takes to read."""

from collections.abc import Iterable

WORDS_A_MINUTE = 200  # of somebody who reads an official text, maybe in a second language


def minutes_to_read(texts: Iterable[str]) -> int:
    """Return the minutes that texts take together, at least one."""
    return max(1, round(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))

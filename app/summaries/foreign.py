"""Texts in a language outside the four: told by a classifier of letters, on this machine.

Such a source is consolidated as any other (its words are quoted as they are and cited exactly); grouping by likeness
and checks by language know less of it, and a reader needs a translation: hence it is told.
"""

from functools import lru_cache

from app.core.localized import LANGUAGES

SHORTEST = 60  # characters: of less, letters tell too little
NO_LANGUAGE = "zxx"  # addresses, figures
SURELY = 0.5  # by how much another language is likelier for each character (natural logarithms)


@lru_cache(maxsize=4096)
def language_outside(text: str) -> str | None:
    """Return the code of the language that a text is in where it is surely none of the four; else None."""
    if len(text) < SHORTEST:
        return None
    from py3langid import rank  # its tables take a second to load: only who asks waits

    ranked = rank(text[:2000])
    best, score = ranked[0]
    ours = max(value for code, value in ranked if code in LANGUAGES)
    return best if best not in (*LANGUAGES, NO_LANGUAGE) and score - ours > SURELY * len(text[:2000]) else None

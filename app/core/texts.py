"""Plain text as people send it: cleaned on the way in, counted the same way everywhere."""

import hashlib
import json
import re
import unicodedata
from typing import Any

# Controls other than line feed, lone surrogates, and the marks that override reading direction.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff]")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str | None, *, lines: bool = True) -> str:
    """Return the text in NFC without control characters; at most one blank line in a row.

    With `lines` false all white space becomes single spaces.
    """
    if not text:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    if not lines:
        return " ".join(text.split())
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def count_words(text: str) -> int:
    """Return how many words a text has, as word processors count: runs without white space."""
    return len(text.split())


def fingerprint(content: Any) -> str:
    """Return the SHA-256 (hex) of a value's canonical JSON."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def fold(text: str) -> str:
    """Return the text in lower case without accents, for comparing and searching."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def alphabetical(text: str, language: str) -> str:
    """Return what a name is sorted by in a language: accents count for nothing, but in Spanish ñ comes after n."""
    if language == "es":
        text = unicodedata.normalize("NFC", text).replace("ñ", "n\uffff").replace("Ñ", "N\uffff")
    return fold(text)

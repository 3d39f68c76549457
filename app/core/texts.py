"""Plain text as people send it: cleaned on the way in, counted the same way everywhere."""

import hashlib
import json
import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal

# Controls other than line feed, lone surrogates, the marks that override reading direction, and what is no character.
_UNWANTED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # 1.0
_SPACES = re.compile("[^\\S\u00a0\u202f]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean(text: str | None, *, lines: bool = True) -> str:
    """Return the text in NFC without control characters; at most one blank line in a row.

    With `lines` false all white space becomes single spaces, but for the spaces that must not break (as in French).
    """
    if not text:
        return ""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    text = unicodedata.normalize("NFC", _UNWANTED.sub("", text))
    if not lines:
        return _SPACES.sub(" ", text).strip()
    return _BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.split("\n"))).strip()


def for_xml(text: str) -> str:
    """Return a text that XML can hold: each character that it refuses becomes U+FFFD. Of what nobody has cleaned."""
    return _NOT_IN_XML.sub("\ufffd", text)


def check_length(text: str, limit: int, *, field: str) -> str:
    """Return a text that has at most `limit` characters. Raises Refusal for a longer one."""
    if len(text) > limit:
        message = _l("This has %(count)d characters; the limit is %(limit)d.", count=len(text), limit=limit)
        raise Refusal(message, field=field)
    return text


def written(text: str | None, limit: int, *, field: str, missing: Any, lines: bool = True) -> str:
    """Return the text cleaned. Raises Refusal without one (`missing` says so) and for one past its limit."""
    text = clean(text, lines=lines)
    if not text:
        raise Refusal(missing, field=field)
    return check_length(text, limit, field=field)


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


# What an alphabet counts as a letter of its own: the letter that it follows, and one that is past every z.
_OWN_LETTERS = {"es": {"ñ": "n\u024f"}}
_BETWEEN_WORDS = re.compile(r"[^\w]+")


def alphabetical(text: str, language: str) -> tuple[str, str]:
    """Return the key by which lists of a language are sorted: accents and capitals decide only between equals.

    In Spanish ñ is a letter after n; hyphens, apostrophes and brackets count as spaces.
    """
    lowered = unicodedata.normalize("NFC", text.casefold())
    told_apart = lowered
    for letter, place in _OWN_LETTERS.get(language, {}).items():
        told_apart = told_apart.replace(letter, place)
    return _BETWEEN_WORDS.sub(" ", fold(told_apart)).strip(), lowered

"""Tokens: places in a paragraph that are written from its citations, so that word and number never disagree.

`{delegations}` stands for the body's word for how many are cited ("several delegations"), or for their names where the
paragraph names them; `{of delegations}`, `{by delegations}` and `{to delegations}` are the same in those forms, in each
language's grammar. `{one form|many form}` follows the number: "{delegations} {reports|report} progress". The tokens may
be written in any of the four languages: `{de delegaciones}` is `{of delegations}`.
"""

import re
from collections.abc import Callable

from app.summaries.enums import Attribution
from app.summaries.mentions import Mention
from app.summaries.naming import listed

_TOKEN = re.compile(r"(?<!\\)\{([^{}\n]*)\}")  # an escaped brace is a brace
# What stands between two sentences: marks of form and of notes, quotation marks, brackets, spaces.
_OPENING = re.compile(r"(?:[\s*_\"'“‘«(¿¡]|\[\^[^\]\n]*\])*\Z")
_ENDED = re.compile(r"[.!?…][”’»)\]]*\Z")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)]|\[\^[^\]\n]*\]:)\s+\Z")
TOKENS = {
    "subject": ("delegations", "delegaciones", "délégations", "delegações"),
    "of": ("of delegations", "de delegaciones", "de délégations", "de delegações"),
    "by": ("by delegations", "por delegaciones", "par délégations", "por delegações"),
    "to": ("to delegations", "a delegaciones", "à délégations", "a delegações"),
}
_FORM_OF = {name: form for form, names in TOKENS.items() for name in names}


def _form(token: str) -> str | None:
    return _FORM_OF.get(" ".join(token.casefold().split()))


def _is_number(token: str) -> bool:
    return token.count("|") == 1


def unknown(text: str) -> list[str]:
    """Return what stands in braces and is no token, as it is written."""
    return [
        match.group()
        for match in _TOKEN.finditer(text)
        if _form(match.group(1)) is None and not _is_number(match.group(1))
    ]


def says_how_many(text: str) -> bool:
    """Whether a text says by a token for whom it speaks."""
    return any(_form(match.group(1)) for match in _TOKEN.finditer(text))


def write_out(text: str, language: str, mention: Mention) -> str:
    """Return a text with its tokens written; as long as nobody is cited, and what is no token, as it stands."""
    return _replaced(text, lambda token: _written(token, language, mention))


def without(text: str) -> str:
    """Return a text with all its tokens taken out: what people typed themselves."""
    return _replaced(text, lambda token: " " if _form(token) or _is_number(token) else None)


def _replaced(text: str, write: Callable[[str], str | None]) -> str:
    parts, last = [], 0
    for match in _TOKEN.finditer(text):
        words = write(match.group(1))
        if words is None:
            continue
        if _form(match.group(1)) and _begins_sentence(text[: match.start()]):
            words = words[:1].upper() + words[1:]
        parts += [text[last : match.start()], words]
        last = match.end()
    return "".join([*parts, text[last:]])


def _begins_sentence(before: str) -> bool:
    """Whether what follows a text begins a sentence, a paragraph, an item of a list or a note."""
    rest = _OPENING.sub("", before)
    gap = before[len(rest) :]
    line = before.rpartition("\n")[2].rstrip("*_\"'“‘«(¿¡")
    return not rest or "\n\n" in gap or bool(_ENDED.search(rest) or _ITEM.fullmatch(line))


def _written(token: str, language: str, mention: Mention) -> str | None:
    step = mention.step
    if step is None:
        return None
    if form := _form(token):
        if mention.attribution is Attribution.NAMED:
            return listed({code: name.in_language(language) for code, name in mention.names.items()}, form, language)
        return step.in_language(language, form)
    if _is_number(token):
        return token.split("|")[0 if mention.number == 1 else 1]
    return None

"""The part of a text that answers a query, with the words found marked."""

from markupsafe import Markup, escape

from app.search.words import WORD, Question

BEFORE = 80
LENGTH = 260


def excerpt(text: str, language: str, asked: Question) -> Markup:
    """Return about LENGTH characters of a text around the first word asked for, escaped, with <mark>."""
    found = (match.start() for match in WORD.finditer(text) if asked.asks_for(match.group(), language))
    first = next(found, 0)
    start = max(0, first - BEFORE)
    if start:
        start = text.find(" ", start, first) + 1 or first
    end = start + LENGTH
    if end < len(text):
        end = text.rfind(" ", first + 1, end) if " " in text[first + 1 : end] else end
    piece = text[start:end]
    shown = Markup("… ") if start else Markup("")
    done = 0
    for match in WORD.finditer(piece):
        if asked.asks_for(match.group(), language):
            shown += escape(piece[done : match.start()]) + Markup("<mark>{}</mark>").format(match.group())
            done = match.end()
    return shown + escape(piece[done:]) + (Markup(" …") if end < len(text) else Markup(""))

"""Plain text as paragraphs in which passages are marked, each followed by what leads on from it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

NOTHING = Markup("")


@dataclass(frozen=True)
class Span:
    """Code points start..end of a text, and what stands after them."""

    start: int
    end: int
    after: Markup = NOTHING


def place_of(text: str, start: int, end: int, quote: str) -> tuple[int, int] | None:
    """Return where a quote stands in a text: where it stood, else where it stands once; None where nowhere or often."""
    if text[start:end] == quote:
        return start, end
    found = text.find(quote)
    if found < 0 or not quote or text.find(quote, found + 1) >= 0:
        return None
    return found, found + len(quote)


def marked(text: str, spans: Iterable[Span]) -> Markup:
    """Return a text as <p> elements as the filter `paragraphs` writes them, the spans in <mark>; they may overlap."""
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    html, start = Markup(""), 0
    for part in text.split("\n\n"):
        end = start + len(part)
        if part.strip():
            html += Markup("<p>{}</p>").format(_line(text, start, end, ordered))
        start = end + 2
    return html


def _line(text: str, start: int, end: int, spans: Sequence[Span]) -> Markup:
    here = [span for span in spans if span.start < end and span.end > start]
    cuts = sorted({start, end, *(place for span in here for place in (span.start, span.end) if start < place < end)})
    html = Markup("")
    for left, right in pairwise(cuts):
        words = Markup("<br>").join(escape(line) for line in text[left:right].split("\n"))
        if any(span.start <= left and span.end >= right for span in here):
            words = Markup('<mark class="cited">{}</mark>').format(words)
        html += words
        for span in here:
            # A span over several paragraphs leads on from the one in which, or right after which, it ends.
            if min(span.end, end) == right and span.end <= end + len("\n\n"):
                html += span.after
    return html

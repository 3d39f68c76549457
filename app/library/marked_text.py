"""Plain text as paragraphs in which passages are marked, each followed by what leads on from it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask_babel import gettext as _
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
    return Markup("").join(Markup("<p>{}</p>").format(line) for line in _paragraphs(text, spans))


def _paragraphs(text: str, spans: Iterable[Span]) -> Iterator[Markup]:
    ordered = sorted(spans, key=lambda span: (span.start, span.end))
    start = 0
    for part in text.split("\n\n"):
        end = start + len(part)
        if part.strip():
            yield _line(text, start, end, ordered)
        start = end + 2


def parts(text: str) -> list[str]:
    """Return the paragraphs of a text, of which `marked` makes a <p> element each."""
    return [part for part in text.split("\n\n") if part.strip()]


def count_paragraphs(text: str) -> int:
    """Return how many these are."""
    return len(parts(text))


class Numbers:
    """The paragraphs of a text in several fields, numbered through all of them from 1.

    `anchors`: number -> the id of its element: that of its field, and the number.
    """

    def __init__(self, fields: Iterable[tuple[str, str]], address: str = "") -> None:
        """`fields`: name and text of each in the order of the page; `address`: the query of the page that is numbered,
        which stays in the address of each paragraph."""
        self._address = address
        self._first: dict[str, int] = {}
        self.anchors: dict[str, str] = {}
        for name, text in fields:
            self._first[name] = len(self.anchors) + 1
            for number in range(len(self.anchors) + 1, len(self.anchors) + 1 + count_paragraphs(text)):
                self.anchors[str(number)] = f"field-{name}-{number}"

    def written(self, name: str, text: str, spans: Iterable[Span] = ()) -> Markup:
        """Return a field's text as `marked` does, each paragraph with its number, which is its address too."""
        return Markup("").join(
            _NUMBERED.format(
                anchor=self.anchors[str(number)],
                address=f"?{self._address}paragraph={number}#{self.anchors[str(number)]}",
                called=_("Paragraph %(label)s", label=number),
                number=number,
                text=line,
            )
            for number, line in enumerate(_paragraphs(text, spans), start=self._first[name])
        )


_NUMBERED = Markup(
    '<div class="paragraph paragraph-source" id="{anchor}"><a class="paragraph-number" href="{address}" '
    'rel="nofollow" aria-label="{called}">{number}</a><p class="paragraph-text">{text}</p></div>'
)


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

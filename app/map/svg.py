"""Pictures: laid out in Python as plain shapes, drawn by a template of templates/map/svg, handed out as SVG and PNG.

In a page the drawing takes its colours from the page's style; a file brings its own, for white paper.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from flask import Response, render_template
from fontTools.ttLib import TTFont
from markupsafe import Markup

from app.documents.typesetting import FONTS, compiled

TEMPLATE = Path(__file__).resolve().parent / "typst" / "picture.typ"
TYPES = {"svg": "image/svg+xml", "png": "image/png"}
MARGIN = 20  # what a file adds around the drawing, beside its title
TITLE, LINE = 50, 18  # where the title's lines end, and what each line of the caption takes
TEXT = 13  # size of the caption's letters
DOTS_PER_INCH = 144  # two dots a unit
SECONDS = 30


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing of `width` x `height` units. `name`: of its template; `shapes`: what that draws.

    `caption` says in sentences what is drawn, for those who do not see it too.
    """

    name: str
    title: str
    caption: str
    width: float
    height: float
    shapes: Any


def drawn(picture: Picture) -> Markup:
    """Return the drawing as SVG for a page, with links."""
    return _render(picture, left=0, top=0, width=picture.width, height=picture.height, lines=[])


def alone(picture: Picture) -> tuple[Markup, float, float]:
    """Return the drawing as SVG for a file, with its title, caption and style; its width and height."""
    lines = wrapped(picture.caption, picture.width, TEXT)
    head = TITLE + LINE * len(lines) + MARGIN
    width, height = picture.width + 2 * MARGIN, picture.height + head + MARGIN
    return _render(picture, left=-MARGIN, top=-head, width=width, height=height, lines=lines), width, height


def _render(picture: Picture, **frame: Any) -> Markup:
    text = render_template(f"map/svg/{picture.name}.svg", picture=picture, shapes=picture.shapes, frame=frame)
    return Markup(text)  # noqa: S704  (a template's output, escaped there)


def as_file(picture: Picture, kind: str, day: str) -> Response:
    """Return the picture as a file to download; `kind` is one of TYPES. Raises RenderingError."""
    svg, width, height = alone(picture)
    content = svg.encode() if kind == "svg" else _png(str(svg), picture.title, width, height)
    response = Response(content, mimetype=TYPES[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="{picture.name}-{day}.{kind}"'
    return response


@lru_cache(maxsize=16)
def _png(svg: str, title: str, width: float, height: float) -> bytes:
    picture = {"svg": svg, "title": title, "width": width, "height": height}
    return compiled(TEMPLATE, {"picture": picture}, seconds=SECONDS, format="png", ppi=DOTS_PER_INCH)


@cache
def _advances() -> tuple[dict[int, int], int]:
    """How wide each character of the interface's font is, and how many such units a font size has."""
    with TTFont(FONTS / "SourceSans3_400Regular.ttf", lazy=True) as font:
        widths = font["hmtx"].metrics
        return {code: widths[glyph][0] for code, glyph in font.getBestCmap().items()}, font["head"].unitsPerEm


def text_width(text: str, size: float) -> float:
    """Return how wide a line of text is at a font size; a character that the font lacks counts as a wide one."""
    widths, units = _advances()
    return sum(widths.get(ord(char), units) for char in text) * size / units


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Return the text in lines of at most a width (a longer word has a line of its own)."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def shortened(text: str, width: float, size: float) -> str:
    """Return the text, or as many of its first words as fit a width with an ellipsis (at least one)."""
    if text_width(text, size) <= width:
        return text
    return f"{wrapped(text, width - text_width('…', size), size)[0].rstrip(',;:')}…"

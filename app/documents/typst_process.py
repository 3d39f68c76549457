"""Run as a program of its own, because Typst's memory grows: reads JSON on standard input, writes a document.

Input: {"template", "root" (the folder that holds all it imports), "fonts", "inputs" (name -> what the template reads
as JSON), "making" (the format, and what the compiler takes with it)}. The same input gives the same bytes.
"""

import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

import typst
from fontTools.ttLib import TTFont


def covered(fonts: Path) -> frozenset[int]:
    """Return the code points that can be shown: by all of the folder's own fonts, or by one that stands in for them."""
    shared = frozenset.intersection(*map(_known_to, fonts.glob("*.ttf")))
    return shared.union(*map(_known_to, fonts.glob("fallback/*.ttf")))


def _known_to(path: Path) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def showable(value: Any, known: frozenset[int]) -> Any:
    """Return the value with each character that the fonts lack replaced: PDF/UA allows no missing glyph.

    A plainer form stands in where there is one (a non-breaking hyphen becomes a hyphen), else its number, "[U+4E2D]",
    so that nothing is lost unseen. Marks of format (joiners, direction) are left out, because they show nothing.
    """
    if isinstance(value, str):
        return "".join(_shown(char, known) for char in value)
    if isinstance(value, list):
        return [showable(item, known) for item in value]
    if isinstance(value, dict):
        return {name: showable(item, known) for name, item in value.items()}
    return value


def _shown(char: str, known: frozenset[int]) -> str:
    for form in (char, unicodedata.normalize("NFKD", char)):
        if all(ord(part) in known or part in "\n " for part in form):
            return form
    return "" if unicodedata.category(char) == "Cf" else f"[U+{ord(char):04X}]"


def main() -> None:
    """Compile what standard input orders; a fault of Typst's goes to standard error, status 1."""
    order = json.load(sys.stdin)
    inputs = showable(order["inputs"], covered(Path(order["fonts"])))
    compiler = typst.Compiler(
        input=order["template"],
        root=order["root"],
        font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[order["fonts"]]),
        sys_inputs={name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()},
    )
    made = compiler.compile(**order["making"])
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single document")
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main()

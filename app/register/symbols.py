"""Symbols: what a pattern makes of a body, class, number and year, and how suffixes stack on them. Pure functions.

A *stem* is a symbol with "{number}" still in it. Numbers are counted for each stem, so that what the pattern leaves
out (the class, the year) is what several documents count through.
"""

import re
import string
from collections.abc import Container, Mapping
from datetime import date

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.core.texts import clean, fold
from app.register.enums import DocumentClass, Suffix

DEFAULT_PATTERN = "{body}/{class}.{number}/{yy}"
# What stands for {class} unless the body's settings say otherwise.
ABBREVIATIONS = {
    **dict.fromkeys(DocumentClass, "doc"),
    DocumentClass.INFORMATION: "INF",
    DocumentClass.PARTICIPANTS: "INF",
}
PLACEHOLDERS = ("series", "body", "class", "number", "yy", "yyyy", "session")
PATTERN_LIMIT = 80
SYMBOL_LIMIT = 120
NUMBER = "{number}"
_LITERAL = re.compile(r"[A-Za-z0-9./ ()-]*")
ARCHIVE_NAME_LIMIT = 100
# What Windows takes for a device, whatever follows the first dot.
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$|\s)", re.IGNORECASE)
_SUFFIX = re.compile(r" (rev|corr|add)\. (\d+)$")


def checked_pattern(pattern: str) -> str:
    """Return a pattern that makes symbols. Raises Refusal for one that does not, and says why."""
    pattern = " ".join(pattern.split())
    if not pattern or len(pattern) > PATTERN_LIMIT:
        raise Refusal(_l("Write a pattern of at most %(limit)d characters.", limit=PATTERN_LIMIT), field="pattern")
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise Refusal(_l("A brace in the pattern is not closed, or not opened."), field="pattern") from error
    names = [name for _text, name, _spec, _conversion in parts if name is not None]
    unknown = [name for name in names if name not in PLACEHOLDERS]
    if unknown or any(spec or conversion for _text, _name, spec, conversion in parts):
        raise Refusal(
            _l(
                "The pattern takes only these placeholders: %(names)s.",
                names=", ".join(f"{{{name}}}" for name in PLACEHOLDERS),
            ),
            field="pattern",
        )
    if names.count("number") != 1:
        raise Refusal(_l("The pattern needs {number}, once: it is what tells documents apart."), field="pattern")
    if not all(_LITERAL.fullmatch(text) for text, *_rest in parts):
        raise Refusal(
            _l("Between the placeholders, use letters without accents, figures, dots, slashes, spaces and hyphens."),
            field="pattern",
        )
    return pattern


def stem_of(
    pattern: str,
    *,
    series: str,
    body: str,
    document_class: DocumentClass,
    abbreviations: Mapping[str, str],
    day: date,
    session: str,
) -> str:
    """Return the stem for a document registered on a day. `series` and `session` may be empty."""
    known = {
        "series": series,
        "body": body,
        "class": abbreviations.get(document_class) or ABBREVIATIONS[document_class],
        "yy": f"{day:%y}",
        "yyyy": f"{day:%Y}",
        "session": session,
        "number": NUMBER,
    }
    return pattern.format_map(known)


def numbered(stem: str, number: int) -> str:
    """Return the symbol with this number."""
    return stem.replace(NUMBER, str(number))


def suffixed_stem(symbol: str, suffix: Suffix) -> str:
    """Return the stem of the next revision, corrigendum or addendum of what has a symbol.

    Nothing is stacked on a corrigendum: what is asked of one is asked of what it corrects. A revision of a revision,
    and an addendum to an addendum, is the next one of the same; all else stacks.
    """
    while (last := _SUFFIX.search(symbol)) and last[1] == Suffix.CORRIGENDUM:
        symbol = symbol[: last.start()]
    if last and last[1] == suffix:
        symbol = symbol[: last.start()]
    return f"{symbol} {suffix}. {NUMBER}"


def place_of(symbol: str) -> tuple[str, int, bool]:
    """Return what a symbol is a revision of (itself, where it is none), which, and whether it is a corrigendum to it.

    What has the same first and a higher second takes its place; a corrigendum goes with what it corrects, while an
    addendum stands on its own.
    """
    corrects = False
    while (last := _SUFFIX.search(symbol)) and last[1] == Suffix.CORRIGENDUM:
        symbol, corrects = symbol[: last.start()], True
    if last and last[1] == Suffix.REVISION:
        return symbol[: last.start()], int(last[2]), corrects
    return symbol, 0, corrects


def belongs_to(symbol: str) -> str | None:
    """Return the symbol of what a corrigendum corrects or an addendum adds to; None for everything else."""
    last = _SUFFIX.search(symbol)
    if last and last[1] == Suffix.REVISION:
        symbol = symbol[: last.start()]
        last = _SUFFIX.search(symbol)
    return symbol[: last.start()] if last and last[1] != Suffix.REVISION else None


def suffix_of(symbol: str) -> tuple[Suffix, int] | None:
    """Return what a symbol ends with, if it is a suffix."""
    last = _SUFFIX.search(symbol)
    return (Suffix(last[1]), int(last[2])) if last else None


def slug_of(symbol: str) -> str:
    """Return a symbol as it stands in addresses and file names: CIDI-CAM-doc.12-23-rev.4-corr.1."""
    return re.sub(r"[^A-Za-z0-9.]+", "-", symbol.replace(". ", ".")).strip("-.")


def archive_name(slug: str, title: str, language: str, extension: str, *, taken: Container[str]) -> str:
    """Return what a file is called in an archive: a name that every system can unpack, Windows among them.

    `taken`: the folded names that the archive has, since Windows tells no capitals apart.
    """
    words = re.sub(r"[^\w ()-]", " ", clean(title, lines=False))
    stem = f"{slug} {' '.join(words.split())}"[:ARCHIVE_NAME_LIMIT].rstrip()
    if _DEVICE.match(stem):
        stem = f"_{stem}"
    name, number = f"{stem} ({language}).{extension}", 1
    while fold(name) in taken:
        number += 1
        name = f"{stem} {number} ({language}).{extension}"
    return name


def order_key(symbol: str) -> str:
    """Return what symbols are sorted by, so that doc.2 stands before doc.12 and a revision after its document."""
    return " ".join(
        f"{int(part):06d}" if part.isdigit() else part for part in re.findall(r"[a-z]+|\d+", symbol.lower())
    )

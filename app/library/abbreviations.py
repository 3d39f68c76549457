"""Acronyms of the directory, told in full where a text has them first."""

import re
from collections.abc import Mapping

import sqlalchemy as sa
from markupsafe import Markup, escape

from app.core.db import db
from app.directory.enums import PartyKind
from app.directory.models import Party

_ACRONYM = re.compile(r"(?=(?:[^A-Z]*[A-Z]){2})[A-Z0-9][A-Za-z0-9&/-]{1,14}")  # of two capitals, in one word
_TAG = re.compile(r"(<[^>]*>)")
_INSIDE = ("a", "abbr", "cite", "code", "h2", "h3", "dl", "table", "q")  # what has a meaning of its own, or is no text


def acronyms(language: str) -> dict[str, str]:
    """Acronym -> name, in a language, of the mechanisms and organizations that have both there. One statement."""
    statement = sa.select(Party.code, Party.names, Party.short_names)
    found: dict[str, str] = {}
    for code, names, short in db.session.execute(
        statement.where(Party.kind.in_((PartyKind.MECHANISM, PartyKind.ORGANIZATION))).order_by(Party.code)
    ):
        name = names.get(language, "")
        for acronym in {short.get(language, ""), code}:
            if name and _ACRONYM.fullmatch(acronym) and acronym != name:
                found.setdefault(acronym, name)
    return found


class Abbreviations:
    """Tells each acronym once, through all parts of a page that are given to it in order."""

    def __init__(self, known: Mapping[str, str]) -> None:
        """`known`: acronym -> name."""
        self._left = dict(known)
        words = "|".join(re.escape(acronym) for acronym in sorted(known, key=len, reverse=True))
        self._any = re.compile(rf"(?<![\w-])(?:{words})(?![\w-])") if known else None

    def told(self, html: Markup) -> Markup:
        """Return HTML that we made with the first of each acronym in <abbr>; what links or heads has none."""
        if self._any is None:
            return html
        inside: list[str] = []
        made = []
        for piece in _TAG.split(html):
            if not piece.startswith("<"):
                made.append(piece if inside else self._any.sub(self._tell, piece))
                continue
            made.append(piece)
            name = piece.strip("</>").split()[0].lower() if piece.strip("</>") else ""
            if name in _INSIDE and piece.startswith("</"):
                inside = inside[:-1]
            elif name in _INSIDE:
                inside.append(name)
        return Markup("".join(made))  # noqa: S704  (it was HTML, and what is added is escaped)

    def _tell(self, found: re.Match[str]) -> str:
        name = self._left.pop(found[0], None)
        return found[0] if name is None else f'<abbr title="{escape(name)}">{found[0]}</abbr>'

"""How a published text is cited, in four styles: pure functions of a `Work`, one for each.

A footnote of the United Nations and the reference list of the American Psychological Association (7th edition) are
words for people, in the language in force. BibTeX (which biber reads as well) and RIS are for programs: UTF-8, with
what has a meaning of its own there written out.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from babel import Locale
from babel.dates import format_skeleton
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.languages import current_language
from app.core.wording import show_day


class WorkKind(StrEnum):
    """What is cited; a paragraph is a part of a summary."""

    PRACTICE = "practice"
    PRESENTATION = "presentation"
    SUMMARY = "summary"
    DOCUMENT = "document"


KINDS = {
    WorkKind.PRACTICE: _l("Good practice"),
    WorkKind.PRESENTATION: _l("Presentation"),
    WorkKind.SUMMARY: _l("Summary"),
    WorkKind.DOCUMENT: _l("Document"),
}

LANGIDS = {"en": "english", "es": "spanish", "fr": "french", "pt": "portuguese"}  # of LaTeX's packages


@dataclass(frozen=True)
class Work:
    """What is cited. `author`: whose text it is; `body`: who published it. `symbol` and `session` may be "", `version`
    0 where it has none. `paragraph`: the label of the part that is cited, "" for the whole. `language`: of the text, a
    code; `original`: of what it was translated from, else "". `url`: its permanent address, whole."""

    kind: WorkKind
    author: str
    body: str
    title: str
    symbol: str
    version: int
    session: str
    dated: date
    language: str
    url: str
    paragraph: str = ""
    original: str = ""

    @property
    def key(self) -> str:
        """What programs call it: "cam-2026-gp-per-01-v1", of ASCII letters, digits and hyphens, the same for ever."""
        told = [self.symbol or f"{self.session} {self.author}", f"v{self.version}" if self.version else ""]
        told += [f"para {self.paragraph}" if self.paragraph else "", self.language]
        plain = unicodedata.normalize("NFKD", " ".join(part for part in told if part))
        return "-".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower()))


def un_footnote(work: Work) -> str:
    """Return the footnote: author, title, symbol with version and language, paragraph, day, address."""
    within = [work.symbol, _version(work), _language(work)]
    named = _("%(author)s, “%(title)s”", author=work.author, title=_line(work.title))
    told = ", ".join(part for part in within if part)
    parts = [f"{named} ({told})" if told else named, _paragraph(work), show_day(work.dated)]
    cited = ", ".join(part for part in parts if part)
    return str(_("%(cited)s, available at %(address)s", cited=cited, address=work.url))


def apa(work: Work) -> str:
    """Return the entry of the reference list: author, date, title, what it is, publisher, address."""
    day = format_skeleton("MMMMd", work.dated, locale=get_locale())
    within = ", ".join(part for part in (work.symbol, _version(work), _paragraph(work)) if part)
    about = ", ".join(part for part in (str(KINDS[work.kind]), _language(work)) if part)
    title = f"{_line(work.title)} ({within}) [{about}]" if within else f"{_line(work.title)} [{about}]"
    parts = [
        f"{_stopped(work.author)} ({work.dated.year}, {day})",
        title,
        "" if work.body == work.author else work.body,
    ]
    return " ".join([*(_stopped(part) for part in parts if part), work.url])


def bibtex(work: Work) -> str:
    """Return an entry for LaTeX: a report of an institution."""
    note = "; ".join(part for part in (work.session, _paragraph(work)) if part)
    fields = {
        "author": f"{{{_latex(work.author)}}}",  # in braces of its own: a corporate author is not taken apart
        "title": f"{{{_latex(work.title)}}}",
        "institution": _latex(work.body),
        "type": _latex(str(KINDS[work.kind])),
        "number": _latex(work.symbol),
        "version": str(work.version) if work.version else "",
        "year": str(work.dated.year),
        "month": str(work.dated.month),
        "day": str(work.dated.day),
        "langid": LANGIDS[work.language],
        "language": work.language,
        "note": _latex(note),
        "url": _address(work.url),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@techreport{{{work.key},\n" + ",\n".join(lines) + "\n}\n"


def ris(work: Work) -> str:
    """Return a reference for programs that keep them: a report. Its lines end as the format wants."""
    tags = [
        ("TY", "RPRT"),
        ("ID", work.key),
        ("AU", _name(work.author)),
        ("TI", work.title),
        ("PB", work.body),
        ("M3", str(KINDS[work.kind])),
        ("SN", work.symbol),
        ("ET", str(work.version) if work.version else ""),
        ("SP", _paragraph(work)),
        ("PY", str(work.dated.year)),
        ("DA", work.dated.strftime("%Y/%m/%d")),
        ("LA", work.language),
        ("N1", work.session),
        ("UR", _address(work.url)),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_line(value)}\r\n" for tag, value in tags if value or tag == "ER")


STYLES: Mapping[str, tuple[str, Callable[[Work], str]]] = {
    "un": (_l("Footnote of the United Nations"), un_footnote),
    "apa": ("APA", apa),
    "bibtex": ("BibTeX", bibtex),
    "ris": ("RIS", ris),
}


def _version(work: Work) -> str:
    return str(_("version %(number)d", number=work.version)) if work.version else ""


def _paragraph(work: Work) -> str:
    return str(_("para. %(label)s", label=work.paragraph)) if work.paragraph else ""


def _language(work: Work) -> str:
    """In which language it is, where the words around it are in another, and that it is a translation."""
    own = Locale.parse(current_language())
    name = own.languages.get(work.language, work.language)
    if work.original and work.original != work.language:
        original = own.languages.get(work.original, work.original)
        return str(_("in %(language)s, translated from %(original)s", language=name, original=original))
    return "" if work.language == current_language() else str(_("in %(language)s", language=name))


def _line(text: str) -> str:
    """On one line, and without what no file of text should hold."""
    return " ".join("".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in text).split())


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


# What means something to TeX. Braces are counted by BibTeX also after a backslash, so they are written by name.
_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}


def _latex(text: str) -> str:
    return "".join(_TEX.get(sign, sign) for sign in _line(text))


def _address(url: str) -> str:
    """An address is taken as it stands; what would end it is written as addresses write it."""
    return "".join(f"%{ord(sign):02X}" if sign in '{}\\ "<>' else sign for sign in url)


def _name(author: str) -> str:
    """A corporate author: the comma at its end keeps programs from parting it into a family and a given name. The
    format forbids the asterisk in names."""
    return f"{_line(author).replace('*', '')},"

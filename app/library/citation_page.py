"""What the pages of published texts show to cite them by, and the files that programs read it from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, current_app, request, url_for

from app.library.citation import STYLES, Work, bibtex, ris

# How an address says in what version and languages it is read, and which of its paragraphs is cited.
READ_AS = ("version", "language", "text", "beside", "paragraph")
FILES = {
    "bib": (bibtex, "application/x-bibtex"),
    "ris": (ris, "application/x-research-info-systems"),
}


def whole(path: str) -> str:
    """Return a path of ours as a whole address, which stays."""
    return f"{current_app.config['BASE_URL']}{path}"


def day_of(moment: datetime | None, zone: str) -> date:
    """Return the day of a moment in a session's zone; raises ValueError where it never came."""
    if moment is None:
        raise ValueError("only what is published is cited")
    return moment.astimezone(ZoneInfo(zone)).date()


def paragraph_asked(anchors: Mapping[str, str]) -> str:
    """Return the number of the paragraph that the address asks to cite, "" for the whole text or one that is not there.

    `anchors`: number -> its element's id, as `marked_text.Numbers` has them."""
    number = request.args.get("paragraph", "")
    return number if number in anchors else ""


@dataclass(frozen=True)
class Shown:
    """A work as components/cite.html takes it: name, title and text of each style, and the addresses of the files.

    `paragraph`: the number of the one that is cited alone, and `whole_url` where the whole is; both "" of the whole.
    """

    styles: list[tuple[str, str, str]]
    files: dict[str, str]
    permalink: str
    paragraph: str = ""
    whole_url: str = ""


def cite_as(work: Work) -> Shown:
    """Return a work in each style, in the language in force; its files are had of the page that is being shown."""
    return Shown(
        [(name, str(title), write(work)) for name, (title, write) in STYLES.items()],
        {extension: same_page(format=extension) for extension in FILES},
        work.url,
        asked := work.paragraph if request.args.get("paragraph") else "",
        same_page(paragraph=None) if asked else "",
    )


def same_page(**changes: Any) -> str:
    """Return the address of the page that is being shown, as it was asked for, with these changes."""
    asked = {key: request.args[key] for key in READ_AS if request.args.get(key)}
    kept: dict[str, Any] = {**asked, **(request.view_args or {}), **changes}
    return url_for(str(request.endpoint), **kept)


def as_file(work: Work, extension: str) -> Response:
    """Return a work as a file of a format of FILES, to download."""
    write, media_type = FILES[extension]
    response = Response(write(work).encode(), content_type=f"{media_type}; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{work.key}.{extension}")
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response

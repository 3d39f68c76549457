"""From the file of a concept paper to its paragraphs, within bounds of size, pages and time."""

import io
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import FileStorage

from app.core.errors import Refusal, TooLarge
from app.core.texts import clean
from app.documents.sniffing import sniff
from app.meetings.paper_process import MARKER, ends_early

PROCESS = Path(__file__).with_name("paper_process.py")
LIMIT = 20 * 1024 * 1024
SECONDS = 20
MOST_CHARACTERS = 200_000
# The first bytes of Office files of before 2007, and of those that a password protects.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WIDEST_WRAP = 110
PAGE_NUMBER = re.compile(r"^\W*(?:p(?:age|ágina|\.)?\s*)?\d{1,3}(?:\s*(?:/|of|de|sur)\s*\d{1,3})?\W*$", re.IGNORECASE)
REFUSALS = {
    "damaged": _l("This file is damaged or cut short. Save it again and resend it."),
    "scanned": _l(
        "This PDF holds pictures of pages and no text, so nothing can be read. Send the file it was made from."
    ),
    "large": _l("This file unpacks to far more than it seems to hold, so it was not taken."),
    "long": _l("This text is far longer than a concept paper. Send the paper alone."),
    "time": _l("This file took too long to read. Save the paper alone, without pictures, and send it again."),
}


@dataclass(frozen=True)
class Block:
    """A paragraph; `kind` is "title", "heading", "item" (of a list) or ""."""

    text: str
    kind: str = ""


def read_paper(upload: FileStorage | None) -> list[Block]:
    """Return the paragraphs of a concept paper that a person sent; nothing is kept of it.

    Raises TooLarge past 20 MB, and Refusal for what is no DOCX, PDF or text, is protected, scanned, damaged, holds
    macros, unpacks to too much, has more than 60 pages, or takes more than 20 seconds to read.
    """
    if upload is None or not upload.filename:
        raise Refusal(_l("Choose a file first."), field="file")
    data = upload.stream.read(LIMIT + 1)
    if len(data) > LIMIT:
        raise TooLarge(_l("The file is larger than %(limit)d MB.", limit=LIMIT // (1024 * 1024)), field="file")
    if not data.strip():
        raise Refusal(_l("The file “%(name)s” is empty.", name=upload.filename), field="file")
    try:
        if data.startswith(COMPOUND):
            raise Refusal(
                _l("This file is protected by a password or of an old kind (DOC). Save it as DOCX without a password.")
            )
        kind = sniff(io.BytesIO(data))
        if kind is None:
            return _of_text(data)
        if kind.extension not in ("pdf", "docx"):
            raise Refusal(_l("Send the paper as DOCX, as PDF with text, or as TXT."))
        return paragraphs_of(data, kind.extension)
    except Refusal as refusal:
        refusal.field = "file"
        raise


def paragraphs_of(data: bytes, kind: str) -> list[Block]:
    """Return the paragraphs of a PDF or DOCX ("pdf", "docx"). Raises Refusal for what cannot be read within bounds."""
    try:
        done = subprocess.run(  # noqa: S603  # our own program, with a kind of ours
            [sys.executable, "-P", str(PROCESS), kind], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Refusal(REFUSALS["time"]) from error
    if done.returncode < 0:
        raise Refusal(REFUSALS["time"])
    if done.returncode:
        raise Refusal(REFUSALS["damaged"])
    answer: dict[str, Any] = json.loads(done.stdout)
    if answer.get("refused") == "pages":
        raise Refusal(
            _l("This file has %(count)d pages: it is no concept paper. Send the paper alone.", count=answer["count"])
        )
    if "refused" in answer:
        raise Refusal(REFUSALS[answer["refused"]])
    return _cleaned([Block(block["text"], block["kind"]) for block in answer["blocks"]])


def _cleaned(blocks: list[Block]) -> list[Block]:
    kept = [Block(clean(block.text, lines=False), block.kind) for block in blocks]
    kept = [block for block in kept if block.text and not PAGE_NUMBER.match(block.text)]
    if not kept:
        raise Refusal(_l("There is no text in this file."))
    return kept


def decode(data: bytes) -> str:
    """Return text in whatever encoding it is: by its mark, as UTF-8, as UTF-16 without a mark, else as Windows-1252.

    Raises Refusal for what is no text.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    if data.count(0) > len(data) // 4:
        little = data[1::2].count(0) > data[::2].count(0)
        text = data.decode("utf-16-le" if little else "utf-16-be", errors="replace")
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("cp1252", errors="replace")
    odd = sum(1 for char in text[:4000] if (ord(char) < 32 and char not in "\t\r\n\f") or char == "\ufffd")
    if odd * 50 > min(len(text), 4000):
        raise Refusal(_l("Send the paper as DOCX, as PDF with text, or as TXT."))
    return text


def _of_text(data: bytes) -> list[Block]:
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    if len(text) > MOST_CHARACTERS:
        raise Refusal(REFUSALS["long"])
    lines = [line for line in text.split("\n") if not PAGE_NUMBER.match(line)]
    width = max((len(line) for line in lines), default=0)
    wrapped = width <= WIDEST_WRAP
    blocks: list[Block] = []
    fresh = True
    above = ""
    for line in lines:
        if not line.strip():
            fresh = True
            continue
        kind = "item" if MARKER.match(line) else ""
        hangs = bool(blocks) and blocks[-1].kind == "item" and line[:1].isspace()
        if wrapped and not fresh and not kind and (hangs or not ends_early(above, line, width, 0.15)):
            blocks[-1] = Block(f"{blocks[-1].text} {line.strip()}", blocks[-1].kind)
        else:
            blocks.append(Block(line.strip(), kind))
        fresh, above = False, line
    return _cleaned(blocks)

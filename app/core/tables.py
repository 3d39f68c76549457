"""Reading tables that people send: a workbook (XLSX) or one table (CSV), as text, with nothing calculated.

The file has been told by its content before (`documents.sniffing`). Whatever is wrong with it is a Refusal.
"""

import codecs
import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any, BinaryIO, NamedTuple

import openpyxl
from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal, TooLarge
from app.core.sheets import as_meant

FILE_LIMIT = 10 * 1024 * 1024
UNPACKED_LIMIT = 64 * 1024 * 1024
COLUMN_LIMIT = 100
YES, NO = "yes", "no"  # words that no spreadsheet makes its own, as it does with "true"
UNREADABLE = _l("This workbook could not be read. Save it again as XLSX and resend it.")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Formula(str):
    """A cell that a spreadsheet would calculate; it is never calculated here."""

    __slots__ = ()


class Sheet(NamedTuple):
    """A table as a file gives it: the names of its columns, and (number in the file, cells) for each row."""

    columns: Sequence[str]
    rows: Sequence[tuple[int, Sequence[str]]]


def check_size(stream: BinaryIO) -> None:
    """Raise TooLarge past FILE_LIMIT bytes, Refusal for an empty file. The stream ends at its end."""
    size = stream.seek(0, io.SEEK_END)
    if size > FILE_LIMIT:
        limit = FILE_LIMIT // (1024 * 1024)
        raise TooLarge(
            _l("The file has %(size).1f MB; the limit is %(limit)d MB.", size=size / 1024 / 1024, limit=limit)
        )
    if not size:
        raise Refusal(_l("The file is empty."))


def worksheets(stream: BinaryIO, *, row_limit: int) -> list[tuple[str, Iterator[list[str]]]]:
    """Return the name and the rows of each sheet of a workbook; rows are read as they are asked for."""
    with zipfile.ZipFile(stream) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
            raise Refusal(_l("This file unpacks to far more than it seems to hold, so it was not taken."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it says of styles and extensions does not matter here
            sheets = openpyxl.load_workbook(stream, read_only=True, keep_links=False).worksheets
    except Exception as error:  # the many ways in which a crafted workbook is not one
        raise Refusal(UNREADABLE) from error
    return [(sheet.title, _rows(sheet, row_limit)) for sheet in sheets]


def _rows(sheet: Any, row_limit: int) -> Iterator[list[str]]:
    """The rows of a worksheet, one more than there may be."""
    try:
        for row in sheet.iter_rows(max_row=row_limit + 2, max_col=COLUMN_LIMIT):
            yield [_text(cell) for cell in row]
    except Exception as error:
        raise Refusal(UNREADABLE) from error


def _text(cell: Any) -> str:
    """What a cell holds, as text: numbers and days as people write them in a table here."""
    value = cell.value
    if cell.data_type == "f":
        return Formula(str(value))
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return "" if value is None else str(value)


def decoded(content: bytes) -> tuple[str, str]:
    """Return a table's text and its encoding: "UTF-8", "UTF-16" (with its mark), else "Windows-1252".

    Nothing in a file says that it is Windows-1252 (which Latin-1 is read as): people are shown what was read.
    """
    if content.startswith(UTF_16):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise Refusal(_l("This table (CSV) is damaged: it begins as UTF-16 and does not go on so.")) from error
        name = "UTF-16"
    else:
        text, name = _eight_bits(content)
    if "\x00" in text:
        raise Refusal(_l("This is neither a workbook (XLSX) nor a table (CSV). Save it as “CSV UTF-8” and resend it."))
    return text, name


def _eight_bits(content: bytes) -> tuple[str, str]:
    try:
        return content.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        raise Refusal(not_utf_8(line)) from error


def not_utf_8(line: int) -> Any:
    """The sentence for a table that is in some other encoding, from a line on."""
    return _l(
        "This is no workbook (XLSX), and as a table (CSV) it is not in UTF-8: see line %(line)d. "
        "Save it as “CSV UTF-8” and resend it.",
        line=line,
    )


def csv_rows(text: str) -> Iterator[list[str]]:
    """The rows of a CSV text, parted by commas or, as some spreadsheets do, by semicolons or tabs."""
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            yield [as_meant(cell) for cell in row]
    except csv.Error as error:
        raise Refusal(
            _l(
                "This table (CSV) cannot be read from line %(line)d on: a quotation mark there does not fit. Where a "
                "cell holds a quotation mark, put the whole cell in quotation marks and write the one inside twice, or "
                "send the table as a workbook (XLSX).",
                line=reader.line_num,
            )
        ) from error


def sheet_of(name: str, columns: Sequence[str], rows: Iterable[list[str]], *, row_limit: int) -> Sheet:
    """Return a table without what is empty at the ends of its rows; rows are numbered as spreadsheets do.

    Raises Refusal for more than `row_limit` rows.
    """
    return Sheet(_without_end(columns), list(_numbered(name, rows, row_limit)))


def _numbered(name: str, rows: Iterable[list[str]], row_limit: int) -> Iterator[tuple[int, Sequence[str]]]:
    for number, row in enumerate(rows, start=2):
        if number > row_limit + 1:
            message = _l(
                "The table “%(name)s” has more than %(limit)d rows. Send it in parts.", name=name, limit=row_limit
            )
            raise Refusal(message)
        if cells := _without_end(row):
            yield number, cells


def _without_end(cells: Sequence[str]) -> Sequence[str]:
    """The cells without the empty ones at the end."""
    end = len(cells)
    while end and not cells[end - 1].strip():
        end -= 1
    return cells[:end]

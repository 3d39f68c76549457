"""Files of the directory's tables: a workbook (XLSX) or one table (CSV), looked over before any of it is parsed."""

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from typing import Any, BinaryIO

import openpyxl
from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal, TooLarge
from app.core.sheets import as_meant, csv_bytes, xlsx_bytes
from app.directory.exchange import NO, TABLES, YES, read
from app.directory.exchange_reading import Formula, Sheet
from app.documents.sniffing import sniff

FILE_LIMIT = 10 * 1024 * 1024
UNPACKED_LIMIT = 64 * 1024 * 1024
ROW_LIMIT = 20_000
COLUMN_LIMIT = 100
UNREADABLE = _l("This workbook could not be read. Save it again as XLSX and resend it.")


def workbook() -> bytes:
    """Return the whole directory as a workbook, a sheet for each table."""
    rows = read()
    sheets = (
        (name, [table.columns, *(list(row.row.values()) for row in rows[name])]) for name, table in TABLES.items()
    )
    return xlsx_bytes(sheets, as_text=True)


def table_as_csv(name: str) -> bytes:
    """Return one table of the directory as CSV."""
    return csv_bytes([TABLES[name].columns, *(list(row.row.values()) for row in read()[name])])


def tables_in(stream: BinaryIO) -> tuple[str, dict[str, Sheet]]:
    """Return "xlsx" or "csv" and the tables that a file holds, by name.

    Raises Refusal for what is no such file, is damaged, holds macros, unpacks to too much or has more than
    ROW_LIMIT rows, and for a sheet that is none of the tables; TooLarge past FILE_LIMIT bytes.
    """
    size = stream.seek(0, io.SEEK_END)
    if size > FILE_LIMIT:
        limit = FILE_LIMIT // (1024 * 1024)
        raise TooLarge(
            _l("The file has %(size).1f MB; the limit is %(limit)d MB.", size=size / 1024 / 1024, limit=limit)
        )
    if not size:
        raise Refusal(_l("The file is empty."))
    kind = sniff(stream)
    if kind is None:
        return "csv", _of_csv(stream.read())
    if kind.extension != "xlsx":
        raise Refusal(_l("Send a workbook (XLSX) or a table (CSV). What counts is the content, not the name."))
    return "xlsx", _of_workbook(stream)


def _of_workbook(stream: BinaryIO) -> dict[str, Sheet]:
    with zipfile.ZipFile(stream) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
            raise Refusal(_l("This file unpacks to far more than it seems to hold, so it was not taken."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what it says of styles and extensions does not matter here
            sheets = openpyxl.load_workbook(stream, read_only=True, keep_links=False).worksheets
    except Exception as error:  # the many ways in which a crafted workbook is not one
        raise Refusal(UNREADABLE) from error
    names = [sheet.title for sheet in sheets]
    for name in names:
        if name not in TABLES or names.count(name) > 1:
            message = _l(
                "The sheet “%(name)s” is none of the tables, or is there twice: %(names)s.",
                name=name,
                names=", ".join(TABLES),
            )
            raise Refusal(message)
    rows = {sheet.title: _rows(sheet) for sheet in sheets}
    return {name: _sheet(name, next(found, []), found) for name, found in rows.items()}


def _rows(sheet: Any) -> Iterator[list[str]]:
    """The rows of a worksheet, one more than there may be."""
    try:
        for row in sheet.iter_rows(max_row=ROW_LIMIT + 2, max_col=COLUMN_LIMIT):
            yield [_text(cell) for cell in row]
    except Exception as error:
        raise Refusal(UNREADABLE) from error


def _text(cell: Any) -> str:
    """What a cell holds, as text: numbers and days as they are written elsewhere in the directory."""
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


def _of_csv(content: bytes) -> dict[str, Sheet]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        message = _l(
            "This is no workbook (XLSX), and as a table (CSV) it is not in UTF-8: see line %(line)d. "
            "Save it as “CSV UTF-8” and resend it.",
            line=line,
        )
        raise Refusal(message) from error
    if "\0" in text:
        raise Refusal(_l("Send a workbook (XLSX) or a table (CSV). What counts is the content, not the name."))
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    rows = _lines(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    columns = next(rows, [])
    name = max(TABLES, key=lambda name: len({*columns} & {*TABLES[name].columns}))
    if not {*columns} & {*TABLES[name].columns}:
        raise Refusal(_l("The first line names the columns of none of the tables: %(names)s.", names=", ".join(TABLES)))
    return {name: _sheet(name, columns, rows)}


def _lines(reader: Any) -> Iterator[list[str]]:
    try:
        for row in reader:
            yield [as_meant(cell) for cell in row]
    except csv.Error as error:
        raise Refusal(_l("This table (CSV) cannot be read from line %(line)d on.", line=reader.line_num)) from error


def _sheet(name: str, columns: Sequence[str], rows: Iterable[list[str]]) -> Sheet:
    return Sheet(_without_end(columns), list(_numbered(name, rows)))


def _numbered(name: str, rows: Iterable[list[str]]) -> Iterator[tuple[int, Sequence[str]]]:
    """The rows that are not empty, numbered as spreadsheets do."""
    for number, row in enumerate(rows, start=2):
        if number > ROW_LIMIT + 1:
            message = _l(
                "The table “%(name)s” has more than %(limit)d rows. Send it in parts.", name=name, limit=ROW_LIMIT
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

"""A table as a file: CSV and XLSX, the same bytes for the same rows. Text that looks like a formula stays text."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TextIO

import xlsxwriter
from flask import Response, request
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from app.core.downloads import name_file
from app.core.errors import TooLarge
from app.core.texts import clean

Row = Sequence[str | int | float]
CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA_STARTS = ("=", "+", "-", "@", "\t")
# Sheets carry the moment they were made; ours carry none, so that nothing but the rows makes a difference.
MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
NAME_LIMIT = 31
MOST_ROWS = 5_000  # of a list of the library that is made into a file while somebody waits


def _harmless(value: str | int | float) -> str | int | float:
    if isinstance(value, str) and value.lstrip("'").startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


def as_meant(text: str) -> str:
    """Return a cell's text without the apostrophe by which `csv_bytes` keeps it from being a formula."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(FORMULA_STARTS) else text


def csv_bytes(rows: Iterable[Row]) -> bytes:
    """Return rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to read accents."""
    text = io.StringIO(newline="")
    write_csv(text, rows)
    return text.getvalue().encode("utf-8-sig")


def write_csv(text: TextIO, rows: Iterable[Row]) -> None:
    """Write rows as CSV into what was opened with `newline=""`: for tables that are too large to be had in memory."""
    csv.writer(text).writerows([_harmless(value) for value in row] for row in rows)


def xlsx_bytes(sheets: Iterable[tuple[str, Iterable[Row]]], *, as_text: bool = False) -> bytes:
    """Return (name, rows) pairs as the sheets of a workbook; the first row of each stays in view.

    `as_text`: what people write into the cells stays as they write it ("2014-10" does not become a day).
    """
    target = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"created": MADE_AT})
        head = book.add_format({"bold": True})
        text = book.add_format({"num_format": "@"})
        for name, rows in sheets:
            sheet = book.add_worksheet(name[:NAME_LIMIT])
            sheet.freeze_panes(1, 1)
            if as_text:
                sheet.set_column("A:AZ", None, text)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row, head if number == 0 else None)
    return target.getvalue()


def as_download(rows: Sequence[Row], *, name: str, file_format: str) -> Response:
    """Return rows as a file to download: `file_format` "csv", or "xlsx" with one sheet."""
    if file_format == "csv":
        response = Response(csv_bytes(rows), content_type=CSV_TYPE)
    else:
        response = Response(xlsx_bytes([(name, rows)]), content_type=XLSX_TYPE)
    file_name = clean(name, lines=False).replace('"', "")
    name_file(response, f"{file_name}.{file_format}")
    return response


def wanted_format() -> str:
    """Return "csv" or "xlsx" where the address asks for one by `?format=`, "" where it asks for none.

    Raises NotFound where it asks for another.
    """
    wanted = request.args.get("format", "")
    if wanted not in ("", "csv", "xlsx"):
        raise NotFound
    return wanted


def check_rows(total: int) -> None:
    """Raises TooLarge for a list that is too long to be made into a file while somebody waits: it is never cut."""
    if total > MOST_ROWS:
        raise TooLarge(
            _l(
                "The list has %(total)d entries; %(limit)d is the most that is downloaded at once. Narrow it down, or "
                "take the whole library from the page of open data.",
                total=total,
                limit=MOST_ROWS,
            )
        )

"""Files of the directory's tables: a workbook (XLSX) or one table (CSV), looked over before any of it is parsed."""

from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.core.sheets import csv_bytes, xlsx_bytes
from app.core.tables import Sheet, check_size, csv_rows, not_utf_8, sheet_of, worksheets
from app.directory.exchange import TABLES, read
from app.documents.sniffing import sniff

ROW_LIMIT = 5000  # in all: more take longer to check than a person waits for a page


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
    ROW_LIMIT rows, and for a sheet that is none of the tables; TooLarge past core.tables.FILE_LIMIT bytes.
    """
    check_size(stream)
    kind = sniff(stream)
    if kind is None:
        return "csv", _of_csv(stream.read())
    if kind.extension != "xlsx":
        raise Refusal(_l("Send a workbook (XLSX) or a table (CSV). What counts is the content, not the name."))
    return "xlsx", _of_workbook(stream)


def _of_workbook(stream: BinaryIO) -> dict[str, Sheet]:
    sheets = worksheets(stream, row_limit=ROW_LIMIT)
    names = [name for name, _rows in sheets]
    for name in names:
        if name not in TABLES or names.count(name) > 1:
            message = _l(
                "The sheet “%(name)s” is none of the tables, or is there twice: %(names)s.",
                name=name,
                names=", ".join(TABLES),
            )
            raise Refusal(message)
    tables: dict[str, Sheet] = {}
    for name, found in sheets:
        tables[name] = sheet_of(name, next(found, []), found, row_limit=ROW_LIMIT)
        if sum(len(table.rows) for table in tables.values()) > ROW_LIMIT:
            raise Refusal(_l("A file has at most %(limit)d rows in all. Send it in parts.", limit=ROW_LIMIT))
    return tables


def _of_csv(content: bytes) -> dict[str, Sheet]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refusal(not_utf_8(content[: error.start].count(b"\n") + 1)) from error
    if "\0" in text:
        raise Refusal(_l("Send a workbook (XLSX) or a table (CSV). What counts is the content, not the name."))
    rows = csv_rows(text)
    columns = next(rows, [])
    name = max(TABLES, key=lambda name: len({*columns} & {*TABLES[name].columns}))
    if not {*columns} & {*TABLES[name].columns}:
        raise Refusal(_l("The first line names the columns of none of the tables: %(names)s.", names=", ".join(TABLES)))
    return {name: sheet_of(name, columns, rows, row_limit=ROW_LIMIT)}

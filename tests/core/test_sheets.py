"""Tables as files: read back as they were written, the same bytes each time, and never a formula."""

import csv
import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
import time_machine
from werkzeug.exceptions import NotFound

from app.core.sheets import as_download, as_meant, csv_bytes, wanted_format, xlsx_bytes

HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", '=HYPERLINK("http://example.org")', "'=1+1"]


def read_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))


def read_xlsx(data: bytes):
    return openpyxl.load_workbook(io.BytesIO(data))


def test_csv_is_read_back_with_accents_line_ends_and_quotes():
    rows = [["País", "Número"], ['The "two"\nlines, and more', 2], ["", 1.5]]
    data = csv_bytes(rows)
    assert data.startswith(b"\xef\xbb\xbf")
    assert read_csv(data) == [["País", "Número"], ['The "two"\nlines, and more', "2"], ["", "1.5"]]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_looks_like_a_formula_stays_text(text):
    assert read_csv(csv_bytes([[text]])) == [[f"'{text}"]]
    cell = read_xlsx(xlsx_bytes([("s", [["head"], [text]])])).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


@pytest.mark.parametrize("text", [*HOSTILE, "plain", "'quoted'", "", "a=b"])
def test_the_apostrophe_is_taken_off_again(text):
    assert as_meant(read_csv(csv_bytes([[text, "x"]]))[0][0]) == text


@pytest.mark.parametrize("text", ["http://example.org", "mailto:a@example.org", "internal:Sheet1!A1", "12", "2014-10"])
def test_a_sheet_guesses_at_nothing(text):
    cell = read_xlsx(xlsx_bytes([("s", [["head"], [text]])])).active["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (text, "s", None)


def test_numbers_stay_numbers():
    rows = [["head"], [-3], [2.5]]
    assert read_csv(csv_bytes(rows)) == [["head"], ["-3"], ["2.5"]]
    sheet = read_xlsx(xlsx_bytes([("s", rows)])).active
    assert [(cell.value, cell.data_type) for cell in sheet["A"][1:]] == [(-3, "n"), (2.5, "n")]


def test_the_same_rows_give_the_same_bytes_at_any_time():
    sheets = [("one", [["a", "é"], ["b", 2]]), ("two", [["a"]])]
    with time_machine.travel(datetime(2026, 5, 14), tick=False):
        first = xlsx_bytes(sheets)
    with time_machine.travel(datetime(2031, 1, 1), tick=False):
        assert xlsx_bytes(sheets) == first
    assert "2000-01-01" in zipfile.ZipFile(io.BytesIO(first)).read("docProps/core.xml").decode()


def test_sheets_have_names_heads_that_stay_and_cells_of_text_where_wanted():
    book = read_xlsx(xlsx_bytes([("n" * 40, [["a", "b"], [1, 2]])], as_text=True))
    sheet = book.active
    assert (book.sheetnames, sheet.freeze_panes) == (["n" * 31], "B2")
    assert sheet["A1"].font.b
    assert not sheet["A2"].font.b
    assert sheet.column_dimensions["A"].number_format == "@"


@pytest.mark.parametrize(
    ("file_format", "media"),
    [("csv", "text/csv"), ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")],
)
def test_a_download_is_named_for_what_it_holds(file_format, media):
    answer = as_download([["a"]], name='Estados "y" mecanismos\n', file_format=file_format)
    assert answer.mimetype == media
    assert answer.headers["Content-Disposition"] == f'attachment; filename="Estados y mecanismos.{file_format}"'


def test_only_two_formats_are_known(app):
    for asked, wanted in (("?format=csv", "csv"), ("?format=xlsx", "xlsx"), ("?format=", ""), ("", "")):
        with app.test_request_context(f"/{asked}"):
            assert wanted_format() == wanted
    with app.test_request_context("/?format=pdf"), pytest.raises(NotFound):
        wanted_format()

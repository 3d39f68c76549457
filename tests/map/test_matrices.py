"""The matrices: who is where, who works on what, and what is told apart from nothing."""

import csv
import io

import openpyxl
import pytest
from lxml import html

from app.core.db import db
from app.core.sheets import csv_bytes, xlsx_bytes
from app.directory.enums import Extent
from app.directory.facts import facts_at, involvement
from app.directory.models import Involvement
from app.map.matrices import EMPTY, Head, Matrix, Shown
from tests.statements import count_statements


def head(label: str, silent: str = "") -> Head:
    return Head(label, label, f"/{label}", silent)


@pytest.fixture
def small() -> Matrix:
    one, two = Shown("x", "", "/", 1), Shown("xx", "", "/", 3)
    return Matrix(
        [head("Perú"), head("Ecuador"), head("Zambia")],
        [head("B"), head("A"), head("silent", "No source")],
        [[one, EMPTY, EMPTY], [two, one, EMPTY], [EMPTY, EMPTY, EMPTY]],
    )


def labels(heads) -> list[str]:
    return [item.label for item in heads]


def test_totals_count_what_says_something(small):
    assert (small.row_totals, small.column_totals, small.silent) == ([1, 2, 0], [2, 1, 0], 1)


def test_empty_lines_are_taken_out_and_lines_turned_and_ordered(small):
    filled = small.filled()
    assert (labels(filled.rows), labels(filled.columns)) == (["Perú", "Ecuador"], ["B", "A"])
    turned = filled.transposed()
    assert (labels(turned.rows), turned.cells[0][1].text) == (["B", "A"], "xx")
    assert labels(filled.ordered("name").columns) == ["A", "B"]
    assert labels(filled.ordered("name").rows) == ["Ecuador", "Perú"]
    assert labels(filled.ordered("count").rows) == ["Ecuador", "Perú"]
    assert filled.ordered("source") is filled


def test_a_matrix_without_rows_can_be_turned():
    assert Matrix([], [head("A")], []).transposed() == Matrix([head("A")], [], [[]])


def test_a_sheet_has_heads_cells_and_totals(small):
    assert small.filled().as_rows("State", "Total") == [
        ["State", "B", "A", "Total"],
        ["Perú", "x", "", 1],
        ["Ecuador", "xx", "x", 2],
        ["Total", 2, 1, 3],
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_a_formula_stays_text(start):
    rows = [["a"], [f"{start}HYPERLINK(1)"]]
    assert next(csv.reader(io.StringIO(csv_bytes(rows[1:]).decode("utf-8-sig")))) == [f"'{start}HYPERLINK(1)"]
    cell = openpyxl.load_workbook(io.BytesIO(xlsx_bytes([("s", rows)]))).active["A2"]
    assert (cell.value, cell.data_type) == (f"{start}HYPERLINK(1)", "s")


def test_the_same_rows_give_the_same_bytes():
    rows = [["a", "é"], ["b", 2]]
    assert xlsx_bytes([("one", rows), ("two", rows)]) == xlsx_bytes([("one", rows), ("two", rows)])


def table(client, address):
    page = html.fromstring(client.get(address).text)
    rows = page.xpath("//table[contains(@class,'matrix')]//tr")
    return [[" ".join(cell.text_content().split()) for cell in row] for row in rows]


def test_members_of_the_regional_conference_are_marked(client):
    shown = table(client, "/map/states")
    column = shown[0].index("RCM")
    members = [row[0] for row in shown[1:-1] if row[column]]
    assert len(members) == 11
    assert {"Belize", "Canada", "Dominican Republic"} <= set(members)
    assert shown[-1][column] == "11"
    assert "OCAM" not in shown[0], "no source lists its members"
    assert "OCAM No source" in " | ".join(table(client, "/map/states?empty=y")[0])


def test_facts_are_read_as_at_a_day(client, app):
    presiding = facts_at("2000-01-01")
    assert presiding.day == "2000-01-01"
    assert client.get("/map/states?at=1700-01-01").status_code == 422
    assert client.get("/map/states?at=yesterday").status_code == 422


def test_unknown_filters_are_told_at_the_field(client):
    for query in ("order=size", "kind=circus"):
        answer = client.get(f"/map/states?{query}")
        assert answer.status_code == 422
        assert "field-error" in answer.text
    assert client.get("/map/themes?vocabulary=all").status_code == 422


@pytest.mark.parametrize("vocabulary", ["themes", "issues", "gcm", "tracks", "capacities"])
def test_mechanisms_by_every_vocabulary(client, vocabulary):
    shown = table(client, f"/map/themes?vocabulary={vocabulary}")
    assert len(shown) > 2
    assert client.get(f"/map/themes?vocabulary={vocabulary}&turned=y").status_code == 200


def test_the_table_of_involvement_is_shown_as_printed_with_its_doubts(client, app):
    cells = involvement().values()
    assert len(cells) == 29 * 26
    assert sum(cell.printed is not Extent.NONE for cell in cells) == 286
    assert sum(cell.printed is Extent.STRONG for cell in cells) == 141
    shown = table(client, "/map/involvement?order=source&empty=y")
    assert shown[-1][-1] == str(sum(cell.extent is not Extent.NONE or cell.doubted for cell in cells))
    vote = next(n for n, title in enumerate(shown[0]) if "Vote of migrants" in title)
    assert {row[0].split(" No source")[0]: row[vote] for row in shown[1:-1] if row[vote]} == {"IOM": "0?", "ILO": "x?"}


def test_a_corrected_cell_shows_what_holds(client, app):
    cell = db.session.query(Involvement).filter(Involvement.doubt != {}).first()
    cell.corrected, cell.reason = Extent.STRONG, "The neighbour's mark."
    db.session.commit()
    assert "xx*" in client.get("/map/involvement").text


@pytest.mark.parametrize("address", ["/map/states", "/map/themes", "/map/involvement"])
def test_files_hold_exactly_what_is_shown(client, address):
    shown = table(client, f"{address}?turned=y&order=count")
    answer = client.get(f"{address}?turned=y&order=count&format=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row[1:] for row in rows[1:]] == [row[1:] for row in shown[1:]]
    assert len(rows[0]) == len(shown[0])
    sheet = openpyxl.load_workbook(io.BytesIO(client.get(f"{address}?turned=y&order=count&format=xlsx").data)).active
    assert (sheet.max_row, sheet.max_column) == (len(rows), len(rows[0]))
    assert client.get(f"{address}?format=pdf").mimetype == "text/html"


def test_in_the_reader_s_language(client):
    assert "Perú" in client.get("/map/states", headers={"Accept-Language": "es"}).text


@pytest.mark.parametrize(("address", "statements"), [("/map/states", 5), ("/map/themes", 5), ("/map/involvement", 6)])
def test_a_constant_number_of_statements(client, address, statements):
    with count_statements() as counted:
        client.get(address)
    assert counted.number == statements

"""The directory as files: what everybody takes, what the secretariat imports, and files that are refused."""

import io
import re
import zipfile
from datetime import datetime

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from app.audit.models import AuditEvent
from app.core import tables
from app.core.db import db
from app.core.errors import Refusal
from app.core.sheets import csv_bytes, xlsx_bytes
from app.directory.enums import StatementSubject
from app.directory.exchange import TABLES
from app.documents.models import StoredFile
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.map import exchange_files
from app.map.exchange_files import ROW_LIMIT, workbook
from tests.client import post_form, sign_in
from tests.directory.tables import NOTE, held, sheet, statement, take

PAGE = "/map/data"
PLACES = ("mechanism", "subject", "source", "part", "party", "since", "until")
PERU = ("RCM", "members", NOTE, "", "PE", "2020", "")
RCM = {"mechanism": "RCM", "subject": "members", "source": NOTE}
MEMBERS = ("BZ", "CA", "CR", "SV", "US", "GT", "HN", "MX", "NI", "PA", "DO")
OOXML = "http://schemas.openxmlformats.org"


@pytest.fixture
def staff(client, personas) -> FlaskClient:
    return sign_in(client, personas.secretariat)


def send(client: FlaskClient, content: bytes, name: str = "tables.csv"):
    """Check a file."""
    return post_form(client, PAGE, {"file": (io.BytesIO(content), name)})


def refused(client: FlaskClient, content: bytes, name: str = "tables.csv", *, status: int = 422) -> str:
    """The page for a file that is refused; nothing was kept or changed by it."""
    before = workbook()
    answer = send(client, content, name)
    assert answer.status_code == status
    assert workbook() == before
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    assert "Import it all" not in answer.text
    return answer.text


def confirm(client: FlaskClient, page: str, **more):
    """Send the form that imports what was checked; the job that does it is queued."""
    (checked,) = re.findall(r'name="checked"[^>]* value="([^"]+)"', page)
    (token,) = set(re.findall(r'name="csrf_token" value="([^"]+)"', page))
    return client.post(f"{PAGE}/import", data={"csrf_token": token, "checked": checked, **more})


def crafted(cells: str, head: str = "", **more: str) -> bytes:
    """A workbook whose sheet "places" has these rows of XML."""
    kind = f"{OOXML}/officeDocument/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{OOXML}/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/xl/workbook.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{OOXML}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{OOXML}/spreadsheetml/2006/main" xmlns:r="{kind}/relationships">'
        '<sheets><sheet name="places" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{OOXML}/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{kind}/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'{head}<worksheet xmlns="{OOXML}/spreadsheetml/2006/main">'
        f"<sheetData>{cells}</sheetData></worksheet>",
        **more,
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def row(*texts: str, number: int = 1) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


# What everybody takes


def test_everybody_takes_the_workbook_and_each_table(client):
    page = client.get(PAGE)
    assert "Check the file" not in page.text
    answer = client.get(f"{PAGE}.xlsx")
    assert answer.data == workbook()
    assert answer.headers["Content-Disposition"] == "attachment; filename=plenaria.xlsx"
    assert openpyxl.load_workbook(io.BytesIO(answer.data)).sheetnames == list(TABLES)
    for name, table in TABLES.items():
        assert f'href="{PAGE}/{name}.csv"' in page.text
        answer = client.get(f"{PAGE}/{name}.csv")
        assert answer.mimetype == "text/csv"
        assert answer.text.splitlines()[0].lstrip("\ufeff").split(",") == list(table.columns)
    assert client.get(f"{PAGE}/users.csv").status_code == 404


def test_the_workbook_keeps_what_people_write_as_text(app):
    events = openpyxl.load_workbook(io.BytesIO(workbook()))["events"]
    assert (events["A2"].number_format, events["A2"].data_type) == ("@", "s")
    columns = events.column_dimensions["A"]
    assert (columns.number_format, columns.max > len(TABLES["events"].columns)) == ("@", True)


# What the secretariat imports


def imported(client: FlaskClient, answer) -> str:
    """The page of the job to which a person who imports is led."""
    assert answer.status_code == 303
    db.session.expire_all()
    return client.get(answer.location).text


def test_a_file_is_checked_then_imported(staff, run_jobs):
    page = send(staff, csv_bytes([PLACES, PERU]))
    assert page.status_code == 200
    assert "RCM, members" in page.text
    assert "Import it all" in page.text
    assert held("places", **RCM, party="MX")["since"] == ""
    with pytest.raises(ValueError, match="not enough"):
        held("places", **RCM, party="PE")
    answer = confirm(staff, page.text)
    assert "Importing tables into the directory" in imported(staff, answer)
    run_jobs()
    assert f'href="{PAGE}"' in imported(staff, answer)
    assert held("places", **RCM, party="PE")["since"] == "2020"
    history = staff.get("/mechanisms/rcm/history").text
    assert "Changed the directory by a file" in history
    assert "Peru (since 2020)" in history
    (file,) = db.session.scalars(sa.select(StoredFile))
    assert (file.name, file.media_type) == ("tables.csv", "text/csv")
    (event,) = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import_table"))
    assert (event.subject_kind, event.subject_id) == ("stored_files", file.id)


def test_importing_twice_gives_one_result(staff, run_jobs):
    page = send(staff, csv_bytes([PLACES, PERU])).text
    first = confirm(staff, page)
    assert confirm(staff, page).location == first.location
    run_jobs()
    after = workbook()
    assert confirm(staff, page).location == first.location
    db.session.execute(sa.update(Job).values(state=JobState.QUEUED))  # as a worker that was killed after its commit
    run_jobs()
    db.session.expire_all()
    assert workbook() == after
    assert db.session.scalars(sa.select(Job.state)).one() is JobState.DONE
    assert len(db.session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "import_table")).all()) == 1


@pytest.mark.parametrize("fits", [True, False])
def test_what_was_checked_is_not_imported_once_the_directory_has_changed(staff, personas, run_jobs, fits):
    personas.secretariat.language = "en"
    rows = [PERU, (*PERU[:4], "MX", "1996", "")]
    page = send(staff, csv_bytes([PLACES, *rows])).text
    assert "since: “” becomes “1996”." in page
    if fits:
        take({"places": sheet(dict(zip(PLACES, PERU, strict=True)))})
    else:
        said = statement("rcm", StatementSubject.MEMBERS)
        said.memberships.clear()
        said.stated = False
    db.session.commit()
    before = workbook()
    answer = confirm(staff, page)
    run_jobs()
    assert "The directory has changed since the file was checked. Check the file again." in imported(staff, answer)
    assert workbook() == before


def test_only_what_was_checked_is_imported(staff):
    page = send(staff, csv_bytes([PLACES, PERU])).text
    before = workbook()
    answer = confirm(staff, page, checked="[1,2]")
    assert answer.status_code == 422
    assert "Check the file first." in answer.text
    assert workbook() == before


def test_a_file_that_says_nothing_new_is_not_kept(staff):
    page = send(staff, workbook(), "plenaria.xlsx")
    assert page.status_code == 200
    assert "there is nothing to import" in page.text
    assert db.session.scalars(sa.select(StoredFile)).all() == []


def test_rows_of_a_long_table_are_shown_in_part(staff):
    rows = [
        (*PERU[:4], code, "2020", "") for code in sorted(row.row["code"] for row in exchange_files.read()["parties"])
    ]
    rows = [values for values in rows if values[4] not in ("RCM", *MEMBERS)]
    page = send(staff, csv_bytes([PLACES, *rows])).text
    assert f"{len(rows) - 50} more rows are not shown." in page


# What is wrong


def test_problems_are_told_row_by_row(staff):
    page = refused(staff, csv_bytes([PLACES, (*PERU[:4], "XX", "", ""), PERU, (*PERU[:4], "CL", "2014-13", "")]))
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", page)
    assert cells[4:8] == ["places", "2", "party", "No State, organization or mechanism is known as “XX”."]
    assert cells[8:11] == ["places", "4", "since"]
    assert "Nothing was imported" in page


def test_after_many_problems_it_is_said_that_there_may_be_more(staff):
    page = refused(staff, csv_bytes([PLACES, *((*PERU[:4], f"X{number}", "", "") for number in range(300))]))
    assert "These are the first; there may be more." in page


def test_no_file(staff):
    answer = post_form(staff, PAGE, {})
    assert (answer.status_code, "Choose a file first." in answer.text) == (422, True)


@pytest.mark.parametrize("encoding", ["latin-1", "utf-16"])
def test_another_encoding_is_refused_by_the_name_of_the_right_one(staff, encoding):
    content = "key,title_en,publisher,date\nx,A,\nx,Perú,B,2014\n".encode(encoding)
    page = refused(staff, content)
    assert "not in UTF-8" in page
    assert f"line {3 if encoding == 'latin-1' else 1}." in page


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty"),
        (b"name,colour\nx,red\n", "The first line names the columns of none of the tables"),
        (b'key,title_en,publisher,date\nx,"A"B,C,2014\n', "cannot be read from line 2 on"),
        (b"%PDF-1.4\n%%EOF\n", "Send a workbook (XLSX) or a table (CSV)"),
        (b"PK\x03\x04 and no more", "damaged or cut short"),
    ],
)
def test_what_is_no_table_is_refused(staff, content, words):
    assert words in refused(staff, content)


def test_files_that_are_too_large_are_refused_before_they_are_looked_through(app):
    rows = [["x"]] * (ROW_LIMIT // 2 + 2)
    for content, words in (
        (b"x" * (10 * 1024 * 1024 + 1), "The file has 10.0 MB; the limit is 10 MB."),
        (csv_bytes([PLACES, *[PERU] * 20_000]), "“places” has more than 5000 rows"),
        (xlsx_bytes([("places", rows), ("tags", rows)], as_text=True), "at most 5000 rows in all"),
    ):
        with pytest.raises(Refusal, match=words):
            exchange_files.tables_in(io.BytesIO(content))


def test_semicolons_are_read_as_spreadsheets_write_them(staff):
    page = send(staff, "\ufeff{}\r\n{}\r\n".format(";".join(PLACES), ";".join(PERU)).encode())
    assert "Import it all" in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (xlsx_bytes([("users", [["email"]])]), "“users” is none of the tables"),
        (
            crafted(row(*PLACES) + "".join(f"<row><c><v>{n * n}</v></c></row>" for n in range(100_000))),
            "more than 5000 rows",
        ),
        (crafted(row(*PLACES) + row(*PERU, number=999_999_999)), "more than 5000 rows"),
        (crafted("<row><c><v>" + "9" * 9999 + "</v></c></row>"), "This workbook could not be read"),
        (crafted("", **{"xl/workbook.xml": "<workbook"}), "This workbook could not be read"),
        (crafted("", **{"xl/vbaProject.bin": "x"}), "holds macros"),
        (crafted("", **{"xl/media/zeros": "0" * 60_000_000}), "unpacks to far more"),
    ],
)
def test_a_hostile_workbook_is_refused(staff, content, words):
    assert words in refused(staff, content, "tables.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(staff, monkeypatch):
    monkeypatch.setattr(tables, "UNPACKED_LIMIT", 1000)
    assert "unpacks to far more" in refused(staff, crafted(row(*PLACES)), "tables.xlsx")


def test_entities_of_a_workbook_are_not_expanded(staff):
    bomb = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 9}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True)
    )
    page = refused(staff, crafted(row(*PLACES) + row("&i;", number=2), head=f"{bomb}]>"), "tables.xlsx")
    assert "This workbook could not be read" in page


def test_a_formula_is_refused_and_never_calculated(staff):
    book = openpyxl.Workbook()
    book.active.title = "places"
    book.active.append(PLACES)
    book.active.append((*PERU[:4], '=CONCATENATE("P","E")', "2020", ""))
    target = io.BytesIO()
    book.save(target)
    page = refused(staff, target.getvalue(), "tables.xlsx")
    assert "This cell holds a formula. Write its value instead." in page


def test_numbers_and_days_of_a_workbook_are_read_as_they_are_written_here(staff, run_jobs):
    book = openpyxl.Workbook()
    book.active.title = "statements"
    book.active.append(("mechanism", "subject", "source", "part", "stated", "count"))
    book.active.append(("RCM", "members", "cam-concept-paper-2023", "", True, 11.0))
    book.active.append(("RCM", "presidency", "cam-concept-paper-2023", "", False, None))
    book.create_sheet("sources").append(("key", "title_en", "publisher", "date"))
    book["sources"].append(("x", 12.5, "A", datetime(2014, 10, 3)))
    book["sources"].append(("y", "B", "A", 2014))
    target = io.BytesIO()
    book.save(target)
    assert confirm(staff, send(staff, target.getvalue(), "a.xlsx").text).status_code == 303
    run_jobs()
    db.session.expire_all()
    assert held("sources", key="x")["title_en"] == "12.5"
    assert held("sources", key="x")["date"] == "2014-10-03"
    assert held("sources", key="y")["date"] == "2014"
    paper = {"mechanism": "RCM", "source": "cam-concept-paper-2023"}
    assert held("statements", subject="members", **paper)["count"] == "11"
    assert held("statements", subject="presidency", **paper)["stated"] == "no"


def test_as_many_rows_as_there_may_be_are_read(app):
    rows = ((*PERU[:4], "PE", str(number), "") for number in range(ROW_LIMIT))
    _kind, sheets = exchange_files.tables_in(io.BytesIO(csv_bytes([PLACES, *rows])))
    assert len(list(sheets["places"].rows)) == ROW_LIMIT

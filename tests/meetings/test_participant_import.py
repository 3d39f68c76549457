"""People from files: everybody or nobody, each problem at its row, whatever the spreadsheet wrote."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from lxml import html

from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import TooLarge
from app.core.sheets import csv_bytes, xlsx_bytes
from app.documents.models import StoredFile
from app.jobs.models import Job
from app.meetings import participant_import, participant_table
from app.meetings.enums import Attendance, ParticipantRole, Stage
from app.meetings.models import NoteVerbale, Participant
from tests.client import post_form, sign_in
from tests.documents.test_uploads import PDF, office
from tests.factories.participants import make_person
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.statements import count_statements

PAGE = "/sessions/cam-2026/manage/participants/import"
HEAD = ["delegation", "name", "title", "function", "institution", "role", "email", "note_number", "note_date"]
BEFORE = NOON - timedelta(days=3)


@pytest.fixture
def delegations(app):
    meeting = make_meeting(stage=Stage.CALL_OPEN)
    made = {code: make_delegation(meeting, code) for code in ("PE", "CL", "RCM")}
    db.session.commit()
    return made


@pytest.fixture
def staff(client, personas, delegations):
    sign_in(client, personas.secretariat)
    with standing_at(BEFORE):
        yield client


def send(client, content: bytes, name: str = "people.csv"):
    return post_form(client, PAGE, {"file": (io.BytesIO(content), name)}, action=PAGE)


def table(*rows, head=HEAD) -> bytes:
    return csv_bytes([head, *rows])


def confirm(client, text: str):
    form = next(form for form in html.document_fromstring(text).forms if form.action.endswith("/import/take"))
    return client.post(form.action, data=dict(form.form_values()))


def held() -> list[tuple]:
    db.session.expire_all()
    people = db.session.scalars(sa.select(Participant).order_by(Participant.id)).all()
    return [(person.delegation.party.code, person.name) for person in people]


def refused(client, content: bytes, name: str = "people.csv") -> str:
    answer = send(client, content, name)
    assert answer.status_code == 422
    assert held() == []
    return answer.text


ANA = ["PE", "Ana Ruiz", "Dr.", "Director", "Ministry", "head", "ana@example.org", "7-5-M/12", "2026-05-02"]
LUIS = ["Perú", "Luis Peña", "", "Adviser", "Mission", "Asesor", "", "7-5-M/12", ""]
EVA = ["Chile", "Eva Soto", "", "", "", "", "", "", ""]


def test_a_file_is_checked_then_imported_whole_and_is_not_kept(staff):
    page = send(staff, table([*LUIS[:5], "", *LUIS[6:]], ANA, EVA))
    assert "3 people would be registered." in page.text
    assert held() == []
    answer = confirm(staff, page.text)
    assert answer.location.endswith("/manage/participants")
    assert held() == [("PE", "Ana Ruiz"), ("PE", "Luis Peña"), ("CL", "Eva Soto")]  # the head first
    ana = db.session.scalars(sa.select(Participant).where(Participant.name == "Ana Ruiz")).one()
    assert (ana.role, ana.attendance, ana.email) == (ParticipantRole.HEAD, Attendance.IN_PERSON, "ana@example.org")
    note = db.session.scalars(sa.select(NoteVerbale)).one()
    assert (note.number, str(note.dated), ana.note_id) == ("7-5-M/12", "2026-05-02", note.id)
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    twice = confirm(staff, page.text)
    assert twice.status_code == 409
    assert "was imported" in twice.text
    assert len(held()) == 3


def test_those_who_are_registered_stay_as_they_are(staff, delegations):
    make_person(delegations["PE"], "ANA RUIZ", function="Kept")
    db.session.commit()
    page = send(staff, table(ANA, EVA))
    assert "1 person of the file is registered already and stays as they are." in page.text
    confirm(staff, page.text)
    assert held() == [("PE", "ANA RUIZ"), ("CL", "Eva Soto")]
    assert "everybody in the file is registered" in send(staff, table(ANA, EVA)).text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_as_it_is(staff, encoding):
    rows = "delegation;name\nPE;Íñigo Peña\nCL;Zoë\n"
    page = send(staff, rows.encode(encoding)).text
    assert "Íñigo Peña" in page
    assert "Windows-1252" not in page
    confirm(staff, page)
    assert held() == [("PE", "Íñigo Peña"), ("CL", "Zoë")]


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_an_older_encoding_is_read_and_said(staff, encoding):
    page = send(staff, "delegation,name\nPerú,Íñigo Peña\n".encode(encoding)).text
    assert "read as Windows-1252" in page
    assert "Íñigo Peña" in page
    confirm(staff, page)
    assert held() == [("PE", "Íñigo Peña")]


def test_headings_and_words_may_be_in_any_language_and_case(staff):
    head = ["DELEGATION", "Name", "Attends as", "attends"]
    page = send(staff, table(["rcm", "One", "HEAD OF DELEGATION", "virtual"], head=head))
    confirm(staff, page.text)
    person = db.session.scalars(sa.select(Participant)).one()
    assert (person.role, person.attendance) == (ParticipantRole.HEAD, Attendance.VIRTUAL)


def test_formulas_of_a_csv_stay_text_and_leave_as_text(staff):
    evil = '=HYPERLINK("http://example.org","x")'
    confirm(staff, send(staff, table(["PE", evil, "", "@SUM(1)", "", "", "", "", ""])).text)
    assert held() == [("PE", evil)]
    out = staff.get("/sessions/cam-2026/manage/participants?format=csv").data.decode("utf-8-sig")
    assert "\"'=HYPERLINK(" in out
    assert ",'@SUM(1)," in out


def test_formulas_of_a_workbook_are_refused_at_their_cell(staff):
    book = openpyxl.Workbook()
    book.active.append(["delegation", "name"])
    book.active.append(["PE", '=CONCATENATE("A","B")'])
    target = io.BytesIO()
    book.save(target)
    page = refused(staff, target.getvalue(), "people.xlsx")
    assert "This cell holds a formula. Write its value instead." in page
    assert "This is missing." not in page


def test_a_workbook_is_read_with_its_days_and_the_empty_one_can_be_filled_in(staff):
    empty = openpyxl.load_workbook(io.BytesIO(staff.get(f"{PAGE}/table.xlsx").data))
    headings = [cell.value for cell in empty.active[1]]
    assert headings[:2] == ["Delegation", "Name"]
    empty.active.append(["CL", "Eva", "", "", "", "Adviser", "Virtual", "", "Step-free access", "12", BEFORE.date()])
    target = io.BytesIO()
    empty.save(target)
    page = send(staff, target.getvalue(), "people.xlsx")
    confirm(staff, page.text)
    person = db.session.scalars(sa.select(Participant)).one()
    assert (person.access_needs, person.note.number, person.note.dated) == ("Step-free access", "12", BEFORE.date())


@pytest.mark.parametrize(
    ("rows", "row", "words"),
    [
        ([["XX", *ANA[1:]]], 2, "No delegation of this session is called “XX”."),
        ([["", *ANA[1:]]], 2, "This is missing."),
        ([EVA, [*ANA[:1], "", *ANA[2:]]], 3, "This is missing."),
        ([[*ANA[:5], "chief", *ANA[6:]]], 2, "“chief” is none of these: Head of delegation"),
        ([[*ANA[:6], "no address", *ANA[7:]]], 2, "“no address” is not an e-mail address."),
        ([[*ANA[:8], "2 May 2026"]], 2, "“2 May 2026” is not a date that can be read."),
        ([[*ANA[:8], "3/5/2026"]], 2, "“3/5/2026” can be two days. Write 2026-05-03 or 2026-03-05."),
        ([[*ANA[:8], "31/13/2025"]], 2, "for example 2026-04-30"),
        ([[*ANA[:8], "14/4/2026"], [*LUIS[:8], "4/15/2026"], [*EVA[:7], "7", "3/5/2026"]], 4, "can be two days"),
        ([[*ANA[:8], "2026-12-31"]], 2, "dated after today"),
        ([[*ANA[:7], "", "2026-05-02"]], 2, "needs its number"),
        ([[*ANA[:2], "x" * 61, *ANA[3:]]], 2, "This has 61 characters; the limit is 60."),
        ([[*ANA, "more"]], 2, "more cells than there are columns"),
        ([ANA, EVA, ["PER", "ANA RUÍZ", *EVA[2:]]], 4, "This person is in row 2 already."),
        ([ANA, [*EVA[:6], "Ana@example.org", "", ""]], 3, "Row 2 has the same address."),
        ([], 2, "There is nobody in this table."),
    ],
)
def test_one_wrong_row_stops_them_all_and_is_named(staff, rows, row, words):
    page = refused(staff, table(*rows))
    assert words in page
    assert f'<th scope="row" class="numeric">{row}</th>' in page
    assert "Register them all" not in page


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (["31/12/2025"], ["2025-12-31"]),
        (["4-30-2026"], ["2026-04-30"]),
        (["5.5.2026"], ["2026-05-05"]),
        (["2/5/2026", "30/4/2026"], ["2026-05-02", "2026-04-30"]),
        (["4/1/2026", "4/30/2026"], ["2026-04-01", "2026-04-30"]),
    ],
)
def test_dates_as_spreadsheets_write_them_are_read_where_they_can_be_told(staff, written, meant):
    rows = [["PE", f"Person {number}", *[""] * 5, str(number), day] for number, day in enumerate(written)]
    confirm(staff, send(staff, table(*rows)).text)
    assert [str(note.dated) for note in db.session.scalars(sa.select(NoteVerbale).order_by(NoteVerbale.id))] == meant


def test_many_people_are_registered_by_a_job_or_none_of_them(staff, delegations, run_jobs, personas, monkeypatch):
    monkeypatch.setattr("app.meetings.import_views.AT_ONCE", 1)
    pages = [send(staff, table(row, EVA)).text for row in (ANA, [*LUIS[:5], "", *LUIS[6:]])]
    first, second = (confirm(staff, page) for page in pages)
    assert held() == []
    assert first.location.startswith("/jobs/")
    assert "Registering the people of a file" in staff.get(first.location).text
    run_jobs()
    assert held() == [("PE", "Ana Ruiz"), ("CL", "Eva Soto")]
    assert "See what came of it" in staff.get(first.location).text
    stopped = staff.get(second.location).text
    assert "What the file would do has changed since it was checked. Check the file again." in stopped
    files = db.session.scalars(sa.select(StoredFile)).all()
    assert len(files) == 1  # that of the second, until it is forgotten
    job = db.session.scalars(sa.select(Job).where(Job.kind == participant_import.IMPORT_JOB).order_by(Job.id)).first()
    participant_import.import_checked(job.payload)
    assert len(held()) == 2


def test_what_staff_take_out_can_be_taken_in_again(staff, delegations, personas):
    make_person(delegations["PE"], "=Ana, Ruiz", title="Dra.", email="ana@example.org", access_needs="Captions\nRamp")
    note = NoteVerbale(delegation=delegations["CL"], number="7", dated=date(2026, 5, 1))
    db.session.add(note)
    db.session.flush()
    make_person(delegations["CL"], "Luis", role=ParticipantRole.HEAD, note_id=note.id)
    db.session.commit()
    before = facts()
    for kind in ("csv", "xlsx"):
        out = staff.get(f"/sessions/cam-2026/manage/participants?format={kind}").data
        db.session.execute(sa.delete(Participant))
        db.session.execute(sa.delete(NoteVerbale))
        db.session.commit()
        confirm(staff, send(staff, out, f"people.{kind}").text)
        assert facts() == before


def facts() -> list[tuple]:
    db.session.expire_all()
    people = db.session.scalars(sa.select(Participant).order_by(Participant.name)).all()
    names = ("name", "title", "function", "institution", "email", "access_needs", "role", "attendance")
    notes = [person.note and (person.note.number, str(person.note.dated)) for person in people]
    return [tuple(getattr(person, name) for name in names) for person in people] + notes


def test_an_address_that_the_session_has_is_flagged(staff, delegations):
    make_person(delegations["CL"], "Somebody", email="ana@example.org")
    db.session.commit()
    answer = send(staff, table(ANA))
    assert answer.status_code == 422
    assert "Somebody else is registered with this address." in answer.text


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["delegation", "name", "salary"], "No column is called so here."),
        (["delegation", "name", "Name"], "This column is there twice."),
        (["name"], "This column is missing."),
        ([], "This column is missing."),
    ],
)
def test_columns_are_looked_at_first(staff, head, words):
    assert words in refused(staff, table(["PE", "A", "B"], head=head))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04 and no more", "people.xlsx", "damaged or cut short"),
        (PDF, "people.csv", "Send a workbook (XLSX) or a table (CSV)"),
        (office(**{"xl/workbook.xml": b"<workbook"}), "people.xlsx", "This workbook could not be read"),
        (office(**{"xl/workbook.xml": b"<x/>", "xl/vbaProject.bin": b"x"}), "people.xlsx", "holds macros"),
        (xlsx_bytes([("a", [HEAD]), ("b", [HEAD])]), "people.xlsx", "several sheets"),
        (b"name,del\x00egation\n", "people.csv", "neither a workbook (XLSX) nor a table (CSV)"),
        (b"\xff\xfen\x00a\x00m\x00e\x00", "people.csv", "This column is missing"),
        (b"\xff\xfen\x00a\x00m\x00e\x00\x00", "people.csv", "begins as UTF-16 and does not go on so"),
        (b"name,delegation\n\x81\n", "people.csv", "not in UTF-8: see line 2"),
        (b'name,delegation\n"a"b,PE\n', "people.csv", "write the one inside twice"),
        (b"name,delegation\n" + b"a,PE\n" * 5001, "people.csv", "more than 5000 rows"),
    ],
)
def test_hostile_files_are_refused_with_a_sentence(staff, content, name, words):
    assert words in refused(staff, content, name)


def test_a_file_that_is_too_large_is_not_looked_through(app):
    with pytest.raises(TooLarge, match="the limit is 10 MB"):
        participant_table.read_people(io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)))


def test_no_file_and_an_unsigned_import(staff):
    assert "Choose a file first." in post_form(staff, PAGE, {}, action=PAGE).text
    answer = post_form(staff, PAGE, {}, action=PAGE)
    assert answer.status_code == 422
    page = send(staff, table(ANA)).text
    form = next(form for form in html.document_fromstring(page).forms if form.action.endswith("/import/take"))
    forged = staff.post(form.action, data={**dict(form.form_values()), "checked": "forged"})
    assert forged.status_code == 422
    assert held() == []


def test_what_changed_since_the_check_is_shown_again(staff, delegations):
    page = send(staff, table(ANA, EVA)).text
    make_person(delegations["PE"], "Ana Ruiz")
    db.session.commit()
    again = confirm(staff, page)
    assert again.status_code == 409
    assert "has changed since the file was checked" in again.text
    confirm(staff, again.text)
    assert held() == [("PE", "Ana Ruiz"), ("CL", "Eva Soto")]
    page = send(staff, table([*EVA[:1], "New", *EVA[2:6], "new@example.org", "", ""])).text
    make_person(delegations["PE"], "Other", email="new@example.org")
    db.session.commit()
    again = confirm(staff, page)
    assert again.status_code == 409
    assert "Somebody else is registered" in again.text


def test_a_file_that_nobody_imports_is_deleted_after_a_day(staff, run_jobs):
    send(staff, table(ANA))
    assert len(db.session.scalars(sa.select(StoredFile)).all()) == 1
    with standing_at(BEFORE + timedelta(hours=25)):
        run_jobs()
    db.session.expire_all()
    assert db.session.scalars(sa.select(StoredFile)).all() == []
    participant_import.forget_upload({"file_id": 999_999})


def test_many_problems_are_cut_and_many_rows_take_few_statements(staff, delegations):
    page = refused(staff, table(*(["XX", f"Person {number}", *EVA[2:]] for number in range(300))))
    assert "There may be more" in page
    meeting = delegations["PE"].meeting
    sheet = participant_table.read_people(
        io.BytesIO(table(*(["PE", f"Person {number}", *EVA[2:]] for number in range(3000))))
    )[2]
    with count_statements() as counted:
        plan = participant_table.plan_of(meeting, "UTF-8", sheet)
    assert len(plan.people) == 3000
    assert counted.number <= 3


def test_after_their_time_nobody_is_imported(staff):
    with standing_at(NOON + timedelta(days=800)):
        answer = send(staff, table(ANA))
    assert answer.status_code == 409
    assert "no longer kept" in answer.text

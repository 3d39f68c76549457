"""The papers of the floor: the same facts in PDF, DOCX and CSV, in each language."""

import csv
import io
from datetime import timedelta

import pytest
from docx import Document as Docx
from pypdf import PdfReader

from app.core.clock import standing_at
from app.core.db import db
from app.core.localized import LANGUAGES
from app.documents.printing import of_plain
from app.floor import asking, operations, speaking
from app.floor.enums import SpeakingKind
from app.meetings.enums import Stage
from tests.client import sign_in
from tests.factories.summaries import NOON
from tests.floor.conftest import ask
from tests.floor.test_statements import hand_in
from tests.summaries.test_documents import faults, pdf_text

PAPERS = "/sessions/cam-2026/floor/papers"
FORMULA = "=1+1"


def at(seconds: float):
    return standing_at(NOON + timedelta(seconds=seconds))


@pytest.fixture
def floor(meeting, speakers, personas):
    """Peru has spoken for ten seconds too long, and on behalf of a group; Chile withdrew, the RCM waits."""
    by = {"by": personas.secretariat}
    first = speaking.give(ask(speakers, "PE", language="es"), **by)
    with at(310):
        speaking.end(first, **by)
        second = speaking.give(
            ask(speakers, "PE", SpeakingKind.QUESTION, group_name="Friends", flag=True, subject=FORMULA), **by
        )
    with at(370):
        asking.remove(second.entry, **by)
        asking.withdraw(ask(speakers, "CL"), **by)
        ask(speakers, "RCM", at=NOON + timedelta(seconds=360))
        operations.draw_lot(speakers, **by)
        yield meeting


def rows_of(client, paper: str, language: str = "en") -> list[dict[str, str]]:
    answer = client.get(f"{PAPERS}/{paper}/{language}.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == f"attachment; filename=cam-2026-{paper}-{language}.csv"
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_the_list_of_speakers_as_a_sheet(staff, floor):
    first, second, third = rows_of(staff, "speakers")
    assert first == {
        "Item": "1", "Title": "Opening (en)", "No.": "1", "Delegation": "Peru", "Code": "PE", "On behalf of": "",
        "Group": "States", "Intervention": "Statement", "Subject": "", "Ruling": "", "Language": "es",
        "What became of it": "Has spoken", "Asked for": "2026-05-14 10:00:00-04:00",
        "Began": "2026-05-14 10:00:00-04:00", "Ended": "2026-05-14 10:05:10-04:00", "Left the list": "",
        "Time allowed (seconds)": "300", "Time spoken (seconds)": "310", "Over the time (seconds)": "10",
    }  # fmt: skip
    assert (second["On behalf of"], second["Group"], second["What became of it"]) == (
        "Friends", "Groups and mechanisms", "Removed by the Chair",
    )  # fmt: skip
    assert second["Subject"] == f"'{FORMULA}", "no sheet counts what somebody wrote"
    assert [third[name] for name in ("Delegation", "No.", "What became of it", "Began")] == ["RCM", "3", "Waiting", ""]


def test_times_as_a_sheet_are_in_seconds(staff, floor):
    rows = [tuple(row.values()) for row in rows_of(staff, "times")]
    assert rows[0] == ("By delegation", "Peru", "2", "370", "10")
    assert ("By language", "Español", "1", "310", "10") in rows


def test_what_was_announced_and_not_delivered(staff, floor):
    told = [(row["Delegation"], row["What became of it"]) for row in rows_of(staff, "not-delivered")]
    assert told == [("Peru", "Removed by the Chair"), ("RCM", "Waiting"), ("Chile", "Withdrawn")]
    floor.stage = Stage.CONSOLIDATING
    assert rows_of(staff, "not-delivered")[1]["What became of it"] == "Did not get the floor"


def test_who_waited_with_a_text_is_one_row(staff, floor, mark):
    hand_in(floor, mark, "RCM")
    floor.stage = Stage.CONSOLIDATING
    told = [(row["Delegation"], row["What became of it"]) for row in rows_of(staff, "not-delivered")]
    left = "Did not get the floor · A text was handed in and not delivered"
    assert told == [("Peru", "Removed by the Chair"), ("RCM", left), ("Chile", "Withdrawn")]
    assert cells_of(staff.get(f"{PAPERS}/not-delivered/en.docx").data)[2][3] == left


def test_who_asked_again_and_spoke_delivered_it(staff, floor, speakers, personas):
    by = {"by": personas.secretariat}
    speaking.end(speaking.give(ask(speakers, "CL"), **by), **by)
    ask(speakers, "CL", SpeakingKind.REPLY)
    db.session.commit()
    told = [(row["Delegation"], row["Intervention"]) for row in rows_of(staff, "not-delivered")]
    assert told == [("Peru", "Question to a panellist"), ("RCM", "Statement"), ("Chile", "Reply")]


def cells_of(docx: bytes) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in Docx(io.BytesIO(docx)).tables for row in table.rows]


@pytest.mark.parametrize("paper", ["speakers", "times", "not-delivered"])
def test_pdf_and_docx_say_the_same(staff, floor, paper):
    pdf, docx = (staff.get(f"{PAPERS}/{paper}/en.{extension}").data for extension in ("pdf", "docx"))
    assert faults(pdf) == []
    assert PdfReader(io.BytesIO(pdf)).root_object["/MarkInfo"]["/Marked"]
    printed, cells = "".join(pdf_text(pdf).split()), cells_of(docx)
    assert cells
    for cell in (cell for row in cells for cell in row):
        assert "".join(cell.split()) in printed
    for words in ("Distribution: limited", "As it stood on 14 May 2026, 10:06 (Washington, UTC-4)"):
        assert "".join(words.split()) in printed


def test_the_printed_list_has_the_order_and_the_lot(staff, floor, speakers):
    docx = staff.get(f"{PAPERS}/speakers/en.docx").data
    text = [line.text for line in Docx(io.BytesIO(docx)).paragraphs]
    assert "1 Opening (en)" in text
    assert any(line.startswith("By lot · The lot was drawn") and speakers.seed in line for line in text)
    assert cells_of(docx)[1:3] == [
        ["1", "Peru", "Statement", "Español", "14 May 2026, 10:00", "5:10", "0:10"],
        ["2", "Peru on behalf of Friends", f"Question to a panellist: {FORMULA} · Removed by the Chair", "English",
         "14 May 2026, 10:05", "1:00", ""],
    ]  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_whatever_the_reader_s(staff, floor, language):
    names = {"en": "Peru", "es": "Perú", "fr": "Pérou", "pt": "Peru"}
    docx = staff.get(f"{PAPERS}/speakers/{language}.docx").data
    assert Docx(io.BytesIO(docx)).core_properties.language.startswith(language)
    assert cells_of(docx)[1][1] == names[language]
    assert names[language] in list(rows_of(staff, "times", language)[0].values())


def test_who_follows_the_floor_gets_them_and_nobody_else(client, personas, floor):
    addresses = [PAPERS, f"{PAPERS}/speakers/en.csv", f"{PAPERS}/times/es.pdf"]
    for user, status in ((personas.delegate_a, 200), (personas.reader, 403), (personas.anonymous, 302)):
        sign_in(client, user)
        assert [client.get(address).status_code for address in addresses] == [status] * 3
    sign_in(client, personas.delegate_a)
    wrong = ("speakers/en.xlsx", "speakers/de.pdf", "seating/en.pdf")
    assert [client.get(f"{PAPERS}/{address}").status_code for address in wrong] == [404] * 3


def test_before_anything_happened_there_is_nothing_to_print(staff, meeting):
    assert staff.get(PAPERS).text.count("has nothing to print here yet") == 6
    for address in ("speakers/en.pdf", "times/en.docx", "not-delivered/en.csv", "statements/en.csv"):
        assert staff.get(f"{PAPERS}/{address}").status_code == 409


def test_the_page_names_what_can_be_had(staff, floor, mark):
    hand_in(floor, mark, written_only=True)
    page = staff.get(PAPERS).text
    assert page.count("has nothing to print") == 2, "neither attendance nor minutes"
    assert page.count(f'href="{PAPERS}/') == 4 * 4 * 3
    assert PAPERS in staff.get("/sessions/cam-2026/floor").text
    assert PAPERS in staff.get("/sessions/cam-2026/floor/times").text


def test_a_document_from_before_there_were_tables_prints_on():
    """What a registered document said is kept as plain values, and some of them are older than a new field."""
    old = {
        "language": "en", "title": "List", "author": "CAM", "created": NOON.isoformat(), "note": [], "symbol": "",
        "masthead": {"left": [], "right": [], "session": "Annual session"},
        "blocks": [{"kind": "entry", "text": "Peru", "mark": "1.", "below": []}],
    }  # fmt: skip
    assert of_plain(old).blocks[0].rows == ()

import csv
import io
from datetime import timedelta

import pytest
from docx import Document
from lxml import etree, html
from openpyxl import load_workbook
from pypdf import PdfReader

from app.core.audience import Audience
from app.core.db import db
from app.meetings.enums import Stage
from app.practices.enums import PracticeState
from tests.client import sign_in
from tests.factories.summaries import CONTENT, NOON, make_delegation, make_meeting, make_practice, make_presentation

PAGE = "/sessions/cam-2026/statistics"
SECRET = "Zyxwvutsrq"


@pytest.fixture
def meeting(personas):
    """A session with published and unpublished texts, and the one before it."""
    past = make_meeting("2025", starts_at=NOON - timedelta(days=365), ends_at=NOON - timedelta(days=364))
    for code in ("PE", "MX"):
        make_practice(make_delegation(past, code), state=PracticeState.PUBLISHED, content={**CONTENT, "themes": ["T2"]})
    meeting = make_meeting()
    peru, chile = (make_delegation(meeting, code) for code in ("PE", "CL"))
    published = make_practice(peru, state=PracticeState.PUBLISHED, content={**CONTENT, "themes": ["T1", "T2"]})
    published.versions[0].submitted_at = NOON - timedelta(days=31)
    make_practice(
        peru, state=PracticeState.DRAFT, content={**CONTENT, "title": SECRET, "themes": ["T5"]}, language="fr"
    )
    make_practice(chile, state=PracticeState.SUBMITTED, content={**CONTENT, "themes": ["T3"]}, language="es", number=2)
    make_presentation(make_delegation(meeting, "RCM"), answers={"1": "Data."}).published_at = NOON
    db.session.commit()
    return meeting


def rows(client, by: str) -> list[list[str]]:
    answer = client.get(f"{PAGE}/{by}.csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_staff_see_all_by_state_of_processing(client, personas, meeting):
    sign_in(client, personas.secretariat)
    assert rows(client, "progress") == [
        ["State of processing", "Good practices", "Presentations", "All", "The session before"],
        ["Begun, not submitted", "1", "0", "1", "0"],
        ["Received", "1", "0", "1", "0"],
        ["Published", "1", "1", "2", "2"],
    ]
    page = client.get(PAGE).text
    assert SECRET not in page
    assert "Français" not in page.split('id="by-language"')[1].split("</section>")[0], "nothing is told of a draft"
    assert "1 good practice came in time" not in page
    assert "2 good practices came in time." in page


def test_readers_see_what_was_published_and_the_session_before(client, personas, meeting):
    assert rows(client, "state") == [
        ["Contributor", "Good practices", "Presentations", "All", "The session before"],
        ["Mexico", "0", "0", "0", "1"],
        ["Peru", "1", "0", "1", "1"],
        ["RCM", "0", "1", "1", "0"],
    ]
    assert [row[1:] for row in rows(client, "theme")] == [["All", "The session before"], ["1", "2"], ["1", "0"]]
    assert [row[0] for row in rows(client, "language")[1:]] == ["English"]
    assert client.get(f"{PAGE}/progress.csv").status_code == 404


def test_readers_are_not_told_that_none_came_while_none_is_published(client, personas, meeting):
    opened = make_meeting("2027", starts_at=NOON + timedelta(days=200), ends_at=NOON + timedelta(days=201))
    make_practice(make_delegation(opened, "PE"), state=PracticeState.SUBMITTED, content=CONTENT)
    db.session.commit()
    told = client.get("/sessions/cam-2027/statistics").text
    assert "The call&#39;s deadline" in told
    assert "came in time" not in told
    sign_in(client, personas.secretariat)
    assert "1 good practice came in time." in client.get("/sessions/cam-2027/statistics").text


def test_staff_see_who_was_invited_and_sent_nothing(client, personas, meeting):
    make_delegation(meeting, "BR")
    db.session.commit()
    assert "Brazil" not in [row[0] for row in rows(client, "state")]
    sign_in(client, personas.secretariat)
    found = rows(client, "state")
    assert [row[0] for row in found[1:]] == ["Brazil", "Chile", "Mexico", "Peru", "RCM"]
    assert found[1][1:] == ["0", "0", "0", "0"]


def test_each_question_has_a_line_also_without_an_answer(client, personas, meeting):
    found = rows(client, "question")
    assert found[0] == ["Question", "Good practices", "Presentations", "All"]
    assert [row[-3:] for row in found[1:]] == [["1", "1", "2"], ["1", "0", "1"]]


def test_weeks_are_counted_from_the_deadline(client, personas, meeting):
    labels = [row[0] for row in rows(client, "week")[1:]]
    assert labels[0].startswith("1 week before the deadline")
    assert labels[-1].startswith("5 weeks after the deadline")
    svg = etree.fromstring(client.get(f"{PAGE}/week.svg").data)
    words = [part.strip() for part in svg.itertext()]
    assert {"Deadline", "1 week before the deadline"} <= set(words)
    assert not any(word.endswith("…") for word in words), "each week is named whole, and its day told in the table"


def test_a_delegation_s_own_drafts_change_no_number_of_hers(client, personas, meeting):
    personas.join(meeting)
    before = client.get(PAGE).text.count("<tr>")
    sign_in(client, personas.delegate_a)
    assert client.get(PAGE).text.count("<tr>") == before


def test_a_picture_says_what_it_shows_and_has_the_table_beside_it(client, personas, meeting):
    page = html.document_fromstring(client.get(PAGE).text)
    drawings = page.xpath("//figure/*[local-name()='svg']")
    assert len(drawings) == 5
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    for drawing in drawings:
        names = drawing.get("aria-labelledby"), drawing.get("aria-describedby")
        assert all(page.get_element_by_id(name).text for name in names)
        assert drawing.getparent().getparent().xpath(".//table")


@pytest.mark.parametrize("extension", ["svg", "png", "csv", "xlsx"])
def test_each_table_is_a_file(client, personas, meeting, extension):
    answer = client.get(f"{PAGE}/state.{extension}")
    assert answer.status_code == 200
    assert f".{extension}" in answer.headers["Content-Disposition"]
    if extension == "xlsx":
        sheet = load_workbook(io.BytesIO(answer.data)).active
        assert [cell.value for cell in sheet[3]] == ["Peru", 1, 0, 1, 1]
    if extension == "svg":
        assert etree.fromstring(answer.data).tag.endswith("svg")
    if extension == "png":
        assert answer.data.startswith(b"\x89PNG")


def test_the_whole_is_a_document_in_each_language(client, personas, meeting):
    answer = client.get(f"{PAGE}/report/en.docx")
    document = Document(io.BytesIO(answer.data))
    assert len(document.tables) >= 6
    cells = [cell.text for table in document.tables for cell in table.column_cells(0)]
    assert "Peru" in cells
    assert SECRET not in cells
    text = " ".join(
        page.extract_text() for page in PdfReader(io.BytesIO(client.get(f"{PAGE}/report/en.pdf").data)).pages
    )
    assert "Statistics of inputs" in text
    assert "The lighter bar" not in text


@pytest.mark.parametrize(
    "address",
    ["nothing.csv", "state.exe", "report/xx.pdf", "report/en.csv", "state.", "%2e%2e.csv", "state.csv/more"],
)
def test_what_is_not_there_is_not_found(client, personas, meeting, address):
    assert client.get(f"{PAGE}/{address}").status_code == 404


def test_a_session_that_the_person_may_not_see_has_no_statistics(client, personas, meeting):
    meeting.stage = Stage.PREPARING
    for address in (PAGE, f"{PAGE}/state.csv", f"{PAGE}/report/en.docx"):
        assert client.get(address).status_code == 404
    assert sign_in(client, personas.secretariat).get(PAGE).status_code == 200


def test_without_anything_it_says_what_will_be_there(client, personas):
    make_meeting("2024", distribution=Audience.PUBLIC)
    page = client.get("/sessions/cam-2024/statistics").text
    assert "Numbers appear here once texts were published." in page
    assert "<table" not in page


@pytest.mark.parametrize("path", ["/sessions/cam-2026", "/desk/cam-2026", "/sessions/cam-2026/consolidation"])
def test_ways_lead_there(client, personas, meeting, path):
    sign_in(client, personas.secretariat)
    assert f'href="{PAGE}"' in client.get(path).text

"""Matrices, lists of passages, coverage and balance."""

import csv
import io

import pytest
from lxml import html

from app.core.actors import SYSTEM
from app.core.db import db
from app.practices.enums import PracticeState
from app.summaries import coverage_pages, operations, queries
from app.summaries.balance import By, balance
from app.summaries.coverage import OpenIn
from app.summaries.enums import Reflection
from app.summaries.matrices import NONE, Side, crossed, heat
from app.summaries.models import SetAside
from app.summaries.sources import sources_of
from tests.client import post_form, sign_in
from tests.factories.summaries import (
    CONTENT,
    make_delegation,
    make_meeting,
    make_practice,
    make_presentation,
    make_summary,
)
from tests.summaries.test_operations import select
from tests.summaries.test_writing import make_rapporteur

BASE = "/sessions/cam-2026/consolidation"
ITEMS = "//ol[@class='covered-passages']/li"
ASIDE = "Trust was the main challenge."


@pytest.fixture
def meeting(app):
    """Peru with two practices, Chile with one in Spanish that is not accepted yet, the RCM with a presentation.

    Paragraph 1 cites a sentence of Peru's results; one of its answers is set aside.
    """
    made = make_meeting()
    peru, chile = make_delegation(made, "PE"), make_delegation(made, "CL")
    make_practice(peru, content=CONTENT | {"themes": ["T1", "T4"], "mechanisms": ["RCM"]})
    make_practice(peru, content={"title": "Second", "results": "Only this."}, number=2)
    text = {"title": "Otra", "results": "Se dieron permisos.", "themes": ["T4"]}
    make_practice(chile, content=text, language="es", state=PracticeState.SUBMITTED)
    make_presentation(make_delegation(made, "RCM"), answers={"1": "Data are shared. Trust grew."})
    make_delegation(made, "BR")
    summary = make_summary(made, 1)
    source = sources_of(made.id)[1]
    assert source.reference.endswith("PER/01")
    operations.cite(summary.sections[0].paragraphs[0], select(source, "results", "Formal work grew."), by=SYSTEM)
    operations.set_aside(summary, select(source, "answers.1", ASIDE), reason="Known.", by=SYSTEM)
    db.session.commit()
    return made


@pytest.fixture
def staff(client, personas, meeting):
    return sign_in(client, personas.secretariat)


@pytest.fixture
def coverage(meeting):
    return queries.coverage_of_meeting(meeting.id)


def cells(crossing):
    return {pair: (counts.reflected, counts.set_aside, counts.open) for pair, counts in sorted(crossing.cells.items())}


def table(page: str) -> list[list[str]]:
    """The rows of the matrix, as text."""
    rows = html.fromstring(page).xpath("//table[@class='matrix']//tr")
    return [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in rows]


def sheet(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_questions_by_contributor_hold_every_passage_once(coverage):
    crossing = crossed(coverage, Side.PARTY, Side.QUESTION)
    assert cells(crossing) == {
        ("CL", NONE): (0, 0, 1),
        ("PE", "1"): (0, 1, 1),
        ("PE", "2"): (0, 0, 1),
        ("PE", NONE): (1, 0, 5),
        ("RCM", "1"): (0, 0, 2),
    }
    assert sum(counts.total for counts in crossing.cells.values()) == coverage.total.total


def test_a_passage_counts_under_each_theme_and_mechanism_that_its_text_names(coverage):
    assert cells(crossed(coverage, Side.PARTY, Side.THEME)) == {
        ("CL", "T4"): (0, 0, 1),
        ("PE", "T1"): (1, 1, 6),
        ("PE", "T4"): (1, 1, 6),
        ("PE", NONE): (0, 0, 1),
        ("RCM", NONE): (0, 0, 2),
    }
    assert cells(crossed(coverage, Side.MECHANISM, Side.THEME)) == {
        ("RCM", "T1"): (1, 1, 6),
        ("RCM", "T4"): (1, 1, 6),
        ("RCM", NONE): (0, 0, 2),
        (NONE, "T4"): (0, 0, 1),
        (NONE, NONE): (0, 0, 1),
    }


@pytest.mark.parametrize(("count", "shade"), [(0, 0), (1, 1), (5, 1), (6, 2), (20, 2), (50, 3), (51, 4)])
def test_shades(count, shade):
    assert heat(count) == shade


def test_the_matrix_says_in_words_what_became_of_each_cell(staff):
    page = staff.get(f"{BASE}/matrix")
    assert table(page.text) == [
        ["Contributor", "Question 1", "Question 2", "Outside the questions"],
        ["Chile", "–", "–", "1 all open"],
        ["Peru", "2 1 set aside 1 open", "1 all open", "6 1 reflected 5 open"],
        ["RCM", "2 all open", "–", "–"],
    ]
    link = html.fromstring(page.text).xpath("//table[@class='matrix']/tbody/tr[2]/td[1]/a")[0]
    assert link.get("aria-label") == "2 1 set aside 1 open: Peru, Question 1"
    assert link.get("href") == f"{BASE}/passages?party=PE&question=1"
    assert "Brazil" in page.text


def test_the_other_matrices(staff):
    themes = table(staff.get(f"{BASE}/matrix?by=themes").text)
    assert [row[0] for row in themes] == ["Contributor", "Chile", "Peru", "RCM"]
    assert themes[0][-1] == "No theme named"
    mechanisms = table(staff.get(f"{BASE}/matrix?by=mechanisms").text)
    assert [row[0] for row in mechanisms] == ["Mechanism", "RCM", "No mechanism named"]
    assert staff.get(f"{BASE}/matrix?by=other").status_code == 404


def test_each_cell_leads_to_as_many_passages_as_it_says(staff):
    for by in ("questions", "themes", "mechanisms"):
        page = html.fromstring(staff.get(f"{BASE}/matrix?by={by}").text)
        for link in page.xpath("//table[@class='matrix']//td/a"):
            shown = html.fromstring(staff.get(link.get("href")).text)
            assert str(len(shown.xpath(ITEMS))) == link.text_content().split()[0]


def test_a_matrix_as_a_sheet_says_what_the_page_says(staff):
    rows = sheet(staff.get(f"{BASE}/matrix?format=csv"))
    assert rows[0][:5] == [
        "Contributor", "Question 1", "Question 1, reflected", "Question 1, set aside", "Question 1, open",
    ]  # fmt: skip
    assert rows[2] == ["Peru", "2", "0", "1", "1", "1", "0", "0", "1", "6", "1", "0", "5"]
    workbook = staff.get(f"{BASE}/matrix?by=themes&format=xlsx")
    assert workbook.data.startswith(b"PK")
    assert staff.get(f"{BASE}/matrix?format=pdf").status_code == 404


def shown(answer) -> list[str]:
    items = html.fromstring(answer.text).xpath(ITEMS)
    return [item.xpath("p")[0].text_content() for item in items]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("party=CL", ["Se dieron permisos."]),
        ("question=1&party=PE", [ASIDE, "Local offices built it."]),
        ("question=none&party=PE&state=reflected", ["Formal work grew."]),
        ("state=set_aside", [ASIDE]),
        ("language=es", ["Se dieron permisos."]),
        ("kind=presentation", ["Data are shared.", "Trust grew."]),
        ("theme=none&state=open&party=PE", ["Only this."]),
        ("mechanism=RCM&question=2", ["A shared register would help."]),
        ("party=BR", None),
        ("page=9", []),
    ],
)
def test_passages_are_filtered(staff, asked, expected):
    answer = staff.get(f"{BASE}/passages?{asked}")
    if expected is None:
        assert answer.status_code == 422
    else:
        assert shown(answer) == expected


def test_a_passage_says_its_state_who_set_it_aside_and_where_it_is_cited(staff, meeting):
    page = html.fromstring(staff.get(f"{BASE}/passages?state=set_aside").text)
    (item,) = page.xpath(ITEMS)
    assert item.get("id").endswith("-v1-answers.1-1")
    text = " ".join(item.text_content().split())
    assert "Set aside" in text
    assert "Reason: Known." in text
    page = html.fromstring(staff.get(f"{BASE}/passages?state=reflected").text)
    (item,) = page.xpath(ITEMS)
    links = {link.text_content().partition(":")[0]: link.get("href") for link in item.xpath(".//a")}
    paragraph = queries.summary_of(meeting.id).sections[0].paragraphs[0]
    place = f"paragraph-{paragraph.id}"
    assert links["paragraph 1"] == f"{BASE}?place={place}#{place}"
    assert links["Cite it in the workspace"].startswith(f"{BASE}?source=practice-")


def test_pages_of_passages_hold_each_once(app, meeting, monkeypatch):
    coverage = queries.coverage_of_meeting(meeting.id)
    with app.test_request_context("/"):
        whole = coverage_pages.passage_list(meeting, coverage, page=1, per_page=100)
        every = [row.anchor for group in whole["groups"] for row in group.rows]
        pages = [coverage_pages.passage_list(meeting, coverage, page=page, per_page=3) for page in range(1, 6)]
    assert len(every) == coverage.total.total
    found = [[row.anchor for group in page["groups"] for row in group.rows] for page in pages]
    assert [anchor for page in found for anchor in page] == every
    assert [len(page) for page in found] == [3, 3, 3, 3, 0]


def test_the_passages_as_a_sheet(staff):
    rows = sheet(staff.get(f"{BASE}/passages?state=set_aside&format=csv"))
    assert len(rows) == 2
    assert rows[1][0].endswith("-v1-answers.1-1")
    assert rows[1][1:3] == ["Peru", "Good practice"]
    assert rows[1][7:12] == [ASIDE, "Set aside", "", "Known.", ""]


def test_the_coverage_page_counts_by_each_side(staff):
    page = html.fromstring(staff.get(f"{BASE}/coverage").text)
    tables = {
        section.get("aria-labelledby"): [
            [" ".join(cell.text_content().split()) for cell in row.xpath("th|td")]
            for row in section.xpath(".//tbody/tr")
        ]
        for section in page.xpath("//section[@aria-labelledby]")
    }
    assert tables["party"] == [
        ["Chile", "1", "0", "0", "1"],
        ["Peru", "9", "1", "1", "7"],
        ["RCM", "2", "0", "0", "2"],
    ]
    assert [row[0] for row in tables["question"]] == [
        "Question 1 Question 1? (en)",
        "Question 2 Question 2? (en)",
        "Outside the questions",
    ]
    assert [row[0] for row in tables["mechanism"]] == ["RCM", "No mechanism named"]


def test_the_checklist_names_what_is_open_by_question(app, meeting, coverage):
    assert coverage.checklist() == [OpenIn(1, 3), OpenIn(2, 1), OpenIn(None, 6)]
    with app.test_request_context():
        items = coverage_pages.checklist(meeting, coverage)
    assert [(item["text"], item["open"]) for item in items] == [
        ("Question 1", 3), ("Question 2", 1), ("Outside the questions", 6),
    ]  # fmt: skip
    assert items[2]["url"] == f"{BASE}/passages?question=none&state=open"


def test_what_was_set_aside_is_opened_again_from_the_list(staff, meeting):
    page = f"{BASE}/coverage/set-aside"
    (row,) = db.session.query(SetAside).all()
    answer = post_form(staff, page, {}, action=f"/consolidation/set-asides/{row.id}/reopen")
    assert answer.location == page
    assert "Nothing is set aside" in staff.get(page).text
    assert queries.coverage_of_meeting(meeting.id).total.of(Reflection.SET_ASIDE) == 0


def test_balance_sets_what_is_quoted_beside_what_was_submitted(coverage):
    rows = {row.key: row for row in balance(coverage, By.CONTRIBUTOR, of_record="en")}
    assert (rows["PE"].texts, rows["PE"].citations, rows["PE"].quoted) == (2, 1, 3)
    assert (rows["PE"].citations_share, rows["PE"].quoted_share) == (100, 100)
    assert (rows["CL"].texts, rows["CL"].words, rows["CL"].citations) == (1, 3, 0)
    assert sum(row.words_share for row in rows.values()) == pytest.approx(100)
    regions = {row.key: row.texts for row in balance(coverage, By.REGION, of_record="en")}
    assert regions == {"south_america": 3, "": 1}
    languages = {row.key: row.texts for row in balance(coverage, By.LANGUAGE, of_record="en")}
    assert languages == {"en": 3, "es": 1}
    kinds = {row.key: row.citations for row in balance(coverage, By.KIND, of_record="en")}
    assert kinds == {"practice": 1, "presentation": 0}


def test_the_balance_page_and_its_sheet(staff):
    page = staff.get(f"{BASE}/balance").text
    assert "not in the text yet" in page
    assert "South America" in page
    rows = sheet(staff.get(f"{BASE}/balance?format=csv"))
    assert ["Contributor", "Chile", "1", "3"] in [row[:4] for row in rows]


def test_nothing_submitted_is_said_on_each_page(client, personas):
    make_meeting()
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    for path in ("matrix", "matrix?by=themes", "passages", "coverage", "balance"):
        assert "Nothing has been submitted yet" in staff.get(f"{BASE}/{path}").text
    assert "Nothing is set aside" in staff.get(f"{BASE}/coverage/set-aside").text
    assert "Nothing is to be mended" in staff.get(f"{BASE}/coverage/changed").text


def test_accepted_only_leaves_out_what_the_secretariat_has_not_accepted(meeting):
    every = {source.party.code for source in sources_of(meeting.id)}
    accepted = {source.party.code for source in sources_of(meeting.id, accepted_only=True)}
    assert every - accepted == {"CL"}
    assert "CL" not in {
        source.party.code for source in queries.coverage_of_meeting(meeting.id, accepted_only=True).sources.values()
    }


def test_a_rapporteur_reads_the_coverage_of_what_is_accepted(client, meeting):
    user = make_rapporteur(meeting)
    db.session.commit()
    rapporteur = sign_in(client, user)
    for path in ("matrix", "passages", "coverage", "coverage/set-aside", "coverage/changed", "balance"):
        page = rapporteur.get(f"{BASE}/{path}")
        assert (page.status_code, "Se dieron permisos." in page.text) == (200, False)
    assert "Formal work grew." in rapporteur.get(f"{BASE}/passages").text
    assert "Chile" not in {row[0] for row in table(rapporteur.get(f"{BASE}/matrix").text)}


def test_the_link_of_a_passage_chooses_it_in_the_workspace(staff):
    page = html.fromstring(staff.get(f"{BASE}/passages?party=CL").text)
    (link,) = page.xpath(ITEMS + "//a[contains(., 'Cite it in the workspace')]/@href")
    chosen = html.fromstring(staff.get(link.partition("#")[0]).text).xpath("//select[@id='sentence']/option[@selected]")
    assert [option.get("value") for option in chosen] == ["results|1"]


def test_a_paragraph_is_cited_as_one(client, personas):
    made = make_meeting()
    text = "First. Second.\n\nThird."
    make_practice(make_delegation(made, "PE"), content={"title": "T", "results": text})
    summary = make_summary(made, 1)
    db.session.commit()
    staff = sign_in(client, personas.secretariat)
    (source,) = sources_of(made.id)
    place = f"paragraph-{summary.sections[0].paragraphs[0].id}"
    sent = {"source": source.key, "sentence": "results|p1", "place": place}
    assert post_form(staff, BASE, sent, action=f"{BASE}/cite").status_code == 303
    (tie,) = [tie for _number, tie in queries.coverage_of_meeting(made.id).citations]
    assert (tie.quote, tie.start, tie.end) == ("First. Second.", 0, 14)
    assert queries.coverage_of_meeting(made.id).total.reflected == 2

"""The pages of the consolidation."""

import re

import pytest

from app.core.actors import SYSTEM
from app.core.db import db
from app.practices.enums import PracticeState
from app.practices.operations import withdraw_practice
from app.summaries import issuing, operations, queries
from app.summaries.models import Summary
from app.summaries.numbering import numbered
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.client import post_form, sign_in
from tests.factories.summaries import make_delegation, make_meeting, make_practice, make_summary

WORKSPACE = "/sessions/cam-2026/consolidation"
WORDS = "Two offices opened."


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def texts(meeting) -> list[str]:
    db.session.expire_all()
    return [paragraph.text["en"][:13] for _number, paragraph in numbered(queries.summary_of(meeting.id).sections)]


def test_title_and_symbol_are_changed_and_the_second_of_two_keeps_their_text(staff, meeting):
    make_summary(meeting, 1)
    page = f"{WORKSPACE}/title"
    assert page in staff.get(WORKSPACE).text
    assert post_form(staff, page, {"title-en": "New", "symbol": "CIDI/CAM/doc.3/26"}).location == WORKSPACE
    summary = db.session.query(Summary).one()
    assert (summary.title["en"], summary.symbol) == ("New", "CIDI/CAM/doc.3/26")
    stale = post_form(staff, page, {"title-en": "Mine", "version": str(summary.version - 1)})
    assert stale.status_code == 409
    assert 'value="Mine"' in stale.text
    assert post_form(staff, page, {f"title-{code}": "" for code in ("en", "es", "fr", "pt")}).status_code == 422
    assert db.session.query(Summary).one().title["en"] == "New"


def test_no_title_without_a_summary(staff, meeting):
    assert staff.get(f"{WORKSPACE}/title").status_code == 404


def test_a_step_past_the_end_leads_into_the_next_section(staff, meeting):
    summary = make_summary(meeting, 2, 1)
    last = summary.sections[0].paragraphs[1]
    move = f"/consolidation/paragraphs/{last.id}/move"
    post_form(staff, WORKSPACE, {"direction": "down"}, action=move)
    assert texts(meeting) == ["Paragraph 1.1", "Paragraph 1.2", "Paragraph 2.1"]
    assert [len(section.paragraphs) for section in queries.summary_of(meeting.id).sections] == [1, 2]
    post_form(staff, WORKSPACE, {"direction": "up"}, action=move)
    assert [len(section.paragraphs) for section in queries.summary_of(meeting.id).sections] == [2, 1]


def test_withdrawn_words_are_shown_on_no_page_of_the_consolidation(staff, meeting):
    paragraph = make_summary(meeting, 1).sections[0].paragraphs[0]
    practice = make_practice(
        make_delegation(meeting, "PE"), state=PracticeState.ACCEPTED, content={"title": "T", "results": WORDS}
    )
    (source,) = sources_of(meeting.id)
    operations.cite(paragraph, Selection(source, "results", 0, len(WORDS), WORDS), by=SYSTEM)
    db.session.commit()
    pages = [
        WORKSPACE,
        f"/consolidation/paragraphs/{paragraph.id}",
        f"/consolidation/paragraphs/{paragraph.id}/split",
        "/desk/cam-2026/trail",
    ]
    assert [WORDS in staff.get(page).text for page in pages] == [True, True, True, False]
    withdraw_practice(practice, by=SYSTEM)
    db.session.commit()
    assert [WORDS in staff.get(page).text for page in pages] == [False] * 4
    assert "Withdrawn by the delegation." in staff.get(pages[1]).text


def test_the_same_text_is_not_offered_for_publication_again(staff, meeting, monkeypatch):
    summary = make_summary(meeting, 1)
    monkeypatch.setattr("app.summaries.publishing.unmet", lambda *_: [])
    page = f"{WORKSPACE}/publish"
    assert "Publish version 1 of the summary?" in staff.get(page).text
    issuing.publish_summary(summary, by=SYSTEM)
    db.session.commit()
    assert "The text is the same as the last published version." in staff.get(page).text
    operations.edit_paragraph(summary.sections[0].paragraphs[0], text={"en": "Changed."}, by=SYSTEM)
    db.session.commit()
    assert "Publish version 2 of the summary?" in staff.get(page).text


def test_a_section_without_a_paragraph_stands_in_the_way(staff, meeting):
    make_summary(meeting, 1, 0)
    assert "Sections without a paragraph: Section 2 (en)." in staff.get(f"{WORKSPACE}/publish").text


def test_publication_waits_for_the_reasons_of_what_is_left_out(staff, meeting):
    make_practice(
        make_delegation(meeting, "PE"), state=PracticeState.ACCEPTED, content={"title": "T", "results": WORDS}
    )
    summary, page = make_summary(meeting, 1), f"{WORKSPACE}/publish"
    shown = staff.get(page).text
    assert "Submitted passages neither reflected nor set aside" in shown
    [mark] = re.findall(r'name="sources" value="([^"]+)"', shown)
    empty = post_form(staff, page, {"sources": [mark], "reason": ""}, action=f"{page}/rest")
    assert (empty.status_code, "Say why" in empty.text) == (422, True)
    values = {"sources": [mark], "reason": "Said elsewhere."}
    assert post_form(staff, page, values, action=f"{page}/rest").status_code == 303
    assert "What no paragraph reflects" not in staff.get(page).text
    assert {row.reason for row in queries.set_asides_of(summary.id)} == {"Said elsewhere."}

"""What the workspace reads, and that reading it together shows what reading it apart did."""

import pytest
from bs4 import BeautifulSoup

from app.core.actors import SYSTEM
from app.core.db import db
from app.practices.enums import PracticeState
from app.summaries import locks, margin, operations
from app.summaries.section_text import MOST_SHOWN
from app.summaries.selections import Selection
from app.summaries.sources import sources_of
from tests.client import sign_in
from tests.factories.summaries import everywhere, make_delegation, make_meeting, make_practice, make_summary
from tests.statements import count_statements

WORKSPACE = "/sessions/cam-2026/consolidation"
WORDS = "Two offices opened."
OPENED = 10  # statements; one more with the paragraph in which somebody writes


@pytest.fixture
def meeting(app):
    return make_meeting()


@pytest.fixture
def staff(client, personas):
    return sign_in(client, personas.secretariat)


def cited(meeting, paragraph, codes=("PE", "CL"), times=1):
    for code in codes:
        content = {"title": "T", "results": WORDS}
        make_practice(make_delegation(meeting, code), state=PracticeState.ACCEPTED, content=content)
    for source in sources_of(meeting.id):
        for start in range(times):
            operations.cite(
                paragraph, Selection(source, "results", start, start + 5, WORDS[start : start + 5]), by=SYSTEM
            )
    db.session.commit()


@pytest.mark.parametrize("cites", [1, 5])
def test_the_workspace_opens_in_ten_statements(staff, meeting, cites):
    summary = make_summary(meeting, 2, 3)
    cited(meeting, summary.sections[0].paragraphs[0], times=cites)
    first = summary.sections[0].paragraphs[1].id
    staff.get(WORKSPACE)  # texts are read once in a process
    for address, most in ((WORKSPACE, OPENED), (f"{WORKSPACE}?edit={first}", OPENED + 1)):
        with count_statements() as counted:
            assert staff.get(address).status_code == 200
        assert counted.number <= most, counted.statements


def test_a_paragraph_with_more_sources_than_are_shown_still_counts_them_all(staff, meeting):
    paragraph = make_summary(meeting, 1).sections[0].paragraphs[0]
    cited(meeting, paragraph, times=MOST_SHOWN)
    page = staff.get(WORKSPACE).text
    assert f"{2 * MOST_SHOWN} sources" in page
    assert "(2 of 2)" in page, "the second delegation speaks, though only the first one's citations are listed"


def test_comments_and_locks_stand_once_beside_their_paragraph(staff, meeting, personas):
    summary = make_summary(meeting, 2, 1)
    first, second = summary.sections[0].paragraphs
    for text in ("Is this so?", "It is."):
        margin.comment(first, text, by=personas.administrator)
    margin.comment(summary.sections[1].paragraphs[0], "Elsewhere.", by=personas.administrator)
    locks.hold(second, "a" * 8, by=personas.administrator)
    db.session.commit()
    page = staff.get(WORKSPACE).text
    assert [page.count(f'id="paragraph-{one.id}"') for one in (first, second)] == [1, 1]
    assert page.index("Is this so?") < page.index("It is.")
    assert "2 open comments" in page
    assert "Elsewhere." not in page
    assert page.count("writes here since") == 1


def test_a_section_without_a_paragraph_has_its_place(staff, meeting):
    summary = make_summary(meeting, 1)
    section = operations.add_section(summary, title=everywhere("Empty so far"), by=SYSTEM)
    db.session.commit()
    page = staff.get(f"{WORKSPACE}?section={section.id}").text
    assert "No paragraphs in this section yet." in page
    assert "Empty so far" in staff.get(WORKSPACE).text, "in the contents"


def test_both_sides_of_what_somebody_writes_show_one_reading(staff, meeting):
    summary = make_summary(meeting, 3)
    before, here, after = (one.id for one in summary.sections[0].paragraphs)
    page = staff.get(f"{WORKSPACE}?edit={here}").text
    places = [page.index(f'id="paragraph-{one}"') for one in (before, here, after)]
    assert places == sorted(places)
    assert page.count(f'id="paragraph-{here}"') == 1


def test_the_last_steps_name_their_paragraphs(staff, meeting):
    summary = make_summary(meeting, 2, 2)
    first, second = (section.paragraphs[0] for section in summary.sections)
    operations.edit_paragraph(second, text=everywhere("Other words."), by=SYSTEM)
    operations.move_paragraph(first, section=summary.sections[1], position=3, by=SYSTEM)
    operations.add_section(summary, title=everywhere("Last"), by=SYSTEM)
    db.session.commit()
    steps = BeautifulSoup(staff.get(WORKSPACE).text, "html5lib").find(id="steps").find_all("li")[:3]
    assert [one.a and one.a.text for one in steps] == [None, "Paragraph 4", "Paragraph 2"]
    assert steps[1].a["href"].endswith(f"place=paragraph-{first.id}#paragraph-{first.id}")
    assert "Paragraph 2" in steps[2].button["aria-label"], "two buttons that undo are told apart"
    operations.delete_paragraph(second, by=SYSTEM)
    db.session.commit()
    steps = BeautifulSoup(staff.get(WORKSPACE).text, "html5lib").find(id="steps").find_all("li")
    assert steps[3].a is None, "what is gone has no number"

"""What a reader may type of a thing finds it: what it is cited by, who took part, figures, links, who spoke."""

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.db import db
from app.directory.reference import read
from app.following.enums import FollowKind
from app.following.news import page_of
from app.following.targets import target_named
from app.meetings.enums import Stage
from app.meetings.queries import findable
from app.meetings.retention import Names
from app.practices.indexing import MOST_CELLS, cells_in
from app.practices.models import Call
from app.presentations.indexing import index_presentation
from app.presentations.operations import forget_speakers
from app.search.asking import Asked, Hit, ask
from app.summaries.indexing import index_publication
from tests.factories.library import cited, publish_practice, publish_presentation, publish_summary
from tests.factories.summaries import everywhere, make_meeting

ADDRESS = "/practices/CAM-2026-GP-PER-01"
ROWS = {
    "actors": [{"role": "lead", "name": "Directorate of Quokkas"}, {"role": "partner", "name": "Union of Wombats"}],
    "indicators": [{"indicator": "Permits", "value": "43211", "date": "2026-01", "source": "Census of Bandicoots"}],
    "links": [{"label": "Register of potoroos", "url": "https://numbat.example.org/permits"}],
    "cost": {"amount": 10, "currency": "PEN", "source": "Budget of Bilbies"},
}


@pytest.fixture
def meeting(personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == meeting.id)).one()
    call.template = read("call_template.yaml")
    return meeting


def found(query: str, personas, **filters: tuple[str, ...]) -> list[Hit]:
    return list(ask(Asked(query, filters), findable(personas.anonymous), language="en").page.items)


@pytest.mark.parametrize("query", ["CAM/2026/GP/PER/01", "CAM-2026-GP-PER-01", "cam 2026 gp per 01"])
def test_a_practice_by_its_reference_first_of_all(meeting, personas, query):
    publish_practice(meeting, "AR", results="Forty per cent, as they say.")
    publish_practice(meeting)
    db.session.commit()
    assert found(query, personas)[0].path == ADDRESS
    assert "GP" not in found(query, personas)[0].excerpt


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("directorate of quokkas", "actors"), ("wombats", "actors"), ("43211", "indicators"),
        ("bandicoots", "indicators"), ("potoroos", "links"), ("numbat.example.org", "links"), ("bilbies", "cost"),
    ],
)  # fmt: skip
def test_a_practice_by_the_cells_of_its_rows(meeting, personas, query, field):
    publish_practice(meeting, **ROWS)
    db.session.commit()
    (hit,) = found(query, personas)
    assert hit.path.partition(":~:")[0] == f"{ADDRESS}#field-{field}"
    assert "<mark>" in hit.excerpt


def test_no_contact_and_no_code_is_found(meeting, personas):
    publish_practice(meeting, **ROWS)
    db.session.commit()
    assert found("focal.point", personas) == found('"partner"', personas) == []


@pytest.mark.one_database
def test_cells_are_bounded():
    content = {"links": [{"label": "word " * 500, "url": ""}] * 30, "title": "T"}
    ((name, text),) = cells_in(content, read("call_template.yaml"))
    assert (name, len(text)) == ("links", MOST_CELLS)


def test_a_summary_by_its_symbol(meeting, personas):
    index_publication(publish_summary(meeting), meeting)
    db.session.commit()
    assert [hit.kind for hit in found("CIDI/CAM/doc.12/26", personas)] == ["summary"]


def test_a_presentation_by_who_spoke_until_they_are_forgotten(meeting, personas):
    presentation = publish_presentation(meeting)
    version = presentation.versions[0]
    told = [{"function": "Juana Quokka Wombat", "institution": "Secretariat of the Process"}]
    version.content = {**version.content, "speakers": told}
    index_presentation(presentation, version)
    db.session.commit()
    (hit,) = found("juana quokka", personas)
    assert hit.path.partition(":~:")[0] == "/sessions/cam-2026/presentations/RCM#speakers"
    forget_speakers(meeting, Names(["Juana Quokka Wombat"]), SYSTEM)
    db.session.commit()
    assert found("juana", personas) == []


def test_a_paragraph_is_on_what_the_practices_are_on_that_it_cites(meeting, personas):
    """As far as everybody may know of them; the summary is on all of that."""
    one = publish_practice(meeting, "PE", themes=["T3"], gcm_main="5", gcm_other=["7"], sdg_targets=["10.7"])
    other = publish_practice(meeting, "BR", themes=["T1"], gcm_main="2", gcm_other=[], sdg_targets=["8.8"])
    hidden = publish_practice(meeting, "CL", themes=["T4"], consent=Audience.MEMBER_STATES)
    rcm = publish_presentation(meeting)
    paragraphs = [cited(one), cited(rcm, field="answers.1")], [cited(other), cited(hidden)], []
    index_publication(publish_summary(meeting, *paragraphs), meeting)
    db.session.commit()

    def on(**filters: tuple[str, ...]) -> list[str]:
        kinds = ("paragraph", "summary")
        return sorted(hit.key.removeprefix("cam-2026:") for hit in found("", personas, kind=kinds, **filters))

    assert on(theme=("T3",)) == on(gcm=("5",)) == on(gcm=("7",)) == on(sdg=("10.7",)) == ["1", "1:1"]
    assert on(theme=("T1",)) == on(sdg=("8.8",)) == ["1", "1:2"]
    assert on(theme=("T4",)) == []


def test_who_follows_a_theme_is_told_of_a_summary_on_it(meeting, personas):
    practice = publish_practice(meeting, themes=["T3"])
    index_publication(publish_summary(meeting, [cited(practice)]), meeting)
    db.session.commit()
    target = target_named(FollowKind.THEME, "T3", personas.anonymous)
    news = page_of(target, personas.anonymous, page=1, language="en")
    assert {thing.kind for thing in news.things} == {"practice", "summary"}


def test_a_practice_found_tells_whose_which_session_and_reference(meeting, personas):
    publish_practice(meeting)
    db.session.commit()
    (hit,) = found("permits", personas)
    assert hit.context["en"] == "Peru · Annual session (en), 2026 · CAM/2026/GP/PER/01"


def test_the_year_is_told_once(personas):
    publish_practice(make_meeting(stage=Stage.PUBLISHED, title=everywhere("Session 2026")))
    (hit,) = found("permits", personas)
    assert hit.context["en"] == "Peru · Session 2026 (en) · CAM/2026/GP/PER/01"

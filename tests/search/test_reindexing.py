"""What entries tell of a session or a party follows when that changes, by a job for what belongs to it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.db import db
from app.directory import entries, operations
from app.directory.content import content_of, fingerprint_of
from app.directory.enums import StatementSubject
from app.directory.models import Mechanism, Statement
from app.directory.reference import load_reference_data
from app.jobs.models import Job
from app.meetings.enums import Stage
from app.meetings.fields import MeetingFields
from app.meetings.models import Meeting
from app.meetings.operations import edit_meeting
from app.presentations.indexing import index_presentation
from app.register.indexing import index_document
from app.search.jobs import index_anew, reindex
from app.search.models import SearchEntry
from app.search.operations import REINDEX_JOB
from app.summaries.indexing import index_publication
from tests.factories.library import publish_practice, publish_presentation, publish_summary
from tests.factories.register import issue
from tests.factories.summaries import NOON, everywhere, make_meeting


def jobs() -> list[dict]:
    return [job.payload for job in db.session.scalars(sa.select(Job).where(Job.kind == REINDEX_JOB).order_by(Job.id))]


def work() -> None:
    for payload in jobs():
        reindex(payload)


def facets(kind: str, name: str) -> set[str]:
    found = db.session.scalars(
        sa.select(SearchEntry).where(SearchEntry.kind == kind).execution_options(populate_existing=True)
    )
    return {code for entry in found for code in entry.facets.get(name, ())}


@pytest.fixture
def presented(personas) -> Mechanism:
    """The RCM, of which a presentation is indexed."""
    presentation = publish_presentation(make_meeting(stage=Stage.PUBLISHED))
    index_presentation(presentation, presentation.versions[0])
    db.session.commit()
    return presentation.delegation.party


def themes_of(mechanism: Mechanism) -> list[Statement]:
    return [row for row in mechanism.statements if row.subject is StatementSubject.THEMES and row.tags]


def test_a_presentation_follows_what_the_directory_says_that_its_mechanism_works_on(presented):
    before = facets("presentation", "theme")
    assert before
    for statement in themes_of(presented):
        operations.delete_fact(statement, seen=fingerprint_of(statement), by=SYSTEM)
    db.session.commit()
    assert {tuple(payload["party_ids"]) for payload in jobs()} == {(presented.id,)}
    work()
    assert facets("presentation", "theme") == set()


def test_a_fact_that_is_stated_is_followed_and_one_that_is_not_of_terms_is_not(presented):
    statement = themes_of(presented)[0]
    content = content_of(statement)
    fewer = {**content, "tags": [tag for tag in content["tags"] if not tag["term"].startswith("themes:")]}
    operations.state_fact(presented, subject="themes", seen=fingerprint_of(statement), by=SYSTEM, **fewer)
    assert len(jobs()) == 1
    members = next(row for row in presented.statements if row.subject is StatementSubject.MEMBERS)
    operations.delete_fact(members, seen=fingerprint_of(members), by=SYSTEM)
    assert len(jobs()) == 1


def test_the_data_files_are_followed_and_load_nothing_where_nothing_changes(presented):
    load_reference_data()
    assert jobs() == []
    presented.statements.remove(themes_of(presented)[0])
    db.session.flush()
    load_reference_data()
    assert [payload["party_ids"] for payload in jobs()] == [[presented.id]]


def test_a_name_is_followed(presented):
    row = entries.entry("parties", "RCM").row
    told = {**row, "names_en": "Regional Quokka"}
    entries.edit_entry("parties", told, seen=entries.fingerprint(row), by=SYSTEM)
    work()
    assert "Regional Quokka" in set(db.session.scalars(sa.select(SearchEntry.title)))


@pytest.fixture
def session(personas) -> Meeting:
    """A session with a thing of each kind, and another."""
    meeting = make_meeting(stage=Stage.PUBLISHED)
    publish_practice(meeting)
    presentation = publish_presentation(meeting)
    index_presentation(presentation, presentation.versions[0])
    index_publication(publish_summary(meeting), meeting)
    index_document(issue(meeting), {})
    publish_practice(make_meeting("2025", Stage.PUBLISHED))
    index_anew()
    db.session.commit()
    return meeting


def values_of(meeting: Meeting, **changed) -> dict:
    return {**{name: getattr(meeting, name) for name in MeetingFields.__annotations__}, **changed}


def told(meeting: Meeting) -> dict[str, tuple[str, set[str]]]:
    found = db.session.scalars(
        sa.select(SearchEntry).where(SearchEntry.meeting_id == meeting.id, SearchEntry.language == "en")
    )
    return {entry.kind: (entry.context["en"], set(entry.facets["year"])) for entry in found}


def test_all_that_belongs_to_a_session_follows_its_title_and_its_year(session):
    later = NOON + timedelta(days=366)
    changed = {"title": everywhere("Quokka session"), "starts_at": later, "ends_at": later + timedelta(days=1)}
    edit_meeting(session, by=SYSTEM, **values_of(session, **changed))
    db.session.commit()
    assert [payload["meeting_id"] for payload in jobs()] == [session.id]
    before = {
        entry.id for entry in db.session.scalars(sa.select(SearchEntry).where(SearchEntry.meeting_id != session.id))
    }
    work()
    found = told(session)
    assert set(found) == {"practice", "presentation", "paragraph", "summary", "document", "session"}
    assert {kind for kind, (_context, years) in found.items() if years != {"2027"}} == set()
    assert {kind for kind, (context, _years) in found.items() if "Quokka session" not in context} == {"session"}
    after = {
        entry.id for entry in db.session.scalars(sa.select(SearchEntry).where(SearchEntry.meeting_id != session.id))
    }
    assert after == before, "of another session nothing is indexed"


def test_what_no_entry_tells_queues_nothing(session):
    edit_meeting(session, by=SYSTEM, **values_of(session, chair=everywhere("Chair")))
    assert jobs() == []

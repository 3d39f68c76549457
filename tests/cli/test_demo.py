"""The demonstration is judged first: enough of it, in four languages, traceable and said to be illustrative."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from app.circulation.queries import circulations_of, filed_comments
from app.cli import demo
from app.cli.demo_floor import held_since
from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.texts import count_words
from app.directory.reference import DATA, read
from app.floor.enums import FloorPart
from app.floor.queries import parts_of, who_has_the_floor
from app.grouping import jobs as grouping_jobs
from app.grouping.presenting import sections_of
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.models import Call, Practice
from app.practices.template import passages_source
from app.presentations.models import Presentation
from app.record.queries import interventions
from app.reminders.models import Reminder
from app.summaries import queries
from app.summaries.passages import passages
from app.summaries.queries import summary_of
from app.summaries.writers import Workroom
from tests.client import sign_in
from tests.conftest import settings_for

pytestmark = pytest.mark.xdist_group("demonstration")

FILES = sorted((DATA / "demo" / "practices").glob("*.yaml"))
SCRIPTS = {path.stem: read(f"demo/practices/{path.name}") for path in FILES}


def sentences(content):
    for _name, text in passages_source(content, read("call_template.yaml")):
        yield from (passage.text.casefold() for passage in passages(text.strip()))


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_each_practice_is_long_enough_and_names_a_public_source(script):
    assert (
        sum(count_words(text) for _name, text in passages_source(script["content"], read("call_template.yaml"))) >= 250
    )
    assert script["sources"]
    assert all(source["title"] and source["publisher"] for source in script["sources"])
    assert script["content"]["contact"]["email"].endswith("example.org")


def test_no_two_practices_share_a_sentence():
    counted = Counter(sentence for script in SCRIPTS.values() for sentence in set(sentences(script["content"])))
    assert [sentence for sentence, count in counted.items() if count > 1] == []


@pytest.fixture(scope="module")
def demonstration(engine_name, running_app, fresh_database, tmp_path_factory):
    """The address of a database that holds it: made once, and read by all of these tests."""
    app, _extensions = running_app
    app.config.from_object(settings_for(fresh_database(), tmp_path_factory.mktemp("demonstration")))
    with app.app_context():
        assert demo.load("a long demonstration password").new
        db.session.commit()
        db.session.close()
        db.engine.dispose()
    return app.config["DATABASE_URL"]


@pytest.fixture
def database_url(demonstration):
    return demonstration


@pytest.fixture
def loaded(app):
    return app


def meeting(stage):
    return db.session.scalars(sa.select(Meeting).where(Meeting.stage == stage)).one()


def test_one_session_is_finished_and_one_has_its_call_open(loaded):
    finished, open_call = meeting(Stage.PUBLISHED), meeting(Stage.CALL_OPEN)
    practices = db.session.scalars(
        sa.select(Practice)
        .where(Practice.meeting_id == finished.id)
        .options(orm.joinedload(Practice.delegation).joinedload(Delegation.party))
    ).all()
    assert len(practices) >= 24
    assert {practice.state for practice in practices} == {PracticeState.PUBLISHED}
    assert len({practice.delegation.party.code for practice in practices}) >= 15
    assert {practice.language for practice in practices} == set(LANGUAGES)
    assert all(practice.public_sources for practice in practices)
    call = db.session.scalars(sa.select(Call).where(Call.meeting_id == open_call.id)).one()
    assert call.opens_at < now() < call.closes_at
    states = set(db.session.scalars(sa.select(Practice.state).where(Practice.meeting_id == open_call.id)))
    assert {PracticeState.DRAFT, PracticeState.SUBMITTED, PracticeState.RETURNED} <= states
    for session in (finished, open_call):
        assert set(session.note) == set(LANGUAGES)


def test_the_eight_mechanisms_of_the_paper_present_with_slides(loaded):
    presentations = db.session.scalars(sa.select(Presentation)).all()
    codes = {presentation.delegation.party.code for presentation in presentations}
    assert codes == {"RCM", "SACM", "Quito Process", "FEM", "RIAM", "OCAM", "FIBEMYD", "MIRPS"}
    assert all(presentation.slides and presentation.public_sources for presentation in presentations)


def test_the_summary_is_complete_in_four_languages_and_each_paragraph_cites(loaded):
    published = queries.publication(meeting(Stage.PUBLISHED).id)
    paragraphs = [paragraph for section in published.content["sections"] for paragraph in section["paragraphs"]]
    assert len(paragraphs) >= 30
    for paragraph in paragraphs:
        assert set(paragraph["text"]) == set(LANGUAGES)
        assert paragraph["citations"]
    assert published.published_at.isoformat().startswith("2026-06-12")


def test_readers_are_told_that_it_is_illustrative(loaded, client):
    for path in ("/practices/CAM-2026-GP-PER-01", "/sessions/cam-2026/presentations/RCM"):
        assert "not an official submission" in sign_in(client, None).get(path).text
    assert "demonstration session" in client.get("/sessions/cam-2026/summary").text


def test_reminders_wait_in_the_outbox_and_a_scheduled_one_has_left(loaded):
    rows = db.session.scalars(sa.select(Reminder).options(orm.joinedload(Reminder.mail))).all()
    scheduled = [row.mail for row in rows if row.by_id is None]
    pressed = [row.mail for row in rows if row.by_id is not None]
    assert {mail.state for mail in scheduled} == {MailState.SENT}
    assert {mail.state for mail in pressed} == {MailState.HELD}
    assert {mail.message for mail in pressed} == {
        "floor/statement_missing",
        "practices/call_closes",
        "presentations/missing",
        "recommendations/awaited",
    }
    assert all(mail.created_at < now() - timedelta(days=10) for mail in scheduled)


def test_one_session_is_grouped_by_the_worker_and_proposed(loaded):
    row = meeting(Stage.CALL_OPEN)
    (job,) = db.session.scalars(sa.select(Job).where(Job.kind == "grouping.groups"))
    assert job.payload == {"meeting_id": row.id, "anew": False}
    assert summary_of(row.id) is not None
    grouping_jobs.make_groups(job.payload)
    room = Workroom(row, writes=True, all=True)
    assert sum(part.open for part in sections_of(room, summary_of(row.id))) > 5


def test_a_draft_is_before_delegations_which_have_begun_to_comment(loaded):
    (row,) = circulations_of(meeting(Stage.IN_SESSION).id)
    assert row.end is None
    assert row.ends_at > now() + timedelta(days=2)
    comments = filed_comments(row.id)
    assert {comment.delegation.party.code for comment in comments} == {"BR", "RCM"}
    assert sum(bool(comment.proposed) for comment in comments) == 1
    cited = [len(one["citations"]) for one in row.version_of_text.content["sections"][0]["paragraphs"]]
    assert cited == [1, 2]


def test_loading_it_again_changes_nothing(loaded):
    before = db.session.scalar(sa.select(sa.func.count()).select_from(User))
    again = demo.load("another long password")
    assert (again.new, again.password) == (False, None)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(User)) == before


def test_nothing_of_the_past_leaves_and_no_job_has_failed(loaded):
    assert not db.session.scalars(sa.select(Job).where(Job.state == JobState.FAILED)).all()
    assert not db.session.scalars(sa.select(Job).where(Job.kind.startswith("mail."))).all()
    states = set(db.session.scalars(sa.select(Mail.state)))
    assert states <= {MailState.SENT, MailState.HELD, MailState.CANCELLED}


def test_a_session_is_being_held(loaded):
    held = meeting(Stage.IN_SESSION)
    speech = who_has_the_floor(held.id)
    assert speech is not None
    assert speech.paused_at is not None
    assert len(interventions(held.id)) > 4
    assert {part.part for part in parts_of(held.id)} == set(FloorPart)


@pytest.mark.parametrize(("hour", "since"), [(11, 10), (8, -14), (20, -14)])
def test_it_began_an_hour_ago_or_by_night_on_the_day_before(hour, since):
    day = datetime(2026, 11, 22, tzinfo=ZoneInfo("America/New_York"))
    assert held_since(day + timedelta(hours=hour, minutes=20)) == day + timedelta(hours=since)

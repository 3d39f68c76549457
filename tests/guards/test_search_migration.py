"""The migration after which hits lead to passages has everything indexed anew."""

from datetime import timedelta

import sqlalchemy as sa

from app.cli import schema
from app.core.audience import Audience
from app.core.db import db
from app.jobs.models import Job
from app.meetings.models import Delegation
from app.practices.models import Call
from app.practices.term_models import PracticeTerm
from app.search.asking import Asked, ask
from app.search.models import SearchEntry
from app.search.operations import index_entry
from tests.factories.summaries import NOON, TEMPLATE, everywhere, make_practice
from tests.guards.test_migrations import make_floor

WORDS = everywhere("Call")
QUEUED = sa.select(Job.kind).where(Job.key == "search_reindex:0080")


def terms() -> set[tuple[str, str]]:
    return {(field, code) for field, code in db.session.execute(sa.select(PracticeTerm.field, PracticeTerm.code))}


def test_there_and_back_with_entries(empty):
    schema.upgrade()
    assert db.session.scalars(QUEUED).all() == [], "there is nothing to index"
    delegation_id = make_floor()
    index_entry(
        kind="practice", key="a", language="en", audience=Audience.PUBLIC, meeting_id=1, title="Permit",
        text="Permits", path="/practices/a", places=[(0, "field-results")],
    )  # fmt: skip
    db.session.commit()
    delegation = db.session.get_one(Delegation, delegation_id)
    opened = {"opens_at": NOON - timedelta(days=9), "closes_at": NOON}
    db.session.add(Call(meeting=delegation.meeting, title=WORDS, text=WORDS, template=TEMPLATE, **opened))
    content = {"title": "T", "themes": ["T3"], "gcm_main": "5", "gcm_other": [], "tracks": "a"}
    make_practice(delegation, content=content)
    db.session.commit()
    before = terms()
    db.session.rollback()
    schema.downgrade("0076")
    schema.upgrade()
    assert terms() == before == {("themes", "T3"), ("gcm_main", "5"), ("tracks", "a")}
    assert db.session.scalars(QUEUED).all() == ["search_reindex"]
    entry = db.session.scalars(sa.select(SearchEntry)).one()
    assert (entry.text, entry.places) == ("Permits", None)


def late() -> bool:
    """Whether a phrase is found that stands after hundreds of its own words."""
    return ask(Asked('"zorros de otros"'), sa.true(), language="es").page.total == 1


def test_late_phrases_are_found_of_what_was_there_and_everything_is_indexed_anew(empty, engine_name):
    schema.upgrade()
    make_floor()
    index_entry(
        kind="document", key="a", language="es", audience=Audience.PUBLIC, meeting_id=1, title="T",
        text=f"{'trata de personas ' * 400}zorros de otros", path="/documents/a",
    )  # fmt: skip
    db.session.commit()
    assert late()
    db.session.rollback()
    schema.downgrade("0085")
    assert late() is (engine_name == "sqlite"), "what the index held knows no neighbours"
    db.session.rollback()
    schema.upgrade()
    assert late()
    assert db.session.scalars(sa.select(Job.kind).where(Job.key == "search_reindex:0087")).all() == ["search_reindex"]

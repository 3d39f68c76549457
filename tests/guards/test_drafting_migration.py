"""The migration to several hands gives what was written before one revision of nobody's."""

from app.cli import schema
from app.core.db import db
from app.practices.drafting_models import DraftRevision
from app.practices.enums import PracticeState
from tests.factories.summaries import make_delegation, make_meeting, make_practice


def test_older_drafts_have_a_text_to_compare_with(app):
    delegation = make_delegation(make_meeting(), "PE")
    written = make_practice(delegation, state=PracticeState.DRAFT)
    make_practice(delegation, state=PracticeState.DRAFT).content = {}
    db.session.commit()
    expected = (written.id, written.content)
    db.session.close()
    schema.downgrade("0025")
    schema.upgrade()
    row = db.session.query(DraftRevision).one()
    assert (row.practice_id, row.content) == expected
    assert (row.number, row.fields, row.author) == (1, [], "")

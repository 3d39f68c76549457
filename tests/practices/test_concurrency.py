"""Several people submit at the same moment: one version of each practice, numbers without gap or double."""

from functools import partial

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.practices import operations
from app.practices.models import Practice
from tests.at_once import at_once
from tests.factories.practices import make_open_meeting, start
from tests.factories.summaries import make_delegation


def submit(practice_id: int) -> None:
    operations.submit_practice(db.session.get_one(Practice, practice_id), received_at=now(), by=SYSTEM)


def test_drafts_of_one_delegation_get_numbers_of_their_own(app):
    delegation = make_delegation(make_open_meeting(), "PE")
    ids = [start(delegation, SYSTEM).id for _practice in range(3)]
    db.session.commit()
    at_once(app, [partial(submit, practice_id) for practice_id in ids])
    references = sorted(item.reference for item in db.session.query(Practice))
    assert references == [f"CAM/2026/GP/PER/{number:02d}" for number in (1, 2, 3)]


def test_one_practice_submitted_three_times_at_once_has_one_version(app):
    practice_id = start(make_delegation(make_open_meeting(), "PE"), SYSTEM).id
    db.session.commit()
    at_once(app, [partial(submit, practice_id)] * 3)
    assert len(db.session.get_one(Practice, practice_id).versions) == 1

"""Several people submit at the same moment: one version of each practice, numbers without gap or double."""

from threading import Barrier, Thread

from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.practices import operations
from app.practices.models import Practice
from tests.factories.practices import make_open_meeting, start
from tests.factories.summaries import make_delegation


def submit_at_once(app, ids: list[int]) -> None:
    """Submit in as many threads, each with a connection and transaction of its own."""
    barrier, faults = Barrier(len(ids)), []

    def run(practice_id: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                operations.submit_practice(db.session.get_one(Practice, practice_id), received_at=now(), by=SYSTEM)
                db.session.commit()
            except Exception as fault:
                faults.append(fault)
            finally:
                db.session.close()

    threads = [Thread(target=run, args=(practice_id,)) for practice_id in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults


def test_drafts_of_one_delegation_get_numbers_of_their_own(app):
    delegation = make_delegation(make_open_meeting(), "PE")
    ids = [start(delegation, SYSTEM).id for _practice in range(3)]
    db.session.commit()
    submit_at_once(app, ids)
    references = sorted(item.reference for item in db.session.query(Practice))
    assert references == [f"CAM/2026/GP/PER/{number:02d}" for number in (1, 2, 3)]


def test_one_practice_submitted_three_times_at_once_has_one_version(app):
    practice_id = start(make_delegation(make_open_meeting(), "PE"), SYSTEM).id
    db.session.commit()
    submit_at_once(app, [practice_id] * 3)
    assert len(db.session.get_one(Practice, practice_id).versions) == 1

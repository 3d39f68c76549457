"""Objections and adoption: which came first, exactly once, whatever clocks, workers and zones do."""

from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.circulation import emails, objecting, operations, queries
from app.circulation.enums import CirculationEnd
from app.circulation.models import Circulation
from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.mail.enums import MailState
from app.mail.models import Mail
from app.meetings.models import Meeting
from tests.at_once import at_once
from tests.circulation.conftest import BEGUN, ENDS, asked, circulate, keys

SECOND = timedelta(seconds=1)
OVER = ENDS + operations.GRACE


def break_silence(row, user, code="PE", *, received_at=BEGUN, paragraphs=(), reason="The figure is wrong."):
    return objecting.break_silence(
        asked(row, user, code), paragraphs, reason, language="en", received_at=received_at, by=user
    )


def adoptions() -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(AuditEvent.action == "adopt_by_silence"))


def fresh(row) -> Circulation:
    row_id = row.id
    db.session.expire_all()
    return db.session.get_one(Circulation, row_id)


def mails(name):
    return db.session.scalars(sa.select(Mail).where(Mail.message == f"circulation/{name}")).all()


def test_silence_adopts_at_the_moment_that_was_announced(silence):
    with standing_at(OVER - SECOND):
        assert operations.end_due() == 0
    with standing_at(OVER + timedelta(days=5)):  # nobody was there for five days
        assert operations.end_due() == 1
    row = fresh(silence)
    assert (row.end, row.ended_at) == (CirculationEnd.ADOPTED, ENDS)
    assert queries.adoption_of(row.meeting_id).id == row.id
    told = mails("adopted")
    assert len(told) == 4
    assert {mail.state for mail in told} == {MailState.APPROVED}
    assert {mail.state for mail in mails("begun")} == {MailState.CANCELLED}


def test_one_that_cannot_be_ended_keeps_no_other_from_it(for_comments, silence, monkeypatch, caplog):
    broken, tell = for_comments.id, emails.drop_waiting

    def fail(row):
        if row.id == broken:
            raise RuntimeError("a fault")
        tell(row)

    monkeypatch.setattr(emails, "drop_waiting", fail)
    with standing_at(OVER):
        assert operations.end_due() == 1
    assert f"circulation {broken} cannot be ended" in caplog.text
    assert (fresh(silence).end, fresh(for_comments).end) == (CirculationEnd.ADOPTED, None)
    monkeypatch.setattr(emails, "drop_waiting", tell)
    with standing_at(OVER):
        assert operations.end_due() == 1
    assert fresh(for_comments).end is CirculationEnd.CLOSED


def test_an_objection_breaks_the_silence_for_all_at_once(silence, people):
    key = keys(silence)[1]
    with standing_at(BEGUN + SECOND):
        break_silence(silence, people.head, paragraphs=[key], received_at=BEGUN + SECOND)
    db.session.commit()
    row = fresh(silence)
    assert (row.end, row.ended_at) == (CirculationEnd.BROKEN, BEGUN + SECOND)
    told = mails("broken")
    assert len(told) == 4
    assert {mail.state for mail in told} == {MailState.APPROVED}
    assert all("paragraph 2" in mail.body and "The figure is wrong." in mail.body for mail in told)
    with standing_at(OVER):
        assert operations.end_due() == 0
    assert circulate(row.version_of_text.summary, row.kind).end is None


def test_an_objection_in_the_last_second_counts_though_it_is_read_after_the_moment(silence, people):
    with standing_at(ENDS + timedelta(seconds=40)):
        break_silence(silence, people.head, received_at=ENDS - timedelta(microseconds=1))
        db.session.commit()
    with standing_at(OVER):
        assert operations.end_due() == 0
    assert fresh(silence).end is CirculationEnd.BROKEN


@pytest.mark.parametrize("received_at", [ENDS, ENDS + SECOND])
def test_an_objection_at_the_moment_or_later_is_refused(silence, people, received_at):
    with standing_at(ENDS + timedelta(seconds=40)), pytest.raises(WrongState, match="moment has passed"):
        break_silence(silence, people.head, received_at=received_at)
    db.session.rollback()
    assert fresh(silence).end is None


def test_what_was_adopted_stays_adopted(silence, people):
    with standing_at(OVER):
        operations.end_due()
        with pytest.raises(WrongState, match="moment has passed"):
            break_silence(silence, people.head, received_at=ENDS - SECOND)
    db.session.rollback()
    assert fresh(silence).end is CirculationEnd.ADOPTED


def test_an_objection_says_why_and_names_paragraphs_of_the_text(silence, people):
    with standing_at(BEGUN):
        with pytest.raises(Refusal, match="cannot accept"):
            break_silence(silence, people.head, reason=" ")
        with pytest.raises(Refusal, match="paragraphs of this text"):
            break_silence(silence, people.head, paragraphs=["p-0"])


def test_there_is_no_silence_to_break_in_a_circulation_for_comments(for_comments, people):
    with standing_at(BEGUN), pytest.raises(WrongState, match="for comments"):
        break_silence(for_comments, people.head)


def test_a_second_delegation_that_objects_in_time_is_heard_too_but_once(silence, people):
    with standing_at(BEGUN + SECOND):
        break_silence(silence, people.head, received_at=BEGUN + SECOND)
        break_silence(silence, people.chile, "CL", received_at=BEGUN + 2 * SECOND)
        db.session.commit()
        with pytest.raises(WrongState, match="already"):
            break_silence(silence, people.chile, "CL", received_at=BEGUN + 3 * SECOND)
    db.session.rollback()
    assert [one.delegation.party.code for one in queries.objections_of(silence.id)] == ["PE", "CL"]
    assert fresh(silence).ended_at == BEGUN + SECOND
    assert len(mails("broken")) == 4


def test_two_delegations_that_object_at_once_break_it_once(app, silence, people):
    row_id, who = silence.id, ((people.head.id, "PE"), (people.chile.id, "CL"))

    def act(user_id, code):
        def run():
            with standing_at(BEGUN + SECOND):
                user = db.session.get_one(type(people.head), user_id)
                row = db.session.get_one(Circulation, row_id)
                break_silence(row, user, code, received_at=BEGUN + SECOND)

        return run

    at_once(app, [act(*one) for one in who])
    assert len(queries.objections_of(row_id)) == 2
    assert len(mails("broken")) == 4


def test_two_workers_adopt_once(app, silence):
    def work():
        with standing_at(OVER):
            operations.end_due()

    at_once(app, [work] * 4)
    assert adoptions() == 1
    assert len(mails("adopted")) == 4


def test_an_objection_beside_the_adoption_is_one_or_the_other(app, silence, people):
    """Whoever is first decides, and the other hears of it: the text is never both."""
    row_id, user_id, refused = silence.id, people.head.id, []

    def adopt():
        with standing_at(OVER):
            operations.end_due()

    def objects():
        with standing_at(OVER):
            user, row = db.session.get_one(type(people.head), user_id), db.session.get_one(Circulation, row_id)
            try:
                break_silence(row, user, received_at=ENDS - SECOND)
            except WrongState as why:
                db.session.rollback()
                refused.append(why)

    at_once(app, [adopt, objects])
    row = fresh(silence)
    broken = row.end is CirculationEnd.BROKEN
    assert broken or row.end is CirculationEnd.ADOPTED
    assert (len(queries.objections_of(row_id)), len(refused), adoptions()) == ((1, 0, 0) if broken else (0, 1, 1))


class Killed(BaseException):
    """What ends a worker in the middle of its work."""


@pytest.mark.parametrize("place", ["record", "tell"])
def test_a_worker_that_is_killed_leaves_all_or_nothing(silence, monkeypatch, place):
    def die(*_args, **_more):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*((operations, "record") if place == "record" else (emails, "tell_adopted")), die)
        with standing_at(OVER), pytest.raises(Killed):
            operations.end_due()
        db.session.rollback()
    assert fresh(silence).end is None
    assert (adoptions(), mails("adopted")) == (0, [])
    with standing_at(OVER + timedelta(hours=3)):
        assert operations.end_due() == 1
    assert fresh(silence).ended_at == ENDS
    assert adoptions() == 1


def test_a_storm_of_workers_some_of_which_die_adopts_once(app, silence):
    """Sixteen workers, every other one of which is killed before it commits."""
    barrier = Barrier(16)

    def work(number):
        with app.app_context():
            barrier.wait()
            try:
                with standing_at(OVER):
                    for circulation_id in queries.due(operations.GRACE):
                        row = db.session.get_one(Circulation, circulation_id)
                        operations.hold(row)
                        if row.ended_at is None:
                            operations._end(row)
                        db.session.rollback() if number % 2 else db.session.commit()
            finally:
                db.session.close()

    db.session.commit()
    threads = [Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert fresh(silence).end is CirculationEnd.ADOPTED
    assert adoptions() == 1


def test_clocks_and_zones_do_not_move_the_moment(silence, meeting):
    """The session's zone is changed, and the clock is set back and forth: the moment is the one announced."""
    meeting.zone = "Asia/Tokyo"
    db.session.commit()
    with standing_at(OVER):
        with standing_at(ENDS - timedelta(hours=1)):  # set back
            assert operations.end_due() == 0
        assert operations.end_due() == 1
    with standing_at(BEGUN):  # set back again, after the adoption
        assert operations.end_due() == 0
    assert fresh(silence).ended_at == ENDS == datetime(2026, 5, 27, 14, 0, tzinfo=UTC)
    assert db.session.get_one(Meeting, meeting.id).zone == "Asia/Tokyo"


def test_a_cancelled_session_adopts_nothing(silence, meeting):
    meeting.cancelled_at = BEGUN + SECOND
    db.session.commit()
    with standing_at(OVER):
        operations.end_due()
    assert fresh(silence).end is CirculationEnd.ENDED_EARLY
    assert mails("adopted") == []


def test_positions_are_explained_after_the_adoption_and_stay(silence, people):
    def explain(text="We joined.", *, file=False):
        return objecting.save_position(asked(silence, people.head), text, language="en", file=file, by=people.head)

    with standing_at(BEGUN), pytest.raises(WrongState, match="was adopted"):
        explain()
    with standing_at(OVER):
        operations.end_due()
        explain()
        assert queries.filed_positions(silence.id) == []
        with pytest.raises(Refusal):
            explain(" ")
        explain("We joined the consensus.", file=True)
        with pytest.raises(WrongState, match="already"):
            explain("Another", file=True)
    assert [one.text for one in queries.filed_positions(silence.id)] == ["We joined the consensus."]


def test_all_addressed_are_reminded_of_a_silence_and_those_without_a_comment_of_comments(summary, silence, people):
    owed = emails.ASKED.owed(silence.meeting)
    assert {what.parts for what in owed.values()} == {(str(silence.id), "silence_procedure")}
    assert emails.ASKED.deadline(silence.meeting) == ENDS
    assert len(owed) == 3
    with standing_at(BEGUN):
        operations.end_early(silence, "Over", by=SYSTEM)
    assert emails.ASKED.owed(silence.meeting) == {}

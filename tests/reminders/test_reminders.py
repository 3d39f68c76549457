"""Reminders before deadlines: once for each moment, until the thing is done."""

import threading
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import SYSTEM
from app.core.clock import standing_at
from app.core.db import db
from app.core.errors import Refusal
from app.mail.enums import MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails, cancel_mails
from app.meetings.enums import DelegationRole, Stage
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.practices.enums import PracticeState
from app.practices.models import Call, Extension
from app.practices.reminding import AWAITED, CALL_CLOSES
from app.practices.reminding import settle_submitted as settle_practice
from app.presentations.enums import InvitationState
from app.presentations.operations import attach_slides, file_presentation
from app.presentations.reminding import MISSING
from app.presentations.slots import slot_of
from app.reminders.models import Reminder, ReminderClock
from app.reminders.operations import remind, remind_now, set_schedule
from app.reminders.registry import subject_of
from app.reminders.schedules import Schedule
from tests.client import post_form, sign_in
from tests.documents.test_uploads import PDF, upload
from tests.factories.summaries import make_delegation, make_meeting, make_practice, make_presentation
from tests.personas import add_member, make_user

ZONE = ZoneInfo("America/New_York")
CLOSES = datetime(2026, 4, 30, 18, 0, tzinfo=ZONE)
OPENS = datetime(2026, 3, 1, 9, 0, tzinfo=ZONE)


def at(month, day, hour=9, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


@pytest.fixture
def meeting(app, personas) -> Meeting:
    """A session on 23 June whose call closes on 30 April; the delegates of Peru and Chile are asked."""
    begins = datetime(2026, 6, 23, 10, tzinfo=ZONE)
    meeting = make_meeting(stage=Stage.CALL_OPEN, starts_at=begins, ends_at=begins + timedelta(days=1))
    call = db.session.scalars(sa.select(Call)).one()
    call.opens_at, call.closes_at = OPENS, CLOSES
    personas.join(meeting)
    db.session.commit()
    look(at(3, 2))
    return meeting


def look(moment) -> int:
    """The worker's round at a moment."""
    with standing_at(moment):
        return remind()


def mails(message="practices/call_closes", state=None) -> list[str]:
    """The addresses of the reminders, in the order they were written."""
    db.session.expire_all()
    statement = sa.select(Mail).where(Mail.message == message).order_by(Mail.id)
    return [mail.to_address.split("@")[0] for mail in db.session.scalars(statement) if state in (None, mail.state)]


def approve(moment) -> None:
    """A person approves all that waits."""
    with standing_at(moment):
        approve_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM)
    db.session.commit()


BOTH = ["delegate.a", "delegate.b"]


def test_those_who_have_submitted_nothing_are_reminded_at_each_moment(meeting):
    assert look(at(4, 16, 8, 59)) == 0
    assert look(at(4, 16, 9)) == 2
    assert mails() == BOTH
    assert look(at(4, 16, 9, 1)) == 0
    approve(at(4, 16, 10))
    assert look(at(4, 23, 9)) == 2
    approve(at(4, 23, 10))
    assert look(at(4, 28, 9)) == 2
    assert look(at(4, 30, 12)) == 0
    assert look(at(5, 20)) == 0
    assert mails() == BOTH * 3
    mail = db.session.scalars(sa.select(Mail)).first()
    assert mail.meeting_id == meeting.id
    assert "until 30 April 2026, 18:00 (Washington, UTC-4)" in mail.body


def test_while_one_waits_or_left_today_no_other_is_written(meeting):
    look(at(4, 16))
    assert look(at(4, 23)) == 0, "that of the 16th waits still"
    approve(at(4, 28, 8))
    assert look(at(4, 28)) == 0, "it left an hour ago"
    assert mails() == BOTH
    assert remind_at(at(4, 28, 17), meeting) == 0, "nor does a person remind them again today"
    assert remind_at(at(4, 29, 8), meeting) == 2


def remind_at(moment, meeting) -> int:
    """Somebody presses the button."""
    with standing_at(moment):
        ids = db.session.scalars(sa.select(Delegation.id).where(Delegation.meeting_id == meeting.id)).all()
        written = remind_now(meeting, AWAITED, ids, by=db.session.scalars(sa.select(User)).first())
        db.session.commit()
    return written


def test_what_somebody_wrote_is_told_to_the_schedule(meeting):
    assert remind_at(at(4, 16, 8), meeting) == 2
    assert look(at(4, 16)) == 0
    approve(at(4, 16, 10))
    assert look(at(4, 16, 11)) == 0
    assert look(at(4, 23)) == 2


def test_what_somebody_wrote_is_taken_back_or_written_anew_like_the_others(meeting):
    remind_at(at(4, 20), meeting)
    db.session.scalars(sa.select(Call)).one().closes_at = CLOSES + timedelta(hours=2)
    make_practice(delegation_of(meeting, "CL"), state=PracticeState.SUBMITTED)
    db.session.commit()
    assert look(at(4, 20, 10)) == 1
    assert mails(state=MailState.CANCELLED) == BOTH
    held = db.session.scalars(sa.select(Mail).where(Mail.state == MailState.HELD)).one()
    assert "20:00" in held.body
    look(at(4, 30, 20))
    held = db.session.scalars(sa.select(Mail).where(Mail.state == MailState.HELD)).one()
    assert "The deadline passed on" in held.body


def test_two_people_press_at_once_and_one_mail_is_written(app, meeting):
    meeting_id = meeting.id
    db.session.close()
    together = threading.Barrier(2)
    written = []

    def press():
        with app.app_context():
            together.wait()
            written.append(remind_at(at(4, 16), db.session.get_one(Meeting, meeting_id)))

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 2]
    assert mails() == BOTH


def test_each_waits_for_approval(meeting, sent_mails):
    look(at(4, 16))
    assert sent_mails() == []
    with standing_at(at(4, 16, 10)):
        approve_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM)
        assert len(sent_mails()) == 2


def test_what_was_done_after_the_approval_is_not_reminded_of(meeting, sent_mails):
    look(at(4, 16))
    with standing_at(at(4, 16, 10)):
        approve_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM)
        make_practice(delegation_of(meeting, "PE"), state=PracticeState.SUBMITTED)
        left = [letter["To"] for letter in sent_mails()]
    done = db.session.scalars(sa.select(Mail.to_address).where(Mail.state == MailState.CANCELLED)).all()
    assert len(done) == 1
    assert len(left) == 1
    assert done != left


def test_a_worker_that_was_down_makes_up_for_the_last_moment_it_missed(meeting):
    assert look(at(4, 29, 3)) == 2
    assert db.session.scalars(sa.select(Reminder.moment)).all() == [at(4, 28), at(4, 28)]
    assert look(at(4, 29, 4)) == 0


def test_a_deadline_that_has_passed_is_not_reminded_of(meeting):
    assert look(at(4, 30, 18)) == 0


def test_it_stops_once_the_thing_is_done_and_takes_back_what_waits(meeting, personas):
    look(at(4, 16))
    practice = make_practice(delegation_of(meeting, "PE"), state=PracticeState.SUBMITTED)
    settle_practice(practice)
    db.session.commit()
    assert mails(state=MailState.CANCELLED) == ["delegate.a"]
    approve(at(4, 16, 10))
    assert look(at(4, 23)) == 1
    assert mails(state=MailState.HELD) == ["delegate.b"]


def test_what_is_done_by_another_way_is_noticed_by_the_round_and_at_the_approval(meeting):
    look(at(4, 16))
    make_practice(delegation_of(meeting, "PE"), state=PracticeState.ACCEPTED)
    db.session.commit()
    held = db.session.scalars(sa.select(Mail.id)).all()
    with standing_at(at(4, 16, 10)):
        assert len(approve_mails(held, by=SYSTEM)) == 1
    assert mails(state=MailState.CANCELLED) == ["delegate.a"]
    make_practice(delegation_of(meeting, "CL"), state=PracticeState.SUBMITTED, number=2)
    db.session.commit()
    assert look(at(4, 23)) == 0


def test_a_reminder_of_a_deadline_that_moved_is_not_approved_but_written_anew(meeting):
    look(at(4, 16))
    db.session.scalars(sa.select(Call)).one().closes_at = CLOSES + timedelta(hours=2)
    db.session.commit()
    with standing_at(at(4, 16, 9, 1)):
        assert approve_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM) == []
    assert mails(state=MailState.HELD) == BOTH
    assert look(at(4, 16, 9, 2)) == 2
    assert mails(state=MailState.HELD) == BOTH
    assert mails(state=MailState.CANCELLED) == BOTH


def test_the_round_takes_back_what_waits(meeting):
    look(at(4, 16))
    make_practice(delegation_of(meeting, "PE"), state=PracticeState.SUBMITTED)
    db.session.commit()
    look(at(4, 16, 9, 1))
    assert mails(state=MailState.CANCELLED) == ["delegate.a"]
    look(at(4, 30, 18))
    assert mails(state=MailState.CANCELLED) == BOTH, "the deadline has passed"


def test_a_withdrawal_is_an_answer_and_a_return_asks_for_the_revision(meeting):
    make_practice(delegation_of(meeting, "PE"), state=PracticeState.WITHDRAWN)
    make_practice(delegation_of(meeting, "CL"), state=PracticeState.RETURNED)
    db.session.commit()
    assert look(at(4, 16)) == 1
    assert "awaits its revision" in db.session.scalars(sa.select(Mail.body)).one()


def test_a_published_session_reminds_of_nothing(meeting):
    look(at(4, 16))
    meeting.stage = Stage.PUBLISHED
    db.session.commit()
    assert look(at(4, 23)) == 0
    assert mails(state=MailState.HELD) == []


def test_a_later_deadline_is_followed(meeting):
    look(at(4, 16))
    with standing_at(at(4, 16, 10)):
        approve_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM)
    call = db.session.scalars(sa.select(Call)).one()
    call.closes_at = CLOSES + timedelta(days=5)
    db.session.commit()
    assert look(at(4, 20)) == 0
    assert look(at(4, 21, 9)) == 2, "two weeks before the new deadline"
    assert look(at(4, 23, 9)) == 0, "a week before the old one"
    assert mails(state=MailState.APPROVED) == BOTH


def test_a_reminder_that_waits_is_written_anew_when_the_deadline_moves(meeting):
    look(at(4, 16))
    call = db.session.scalars(sa.select(Call)).one()
    call.closes_at = CLOSES + timedelta(hours=2)
    db.session.commit()
    assert look(at(4, 16, 9, 1)) == 2
    assert mails(state=MailState.CANCELLED) == BOTH
    assert mails(state=MailState.HELD) == BOTH
    held = db.session.scalars(sa.select(Mail).where(Mail.state == MailState.HELD)).first()
    assert "20:00" in held.body
    assert look(at(4, 16, 9, 2)) == 0
    call.closes_at = CLOSES + timedelta(days=40)
    db.session.commit()
    assert look(at(4, 16, 9, 3)) == 0
    assert mails(state=MailState.HELD) == [], "its day has not come"


def test_an_extension_is_a_deadline_of_its_own(meeting):
    call = db.session.scalars(sa.select(Call)).one()
    delegation = delegation_of(meeting, "PE")
    db.session.add(Extension(call=call, delegation=delegation, until=at(5, 10, 18), reason="Storm", granted_at=OPENS))
    db.session.commit()
    assert look(at(4, 16)) == 1
    approve(at(4, 16, 10))
    assert look(at(4, 26)) == 2  # a week before for one (missed on the 23rd), two weeks before for the other
    assert mails() == ["delegate.b", "delegate.a", "delegate.b"]


def test_what_a_person_cancelled_does_not_come_back(meeting):
    look(at(4, 16))
    cancel_mails(db.session.scalars(sa.select(Mail.id)).all(), by=SYSTEM)
    db.session.commit()
    assert look(at(4, 16, 9, 1)) == 0


def test_observers_and_closed_accounts_are_left_alone(meeting, personas):
    add_member(meeting, make_user("Watcher", party_code="PE"), DelegationRole.OBSERVER)
    personas.delegate_a.closed_at = OPENS
    db.session.commit()
    assert look(at(4, 16)) == 1
    assert mails() == ["delegate.b"]
    personas.delegate_b.closed_at = OPENS
    db.session.commit()
    look(at(4, 16, 9, 1))
    assert mails(state=MailState.CANCELLED) == ["delegate.b"]


def test_a_mechanism_is_reminded_of_its_presentation_until_it_is_filed(meeting):
    slot_of(delegation_of(meeting, "RCM")).state = InvitationState.INVITED
    db.session.commit()
    assert look(at(6, 9)) == 1
    assert mails("presentations/missing") == ["representative"]
    presentation = make_presentation(delegation_of(meeting, "RCM"), answers={"1": "One.", "2": "Two."})
    presentation.content = {**presentation.content, "answers": {"1": "One.", "2": "Three."}}
    db.session.flush()
    file_presentation(presentation, by=SYSTEM)
    db.session.commit()
    assert look(at(6, 9, 10)) == 1, "the slides are missing still"
    held = db.session.scalars(
        sa.select(Mail).where(Mail.state == MailState.HELD, Mail.message == "presentations/missing")
    ).one()
    assert "- the slides\n\n" in held.body
    assert "speakers" not in held.body
    attach_slides(presentation, upload(PDF), by=SYSTEM)
    db.session.flush()
    file_presentation(presentation, by=SYSTEM)
    db.session.commit()
    assert mails("presentations/missing", MailState.CANCELLED) == ["representative"] * 2
    assert look(at(6, 16)) == 0


def test_two_workers_at_once_write_each_reminder_once(app, meeting):
    db.session.close()
    together = threading.Barrier(2)
    written = []

    def round_of_one():
        with app.app_context(), standing_at(at(4, 16)):
            together.wait()
            written.append(remind())

    threads = [threading.Thread(target=round_of_one) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(written) == [0, 2]
    assert mails() == BOTH


def test_a_round_that_is_cut_off_leaves_nothing_behind(meeting, monkeypatch):
    def die(session):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(orm.Session, "commit", die)
        with pytest.raises(KeyboardInterrupt):
            look(at(4, 16))
    db.session.rollback()
    assert mails() == []
    assert db.session.scalars(sa.select(ReminderClock.until)).one() == at(3, 2)
    assert look(at(4, 16, 9, 1)) == 2


@pytest.mark.parametrize(
    ("deadline", "zone", "hour", "moments"),
    [
        # 8 March 2026: the clocks of New York go from 2:00 to 3:00; 1 November: 1:00 comes twice.
        (datetime(2026, 3, 15, 18, tzinfo=ZONE), "America/New_York", 2, [datetime(2026, 3, 8, 7, tzinfo=UTC)]),
        (datetime(2026, 11, 8, 18, tzinfo=ZONE), "America/New_York", 1, [datetime(2026, 11, 1, 5, tzinfo=UTC)]),
        (datetime(2026, 3, 10, 18, tzinfo=ZONE), "America/New_York", 9, [datetime(2026, 3, 3, 14, tzinfo=UTC)]),
        (datetime(2026, 4, 1, 2, tzinfo=UTC), "America/Lima", 9, [datetime(2026, 3, 24, 14, tzinfo=UTC)]),
    ],
)
def test_moments_are_of_the_calendar_of_the_session(deadline, zone, hour, moments):
    assert Schedule(days=[7], hour=hour).moments(deadline, zone) == moments


def test_a_moment_after_the_deadline_is_none():
    assert Schedule(days=[0], hour=18).moments(CLOSES, "America/New_York") == []
    assert Schedule(days=[0], hour=17).moments(CLOSES, "America/New_York") == [at(4, 30, 17)]
    assert Schedule(active=False).moments(CLOSES, "America/New_York") == []


def test_a_sessions_own_schedule(meeting):
    subject = subject_of(CALL_CLOSES.name)
    set_schedule(meeting, subject, active=True, days=[3, 3, 1], hour=8, by=SYSTEM)
    set_schedule(meeting, subject_of(MISSING.name), active=False, days=[], hour=8, by=SYSTEM)
    db.session.commit()
    assert look(at(4, 16)) == 0
    assert look(at(4, 27, 8)) == 2
    approve(at(4, 27, 9))
    assert look(at(4, 29, 8)) == 2
    assert look(at(6, 22)) == 0


@pytest.mark.parametrize(
    ("days", "hour", "field"), [([], 9, "days"), ([121], 9, "days"), (list(range(9)), 9, "days"), ([7], 24, "hour")]
)
def test_days_and_hours_that_do_not_exist_are_refused(meeting, days, hour, field):
    with pytest.raises(Refusal) as refused:
        set_schedule(meeting, subject_of(CALL_CLOSES.name), active=True, days=days, hour=hour, by=SYSTEM)
    assert refused.value.field == field


PAGE = "/sessions/cam-2026/manage/reminders"


def test_the_secretariat_sees_and_changes_the_schedule(client, meeting, personas):
    sign_in(client, personas.secretariat)
    with standing_at(at(4, 20)):
        page = client.get(PAGE).text
        assert "2 delegations that have not done it can be written to." in page
        assert page.count("(passed)") == 2  # of the call, and of recommendations
        answer = post_form(client, PAGE, {"subject": CALL_CLOSES.name, "days": "5; 3", "hour": "7"})
        assert answer.status_code == 303
        page = client.get(PAGE).text
    assert "25 April 2026, 07:00" in page
    assert 'value="5, 3"' in page


def test_a_second_writer_is_told(client, meeting, personas):
    sign_in(client, personas.secretariat)
    given = {"subject": CALL_CLOSES.name, "days": "5", "version": "0"}
    assert post_form(client, PAGE, given).status_code == 303
    answer = post_form(client, PAGE, {**given, "days": "6"})
    assert answer.status_code == 409
    assert 'value="6"' in answer.text


@pytest.mark.parametrize("days", ["a week", "-7", "7.5", "", "99999999999999999999"])
def test_what_is_no_list_of_days_is_refused_and_kept(client, meeting, personas, days):
    sign_in(client, personas.secretariat)
    answer = post_form(client, PAGE, {"subject": CALL_CLOSES.name, "days": days, "hour": "7"})
    assert answer.status_code == 422
    assert f'value="{days}"' in answer.text
    answer = post_form(client, PAGE, {"subject": CALL_CLOSES.name, "hour": "late"})
    assert answer.status_code == 422
    assert post_form(client, PAGE, {"subject": "nothing"}).status_code == 422


def delegation_of(meeting, code) -> Delegation:
    found = db.session.scalars(
        sa.select(Delegation).join(Delegation.party).where(Delegation.meeting_id == meeting.id).filter_by(code=code)
    ).one_or_none()
    return found or make_delegation(meeting, code)

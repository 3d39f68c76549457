"""A mail that waits says what is so when it leaves, and goes to those alone who are still in a delegation."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now, standing_at
from app.core.db import db
from app.desk import telling
from app.jobs.enums import JobState
from app.jobs.models import Job
from app.mail.enums import MailReason, MailState
from app.mail.models import Mail
from app.mail.operations import approve_mails, edit_mail, retry_mails, send_off_again
from app.meetings import operations, queries, undoing
from app.meetings.enums import Stage
from app.practices import calls
from app.practices.queries import call_of
from app.presentations import slots
from app.reminders.operations import remind, remind_now
from app.reminders.registry import subject_of
from tests.client import post_form, sign_in
from tests.factories.register import issue
from tests.factories.summaries import NOON, make_delegation, make_meeting
from tests.mail.test_outbox import write
from tests.statements import count_statements

BEFORE = NOON - timedelta(days=20)


@pytest.fixture
def meeting(personas):
    with standing_at(BEFORE):
        meeting = make_meeting(stage=Stage.CALL_OPEN)
        personas.join(meeting)
        call = call_of(meeting.id)
        call.opens_at, call.closes_at = NOON - timedelta(days=30), NOON - timedelta(days=5)
        db.session.commit()
        yield meeting


def mails(message: str) -> list[Mail]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Mail).where(Mail.message == message).order_by(Mail.id)))


def close_call(meeting, closes_at) -> None:
    call = call_of(meeting.id)
    calls.edit_call(
        call, title=call.title, text=call.text, opens_at=call.opens_at, closes_at=closes_at, late_rule=call.late_rule,
        by=SYSTEM,
    )  # fmt: skip
    db.session.commit()


def move(meeting, days: int) -> None:
    fields = operations.fields_of(meeting)
    for name in ("starts_at", "ends_at"):
        fields[name] += timedelta(days=days)
    operations.edit_meeting(meeting, by=SYSTEM, **fields)
    db.session.commit()


def delegation(meeting, code: str):
    return next(row for row in queries.delegations_of_meeting(meeting.id) if row.party.code == code)


def test_what_waits_names_the_moments_of_now(meeting, approved_mails):
    telling.tell("call", meeting, meeting.id, by=SYSTEM)
    slots.invite(delegation(meeting, "RCM"), by=SYSTEM)
    calls.grant_extension(
        call_of(meeting.id), delegation(meeting, "PE"), until=NOON - timedelta(days=4), reason="Flood", by=SYSTEM
    )
    db.session.commit()
    versions = [mail.version for mail in mails("desk/call")]
    close_call(meeting, NOON - timedelta(days=3))
    move(meeting, 30)
    assert all(mail.version > before for mail, before in zip(mails("desk/call"), versions, strict=True))
    told = {mail["Subject"]: mail.get_content() for mail in approved_mails()}
    assert len(told) >= 3
    text = "\n".join(told.values())
    assert "11 May 2026" in text
    assert "13 June 2026" in text
    for gone in ("9 May 2026", "10 May 2026", "14 May 2026"):
        assert gone not in text


def test_the_text_of_the_body_is_read_once_for_all_its_mails(meeting):
    telling.tell("call", meeting, meeting.id, by=SYSTEM)
    db.session.commit()
    assert len(mails("desk/call")) > 1
    with count_statements() as counted:
        close_call(meeting, NOON - timedelta(days=3))
    assert all("11 May 2026" in mail.body for mail in mails("desk/call"))
    assert len([text for text in counted.statements if "FROM mail_texts" in text]) == 1


def test_an_approved_mail_that_says_otherwise_waits_again_and_then_leaves_once(meeting, sent_mails):
    slots.invite(delegation(meeting, "RCM"), by=SYSTEM)
    db.session.commit()
    ids = [mail.id for mail in mails("presentations/invitation")]
    assert approve_mails(ids, by=SYSTEM) == ids
    db.session.commit()
    move(meeting, 30)
    assert {mail.state for mail in mails("presentations/invitation")} == {MailState.HELD}
    assert sent_mails() == []
    assert approve_mails(ids, by=SYSTEM) == ids
    db.session.commit()
    sent = sent_mails()
    assert len(sent) == len(ids)
    assert "13 June 2026" in sent[0].get_content()


def test_what_somebody_edited_is_kept_and_shown_before_it_can_leave(client, personas, meeting):
    telling.tell("call", meeting, meeting.id, by=SYSTEM)
    mail = mails("desk/call")[0]
    edit_mail(mail, subject="Mine", body="My words: until 9 May.", by=SYSTEM)
    db.session.commit()
    close_call(meeting, NOON - timedelta(days=3))
    mail = mails("desk/call")[0]
    assert (mail.state, mail.body) == (MailState.HELD, "My words: until 9 May.\n")
    sign_in(client, personas.secretariat)
    page = client.get(f"/desk/mail/{mail.id}").text
    assert "What this mail says is no longer so" in page
    assert "“9 May 2026" in page
    assert approve_mails([mail.id], by=SYSTEM) == []
    answer = post_form(
        client, f"/desk/mail/{mail.id}", {"body": "My words: until 11 May."}, action=f"/desk/mail/{mail.id}"
    )
    assert answer.status_code == 303
    assert "no longer so" not in client.get(answer.location).text
    assert approve_mails([mail.id], by=SYSTEM) == [mail.id]


def test_who_decides_is_told_that_a_mail_still_waits(client, personas, meeting):
    telling.tell("call", meeting, meeting.id, by=SYSTEM)
    db.session.commit()
    ids = [mail.id for mail in mails("desk/call")]
    sign_in(client, personas.secretariat)
    call_of(meeting.id).closes_at = NOON - timedelta(days=3)  # by no operation that would have said so
    answer = post_form(client, "/desk/mail/decide?act=approve&" + "&".join(f"mail={id_}" for id_ in ids))
    said = client.get(answer.location).text
    assert f"{len(ids)} mails still wait" in said
    assert "11 May 2026" in mails("desk/call")[0].body


def test_an_edited_reminder_is_not_lost_when_its_deadline_moves(meeting):
    remind()
    with standing_at(NOON - timedelta(days=11)):
        remind()
        mail = mails("practices/call_closes")[0]
        edit_mail(mail, subject="Mine", body="My careful words.", by=SYSTEM)
        db.session.commit()
        number = len(mails("practices/call_closes"))
    with standing_at(NOON - timedelta(days=10)):
        close_call(meeting, NOON - timedelta(days=4))
        remind()
        mail = mails("practices/call_closes")[0]
        assert (mail.state, mail.body) == (MailState.HELD, "My careful words.\n")
        held = [row for row in mails("practices/call_closes") if row.state is MailState.HELD]
        assert len(held) == number, "the others are written anew, this person gets no second one"
        assert approve_mails([mail.id], by=SYSTEM) == []
        edit_mail(mail, subject="Mine", body="My careful words of now.", by=SYSTEM)
        assert approve_mails([mail.id], by=SYSTEM) == [mail.id]


def test_of_two_extensions_only_the_second_is_told(meeting, personas):
    call, peru, ecuador = call_of(meeting.id), delegation(meeting, "PE"), make_delegation(meeting, "EC")
    both = operations.invite_member(
        ecuador, email=personas.delegate_a.email, name="A", role="drafter", language="en", by=SYSTEM
    )  # fmt: skip
    for row, day, reason in ((ecuador, 2, "Holiday"), (peru, 3, "Storm"), (peru, 2, "Flood")):
        calls.grant_extension(call, row, until=NOON - timedelta(days=day), reason=reason, by=SYSTEM)
        db.session.commit()
    own = [mail for mail in mails("practices/extended") if mail.user_id == both.user_id]
    assert [(mail.state, mail.reason) for mail in own] == [
        (MailState.HELD, None), (MailState.CANCELLED, MailReason.REPLACED), (MailState.HELD, None),
    ]  # fmt: skip
    assert ["Holiday" in own[0].body, "Flood" in own[2].body] == [True, True]
    assert "12 May 2026" in own[2].body


def test_who_was_taken_out_of_a_delegation_gets_nothing_more(meeting, personas, sent_mails):
    document = issue(meeting, distribution=Audience.RESTRICTED)
    telling.tell("call", meeting, meeting.id, by=SYSTEM)
    telling.tell("document", meeting, document.id, by=SYSTEM)
    remind_now(meeting, subject_of("practices/call_closes"), [delegation(meeting, "PE").id], by=SYSTEM)
    db.session.commit()
    own = [mail.id for mail in db.session.scalars(sa.select(Mail).where(Mail.user_id == personas.delegate_a.id))]
    approve_mails(own[:1], by=SYSTEM)
    member = next(row for row in delegation(meeting, "PE").members if row.user_id == personas.delegate_a.id)
    operations.remove_member(member, by=SYSTEM)
    db.session.commit()
    assert sent_mails() == []
    db.session.expire_all()
    kept = [db.session.get_one(Mail, mail_id) for mail_id in own]
    assert {(mail.state, mail.reason) for mail in kept} == {(MailState.CANCELLED, MailReason.REMOVED)}


def test_who_is_in_another_delegation_as_well_still_gets_what_waits(meeting, personas):
    other = make_delegation(meeting, "EC")
    operations.invite_member(
        other, email=personas.delegate_a.email, name="A", role="drafter", language="en", by=SYSTEM
    )  # fmt: skip
    telling.tell("call", meeting, meeting.id, by=SYSTEM)
    db.session.commit()
    operations.remove_member(other.members[0], by=SYSTEM)
    db.session.commit()
    kept = [mail for mail in mails("desk/call") if mail.user_id == personas.delegate_a.id]
    assert [mail.state for mail in kept] == [MailState.HELD]


def test_a_failed_mail_that_says_otherwise_waits_instead_of_being_tried_again(meeting):
    slots.invite(delegation(meeting, "RCM"), by=SYSTEM)
    db.session.commit()
    ids = [mail.id for mail in mails("presentations/invitation")]
    for mail in mails("presentations/invitation"):
        mail.state, mail.decided_at, mail.error = MailState.FAILED, now(), "550"
    meeting.starts_at += timedelta(days=30)
    meeting.ends_at += timedelta(days=30)
    db.session.commit()
    assert retry_mails(ids, by=SYSTEM) == []
    mail = mails("presentations/invitation")[0]
    assert (mail.state, mail.error) == (MailState.HELD, None)
    assert "13 June 2026" in mail.body


def test_an_approved_mail_without_a_job_gets_one(app):
    ids = write(make_delegation(make_meeting(), "PE"), "Ana")
    approve_mails(ids, by=SYSTEM)
    db.session.execute(sa.update(Job).values(state=JobState.DONE))
    db.session.commit()
    send_off_again()
    assert db.session.scalar(sa.select(Job.state).where(Job.key == f"mail.deliver:{ids[0]}")) is JobState.QUEUED


def test_a_delegation_that_goes_takes_along_what_waited_for_its_people(app):
    meeting = make_meeting(stage=Stage.PREPARING)
    peru = make_delegation(meeting, "PE")
    operations.invite_member(peru, email="ana@example.org", name="Ana", role="drafter", language="en", by=SYSTEM)
    db.session.commit()
    undoing.remove_delegation(peru, by=SYSTEM)
    db.session.commit()
    assert {mail.state for mail in mails("people/invited")} == {MailState.CANCELLED}

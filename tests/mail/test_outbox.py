"""Holding mails, and what people decide about them."""

import threading

import pytest
import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.actors import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.errors import Refusal, WrongState
from app.jobs.models import Job
from app.mail import operations
from app.mail.delivery import note_forsaken
from app.mail.enums import MailReason, MailState, TryOutcome
from app.mail.models import Mail, MailTry
from app.mail.operations import approve_mails, cancel_mails, edit_mail, queue_mail, queue_mails, retry_mails
from app.meetings.emails import invitation
from app.meetings.enums import DelegationRole
from tests.factories.summaries import join, make_delegation, make_meeting
from tests.mail.smtp_server import smtp_server
from tests.mail.test_mail import make_due, use_smtp
from tests.personas import make_user
from tests.statements import count_statements


@pytest.fixture
def delegation(app):
    return make_delegation(make_meeting(), "PE")


def write(delegation, *names, language="en") -> list[int]:
    context = invitation(delegation, DelegationRole.HEAD)
    people = [make_user(name, language=language) for name in names]
    join(delegation, *people)
    mails = queue_mails("meetings/added", [(user, context) for user in people], meeting_id=delegation.meeting_id)
    db.session.commit()
    return [mail.id for mail in mails]


def states() -> list[MailState]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Mail.state).order_by(Mail.id)))


def test_a_mail_is_held_until_a_person_approves_it(delegation, personas, sent_mails):
    ids = write(delegation, "Ana", "Luis")
    assert sent_mails() == []
    mail = db.session.get_one(Mail, ids[0])
    assert (mail.state, mail.meeting_id, mail.decided_at) == (MailState.HELD, delegation.meeting_id, None)
    assert mail.values["name"] == "Ana"
    assert approve_mails([ids[0]], by=personas.secretariat) == [ids[0]]
    assert ["ana@example.org" in letter["To"] for letter in sent_mails()] == [True]
    assert states() == [MailState.SENT, MailState.HELD]
    mail = db.session.get_one(Mail, ids[0])
    assert (mail.decided_by_id, mail.values) == (personas.secretariat.id, {})
    assert "Ana" in mail.body, "the log keeps what was said"


def test_a_mail_with_an_account_link_leaves_at_once(app, sent_mails):
    queue_mail("people/sign_in", make_user("Ana"))
    [letter] = sent_mails()
    assert "http://localhost/sign-in/link/" in letter.get_content()
    assert "{link}" in db.session.scalars(sa.select(Mail)).one().body, "what it leads to is the recipient's alone"


def test_a_message_that_no_feature_described_is_held_too(app, tmp_path, monkeypatch):
    from jinja2 import ChoiceLoader, DictLoader

    files = {
        "emails/new/thing/subject.txt": "{{ what }}",
        "emails/new/thing/body.txt": '{% extends "emails/layout.txt" %}{% block text %}{{ whole_url("library.home") }}'
        "{% endblock %}",
    }
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([DictLoader(files), app.jinja_env.loader]))
    mail = queue_mail("new/thing", make_user("Ana"), {"what": "News"})
    assert (mail.state, mail.subject, mail.values) == (MailState.HELD, "News", {})
    assert mail.body.startswith("Dear Ana,\n\nhttp://localhost/\n\nPlenaria sent this mail to ana@example.org.")


def test_approving_twice_sends_once(delegation, sent_mails):
    ids = write(delegation, "Ana")
    assert approve_mails(ids, by=SYSTEM) == ids
    assert approve_mails(ids, by=SYSTEM) == []
    assert cancel_mails(ids, by=SYSTEM) == []
    assert len(sent_mails()) == 1
    assert approve_mails(ids, by=SYSTEM) == []
    assert len(sent_mails()) == 1
    assert db.session.scalars(sa.select(AuditEvent.action).where(AuditEvent.subject_kind == "mails")).all() == [
        "approve_mails"
    ]


def test_two_who_approve_at_once_send_each_mail_once(app, delegation, sent_mails):
    ids = write(delegation, *(f"Person {number}" for number in range(20)))
    db.session.close()
    approved, together = [], threading.Barrier(2)

    def approve(chosen):
        with app.app_context():
            together.wait()
            approved.append(approve_mails(chosen, by=SYSTEM))
            db.session.commit()

    threads = [threading.Thread(target=approve, args=(chosen,)) for chosen in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(approved[0] + approved[1]) == ids
    assert len(sent_mails()) == 20
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Job)) == 20


def test_a_cancelled_mail_never_leaves(delegation, sent_mails):
    ids = write(delegation, "Ana")
    assert cancel_mails(ids, by=SYSTEM) == ids
    assert approve_mails(ids, by=SYSTEM) == []
    assert sent_mails() == []
    assert states() == [MailState.CANCELLED]


def test_a_held_mail_can_be_changed_and_an_approved_one_not(delegation, sent_mails):
    mail = db.session.get_one(Mail, write(delegation, "Ana")[0])
    edit_mail(mail, subject="Welcome", body="See you there.", by=SYSTEM)
    with pytest.raises(Refusal):
        edit_mail(mail, subject="", body="Text", by=SYSTEM)
    with pytest.raises(Refusal, match="300"):
        edit_mail(mail, subject="x" * 301, body="Text", by=SYSTEM)
    approve_mails([mail.id], by=SYSTEM)
    with pytest.raises(WrongState):
        edit_mail(mail, subject="Other", body="Other", by=SYSTEM)
    [letter] = sent_mails()
    assert (letter["Subject"], letter.get_content()) == ("Welcome", "See you there.\n")


def test_what_has_become_untrue_is_not_approved(delegation, monkeypatch):
    ids = write(delegation, "Ana", "Luis")
    monkeypatch.setattr(operations, "untrue_checks", [lambda mail_ids: {ids[0]}])
    assert approve_mails(ids, by=SYSTEM) == [ids[1]]
    assert states() == [MailState.HELD, MailState.APPROVED]


def test_what_becomes_untrue_between_approval_and_delivery_does_not_leave(delegation, monkeypatch, sent_mails):
    ids = write(delegation, "Ana", "Luis")
    approve_mails(ids, by=SYSTEM)
    db.session.commit()
    monkeypatch.setattr(operations, "untrue_checks", [lambda mail_ids: {ids[0]} & set(mail_ids)])
    assert [letter["To"] for letter in sent_mails()] == ["luis@example.org"]
    assert states() == [MailState.CANCELLED, MailState.SENT]
    assert db.session.get_one(Mail, ids[0]).reason is MailReason.DONE
    assert db.session.scalars(sa.select(MailTry.mail_id)).all() == [ids[1]]


def test_a_failed_mail_is_tried_again_under_the_same_name(app, delegation, run_jobs):
    ids = write(delegation, "Ana", "Luis")
    approve_mails(ids, by=SYSTEM)
    with smtp_server() as server:
        use_smtp(app, server)
        server.answers["ana@example.org"] = "550 5.1.1 no such mailbox"
        run_jobs()
        assert states() == [MailState.FAILED, MailState.SENT], "one refused address does not hold up the others"
        assert [envelope.rcpt_tos for envelope, _ in server.envelopes] == [["luis@example.org"]]
        assert retry_mails([ids[1]], by=SYSTEM) == []
        server.answers.clear()
        assert retry_mails(ids, by=SYSTEM) == [ids[0]]
        assert retry_mails(ids, by=SYSTEM) == []
        run_jobs()
        assert states() == [MailState.SENT, MailState.SENT]
        name = db.session.get_one(Mail, ids[0]).message_id
        assert name.encode() in server.envelopes[-1][0].content
    outcomes = db.session.scalars(
        sa.select(MailTry.outcome).where(MailTry.mail_id == ids[0]).order_by(MailTry.id)
    ).all()
    assert outcomes == [TryOutcome.REFUSED, TryOutcome.TAKEN]


def test_a_server_that_is_down_for_an_hour_gets_everything_afterwards(app, delegation, run_jobs):
    import time_machine

    ids = write(delegation, *(f"Person {number}" for number in range(10)))
    with smtp_server() as server:
        use_smtp(app, server)
    start = now()
    with time_machine.travel(start, tick=False) as clock:
        approve_mails(ids, by=SYSTEM)
        for minutes in range(0, 61, 5):
            clock.move_to(start.timestamp() + minutes * 60)
            run_jobs()
            assert set(states()) == {MailState.APPROVED}
        with smtp_server(port=server.port) as server:
            for minutes in range(65, 181, 5):
                clock.move_to(start.timestamp() + minutes * 60)
                run_jobs()
            assert len(server.envelopes) == 10
    assert set(states()) == {MailState.SENT}


def test_a_mail_that_a_killed_worker_left_half_sent_is_recognised(app, delegation, run_jobs, caplog):
    ids = write(delegation, "Ana")
    approve_mails(ids, by=SYSTEM)
    db.session.execute(sa.update(Mail).values(state=MailState.SENDING))
    db.session.add(MailTry(mail_id=ids[0], started_at=now()))
    with smtp_server() as server:
        use_smtp(app, server)
        run_jobs()
        assert len(server.envelopes) == 1
    assert db.session.scalars(sa.select(MailTry.outcome).order_by(MailTry.id)).all() == [
        TryOutcome.INTERRUPTED,
        TryOutcome.TAKEN,
    ]
    assert "was with the server when the worker stopped" in caplog.text


def test_a_mail_whose_failure_nobody_noted_is_noted_later(app, delegation, run_jobs):
    from app.jobs.enums import JobState

    ids = write(delegation, "Ana")
    approve_mails(ids, by=SYSTEM)
    db.session.execute(sa.update(Mail).values(state=MailState.SENDING))
    db.session.add(MailTry(mail_id=ids[0], started_at=now()))
    db.session.execute(sa.update(Job).values(state=JobState.FAILED, error="the worker stopped during every try"))
    db.session.commit()
    note_forsaken()
    mail = db.session.get_one(Mail, ids[0])
    assert (mail.state, mail.error) == (MailState.FAILED, "the worker stopped during every try")
    assert mail.reason is MailReason.STOPPED
    make_due()


def test_writing_many_mails_takes_few_statements(app, delegation):
    people = [make_user(f"Person {number}") for number in range(40)]
    context = invitation(delegation, DelegationRole.HEAD)
    join(delegation, *people)
    db.session.commit()
    with count_statements() as counted:
        mails = queue_mails("meetings/added", [(user, context) for user in people], meeting_id=delegation.meeting_id)
        db.session.flush()
    assert counted.number < 60, "people and parties are read again after the commit; mails are written together"
    ids = [mail.id for mail in mails]
    with count_statements() as counted:
        assert len(approve_mails(ids, by=SYSTEM)) == 40
    assert counted.number <= 17

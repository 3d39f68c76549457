"""A worker in a process of its own that sends: kill -9 of it, and a slow server."""

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.mail.enums import MailState
from app.mail.models import Mail
from app.people.operations import ask_for_link
from tests.jobs.test_worker import wait_for
from tests.mail.killing import deliver_with_kills, worker, write_mails
from tests.mail.smtp_server import smtp_server
from tests.personas import make_user


@pytest.mark.slow
def test_each_mail_arrives_once_or_once_more_where_the_log_says_so(app, database_url, tmp_path):
    outcome = deliver_with_kills(database_url, tmp_path, mails=12, kills=3)
    assert set(outcome.arrived) == outcome.written
    assert len(outcome.written) == 12
    assert outcome.kills == 3
    assert outcome.doubled  # the server took them, and the worker was killed before it could note that
    assert outcome.interrupted.total() <= outcome.kills
    assert outcome.unlogged == set(), "one more copy for each interrupted try, no more"
    assert set(db.session.scalars(sa.select(Mail.state))) == {MailState.SENT}


@pytest.mark.slow
def test_a_slow_server_holds_up_neither_other_work_nor_a_link_that_somebody_waits_for(app, database_url, tmp_path):
    person = make_user("Ana")
    write_mails(8)
    with smtp_server() as server:
        server.seconds = 1
        with worker(database_url, tmp_path, server.port):
            wait_for(lambda: server.envelopes)
            ask_for_link(person)  # a job, which writes the mail
            db.session.commit()
            wait_for(lambda: ["ana@example.org"] in [envelope.rcpt_tos for envelope, _ in server.envelopes])
        assert len(server.envelopes) <= 5, "it came next, not after all that waited"

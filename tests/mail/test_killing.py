"""kill -9 of the worker while it sends."""

import pytest
import sqlalchemy as sa

from app.core.db import db
from app.mail.enums import MailState
from app.mail.models import Mail
from tests.mail.killing import deliver_with_kills


@pytest.mark.slow
def test_each_mail_arrives_once_or_once_more_where_the_log_says_so(app, database_url, tmp_path):
    outcome = deliver_with_kills(database_url, tmp_path, mails=12, kills=3)
    assert set(outcome.arrived) == outcome.written
    assert len(outcome.written) == 12
    assert outcome.kills == 3
    assert outcome.doubled  # the server took them, and the worker was killed before it could note that
    assert outcome.doubled <= outcome.interrupted
    assert max(outcome.arrived.values()) <= 1 + outcome.kills
    assert set(db.session.scalars(sa.select(Mail.state))) == {MailState.SENT}

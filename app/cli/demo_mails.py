"""The mails that the demonstration sent before it was loaded: they are history, and reach nobody."""

import sqlalchemy as sa

from app.core.db import db
from app.jobs.models import Job
from app.mail.delivery import compose
from app.mail.enums import MailState, TryOutcome
from app.mail.models import Mail, MailTry
from app.mail.operations import DELIVER, DELIVER_NOW
from app.mail.transports import FolderTransport, transport


def note_as_sent() -> None:
    """Note all that was approved as sent then; no mail server is given it, the folder of development is."""
    way = transport()
    for mail in db.session.scalars(sa.select(Mail).where(Mail.state == MailState.APPROVED).order_by(Mail.id)).all():
        if isinstance(way, FolderTransport):
            way.send(compose(mail, mail.to_address), mail.to_address)
        at = mail.decided_at
        db.session.add(MailTry(mail_id=mail.id, started_at=at, ended_at=at, outcome=TryOutcome.TAKEN))
        mail.state, mail.sent_at, mail.values = MailState.SENT, at, {}
    db.session.execute(sa.delete(Job).where(Job.kind.in_((DELIVER, DELIVER_NOW))))

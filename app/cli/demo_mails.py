"""The mails that the demonstration sent before it was loaded: they are history, and reach nobody."""

from collections.abc import Collection

import sqlalchemy as sa

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.jobs.models import Job
from app.mail.delivery import compose
from app.mail.enums import MailState, TryOutcome
from app.mail.models import Mail, MailTry
from app.mail.operations import approve_mails
from app.mail.transports import FolderTransport, transport


def let_go(mail_ids: Collection[int], *, by: Actor) -> None:
    """Approve mails and note them as sent; no mail server is given them, the folder of development is."""
    approved = approve_mails(mail_ids, by=by)
    way = transport()
    for mail in db.session.scalars(sa.select(Mail).where(Mail.id.in_(approved)).order_by(Mail.id)).all():
        if isinstance(way, FolderTransport):
            way.send(compose(mail, mail.to_address), mail.to_address)
        db.session.add(MailTry(mail_id=mail.id, started_at=now(), ended_at=now(), outcome=TryOutcome.TAKEN))
        mail.state, mail.sent_at, mail.values = MailState.SENT, now(), {}
    db.session.execute(sa.delete(Job).where(Job.key.in_([f"mail.deliver:{mail_id}" for mail_id in approved])))
    db.session.flush()

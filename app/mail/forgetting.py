"""Forgetting to whom a session wrote, and what: the log keeps which message it was, when, and what came of it.

Of a session that goes as a whole nothing is kept.
"""

import sqlalchemy as sa
from flask_babel import force_locale
from flask_babel import gettext as _

from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGES
from app.jobs.models import Job
from app.mail.enums import MailState, TryOutcome
from app.mail.models import Mail, MailTry

NOBODY = "–"


def forget_mails(meeting_id: int) -> None:
    """Empty the mails of a session: address, subject, text, and what servers answered. What had not left never does.

    Doing it again changes nothing.
    """
    db.session.flush()
    mails = sa.select(Mail.id).where(Mail.meeting_id == meeting_id)
    keys = sa.select(sa.literal("mail.deliver:") + sa.cast(Mail.id, sa.String)).where(Mail.meeting_id == meeting_id)
    db.session.execute(sa.update(MailTry).where(MailTry.mail_id.in_(mails)).values(answer=""))
    db.session.execute(sa.update(Job).where(Job.key.in_(keys), Job.error.is_not(None)).values(error=""))
    waiting = Mail.state.in_((MailState.HELD, MailState.APPROVED))
    db.session.execute(
        sa.update(Mail)
        .where(Mail.meeting_id == meeting_id, waiting)
        .values(state=MailState.CANCELLED, decided_at=sa.func.coalesce(Mail.decided_at, now()))
    )
    for language in LANGUAGES:
        with force_locale(language):
            said = _("No longer kept")
        emptied = {
            "to_address": NOBODY, "subject": said, "body": said, "values": {}, "user_id": None,
            "error": sa.case((Mail.error.is_(None), None), else_=""), "version": Mail.version + 1,
        }  # fmt: skip
        db.session.execute(
            sa.update(Mail)
            .where(Mail.meeting_id == meeting_id, Mail.language == language, Mail.to_address != NOBODY)
            .values(emptied)
        )
    db.session.expire_all()


def delete_unsent(meeting_id: int) -> None:
    """Delete the mails of a session that reached nobody, with their tries and jobs; one that may have arrived stays."""
    db.session.flush()
    arrived = MailTry.outcome.is_distinct_from(TryOutcome.REFUSED) & MailTry.outcome.is_distinct_from(
        TryOutcome.PUT_OFF
    )
    ids = db.session.scalars(
        sa.select(Mail.id).where(
            Mail.meeting_id == meeting_id,
            Mail.state.not_in((MailState.SENDING, MailState.SENT)),
            ~sa.exists().where(MailTry.mail_id == Mail.id, arrived),
        )
    ).all()
    db.session.execute(sa.delete(Job).where(Job.key.in_([f"mail.deliver:{mail_id}" for mail_id in ids])))
    db.session.execute(sa.delete(MailTry).where(MailTry.mail_id.in_(ids)))
    db.session.execute(sa.delete(Mail).where(Mail.id.in_(ids)))

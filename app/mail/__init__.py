"""Mail. A *mail* is written into the outbox, a table, in the transaction that causes it. There it is *held* until a
person approves it; only *security* messages, which hold a link into an account, and those that their recipient has
asked for (digests of what they follow), leave at once. A job delivers it
afterwards, so that none is lost and none is sent for something that did not happen; each *try* is kept.

A *message* is a kind of mail: a folder of templates (subject and body) that a feature owns and describes, with the
*placeholders* that its texts may use. A *body* (a mechanism) may have its own texts. A *transport* takes finished
mails away: to an SMTP server, or into a folder that the *mailbox* page shows (never in production).
"""

import sqlalchemy as sa
from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

bp = Blueprint("mail", __name__)


def init_app(app: Flask) -> None:
    """Register the delivery jobs, what pages tell of the outbox and, where one is configured, the mailbox page."""
    from app.audit.kept_pages import unrecorded
    from app.jobs.enums import Lane
    from app.jobs.registry import every, handles
    from app.mail.delivery import deliver, note_forsaken, note_undelivered
    from app.mail.enums import MailState
    from app.mail.models import Mail
    from app.mail.operations import DELIVER, DELIVER_NOW, send_off_again

    unrecorded["newest mail"] = sa.select(sa.func.max(Mail.id)).scalar_subquery()
    unrecorded["mails held"] = sa.select(sa.func.count()).where(Mail.state == MailState.HELD).scalar_subquery()
    handles(DELIVER, title=_l("Delivering a mail"), failed=note_undelivered, lane=Lane.MAIL)(deliver)
    urgent = _l("Delivering a mail that somebody waits for")
    handles(DELIVER_NOW, title=urgent, failed=note_undelivered, lane=Lane.MAIL, urgent=True)(deliver)
    every(60, "mail")(note_forsaken)
    every(60, "mail without a job")(send_off_again)
    if app.config["MAILBOX_PAGE"]:
        from app.mail import views  # noqa: F401  (declares the routes)

        app.register_blueprint(bp)

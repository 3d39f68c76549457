"""Mail. A *mail* waits in the outbox, a table written in the transaction that causes it; a job delivers
it afterwards, so that none is lost and none is sent for something that did not happen.

A *message* is a folder of templates (subject and body) that a feature owns. A *transport* takes finished
mails away: to an SMTP server, or into a folder that the *mailbox* page shows (never in production).
"""

from flask import Blueprint, Flask
from flask_babel import lazy_gettext as _l

bp = Blueprint("mail", __name__)


def init_app(app: Flask) -> None:
    """Register the delivery job and, where the configuration has one, the mailbox page."""
    from app.jobs.registry import handles
    from app.mail.delivery import deliver, note_undelivered

    handles("mail.deliver", title=_l("Delivering a mail"), failed=note_undelivered)(deliver)
    if app.config["MAILBOX_PAGE"]:
        from app.mail import views  # noqa: F401  (declares the routes)

        app.register_blueprint(bp)

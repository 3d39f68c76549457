"""How the states of mails, what came of tries, and Plenaria's reasons are called on screens; what pages say of mails
that wait."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup

from app.core.pages import say
from app.mail.enums import MailReason, MailState, TryOutcome

STATES = {
    MailState.HELD: _l("Waiting for approval"),
    MailState.APPROVED: _l("Approved, leaves soon"),
    MailState.SENDING: _l("Being sent"),
    MailState.SENT: _l("Sent"),
    MailState.FAILED: _l("Not delivered"),
    MailState.CANCELLED: _l("Cancelled"),
}
PUT_OFF = _l("Approved, could not leave yet: it is tried again")
KINDS = {
    MailState.HELD: "action",
    MailState.APPROVED: "progress",
    MailState.SENDING: "progress",
    MailState.SENT: "done",
    MailState.FAILED: "action",
    MailState.CANCELLED: "stopped",
}
OUTCOMES = {
    TryOutcome.TAKEN: _l("The server took the mail."),
    TryOutcome.PUT_OFF: _l("It did not work; it is tried again later."),
    TryOutcome.REFUSED: _l("The server refused the mail for good."),
    TryOutcome.INTERRUPTED: _l(
        "The worker stopped while it talked to the server, which may have taken the mail: where it is sent again, it "
        "may arrive twice, under the same Message-ID."
    ),
    TryOutcome.UNSURE: _l(
        "The server was given the mail and did not answer any more: it may have taken it. It is sent again under the "
        "same Message-ID."
    ),
}
REASONS = {
    MailReason.CLOSED: _l("The account of this person was closed."),
    MailReason.SET_UP: _l("This person has set up the account in the meantime."),
    MailReason.REMOVED: _l("This person was taken out of the delegation in the meantime."),
    MailReason.REPLACED: _l("A newer mail about the same took its place."),
    MailReason.DONE: _l(
        "What it says is no longer so: it is done, replaced or withdrawn, its deadline has passed or moved, or the "
        "session is cancelled."
    ),
    MailReason.REFUSED: _l("The mail server refused it for good. The address may be wrong, or its mailbox closed."),
    MailReason.ADDRESS: _l("The address has letters that mail servers do not take. Ask for another address."),
    MailReason.EXHAUSTED: _l("Every try to hand it to the mail server failed."),
    MailReason.STOPPED: _l("The worker stopped in the middle of the last try; the server may have taken the mail."),
}


def say_held(sentence: str, slug: str) -> None:
    """Say that mails of a session wait for approval, and where."""
    link = Markup('<a href="{}">{}</a>').format(url_for("desk.outbox", session=slug), _("See the outbox"))
    say(Markup("{} {}").format(sentence, link))

"""Reminders of deadlines. A *subject* is a thing that delegations are asked for by a *deadline*; features say which
there are, and who has not done it. A session's *schedule* says how many days before the deadline, and at which hour
of its zone, those are reminded: each such point is a *moment*.

A person of the secretariat can remind at once as well: of the same things, with the same mails.

A reminder is a mail in the outbox like others. It is cancelled there once the thing is done, and written anew where the
deadline or what is missing has changed; one that somebody edited is kept then, until they save it again. Nobody gets
two of the same thing on one day. The *clock* keeps up to which moment reminders were looked for, so that a worker that
was down makes up for what it missed: of several moments missed, the last.
"""

from flask import Blueprint, Flask

bp = Blueprint("reminders", __name__)


def init_app(app: Flask) -> None:
    """Register the page of the schedules, the round that reminds, and the check of mails about to be approved."""
    from app.jobs.registry import every
    from app.mail.operations import untrue_checks
    from app.mail.renewing import scopes_of
    from app.reminders import carrying, views  # noqa: F401  (each registers itself)
    from app.reminders.operations import remind, scopes, untrue

    every(60, "reminders")(remind)
    if untrue not in untrue_checks:
        untrue_checks.append(untrue)
        scopes_of.append(scopes)
    app.register_blueprint(bp)

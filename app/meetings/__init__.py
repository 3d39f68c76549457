"""Sessions (in code: meetings): mandate, stages, order of business, guiding questions, delegations, participants.

A *meeting* is one session of a mechanism. Its *stage* moves one step at a time. A *delegation* is those
who act for one party in it. A *participant* is a person who attends in a delegation, with or without an account; a
*member* of a delegation is an account that acts for it. A *note verbale* names a delegation's participants.
*Precedence* is the order of delegations in lists. The *order of business* is its numbered, timed agenda items, some
with *sub-items*; the secretariat works on the *draft*, and readers see what was frozen when it was *published*: first,
then as *rev. 1*. A *guiding question* is numbered and addressed to mechanisms, to States, or to both; one that is
changed after answers may have been given keeps its *earlier wordings*. A session's *set-up* is what its next edition
can start from; a *template* is a set-up that a body keeps under a name.
"""

from typing import Any

from flask import Blueprint, Flask, g
from flask_babel import lazy_gettext as _l

bp = Blueprint("meetings", __name__)


def init_app(app: Flask) -> None:
    """Register the secretariat's pages of a session."""
    from app.jobs.registry import handles
    from app.mail.operations import untrue_checks
    from app.mail.renewing import scopes_of
    from app.meetings import (  # noqa: F401  (each registers itself)
        agenda_views,
        carriers,
        delegation_views,
        import_views,
        invitation_views,
        paper_views,
        participant_queries,
        participant_views,
        recipients,
        register_views,
        retention,
        start_views,
        undo_views,
        views,
    )
    from app.meetings.holding import session_of, untrue
    from app.meetings.participant_import import FORGET_FILE, IMPORT_JOB, forget_upload, import_checked
    from app.people.queries import parties_come_from

    handles(retention.JOB, title=_l("Forgetting the participants of a session when their time is over"))(
        retention.forget_when_due
    )
    handles(IMPORT_JOB, title=_l("Registering the people of a file"))(import_checked)
    handles(FORGET_FILE, title=_l("Deleting a checked file that was not imported"))(forget_upload)
    parties_come_from(participant_queries.acting_for)
    if recipients.untrue not in untrue_checks:
        untrue_checks.append(recipients.untrue)
        scopes_of.append(recipients.scopes)
    if untrue not in untrue_checks:
        untrue_checks.append(untrue)

    @app.context_processor
    def frame() -> dict[str, Any]:
        """What the frame of each page says of the session that the page belongs to."""
        return {"session_shown": session_of(g.get("thing"))}

    app.register_blueprint(bp)

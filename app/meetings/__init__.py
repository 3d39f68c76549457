"""Sessions (in code: meetings): mandate, stages, order of business, guiding questions, delegations, participants.

A *meeting* is one session of a mechanism. Its *stage* moves one step at a time. A *delegation* is those
who act for one party in it. The *order of business* is its numbered, timed agenda items; a *guiding
question* is numbered and addressed to mechanisms, to States, or to both. A *participant* is a person who
attends in a delegation, with or without an account; a *member* of a delegation is an account that acts for it.
A *note verbale* names a delegation's participants. *Precedence* is the order of delegations in lists.
"""

from flask import Blueprint, Flask

bp = Blueprint("meetings", __name__)


def init_app(app: Flask) -> None:
    """Register the secretariat's pages of a session."""
    from app.jobs.registry import handles
    from app.meetings import (  # noqa: F401  (declare the routes)
        delegation_views,
        import_views,
        participant_queries,
        participant_views,
        register_views,
        retention,
        views,
    )
    from app.meetings.participant_import import FORGET_FILE, forget_upload
    from app.people.queries import parties_come_from

    handles(retention.JOB)(retention.forget_when_due)
    handles(FORGET_FILE)(forget_upload)
    parties_come_from(participant_queries.acting_for)

    app.register_blueprint(bp)

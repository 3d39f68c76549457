"""Agreeing on a summary: a frozen version is *circulated* to delegations until a moment.

They *comment* on it, paragraph by paragraph, with the text that they propose; each comment gets a *disposition* and a
reply. Under a *silence procedure* the version is adopted at the moment if no delegation *objected* by then; after it
they may explain their *position*. What was circulated never changes, and its SHA-256 is on the record.
"""

from flask import Blueprint, Flask

from app.core.arrival import note_arrival

bp = Blueprint("circulation", __name__)
bp.url_value_preprocessor(note_arrival)


def init_app(app: Flask) -> None:
    """Register the pages of circulation, its mails and reminders, and what adopts at the moment."""
    from app.circulation import (  # noqa: F401  (each registers itself)
        adoption_views,
        agreement,
        delegation_views,
        views,
    )
    from app.circulation.emails import scopes
    from app.circulation.operations import end_due
    from app.jobs.registry import every
    from app.mail.renewing import scopes_of

    every(30, "circulation")(end_due)
    if scopes not in scopes_of:
        scopes_of.append(scopes)
    app.register_blueprint(bp)

"""The record of a session: what was said on the floor, who was there, and the minutes of it.

Who keeps it, the *note-takers*, is the secretariat and whoever it gave the *rapporteur's part*. A *note* is what one
note-taker wrote of an intervention, point by point: in general, and by guiding question. The *minutes* have a text of
each intervention, which is what the notes say until somebody words it; a *version* of them is frozen when they are sent
to the delegations and when they are final. A *correction* is what a delegation wants its intervention to say. A
*sitting* is half a day of the session, with the delegations that were present in it.
"""

from flask import Blueprint, Flask

from app.core.arrival import note_arrival

bp = Blueprint("record", __name__)
bp.url_value_preprocessor(note_arrival)


def init_app(app: Flask) -> None:
    """Register the pages of the record."""
    from app.record import (  # noqa: F401  (each registers itself)
        attendance_views,
        correction_views,
        emails,
        forgetting,
        minutes_views,
        note_views,
        papers,
        streams,
    )

    app.register_blueprint(bp)

"""The floor: delegations ask to speak, and the Chair gives them the floor.

A *list of speakers* belongs to an item of the order of business. An *entry* is a delegation that asks for the floor,
for itself or on behalf of a mechanism, a State or a group; it *waits*, *speaks*, has *spoken*, or was *withdrawn* (by
the delegation) or *removed* (by the Chair). An *intervention* (in code: a speech) is what an entry becomes when the
floor is given to it. Who *manages* the floor is the secretariat, and whoever it gave the *Chair's part*. The Chair's
*hand* puts entries in another place than the rule does. A *swap* changes the places of two who both agree. The floor
*is at* an item of the order of business: its *screens*, the Chair's and the room's, show that one.
A *statement* is the text that a delegation hands in of what it says: a newer *version* folds the older ones under it,
and it is under *embargo* until it is *delivered*. A *code* lets somebody without an account hand in one.
"""

from flask import Blueprint, Flask
from flask_login import current_user

from app.core.arrival import note_arrival
from app.meetings.queries import may_open

bp = Blueprint("floor", __name__)
bp.url_value_preprocessor(note_arrival)


def init_app(app: Flask) -> None:
    """Register the pages of the floor."""
    from app.floor import (  # noqa: F401  (each registers itself)
        chair_views,
        checks,
        forgetting,
        hand_in_views,
        interpreter_views,
        moments,
        paper_views,
        rules_views,
        screen_views,
        screens,
        statement_views,
        views,
    )

    app.jinja_env.globals["may_open"] = lambda meeting: may_open(current_user, meeting)
    app.register_blueprint(bp)

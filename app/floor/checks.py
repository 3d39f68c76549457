"""What the floor asks for before a session goes on."""

from flask_babel import lazy_gettext as _l

from app.floor.queries import speeches_under_way
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.stages import Check, requires


@requires(Stage.CONSOLIDATING)
def nobody_has_the_floor(meeting: Meeting) -> list[Check]:
    """An intervention that is still under way would be counted for ever."""
    ended = not speeches_under_way(meeting.id)
    return [Check(_l("End the intervention that is under way on the floor."), "floor.index", done=ended)]

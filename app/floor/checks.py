"""What the floor asks for before a session goes on."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_ngettext

from app.floor.queries import count_waiting, speeches_under_way
from app.meetings.enums import Stage
from app.meetings.models import Meeting
from app.meetings.stages import Check, requires


@requires(Stage.CONSOLIDATING)
def nobody_has_the_floor(meeting: Meeting) -> list[Check]:
    """An intervention that is still under way would be counted for ever; whoever waits will not be heard."""
    ended, waiting = not speeches_under_way(meeting.id), count_waiting(meeting.id)
    hear = lazy_ngettext(
        "%(num)d delegation waits for the floor: hear it, or tell it that it will not speak.",
        "%(num)d delegations wait for the floor: hear them, or tell them that they will not speak.",
        waiting,
    )
    return [
        Check(_l("End the intervention that is under way on the floor."), "floor.index", done=ended),
        *([Check(hear, "floor.index", done=False, needed=False)] if waiting else []),
    ]

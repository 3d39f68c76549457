"""Starting a session from an earlier one, as tests do."""

from datetime import date

from app.core.actors import SYSTEM
from app.meetings import carrying, starting
from tests.factories.summaries import everywhere

NEXT = "/sessions/new/from/cam-2026"
ALL = ["delegations", "people", "agenda", "questions", "call", "reminders"]


def start(old, keys=ALL, first_day=date(2027, 5, 13), **more):
    values = {
        "set_up": carrying.set_up_of(old),
        "keys": keys,
        "first_day": first_day,
        "code": "2027",
        "title": everywhere("Next"),
        "mandate_resolution": "AG/RES. 3100 (LVI-O/26)",
        "mandate_paragraph": "7",
        "parent": None,
        "source": "Annual session (2026)",
        "by": SYSTEM,
    }
    return starting.start_from_set_up(old.mechanism, **(values | more))

"""What the floor and its record ask of a person, as tasks with one button each."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from app.core.actors import Actor
from app.core.wording import in_reader_language, moment_text
from app.floor.enums import TAKING, FloorPart
from app.floor.interpreter_queries import interpreted
from app.meetings.enums import Stage
from app.meetings.labels import stage_of
from app.meetings.models import Delegation, Meeting
from app.meetings.policies import can_write_for

Task = dict[str, Any]


def awaited_until(moment: datetime, zone: str) -> Task:
    """Say until when something is awaited."""
    return {"due": _("Until %(moment)s", moment=moment_text(moment, zone)), "due_at": moment, "zone": zone}


def to_interpret(actor: Actor) -> list[dict[str, Any]]:
    """Return the sessions that the person interprets, as delegations are. One statement."""
    return [
        {
            "party": _("Interpretation"),
            "meeting": in_reader_language(meeting.title),
            "url": (url := url_for("floor.statements", slug=meeting.slug)),
            "cancelled": False,
            "tasks": [
                {
                    "title": _("Statements"),
                    "note": _("You are on the interpreters' list: you read them before they are delivered."),
                    "url": url,
                    "action": _("Read the statements"),
                },
                _follow_task(meeting, _("Who has the floor, who comes next, on which item")),
            ],
        }
        for meeting in interpreted(actor)
    ]


def floor_tasks(delegation: Delegation, actor: Actor, taking: bool) -> list[Task]:
    """The way to the floor: where a list of speakers is open, and while the session is held, when points of order pass
    every closing."""
    meeting, held = delegation.meeting, delegation.meeting.stage is Stage.IN_SESSION
    if meeting.stage not in TAKING or not (taking or held):
        return []
    if not can_write_for(actor, delegation):
        return [_follow_task(meeting)] if held else []
    task = _follow_task(meeting) | {"title": _("Ask for the floor")}
    return [task | {"status": _("List open")} if taking else task]


def _follow_task(meeting: Meeting, note: str = "") -> Task:
    return {
        "title": _("Follow the floor"),
        "note": note,
        "kind": "neutral",
        "status": stage_of(meeting),
        "action": _("Go to the floor"),
        "url": url_for("floor.index", slug=meeting.slug),
    }


def part_tasks(delegation: Delegation, parts: frozenset[FloorPart]) -> list[Task]:
    """The screens of whoever has the Chair's part while the session is held, and a rapporteur's, also after it."""
    meeting, screens = delegation.meeting, list[tuple[str, str, str]]()
    held = meeting.stage is Stage.IN_SESSION
    if FloorPart.CHAIR in parts and held:
        screens = [
            (_("You chair the session"), _("The Chair's screen"), "floor.chair"),
            (_("What the room sees"), _("The room's screen"), "floor.room"),
        ]
    if FloorPart.RAPPORTEUR in parts and held:
        screens.append((_("You keep the record of the session"), _("Note what is said"), "record.who_speaks"))
    elif FloorPart.RAPPORTEUR in parts and meeting.stage is Stage.CONSOLIDATING:
        screens.append((_("You keep the record of the session"), _("Go to the record"), "record.index"))
    return [
        {
            "title": title,
            "kind": "neutral",
            "status": stage_of(meeting),
            "action": action,
            "url": url_for(endpoint, slug=meeting.slug),
        }
        for title, action, endpoint in screens
    ]


def minutes_tasks(delegation: Delegation, actor: Actor, until: datetime | None) -> list[Task]:
    """Until when a delegation may correct what the minutes say of it."""
    if until is None or not can_write_for(actor, delegation):
        return []
    return [
        {
            "title": _("Read what the minutes say of your delegation"),
            **awaited_until(until, delegation.meeting.zone),
            "kind": "neutral",
            "status": _("Corrections can be proposed"),
            "action": _("Go to the minutes"),
            "url": url_for("record.minutes", slug=delegation.meeting.slug),
        }
    ]


def corrections_tasks(meeting: Meeting, number: int) -> list[Task]:
    """The corrections of the minutes that wait for those who keep the record."""
    if not number:
        return []
    return [
        {
            "title": ngettext(
                "%(num)d correction of the minutes to answer", "%(num)d corrections of the minutes to answer", number
            ),
            "kind": "action",
            "status": _("Waiting for you"),
            "action": _("Go to the minutes"),
            "url": url_for("record.minutes", slug=meeting.slug),
        }
    ]

"""The order of business of a session of the demonstration, from its file."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.core.actors import Actor
from app.core.localized import LocalizedText
from app.meetings import operations, parts, programme
from app.meetings.enums import ItemKind, ItemRole
from app.meetings.models import AgendaItem, Meeting
from app.meetings.queries import agenda_of, agenda_with_people, delegations_of_meeting


def add_order_of_business(meeting: Meeting, script: Sequence[Mapping[str, Any]], *, by: Actor) -> dict[int, AgendaItem]:
    """Add the items and return them by number; a day is full when its hours are, and the next begins the next day.

    Each of an item's `speakers` (codes of parties) has a sub-item of its own, called by its name; `people` are pairs
    of a part and a code, "chair" being the session's Chair, by function.
    """
    delegations = {row.party.code: row for row in delegations_of_meeting(meeting.id)}
    hours = meeting.ends_at.astimezone(meeting.tz).hour - meeting.starts_at.astimezone(meeting.tz).hour
    used, day = 0, 1
    found = {}
    for line in script:
        if used + line["minutes"] > hours * 60:
            used, day = 0, day + 1
        used += line["minutes"]
        kind = ItemKind(line["kind"])
        item = found[line["number"]] = operations.add_agenda_item(
            meeting,
            title=LocalizedText(line["title"]),
            description=LocalizedText(line.get("description")),
            kind=kind,
            day=day,
            minutes=line["minutes"],
            by=by,
        )
        for role, code in line.get("people", ()):
            chair = code == "chair"
            parts.add_item_person(
                item,
                role=ItemRole(role),
                delegation=None if chair else delegations[code],
                function=meeting.chair if chair else LocalizedText(),
                by=by,
            )
        for code in line.get("speakers", ()):
            sub = operations.add_agenda_item(
                meeting,
                title=delegations[code].party.names,
                description=LocalizedText(),
                kind=kind,
                day=day,
                minutes=line["speaker_minutes"],
                parent=item,
                by=by,
            )
            parts.add_item_person(
                sub, role=ItemRole.SPEAKER, delegation=delegations[code], function=LocalizedText(), by=by
            )
    return found


def publish_order_of_business(meeting: Meeting, *, by: Actor) -> None:
    """Publish the draft as it stands."""
    draft = programme.draft_items(meeting, agenda_with_people(meeting.id))
    programme.publish_agenda(meeting, seen=programme.mark_of(meeting, draft), by=by)


def revise_order_of_business(meeting: Meeting, minutes: Mapping[str, int], *, by: Actor) -> None:
    """Give items, by their English title, other minutes, and publish that."""
    for item in agenda_of(meeting.id):
        if item.title["en"] in minutes:
            operations.edit_agenda_item(
                item,
                title=item.title,
                description=item.description,
                kind=item.kind,
                day=item.day,
                minutes=minutes[item.title["en"]],
                by=by,
            )
    publish_order_of_business(meeting, by=by)

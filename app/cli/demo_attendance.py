"""Who attends the demonstration sessions, and who presents."""

from datetime import date, timedelta
from typing import Any

from app.core.actors import Actor
from app.core.localized import LocalizedText
from app.directory.reference import read
from app.meetings import operations as meetings
from app.meetings import participants
from app.meetings.enums import Attendance, ParticipantRole
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import delegations_of_meeting
from app.presentations import slots
from app.presentations.enums import InvitationState
from app.presentations.queries import presenting_delegations

SCRIPT = "demo/participants.yaml"


def register_people(meeting: Meeting, key: str, *, by: Actor) -> None:
    """Register the people of a session, some with the note verbale that names them."""
    script = read(SCRIPT)
    ends = meeting.starts_at - timedelta(days=script["registration_ends_before"])
    meetings.set_registration_end(meeting, ends, by=by)
    if key == "finished":
        society = script["society"]
        meetings.add_civil_society(meeting, code=society["code"], names=LocalizedText(society["names"]), by=by)
    delegations = {row.party.code: row for row in delegations_of_meeting(meeting.id)}
    for line in script["delegations"][key]:
        for code in line["parties"]:
            people = [script["people"][line["language"]][name] for name in line["people"]]
            _register(delegations[code], people, line.get("note"), by)


def _register(delegation: Delegation, people: list[dict[str, Any]], note: dict[str, str] | None, by: Actor) -> None:
    note_id = None
    if note:
        dated = date.fromisoformat(note["dated"]) if "dated" in note else None
        note_id = participants.add_note(delegation, number=note["number"], dated=dated, upload=None, by=by).id
    for person in people:
        participants.add_participant(
            delegation,
            by=by,
            name=person["name"],
            title="",
            function=person["function"],
            institution=person["institution"],
            role=ParticipantRole(person["role"]),
            attendance=Attendance(person.get("attendance", Attendance.IN_PERSON)),
            email="",
            access_needs=person.get("access_needs", ""),
            note_id=note_id,
            user_id=None,
        )


def invite(meeting: Meeting, *, by: Actor) -> None:
    """Invite the mechanisms that somebody writes for."""
    slots.invite_all(meeting, by=by)


def accept(meeting: Meeting, *, by: Actor) -> None:
    """Have those who were invited accept."""
    for row in presenting_delegations(meeting.id):
        if row.slot and row.slot.state is InvitationState.INVITED:
            slots.answer_invitation(row.delegation, InvitationState.ACCEPTED, reason="", by=by)


def deliver(meeting: Meeting, *, by: Actor) -> None:
    """Note that all were delivered, and where some can be watched; the clock stands in the session."""
    recordings = read(SCRIPT)["recordings"]
    for row in presenting_delegations(meeting.id):
        slots.mark_delivered(row.delegation, True, by=by)
        if address := recordings.get(row.delegation.party.code):
            slots.attach_recording(row.delegation, address, by=by)

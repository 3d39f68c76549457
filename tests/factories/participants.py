"""People who attend, made by the operations that pages use."""

from app.core.actors import SYSTEM
from app.meetings.enums import Attendance, ParticipantRole
from app.meetings.models import Delegation, Participant
from app.meetings.participants import add_participant

PERSON = {
    "title": "",
    "function": "Director of migration",
    "institution": "Ministry of Foreign Affairs",
    "role": ParticipantRole.DELEGATE,
    "attendance": Attendance.IN_PERSON,
    "email": "",
    "access_needs": "",
    "note_id": None,
    "user_id": None,
}


def fields(name: str, **more) -> dict:
    """What is held of a person, but for what is named."""
    return {**PERSON, "name": name, **more}


def make_person(delegation: Delegation, name: str, **more) -> Participant:
    """A registered person."""
    return add_participant(delegation, by=SYSTEM, **fields(name, **more))

"""Who takes part in a session, as its list of participants prints them."""

from dataclasses import dataclass

from flask_babel import force_locale

from app.core.texts import alphabetical
from app.directory.enums import PartyKind
from app.meetings.enums import DelegationRole
from app.meetings.labels import ROLES
from app.meetings.models import Meeting
from app.meetings.queries import delegations_of_meeting
from app.register.labels import GROUPS


@dataclass(frozen=True)
class ParticipantLine:
    """A person on the list, in the list's language: the kind of delegation, whose it is, who, and as what."""

    group: str
    delegation: str
    name: str
    function: str


def participant_lines(meeting: Meeting, language: str) -> list[ParticipantLine]:
    """Return who takes part: States first, then mechanisms and organizations; in each, delegations in the
    alphabetical order of the language, and in each of those its head first."""
    order = list(GROUPS)
    found = []
    with force_locale(language):
        for delegation in delegations_of_meeting(meeting.id):
            kind = PartyKind.STATE if delegation.party.kind is PartyKind.TERRITORY else delegation.party.kind
            name = delegation.party.names.in_language(language)
            for member in delegation.members:
                place = (
                    order.index(kind),
                    alphabetical(name, language),
                    member.role is not DelegationRole.HEAD,
                    alphabetical(member.user.name, language),
                    member.id,
                )
                line = ParticipantLine(str(GROUPS[kind]), name, member.user.name, str(ROLES[member.role]))
                found.append((place, line))
    return [line for _place, line in sorted(found, key=lambda pair: pair[0])]

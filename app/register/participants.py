"""Who takes part in a session, as its list of participants prints them."""

from dataclasses import dataclass

from flask_babel import force_locale

from app.directory.enums import PartyKind
from app.meetings.labels import PARTICIPANT_ROLES
from app.meetings.models import Meeting, Participant
from app.meetings.participant_queries import delegations_in_order, whole_list
from app.register.labels import GROUPS


@dataclass(frozen=True)
class ParticipantLine:
    """A person on the list, in the list's language: the kind of delegation, whose it is, who, and as what."""

    group: str
    delegation: str
    name: str
    function: str


def participant_lines(meeting: Meeting, language: str) -> list[ParticipantLine]:
    """Return who is registered, in the order of the session's lists (by precedence, or by the language's alphabet)."""
    with force_locale(language):
        delegations = delegations_in_order(meeting)
        parties = {row.id: row.party for row in delegations}
        return [
            ParticipantLine(
                str(GROUPS[PartyKind.STATE if party.kind is PartyKind.TERRITORY else party.kind]),
                party.names.in_language(language),
                person.full_name,
                _function(person),
            )
            for person in whole_list(delegations)
            if (party := parties[person.delegation_id])
        ]


def _function(person: Participant) -> str:
    return ", ".join(filter(None, (str(PARTICIPANT_ROLES[person.role]), person.function, person.institution)))

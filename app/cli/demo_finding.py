"""Finding what the demonstration's files name."""

import sqlalchemy as sa

from app.core.db import db
from app.directory.models import Mechanism, Party
from app.meetings.models import Delegation, Meeting


class DemonstrationError(ValueError):
    """A demonstration file does not fit what it refers to; the message says which."""


def party_of(code: str) -> Party:
    """The party with a code; raises DemonstrationError."""
    party = db.session.scalars(sa.select(Party).where(Party.code == code)).one_or_none()
    if party is None:
        raise DemonstrationError(f"no party {code!r}")
    return party


def mechanism_of(code: str) -> Mechanism:
    """The mechanism with a code; raises DemonstrationError."""
    mechanism = party_of(code)
    if not isinstance(mechanism, Mechanism):
        raise DemonstrationError(f"{code} is not a mechanism")
    return mechanism


def delegation_of(meeting: Meeting, code: str) -> Delegation:
    """A party's delegation to a session; raises DemonstrationError."""
    found = db.session.scalars(
        sa.select(Delegation).join(Delegation.party).where(Delegation.meeting_id == meeting.id, Party.code == code)
    ).one_or_none()
    if found is None:
        raise DemonstrationError(f"{code} has no delegation to {meeting.slug}")
    return found

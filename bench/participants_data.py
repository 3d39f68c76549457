"""3,000 people who attend the session of the bench, in the delegations that it has."""

from datetime import timedelta

import sqlalchemy as sa

from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.texts import fold
from app.meetings.enums import ParticipantRole
from app.meetings.models import Delegation, Meeting, NoteVerbale, Participant, ParticipantRules
from app.people.models import User
from bench.staff import make_staff

PEOPLE = 3000


def make_participants(meeting: Meeting) -> User:
    """Add them, with a list that anybody may read; return an account of the secretariat. Commits."""
    delegations = db.session.scalars(
        sa.select(Delegation).where(Delegation.meeting_id == meeting.id).order_by(Delegation.id)
    ).all()
    moment = now()
    notes = [
        NoteVerbale(delegation_id=row.id, number=f"{row.id}/26", dated=(moment - timedelta(days=50)).date())
        for row in delegations
    ]
    db.session.add_all(notes)
    db.session.flush()
    for number in range(PEOPLE):
        place = number % len(delegations)
        name = f"Participant number {number}"
        db.session.add(
            Participant(
                delegation_id=delegations[place].id,
                position=number,
                name=name,
                name_key=fold(name),
                title="Ms.",
                function="Deputy director of migration policy",
                institution="Ministry of Foreign Affairs",
                role=ParticipantRole.DELEGATE,
                note_id=notes[place].id,
                registered_at=moment,
            )
        )
    db.session.add(ParticipantRules(mechanism_id=meeting.mechanism_id, audience=Audience.PUBLIC))
    user = make_staff("bench@example.org")
    db.session.commit()
    return user

"""How the order of presenting is carried to the next session; invitations and their answers are not.

It is set-up, and goes with a delegation that is taken back.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from flask_babel import lazy_gettext as _l

from app.core.db import db
from app.meetings.carrying import Carrier, carries
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import delegations_of_meeting
from app.meetings.undoing import lets_go
from app.presentations.models import PresentationSlot


def _pack(meeting: Meeting) -> list[int]:
    """The parties of those who have a place among the presenters, in the order of presenting."""
    statement = sa.select(Delegation.party_id).join(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
    statement = statement.where(Delegation.meeting_id == meeting.id, PresentationSlot.position.is_not(None)).order_by(
        PresentationSlot.position
    )
    return list(db.session.scalars(statement))


def _unpack(packed: list[int], meeting: Meeting) -> int:
    delegations = {row.party_id: row for row in delegations_of_meeting(meeting.id)}
    there = [delegations[party_id] for party_id in packed if party_id in delegations]
    db.session.add_all(PresentationSlot(delegation=row, position=number) for number, row in enumerate(there, start=1))
    return len(there)


carries(Carrier("presenting", _l("their order of presenting"), _pack, _unpack, within="delegations"))


@lets_go
def forget_places(delegations: Sequence[Delegation], meeting: Meeting | None) -> None:
    """The place of who was never invited to present says nothing by itself."""
    ids = [delegation.id for delegation in delegations]
    uninvited = sa.delete(PresentationSlot).where(PresentationSlot.state.is_(None))
    db.session.execute(uninvited.where(PresentationSlot.delegation_id.in_(ids)))

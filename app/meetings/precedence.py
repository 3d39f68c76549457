"""In which order delegations stand: by rank, which staff set or lots draw, within each group. Nothing commits."""

import secrets
from collections.abc import Sequence

from app.audit.operations import record
from app.core.actors import Actor
from app.core.db import db
from app.meetings.enums import Precedence
from app.meetings.models import Delegation, Meeting
from app.meetings.participant_queries import PLACES, delegations_in_order


def choose_precedence(meeting: Meeting, precedence: Precedence, *, by: Actor) -> None:
    """Have lists follow protocol or the alphabet."""
    if meeting.precedence is not precedence:
        meeting.precedence = precedence
        record("choose_precedence", meeting, by=by, meeting_id=meeting.id)


def _rank(delegations: Sequence[Delegation]) -> list[str]:
    """Number delegations as they stand; return their parties' codes, for the trail."""
    for number, row in enumerate(delegations, start=1):
        row.rank = number
    db.session.flush()
    return [row.party.code for row in delegations]


def place_delegation(delegation: Delegation, *, position: int, by: Actor) -> None:
    """Put a delegation at a position (from 1) of its group; past an end means at the end."""
    every = delegations_in_order(delegation.meeting, Precedence.PROTOCOL)
    group = [row for row in every if row.party.kind is delegation.party.kind]
    before = group.index(delegation) + 1
    group.remove(delegation)
    group.insert(min(max(position, 1), len(group) + 1) - 1, delegation)
    others = [row for row in every if row.party.kind is not delegation.party.kind]
    ranked = sorted([*others, *group], key=lambda row: PLACES[row.party.kind])
    _rank(ranked)
    changes = {"position": [before, group.index(delegation) + 1]}
    record("rank_delegation", delegation, by=by, meeting_id=delegation.meeting_id, changes=changes)


def move_delegation(delegation: Delegation, *, up: bool, by: Actor) -> None:
    """Put a delegation one up or down in its group."""
    every = delegations_in_order(delegation.meeting, Precedence.PROTOCOL)
    group = [row.id for row in every if row.party.kind is delegation.party.kind]
    place = group.index(delegation.id) + 1
    place_delegation(delegation, position=max(1, place - 1 if up else place + 1), by=by)


def draw_lots(meeting: Meeting, *, by: Actor) -> list[str]:
    """Draw the order of all delegations by lot, and have lists follow it; return the parties' codes in order.

    The trail keeps the order before and the one drawn.
    """
    before = [row.party.code for row in delegations_in_order(meeting, Precedence.PROTOCOL)]
    drawn = delegations_in_order(meeting)
    secrets.SystemRandom().shuffle(drawn)
    order = _rank(sorted(drawn, key=lambda row: PLACES[row.party.kind]))
    meeting.precedence = Precedence.PROTOCOL
    record("draw_lots", meeting, by=by, meeting_id=meeting.id, changes={"order": [before, order]})
    return order

"""Who was present in which half of a day, and whether that was a quorum."""

from collections.abc import Collection, Sequence
from math import ceil
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db, lock
from app.core.errors import Refusal
from app.core.forms import check_version
from app.directory.enums import PartyKind
from app.directory.queries import members
from app.floor.queries import rules_of
from app.meetings.holding import check_held
from app.meetings.models import Delegation, Meeting
from app.record import queries
from app.record.enums import Half
from app.record.models import Present, Sitting


class Quorum(NamedTuple):
    """The member States of the body of a session, by their ids, and how many of them must be present."""

    states: frozenset[int]
    needed: int

    def counted(self, present: Collection[Delegation]) -> int:
        """How many of the delegations that are present count."""
        return len({row.party_id for row in present} & self.states)

    def reached(self, present: Collection[Delegation]) -> bool:
        """Whether they are enough."""
        return self.counted(present) >= self.needed


def quorum_of(meeting: Meeting, delegations: Sequence[Delegation]) -> Quorum | None:
    """The quorum of a session, None where its body has no such rule. Three statements at most.

    The member States are those that the directory knows; of a body without any, those that take part.
    """
    share = rules_of(meeting.mechanism_id).quorum
    if share is None:
        return None
    parties = members(meeting.mechanism_id) or [row.party for row in delegations]
    states = frozenset(party.id for party in parties if party.kind is PartyKind.STATE)
    return Quorum(states, ceil(len(states) * share / 100))


def note_presence(
    meeting: Meeting,
    day: int,
    half: Half,
    delegations: Collection[Delegation],
    *,
    seen: str | int | None = None,
    by: Actor,
) -> Sitting:
    """Note which delegations were present in a half of a day; the same again changes nothing.

    `seen`: the version of the sitting that the person had before them. Raises Stale, Refusal, WrongState.
    """
    check_held(meeting)
    lock(meeting)
    if any(row.meeting_id != meeting.id for row in delegations):
        raise Refusal(_l("Choose a delegation to this session."), field="present")
    found = (row for row in queries.sittings_of(meeting.id) if (row.day, row.half) == (day, half))
    sitting = next(found, None)
    if sitting is None:
        sitting = Sitting(meeting=meeting, day=day, half=half, noted_at=now(), noted_by_id=by.id, present=[])
    elif seen is not None:
        db.session.refresh(sitting)
        check_version(sitting, seen)
    wanted = {row.id for row in delegations}
    before = {row.delegation_id for row in sitting.present}
    if sitting.id is None or wanted != before:
        sitting.noted_at, sitting.noted_by_id = now(), by.id
        sitting.present = [
            *(row for row in sitting.present if row.delegation_id in wanted),
            *(Present(delegation=row) for row in delegations if row.id not in before),
        ]
        changes = {"delegations": [len(before), len(wanted)]}
        record("note_attendance", sitting, by=by, meeting_id=meeting.id, changes=changes)
        db.session.flush()
    return sitting

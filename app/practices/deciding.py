"""Deciding on several practices at once. Nothing commits."""

from collections.abc import Collection, Mapping, Sequence

from app.core.actors import Actor
from app.meetings.models import Meeting
from app.practices.enums import PracticeState
from app.practices.holding import hold_all
from app.practices.models import Practice
from app.practices.operations import accept_practice
from app.practices.review_queries import chosen


def hold_chosen(meeting: Meeting, ids: Collection[int]) -> Sequence[Practice]:
    """Wait until nobody else changes these practices of a session, and load those of them that were ever submitted."""
    hold_all(Practice.meeting_id == meeting.id, Practice.id.in_(ids))
    return chosen(meeting.id, ids)


def accept_chosen(meeting: Meeting, seen: Mapping[int, int], *, by: Actor) -> tuple[list[Practice], list[Practice]]:
    """Accept practices of a session, each as it was `seen` (id -> number of the version); return those that are
    accepted so, also where they were before, and those that were changed or decided otherwise in the meantime."""
    done, left = [], []
    for practice in hold_chosen(meeting, seen):
        version = practice.latest
        as_seen = version is not None and version.number == seen[practice.id]
        if as_seen and practice.state is PracticeState.SUBMITTED:
            accept_practice(practice, by=by)
            done.append(practice)
        elif as_seen and practice.state is PracticeState.ACCEPTED:
            done.append(practice)
        else:
            left.append(practice)
    return done, left

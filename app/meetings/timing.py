"""Local times of a session: the zone's own rules, and what the clock shows for each item."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.meetings.arrangement import blocks_of
from app.meetings.models import AgendaItem, Meeting

MOST_DAYS = 30  # of an order of business


class Slot(NamedTuple):
    """When an item begins and ends (UTC); the same moment where it has no set time."""

    starts: datetime
    ends: datetime


def local_moment(local: datetime | None, zone: str, *, field: str | None = None) -> datetime:
    """Return the moment (UTC) of a local date and time without zone.

    Raises Refusal for a missing value, an unknown zone, an hour that the zone skips or has twice, and the ends of the
    calendar.
    """
    if local is None:
        raise Refusal(_l("Give the date and the time."), field=field)
    if zone not in available_timezones():
        raise Refusal(_l("Choose a time zone from the list."), field="zone")
    first = local.replace(tzinfo=ZoneInfo(zone), fold=0)
    second = first.replace(fold=1)
    try:
        moment = first.astimezone(UTC)
    except OverflowError as error:
        raise Refusal(_l("This date cannot be reckoned with. Choose another."), field=field) from error
    if moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise Refusal(
            _l("The clocks are put forward that day: this hour does not exist there. Choose another."), field=field
        )
    if first.utcoffset() != second.utcoffset():
        raise Refusal(_l("The clocks are put back that day: this hour comes twice. Choose another."), field=field)
    return moment


def day_count(meeting: Meeting) -> int:
    """Return how many days a session lasts, by the calendar of its zone."""
    first, last = (moment.astimezone(meeting.tz).date() for moment in (meeting.starts_at, meeting.ends_at))
    return (last - first).days + 1


def date_of(meeting: Meeting, day: int) -> date:
    """Return the date of a day of the session (from 1)."""
    return meeting.starts_at.astimezone(meeting.tz).date() + timedelta(days=day - 1)


def moment_on(meeting: Meeting, day: int, hour: time) -> datetime:
    """Return the moment (UTC) of an hour on a day of the session."""
    return datetime.combine(date_of(meeting, day), hour, tzinfo=meeting.tz).astimezone(UTC)


def closing_of(meeting: Meeting, day: int) -> datetime:
    """Return the moment (UTC) at which a day closes: each at the hour of the session's end."""
    return moment_on(meeting, day, meeting.ends_at.astimezone(meeting.tz).time())


def clocks_change(meeting: Meeting, day: int) -> bool:
    """Whether the clocks are changed on a day of the session, from midnight to midnight."""
    midnights = (moment_on(meeting, number, time()).astimezone(meeting.tz) for number in (day, day + 1))
    return len({midnight.utcoffset() for midnight in midnights}) > 1


def slots_of(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, Slot]:
    """Return item id -> its slot: each day starts at the session's hour, items follow on or begin at their own hour.

    Sub-items follow one another from their item's beginning; it ends with the last of them, if not later.
    """
    hour = meeting.starts_at.astimezone(meeting.tz).time()
    reached: dict[int, datetime] = {}
    slots: dict[int, Slot] = {}
    for head, *subs in blocks_of(items):
        starts = moment_on(meeting, head.day, head.begins) if head.begins else reached.get(head.day)
        starts = starts or moment_on(meeting, head.day, hour)
        ends, at = starts + timedelta(minutes=head.minutes), starts
        for item in subs:
            begins = moment_on(meeting, head.day, item.begins) if item.begins else at
            at = begins + timedelta(minutes=item.minutes)
            slots[item.id] = Slot(begins, at)
            ends = max(ends, at)
        slots[head.id] = Slot(starts, ends)
        reached[head.day] = ends
    return slots


def times_of(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, datetime]:
    """Return item id -> the moment (UTC) it begins."""
    return {key: slot.starts for key, slot in slots_of(meeting, items).items()}

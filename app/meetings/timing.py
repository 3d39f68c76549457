"""Local times of a session: the zone's own rules, and what the clock shows for each item."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.meetings.models import AgendaItem, Meeting


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


def times_of(meeting: Meeting, items: Sequence[AgendaItem]) -> dict[int, datetime]:
    """Return item id -> the moment (UTC) it begins: each day starts at the session's hour, items follow on."""
    start = meeting.starts_at.astimezone(meeting.tz)
    begun: dict[int, int] = {}
    times = {}
    for item in items:
        local = datetime.combine(
            start.date() + timedelta(days=item.day - 1), start.time().replace(tzinfo=None)
        ) + timedelta(minutes=begun.get(item.day, 0))
        times[item.id] = local.replace(tzinfo=meeting.tz).astimezone(UTC)
        begun[item.day] = begun.get(item.day, 0) + item.minutes
    return times

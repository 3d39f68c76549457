"""When a session reminds: its own schedules, else the usual one, and the moments they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

USUAL_DAYS = (14, 7, 2)
USUAL_HOUR = 9
MOST_DAYS = 120
MOST_MOMENTS = 8


@dataclass(frozen=True)
class Schedule:
    """So many days before a deadline, at an hour of the session's zone; nothing where it is not active."""

    active: bool = True
    days: Sequence[int] = USUAL_DAYS
    hour: int = USUAL_HOUR

    def moments(self, deadline: datetime, zone: str) -> list[datetime]:
        """Return the moments (UTC) before a deadline, the earliest first.

        The days are counted on the calendar of the zone. An hour that its clocks skip that day is the one after;
        of an hour that comes twice it is the first.
        """
        if not self.active:
            return []
        tz = ZoneInfo(zone)
        day = deadline.astimezone(tz).date()
        moments = (
            datetime.combine(day - timedelta(days=days), time(self.hour), tzinfo=tz).astimezone(UTC)
            for days in self.days
        )
        return sorted(moment for moment in moments if moment < deadline)

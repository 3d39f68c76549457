"""When digests come: moments of a rhythm, at an hour of a zone. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from app.following.enums import Rhythm

DAY = timedelta(days=1)


class When(Protocol):
    """The hour (0 to 23), the day of the week (0: Monday) and the zone that somebody chose."""

    hour: int
    weekday: int
    zone: str


def _moment(day: date, when: When) -> datetime:
    """The hour of that day, in UTC; of an hour that the zone leaves out, the moment at which it would have been."""
    return datetime.combine(day, time(when.hour), tzinfo=ZoneInfo(when.zone)).astimezone(UTC)


def _days(at: datetime, when: When, *, ahead: bool) -> list[date]:
    today = at.astimezone(ZoneInfo(when.zone)).date()
    return [today + DAY * (number if ahead else -number) for number in range(-1, 9)]


def next_moment(rhythm: Rhythm, when: When, at: datetime) -> datetime | None:
    """The first moment of a rhythm after `at`; None for what has none."""
    return next((moment for moment in _moments(rhythm, when, at, ahead=True) if moment > at), None)


def last_moment(rhythm: Rhythm, when: When, at: datetime) -> datetime | None:
    """The last moment of a rhythm that has come at `at`; None for what has none."""
    return next((moment for moment in _moments(rhythm, when, at, ahead=False) if moment <= at), None)


def _moments(rhythm: Rhythm, when: When, at: datetime, *, ahead: bool) -> list[datetime]:
    if rhythm is Rhythm.NEVER:
        return []
    days = _days(at, when, ahead=ahead)
    return [_moment(day, when) for day in days if rhythm is Rhythm.DAILY or day.weekday() == when.weekday]

"""Calendars as programs read them, and what tests of them do to a session."""

from datetime import UTC, timedelta

import icalendar

from app.core.actors import SYSTEM
from app.meetings import operations
from app.people.operations import make_calendar_feed

SESSION = "/sessions/cam-2026/calendar.ics"
DAY = timedelta(days=1)


def parse(response) -> icalendar.Calendar:
    """Check an answer against the rules of RFC 5545 that no parser complains of, and parse it."""
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    body = response.data
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert body.count(b"\n") == body.count(b"\r\n") == body.count(b"\r")  # 3.1: lines end in CRLF
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))  # 3.1: 75 octets without the break
    body.decode()
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar.errors == []
    assert calendar["VERSION"] == "2.0"  # 3.6: both once
    assert calendar["PRODID"]
    assert calendar.get_missing_tzids() == set()  # 3.2.19: every TZID has its VTIMEZONE
    identities = [event["UID"] for event in calendar.events]
    assert len(identities) == len(set(identities))
    for event in calendar.events:  # 3.6.1
        assert event.errors == []
        assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt
        assert event["DTSTAMP"].dt.tzinfo is UTC or event["DTSTAMP"].dt.utcoffset() == timedelta()
        assert event["DTSTART"]
        assert event["SEQUENCE"] >= 0
        assert event["STATUS"] in ("CONFIRMED", "CANCELLED", "TENTATIVE")
        assert "DTEND" not in event or event.end > event.start
        assert "DURATION" not in event
    return calendar


def events(response) -> dict[str, icalendar.Event]:
    """Event by UID without the host."""
    return {event["UID"].partition("@")[0]: event for event in parse(response).events}


# A person's own


def feed(user) -> str:
    return f"/calendar/{make_calendar_feed(user, by=user)}.ics"


def edit(meeting, **more):
    operations.edit_meeting(meeting, by=SYSTEM, **{**operations.fields_of(meeting), **more})

"""What the calendars that people subscribe to last showed, so that what changes rises and what goes is cancelled.

An event that says something else rises (SEQUENCE), one that is there no longer stays as STATUS:CANCELLED, with its
title and hours as they were known, and rises when it comes back. DTSTAMP and LAST-MODIFIED are the moment of the last
change, so that a calendar in which nothing changed is the same to the byte. Of what an event said beyond its title and
hours only a fingerprint is kept, and names of participants that are forgotten leave the titles too.
"""

from collections.abc import Sequence
from datetime import UTC
from typing import Any

import icalendar
import sqlalchemy as sa
from icalendar import STATUS

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGES
from app.core.texts import fingerprint
from app.library.models import CalendarEntry
from app.meetings.models import AgendaVersion, Meeting
from app.meetings.retention import Names, also_forgets

COUNTS = ("SEQUENCE", "DTSTAMP", "LAST-MODIFIED")
NOT_KEPT = ("DESCRIPTION", "LOCATION", "URL", "STATUS")


def public_feed(slug: str, language: str) -> str:
    """The name of a session's calendar as visitors read it in a language."""
    return f"session-{slug}-{language}"


def remembered(feed: str) -> dict[str, CalendarEntry]:
    """What is known of a calendar's events, by name."""
    rows = db.session.scalars(sa.select(CalendarEntry).where(CalendarEntry.feed == feed).order_by(CalendarEntry.id))
    return {row.name: row for row in rows}


def _bare(event: icalendar.Event, without: Sequence[str]) -> str:
    bare = event.copy()
    bare.subcomponents = []
    for key in without:
        bare.pop(key, None)
    return str(bare.to_ical(), "utf-8")


def _stamp(event: Any, entry: CalendarEntry) -> Any:
    for key in ("DTSTAMP", "LAST-MODIFIED"):
        event[key] = icalendar.vDatetime(entry.at.astimezone(UTC))
    event["SEQUENCE"] = icalendar.vInt(entry.sequence)
    return event


def _cancelled(entry: CalendarEntry) -> icalendar.Event:
    """An event that is gone: when it was, and what it was called."""
    event = icalendar.Event.from_ical(entry.shown)
    event.add("STATUS", STATUS.CANCELLED)
    cancelled: icalendar.Event = _stamp(event, entry)
    return cancelled


def settled(feed: str, events: Sequence[icalendar.Event]) -> list[icalendar.Event]:
    """Return the events of a calendar, counted by what it last showed, and those that are gone as cancelled.

    What it shows now is remembered from then on. One statement where nothing changed.
    """
    known, found = remembered(feed), []
    for event in events:
        name, said = str(event["UID"]).partition("@")[0], fingerprint(_bare(event, COUNTS))
        entry = known.pop(name, None)
        if entry is None:
            entry = CalendarEntry(feed=feed, name=name, sequence=event.sequence, at=event.stamp)
            db.session.add(entry)
        elif entry.gone or entry.said != said:
            entry.at = event.stamp if event.stamp > entry.at else now()
            entry.sequence = max(entry.sequence + 1, event.sequence)
        if entry.gone is not False or entry.said != said:
            entry.said, entry.shown, entry.gone = said, _bare(event, (*COUNTS, *NOT_KEPT)), False
        found.append(_stamp(event, entry))
    for entry in known.values():
        if not entry.gone:
            entry.gone, entry.at, entry.sequence = True, now(), entry.sequence + 1
        found.append(_cancelled(entry))
    return found


@also_forgets
def forget_in_calendars(meeting: Meeting, names: Names, by: Actor) -> None:
    """Take the names of a session's participants out of the titles that calendars showed of it."""
    contents = db.session.scalars(sa.select(AgendaVersion.content).where(AgendaVersion.meeting_id == meeting.id))
    marks = {item["mark"] for content in contents for item in (*content["items"], *content["cancelled"])}
    own = [
        CalendarEntry.feed.in_([public_feed(meeting.slug, language) for language in LANGUAGES]),
        *(CalendarEntry.name.startswith(f"part-{mark}-", autoescape=True) for mark in sorted(marks)),
    ]
    for entry in db.session.scalars(sa.select(CalendarEntry).where(sa.or_(*own))):
        event = icalendar.Event.from_ical(entry.shown)
        title = str(event["SUMMARY"])
        if (kept := names.without(title)) != title:
            summary = icalendar.vText(kept)
            summary.params = event["SUMMARY"].params
            event["SUMMARY"] = summary
            entry.shown = str(event.to_ical(), "utf-8")

"""Sessions, deadlines and the published order of business as iCalendar (RFC 5545), for whoever may see them.

The same event keeps its UID for ever. SEQUENCE counts what was done to it: for a session and a deadline the events of
the trail, for an item the versions that changed it. DTSTAMP and LAST-MODIFIED are the moment of the last of these, so
that a calendar in which nothing changed is the same to the byte. What is gone stays, as STATUS:CANCELLED.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
import sqlalchemy as sa
from flask import current_app
from flask_babel import gettext as _
from icalendar import STATUS, TRANSP

from app.audit.models import AuditEvent
from app.core.actors import Actor
from app.core.db import db
from app.core.languages import current_language
from app.core.wording import in_reader_language
from app.directory.models import Party
from app.mail.operations import whole_url
from app.meetings.enums import ItemKind, Stage
from app.meetings.labels import ITEM_KINDS
from app.meetings.models import AgendaVersion, Delegation, DelegationMember, Meeting
from app.meetings.presenting import people_lines
from app.meetings.queries import latest_agenda, meetings, withdrawn_from
from app.practices.models import Call, Extension

Subject = tuple[str, int]


class Revision(NamedTuple):
    """How often something was changed since it was made, and when it last was."""

    number: int
    at: datetime


class Deadline(NamedTuple):
    """A call's deadline as one reader has it; `of`: the party of theirs that it holds for, where they have several."""

    name: str
    call: Any
    closes_at: datetime
    of: str
    revision: Revision


def _uid(name: str) -> str:
    return f"{name}@{urlsplit(current_app.config['BASE_URL']).hostname or 'localhost'}"


def _local(moment: datetime, zone: str) -> datetime:
    """The moment in its zone; in UTC where the zone's clock shows that hour for the second time."""
    local = moment.astimezone(ZoneInfo(zone))
    return moment.astimezone(UTC) if local.fold else local


def _event(name: str, revision: Revision, *, summary: str, starts: datetime, zone: str, **more: Any) -> icalendar.Event:
    event = icalendar.Event.new(
        uid=_uid(name),
        stamp=revision.at,
        last_modified=revision.at,
        sequence=revision.number,
        summary=summary,
        start=_local(starts, zone),
        **{"status": STATUS.CONFIRMED, **more},
    )
    event["SUMMARY"].params["LANGUAGE"] = current_language()
    return event


def _session(meeting: Meeting, revision: Revision) -> icalendar.Event:
    words = [in_reader_language(meeting.theme), whole_url("library.meeting", slug=meeting.slug)]
    return _event(
        f"session-{meeting.slug}",
        revision,
        summary=in_reader_language(meeting.title),
        starts=meeting.starts_at,
        zone=meeting.zone,
        end=_local(meeting.ends_at, meeting.zone),
        location=in_reader_language(meeting.place) or None,
        description="\n".join(word for word in words if word),
        url=whole_url("library.meeting", slug=meeting.slug),
        status=STATUS.TENTATIVE if meeting.stage is Stage.PREPARING else STATUS.CONFIRMED,
    )


def _deadline(deadline: Deadline, meeting: Meeting) -> icalendar.Event:
    title = in_reader_language(deadline.call.title)
    return _event(
        deadline.name,
        deadline.revision,
        summary=_("Deadline of %(party)s: %(call)s", party=deadline.of, call=title)
        if deadline.of
        else _("Deadline: %(call)s", call=title),
        starts=deadline.closes_at,
        zone=meeting.zone,
        url=whole_url("library.meeting", slug=meeting.slug),
        transparency=TRANSP.TRANSPARENT,
    )


def _items(version: AgendaVersion, meeting: Meeting) -> Iterable[icalendar.Event]:
    """The top items; those that are gone, or that are sub-items now, as cancelled."""
    zone = version.content["zone"]
    gone = [(item, True) for item in version.content["cancelled"]]
    for item, cancelled in [*((item, item["parent"] is not None) for item in version.content["items"]), *gone]:
        if not item["listed"]:
            continue
        starts, ends = (datetime.fromisoformat(item[key]) for key in ("starts_at", "ends_at"))
        words = [
            in_reader_language(item["description"]),
            *(f"{role}: {who}" for role, who in people_lines(item["people"])),
        ]
        more: dict[str, Any] = {"end": _local(ends, zone)} if ends > starts else {}
        if item["kind"] == ItemKind.BREAK:
            more["transparency"] = TRANSP.TRANSPARENT
        yield _event(
            f"item-{item['mark']}",
            Revision(item["sequence"], datetime.fromisoformat(item["changed_at"])),
            summary=f"{item['number']}. {in_reader_language(item['title'])}",
            starts=starts,
            zone=zone,
            description="\n".join(word for word in words if word) or None,
            categories=[str(ITEM_KINDS[ItemKind(item["kind"])])],
            related_to=_uid(f"session-{meeting.slug}"),
            status=STATUS.CANCELLED if cancelled else STATUS.CONFIRMED,
            **more,
        )


def _withdrawn(actor: Actor) -> Iterable[icalendar.Event]:
    """The sessions, and their deadlines, that are hidden again from a person who could see them: as cancelled."""
    for row in withdrawn_from(actor):
        shown, revision = row.changes["shown"], Revision(row.number - 1, row.at)
        for name in (f"session-{row.slug}", f"deadline-{row.slug}"):
            yield _event(
                name,
                revision,
                summary=in_reader_language(shown["title"]),
                starts=datetime.fromisoformat(shown["starts_at"]),
                zone=shown["zone"],
                status=STATUS.CANCELLED,
            )


def _revisions(subjects: Iterable[Subject]) -> dict[Subject, Revision]:
    """What the trail says of rows, in one statement."""
    by_kind: dict[str, list[int]] = {}
    for kind, number in subjects:
        by_kind.setdefault(kind, []).append(number)
    chosen = [sa.and_(AuditEvent.subject_kind == kind, AuditEvent.subject_id.in_(ids)) for kind, ids in by_kind.items()]
    statement = sa.select(
        AuditEvent.subject_kind, AuditEvent.subject_id, sa.func.count().label("number"), sa.func.max(AuditEvent.at)
    ).group_by(AuditEvent.subject_kind, AuditEvent.subject_id)
    rows = db.session.execute(statement.where(sa.or_(sa.false(), *chosen)))
    return {(kind, key): Revision(number - 1, at) for kind, key, number, at in rows}


def _deadlines(actor: Actor, shown: Sequence[Meeting]) -> tuple[dict[int, list[Deadline]], dict[Subject, Revision]]:
    """Meeting id -> its call's deadlines as the person has them, and all revisions. Four statements at most."""
    ids = [meeting.id for meeting in shown]
    calls = db.session.execute(
        sa.select(Call.id, Call.meeting_id, Call.title, Call.closes_at).where(Call.meeting_id.in_(ids))
    ).all()
    own: dict[int, list[Any]] = {}
    granted: dict[int, Any] = {}
    if actor.is_authenticated:
        for row in db.session.execute(
            sa.select(Delegation.id, Delegation.meeting_id, Party.code, Party.short_names)
            .join(Delegation.party)
            .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
            .where(DelegationMember.user_id == actor.id, Delegation.meeting_id.in_(ids))
            .order_by(Delegation.id)
        ):
            own.setdefault(row.meeting_id, []).append(row)
        mine = [row.id for rows in own.values() for row in rows]
        statement = sa.select(Extension.id, Extension.delegation_id, Extension.until)
        granted = {
            row.delegation_id: row for row in db.session.execute(statement.where(Extension.delegation_id.in_(mine)))
        }
    subjects = [("meetings", key) for key in ids] + [("calls", call.id) for call in calls]
    known = _revisions([*subjects, *(("extensions", row.id) for row in granted.values())])
    slugs = {meeting.id: meeting.slug for meeting in shown}
    found: dict[int, list[Deadline]] = {}
    for call in calls:
        name = f"deadline-{slugs[call.meeting_id]}"
        first = known.get(("calls", call.id), Revision(0, call.closes_at))
        rows = own.get(call.meeting_id, [])
        for place, row in enumerate(rows or [None]):
            extension = granted.get(row.id) if row else None
            closes_at, revision = call.closes_at, first
            if extension is not None:
                closes_at = max(closes_at, extension.until)
                later = known.get(("extensions", extension.id), Revision(0, first.at))
                revision = Revision(first.number + later.number + 1, max(first.at, later.at))
            of = in_reader_language(row.short_names) if row and len(rows) > 1 else ""
            own_name = f"{name}-{row.code.lower().replace(' ', '-')}" if row and place else name
            found.setdefault(call.meeting_id, []).append(Deadline(own_name, call, closes_at, of, revision))
    return found, known


def _calendar(own: str, name: str, events: Sequence[icalendar.Event]) -> bytes:
    calendar = icalendar.Calendar.new(prodid="-//Plenaria//Plenaria//EN", uid=_uid(f"calendar-{own}"), name=name)
    for event in events:
        calendar.add_component(event)
    days = sorted(event.start.date() for event in events if isinstance(event.start, datetime))
    if days:
        first, last = days[0], days[-1]
        calendar.add_missing_timezones(first - timedelta(days=366), last + timedelta(days=366))
        # The library adds them in no order; the same calendar is the same to the byte.
        calendar.subcomponents.sort(key=lambda part: (part.name != "VTIMEZONE", str(part.get("TZID", ""))))
    return bytes(calendar.to_ical())


def session_calendar(meeting: Meeting, actor: Actor) -> bytes:
    """Return a session with its deadline and the top items of its published order of business, in five statements."""
    deadlines, known = _deadlines(actor, [meeting])
    version = latest_agenda(meeting.id)
    events = [_session(meeting, _revision(meeting, known))]
    events += [_deadline(deadline, meeting) for deadline in deadlines.get(meeting.id, [])]
    events += _items(version, meeting) if version else []
    return _calendar(meeting.slug, in_reader_language(meeting.title), events)


def own_calendar(actor: Actor) -> bytes:
    """Return all sessions and deadlines that a person may see, in six statements."""
    shown = meetings(actor)
    deadlines, known = _deadlines(actor, shown)
    events: list[icalendar.Event] = []
    for meeting in shown:
        events.append(_session(meeting, _revision(meeting, known)))
        events += [_deadline(deadline, meeting) for deadline in deadlines.get(meeting.id, [])]
    events += _withdrawn(actor)
    return _calendar(str(actor.id), _("Plenaria: sessions and deadlines"), events)


def _revision(meeting: Meeting, known: Mapping[Subject, Revision]) -> Revision:
    return known.get(("meetings", meeting.id), Revision(0, meeting.starts_at))

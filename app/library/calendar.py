"""Sessions, deadlines and the published order of business as iCalendar (RFC 5545), for whoever may see them.

The same event keeps its UID for ever. Each calendar that people subscribe to (a person's, and a session's as visitors
read it) is remembered as it was last shown (`calendar_memory`). Of a session that is cancelled every event is
STATUS:CANCELLED, and every one rises when it is held after all.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import icalendar
import sqlalchemy as sa
from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from icalendar import STATUS, TRANSP
from werkzeug.exceptions import NotFound

from app.audit.models import AuditEvent
from app.core.actors import Actor, Anonymous
from app.core.audience import Audience
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGES
from app.core.wording import in_reader_language, with_colon
from app.directory.models import Party
from app.library import calendar_memory as memory
from app.mail.operations import whole_url
from app.meetings.enums import ItemKind, ItemRole, Stage
from app.meetings.labels import ITEM_KINDS, ITEM_ROLES
from app.meetings.models import AgendaVersion, Delegation, DelegationMember, Meeting
from app.meetings.presenting import people_lines
from app.meetings.programme import has_old_days
from app.meetings.queries import latest_agenda, latest_agendas, meeting_visible_to, meetings
from app.meetings.stages import on_hiding
from app.practices.models import Call, Extension

Subject = tuple[str, int]
# Fields that events show.
TOLD = ("title", "theme", "starts_at", "ends_at", "zone", "place", "closes_at", "until", "cancelled_at")
UNKNOWN = datetime(2000, 1, 1, tzinfo=UTC)  # when a row was made of which the trail says nothing


class Revision(NamedTuple):
    """How often something was changed since it was made, and when it last was."""

    number: int
    at: datetime


class Written(NamedTuple):
    """A calendar as it is sent, and when anything in it last changed (None where it is empty)."""

    content: bytes
    changed_at: datetime | None


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
        status=STATUS.CANCELLED
        if meeting.cancelled_at
        else STATUS.TENTATIVE
        if meeting.stage is Stage.PREPARING
        else STATUS.CONFIRMED,
    )


def _with(session: Revision, number: int, at: datetime) -> Revision:
    """How often something of a session changed, with what was done to the session itself, such as cancelling it."""
    return Revision(number + session.number, max(at, session.at))


def _deadline(deadline: Deadline, meeting: Meeting, session: Revision) -> icalendar.Event:
    title = in_reader_language(deadline.call.title)
    return _event(
        deadline.name,
        _with(session, *deadline.revision),
        summary=_("Deadline of %(party)s: %(call)s", party=deadline.of, call=title)
        if deadline.of
        else _("Deadline: %(call)s", call=title),
        starts=deadline.closes_at,
        zone=meeting.zone,
        url=whole_url("library.meeting", slug=meeting.slug),
        transparency=TRANSP.TRANSPARENT,
        status=STATUS.CANCELLED if meeting.cancelled_at else STATUS.CONFIRMED,
    )


def _status(version: AgendaVersion, meeting: Meeting) -> STATUS:
    """Items of the days that the session had before it was moved are not certain."""
    if meeting.cancelled_at:
        return STATUS.CANCELLED
    return STATUS.TENTATIVE if has_old_days(version, meeting) else STATUS.CONFIRMED


def _items(version: AgendaVersion, meeting: Meeting, session: Revision) -> Iterable[icalendar.Event]:
    """The top items; those that are gone, or that are sub-items now, as cancelled."""
    zone = version.content["zone"]
    gone = [(item, True) for item in version.content["cancelled"]]
    for item, cancelled in [*((item, item["parent"] is not None) for item in version.content["items"]), *gone]:
        if not item["listed"]:
            continue
        starts, ends = (datetime.fromisoformat(item[key]) for key in ("starts_at", "ends_at"))
        words = [
            in_reader_language(item["description"]),
            *(f"{with_colon(role)} {who}" for role, who in people_lines(item["people"])),
        ]
        more: dict[str, Any] = {"end": _local(ends, zone)} if ends > starts else {}
        if item["kind"] == ItemKind.BREAK:
            more["transparency"] = TRANSP.TRANSPARENT
        yield _event(
            f"item-{item['mark']}",
            _with(session, item["sequence"], datetime.fromisoformat(item["changed_at"])),
            summary=f"{item['number']}. {in_reader_language(item['title'])}",
            starts=starts,
            zone=zone,
            description="\n".join(word for word in words if word) or None,
            categories=[str(ITEM_KINDS[ItemKind(item["kind"])])],
            related_to=_uid(f"session-{meeting.slug}"),
            status=STATUS.CANCELLED if cancelled else _status(version, meeting),
            **more,
        )


def _parts(
    version: AgendaVersion, delegations: Iterable[Any], meeting: Meeting, session: Revision
) -> Iterable[icalendar.Event]:
    """The items in which a person's delegations have a part; cancelled where they have it no longer.

    `session` is what was done to the session: it may have changed where all this is held.
    """
    content, zone = version.content, version.content["zone"]
    place = in_reader_language(meeting.place)
    items = {item["mark"]: item for item in [*content["items"], *content["cancelled"]]}
    for mark, parties in content["parts"].items():
        for row in delegations:
            if row.code not in parties:
                continue
            item, roles = items[mark], parties[row.code]
            starts, ends = (datetime.fromisoformat(item[key]) for key in ("starts_at", "ends_at"))
            party, title = in_reader_language(row.short_names), in_reader_language(item["title"])
            as_what = ", ".join(str(ITEM_ROLES[ItemRole(role)]) for role in roles)
            more: dict[str, Any] = {"end": _local(ends, zone)} if ends > starts else {}
            yield _event(
                f"part-{mark}-{_in_name(row.code)}",
                _with(session, item["sequence"], datetime.fromisoformat(item["changed_at"])),
                summary=f"{with_colon(f'{party} ({as_what})' if as_what else party)} {title}",
                starts=starts,
                zone=zone,
                location=place or None,
                description=in_reader_language(item["description"]) or None,
                related_to=_uid(f"session-{row.slug}"),
                status=_status(version, meeting) if roles else STATUS.CANCELLED,
                **more,
            )


def _in_name(code: str) -> str:
    return code.lower().replace(" ", "-")


def _revisions(subjects: Iterable[Subject]) -> dict[Subject, Revision]:
    """What the trail says of rows, in one statement: what was done to them that calendars tell."""
    by_kind: dict[str, list[int]] = {}
    for kind, number in subjects:
        by_kind.setdefault(kind, []).append(number)
    chosen = [sa.and_(AuditEvent.subject_kind == kind, AuditEvent.subject_id.in_(ids)) for kind, ids in by_kind.items()]
    told = sa.or_(
        *(AuditEvent.changes[name].as_string().is_not(None) for name in TOLD),
        AuditEvent.changes["stage"].as_string().contains(Stage.PREPARING.value),
    )
    made = AuditEvent.action.startswith("create_")
    statement = (
        sa.select(
            AuditEvent.subject_kind,
            AuditEvent.subject_id,
            sa.func.sum(sa.case((made, 0), else_=1)),
            sa.func.max(AuditEvent.at),
        )
        .where(sa.or_(sa.false(), *chosen), sa.or_(made, told))
        .group_by(AuditEvent.subject_kind, AuditEvent.subject_id)
    )
    return {(kind, key): Revision(number, at) for kind, key, number, at in db.session.execute(statement)}


def _delegations(actor: Actor, meeting_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Meeting id -> the delegations that a person is in: id, meeting_id, slug (of the session), code, short_names."""
    found: dict[int, list[Any]] = {}
    if actor.is_authenticated:
        for row in db.session.execute(
            sa.select(Delegation.id, Delegation.meeting_id, Meeting.slug, Party.code, Party.short_names)
            .join(Delegation.party)
            .join(Delegation.meeting)
            .join(DelegationMember, DelegationMember.delegation_id == Delegation.id)
            .where(DelegationMember.user_id == actor.id, Delegation.meeting_id.in_(meeting_ids))
            .order_by(Delegation.id)
        ):
            found.setdefault(row.meeting_id, []).append(row)
    return found


def _deadlines(
    shown: Sequence[Meeting], own: Mapping[int, Sequence[Any]]
) -> tuple[dict[int, list[Deadline]], dict[Subject, Revision]]:
    """Meeting id -> its call's deadlines for somebody's own delegations, and all revisions. Three statements."""
    ids = [meeting.id for meeting in shown]
    calls = db.session.execute(
        sa.select(Call.id, Call.meeting_id, Call.title, Call.closes_at).where(Call.meeting_id.in_(ids))
    ).all()
    granted: dict[int, Any] = {}
    if own:
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
        first = known.get(("calls", call.id), Revision(0, _revision(call.meeting_id, known).at))
        rows = own.get(call.meeting_id, [])
        for place, row in enumerate(rows or [None]):
            extension = granted.get(row.id) if row else None
            closes_at, revision = call.closes_at, first
            if extension is not None:
                closes_at = max(closes_at, extension.until)
                later = known.get(("extensions", extension.id), Revision(1, first.at))
                revision = Revision(first.number + later.number, max(first.at, later.at))
            of = in_reader_language(row.short_names) if row and len(rows) > 1 else ""
            own_name = f"{name}-{_in_name(row.code)}" if row and place else name
            found.setdefault(call.meeting_id, []).append(Deadline(own_name, call, closes_at, of, revision))
    return found, known


def _calendar(own: str, name: str, events: Sequence[icalendar.Event]) -> Written:
    calendar = icalendar.Calendar.new(prodid="-//Plenaria//Plenaria//EN", uid=_uid(f"calendar-{own}"), name=name)
    for event in events:
        calendar.add_component(event)
    days = sorted(event.start.date() for event in events if isinstance(event.start, datetime))
    if days:
        first, last = days[0], days[-1]
        calendar.add_missing_timezones(first - timedelta(days=366), last + timedelta(days=366))
        # The library adds them in no order; the same calendar is the same to the byte.
        calendar.subcomponents.sort(key=lambda part: (part.name != "VTIMEZONE", str(part.get("TZID", ""))))
    return Written(calendar.to_ical(), max((event.stamp for event in events), default=None))


def _of_session(meeting: Meeting, actor: Actor) -> list[icalendar.Event]:
    deadlines, known = _deadlines([meeting], _delegations(actor, [meeting.id]))
    version, revision = latest_agenda(meeting.id), _revision(meeting.id, known)
    events = [_session(meeting, revision)]
    events += [_deadline(deadline, meeting, revision) for deadline in deadlines.get(meeting.id, [])]
    return [*events, *(_items(version, meeting, revision) if version else [])]


def session_calendar(meeting: Meeting, actor: Actor) -> Written:
    """Return a session with its deadline and the top items of its published order of business, in six statements."""
    events = _of_session(meeting, actor)
    if not actor.is_authenticated:  # calendar programs do not sign in
        events = memory.settled(_public(meeting.slug), events)
    return _calendar(meeting.slug, in_reader_language(meeting.title), events)


@on_hiding
def remember_public(meeting: Meeting) -> None:
    """A session that visitors see no longer: remember what its address showed until now, to cancel it there."""
    if meeting.distribution is not Audience.PUBLIC:
        return
    for language in LANGUAGES:
        with force_locale(language):
            memory.settled(_public(meeting.slug), _of_session(meeting, Anonymous()))


def _public(slug: str) -> str:
    return memory.public_feed(slug, current_language())


class Subscribed(NamedTuple):
    """The calendar of a session: the session is None where the person may not see it, and visitors once could."""

    slug: str
    meeting: Meeting | None


def calendar_visible_to(actor: Actor, slug: str) -> Subscribed:
    """Load the session of a calendar; raises NotFound where the person may not see it and no visitor ever could."""
    try:
        return Subscribed(slug, meeting_visible_to(actor, slug))
    except NotFound:
        if not memory.remembered(_public(slug)):
            raise
        return Subscribed(slug, None)


def hidden_calendar(slug: str) -> Written:
    """Return the calendar of a session that is hidden again: what visitors had of it, cancelled."""
    events = memory.settled(_public(slug), [])
    name = next((str(event["SUMMARY"]) for event in events if event["UID"] == _uid(f"session-{slug}")), slug)
    return _calendar(slug, name, events)


def own_calendar(actor: Actor) -> Written:
    """Return all sessions and deadlines that a person may see, and what their delegations do there.

    Of an order of business only what was published counts. Seven statements.
    """
    shown = meetings(actor)
    own = _delegations(actor, [row.id for row in shown])
    versions = {row.meeting_id: row for row in latest_agendas(list(own))}
    deadlines, known = _deadlines(shown, own)
    events: list[icalendar.Event] = []
    for meeting in shown:
        revision = _revision(meeting.id, known)
        events.append(_session(meeting, revision))
        events += [_deadline(deadline, meeting, revision) for deadline in deadlines.get(meeting.id, [])]
        if meeting.id in versions:
            events += _parts(versions[meeting.id], own[meeting.id], meeting, revision)
    return _calendar(str(actor.id), _("Plenaria: sessions and deadlines"), memory.settled(f"person-{actor.id}", events))


def _revision(meeting_id: int, known: Mapping[Subject, Revision]) -> Revision:
    return known.get(("meetings", meeting_id), Revision(0, UNKNOWN))

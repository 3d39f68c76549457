"""What a new session carries from an earlier one, or from a template of its body.

A *set-up* is everything of a session that its next edition can start from, as one plain value: its own facts,
and a *part* for each carrier. Moments in it are told from the session's first day, by the clock of its zone:
`[-44, "18:00"]` is six in the evening, 44 days before. Later packages register carriers when the application starts.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date
from flask_babel import LazyString, get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import SYSTEM
from app.core.audience import Audience
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.mail.operations import queue_mails
from app.meetings.emails import ADDED, invitation
from app.meetings.enums import DelegationRole, ItemKind, ItemRole, Mode, QuestionAudience
from app.meetings.models import AgendaItem, Delegation, DelegationMember, GuidingQuestion, ItemPerson, Meeting
from app.meetings.queries import agenda_of, agenda_with_people, delegations_of_meeting, questions_of
from app.people.models import User
from app.people.operations import send_invitation

Offset = list[Any]
SetUp = dict[str, Any]
WEEKEND = frozenset({5, 6})
TEXTS = ("title", "theme", "mandate_text", "place", "chair")


@dataclass(frozen=True)
class Carrier:
    """One part of a session that can be carried.

    `pack` gives it as a plain list (or a mapping), empty where there is nothing; `unpack` makes its rows in a new
    session and returns how many. `dates` tells the moments in what was packed. What is `personal` stays out of
    templates. `needs` is the key of the part that this one hangs on.
    """

    key: str
    label: LazyString
    pack: Callable[[Meeting], Any]
    unpack: Callable[[Any, Meeting], int]
    dates: Callable[[Any], list[tuple[LazyString, Offset]]] = lambda packed: []
    personal: bool = False
    needs: str | None = None


_carriers: dict[str, Carrier] = {}


def carries(carrier: Carrier) -> None:
    """Register a carrier; parts are carried in the order in which they were registered."""
    _carriers.setdefault(carrier.key, carrier)


def carriers() -> list[Carrier]:
    """Return the carriers, in order."""
    return list(_carriers.values())


def first_day(meeting: Meeting) -> date:
    """Return the session's first day, in its zone."""
    return meeting.starts_at.astimezone(meeting.tz).date()


def offset_of(moment: datetime, meeting: Meeting) -> Offset:
    """Return a moment as days from the session's first day and the time on its zone's clock."""
    local = moment.astimezone(meeting.tz)
    return [(local.date() - first_day(meeting)).days, local.strftime("%H:%M")]


@dataclass(frozen=True)
class Placed:
    """A moment put into a zone; `note` says so where the clocks change at that hour and it could not stay as it was."""

    moment: datetime
    note: str = ""


def place(offset: Offset, first: date, zone: str) -> Placed:
    """Put an offset after a new first day: the same hour on the zone's clock.

    An hour that the zone skips becomes the hour that the clock then shows; one that comes twice is the first.
    """
    days, text = offset
    local = datetime.combine(first + timedelta(days=days), time.fromisoformat(text))
    aware = local.replace(tzinfo=ZoneInfo(zone))
    moment = aware.astimezone(UTC)
    shown = moment.astimezone(ZoneInfo(zone))
    if shown.replace(tzinfo=None) != local:
        return Placed(
            moment,
            _("%(hour)s does not exist that day: the clocks are put forward. It becomes %(shown)s.",
              hour=text, shown=shown.strftime("%H:%M")),
        )  # fmt: skip
    if aware.utcoffset() != aware.replace(fold=1).utcoffset():
        return Placed(
            moment, _("%(hour)s comes twice that day: the clocks are put back. The first is taken.", hour=text)
        )
    return Placed(moment)


def moment_at(offset: Offset, meeting: Meeting) -> datetime:
    """Return the moment of an offset in a session."""
    return place(offset, first_day(meeting), meeting.zone).moment


@lru_cache(maxsize=64)
def _calendar(country: str, language: str, year: int) -> holidays.HolidayBase:
    known = holidays.country_holidays(country).supported_languages
    chosen = next((code for code in known if code.split("_")[0] == language), None)
    return holidays.country_holidays(country, years=year, language=chosen)


def countries() -> frozenset[str]:
    """Return the ISO 3166 alpha-2 codes of the countries whose holidays are known."""
    return frozenset(holidays.list_supported_countries(include_aliases=False))


def day_off(day: date, country: str | None) -> str:
    """Return why nobody works on a day at the venue (a holiday by its name, a weekend), or nothing."""
    why: str = ""
    weekend = WEEKEND
    if country in countries():
        calendar = _calendar(str(country), current_language(), day.year)
        if name := calendar.get(day):
            why = _("Holiday: %(name)s", name=name)
        weekend = frozenset(calendar.weekend)
    if not why and day.weekday() in weekend:
        why = _("Weekend: %(weekday)s", weekday=format_date(day, "EEEE", locale=get_locale()))
    return why


@dataclass(frozen=True)
class DateLine:
    """A date of the new session: what, when, and what is to be known about it. `moment` is None for a whole day."""

    label: LazyString
    day: date
    moment: datetime | None
    notes: list[str]


def dates_of(set_up: SetUp, first: date, keys: Collection[str]) -> list[DateLine]:
    """Return the dates that a session which starts on `first` would have, in order, with those to look at noted."""
    facts = set_up["facts"]
    lines = []
    for label, offset in _offsets(set_up, keys):
        placed = place(offset, first, facts["zone"])
        day = placed.moment.astimezone(ZoneInfo(facts["zone"])).date()
        notes = [note for note in (day_off(day, facts["country"]), placed.note) if note]
        lines.append(DateLine(label, day, placed.moment, notes))
    for label, name in ((_l("Call planned to open"), "call_planned_on"), (_l("Publication planned"), "published_on")):
        if facts[name] is not None:
            day = first + timedelta(days=facts[name])
            lines.append(DateLine(label, day, None, [note for note in [day_off(day, facts["country"])] if note]))
    return sorted(lines, key=lambda line: line.day)


def _offsets(set_up: SetUp, keys: Collection[str]) -> Iterator[tuple[LazyString, Offset]]:
    yield _l("Session starts"), set_up["facts"]["starts"]
    yield _l("Session ends"), set_up["facts"]["ends"]
    for carrier in carriers():
        if carrier.key in keys and carrier.key in set_up["parts"]:
            yield from carrier.dates(set_up["parts"][carrier.key])


def set_up_of(meeting: Meeting, *, personal: bool = True) -> SetUp:
    """Return a session's set-up; without what is personal, for a template."""
    day = first_day(meeting)
    packed = {row.key: row.pack(meeting) for row in carriers() if personal or not row.personal}
    return {
        "facts": {
            **{name: dict(getattr(meeting, name)) for name in TEXTS},
            "mandate_resolution": meeting.mandate_resolution,
            "mandate_paragraph": meeting.mandate_paragraph,
            "starts": offset_of(meeting.starts_at, meeting),
            "ends": offset_of(meeting.ends_at, meeting),
            "call_planned_on": (meeting.call_planned_on - day).days if meeting.call_planned_on else None,
            "published_on": (meeting.publication_planned_on - day).days if meeting.publication_planned_on else None,
            "zone": meeting.zone,
            "country": meeting.country,
            "mode": meeting.mode.value,
            "languages": meeting.languages,
            "distribution": meeting.distribution.value,
        },
        "parts": {key: value for key, value in packed.items() if value},
    }


def facts_on(set_up: SetUp, first: date) -> dict[str, Any]:
    """Return the fields of a session (as `operations.create_meeting` takes them) that starts on `first`."""
    facts = set_up["facts"]
    return {
        **{name: LocalizedText(facts[name]) for name in TEXTS},
        "starts_at": place(facts["starts"], first, facts["zone"]).moment,
        "ends_at": place(facts["ends"], first, facts["zone"]).moment,
        "zone": facts["zone"],
        "country": facts["country"],
        "mode": Mode(facts["mode"]),
        "languages": facts["languages"],
        "distribution": Audience(facts["distribution"]),
    }


def plan_on(set_up: SetUp, first: date) -> dict[str, date | None]:
    """Return the planned days of a session that starts on `first`, as `operations.plan_stages` takes them."""
    days = {"call_planned_on": "call_planned_on", "publication_planned_on": "published_on"}
    return {
        name: None if set_up["facts"][key] is None else first + timedelta(days=set_up["facts"][key])
        for name, key in days.items()
    }


def unpack(set_up: SetUp, meeting: Meeting, keys: Collection[str]) -> dict[str, int]:
    """Make the rows of the chosen parts in a new session; return how many of each were made."""
    made = {}
    for carrier in carriers():
        if carrier.key in keys and carrier.key in set_up["parts"]:
            made[carrier.key] = carrier.unpack(set_up["parts"][carrier.key], meeting)
            db.session.flush()
    return made


def _pack_agenda(meeting: Meeting) -> list[dict[str, Any]]:
    """The items in order; `parent` is the place of the item above in the list. Of people, those told by function."""
    items = agenda_with_people(meeting.id)
    places = {item.id: place for place, item in enumerate(items)}
    return [
        {
            "parent": places[item.parent_id] if item.parent_id else None,
            "day": item.day,
            "begins": item.begins.isoformat() if item.begins else None,
            "minutes": item.minutes,
            "kind": item.kind.value,
            "title": dict(item.title),
            "description": dict(item.description),
            "people": [
                {"role": person.role.value, "function": dict(person.function)}
                for person in item.people
                if person.delegation_id is None
            ],
        }
        for item in items
    ]


def _unpack_agenda(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    made: list[AgendaItem] = []
    for position, item in enumerate(packed, start=1):
        made.append(
            AgendaItem(
                meeting=meeting,
                position=position,
                parent=None if item["parent"] is None else made[item["parent"]],
                day=item["day"],
                begins=time.fromisoformat(item["begins"]) if item["begins"] else None,
                minutes=item["minutes"],
                kind=ItemKind(item["kind"]),
                title=LocalizedText(item["title"]),
                description=LocalizedText(item["description"]),
                people=[
                    ItemPerson(role=ItemRole(person["role"]), function=LocalizedText(person["function"]))
                    for person in item["people"]
                ],
            )
        )
    db.session.add_all(made)
    return len(made)


def _pack_questions(meeting: Meeting) -> list[dict[str, Any]]:
    """The questions as they are worded now; `item` is the place of their item in the order of business."""
    places = {item.id: place for place, item in enumerate(agenda_of(meeting.id))}
    return [
        {
            "text": dict(row.text),
            "audience": row.audience.value,
            "word_limit": row.word_limit,
            "item": places.get(row.item_id) if row.item_id else None,
        }
        for row in questions_of(meeting.id)
    ]


def _unpack_questions(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    items = dict(enumerate(agenda_of(meeting.id)))
    db.session.add_all(
        GuidingQuestion(
            meeting=meeting,
            number=number,
            text=LocalizedText(row["text"]),
            audience=QuestionAudience(row["audience"]),
            word_limit=row["word_limit"],
            item=items.get(row["item"]),
        )
        for number, row in enumerate(packed, start=1)
    )
    return len(packed)


def _pack_delegations(meeting: Meeting) -> list[int]:
    return [delegation.party_id for delegation in delegations_of_meeting(meeting.id)]


def _unpack_delegations(packed: list[int], meeting: Meeting) -> int:
    there = {party.id for party in db.session.query(Party).filter(Party.id.in_(packed))}
    rows = [Delegation(meeting=meeting, party_id=party_id, members=[]) for party_id in packed if party_id in there]
    db.session.add_all(rows)
    return len(rows)


def _pack_people(meeting: Meeting) -> list[dict[str, Any]]:
    return [
        {"party": delegation.party_id, "user": member.user_id, "role": member.role.value}
        for delegation in delegations_of_meeting(meeting.id)
        for member in delegation.members
        if member.user.closed_at is None
    ]


def _unpack_people(packed: list[dict[str, Any]], meeting: Meeting) -> int:
    delegations = {row.party_id: row for row in delegations_of_meeting(meeting.id)}
    users = {row.id: row for row in db.session.query(User).filter(User.id.in_([line["user"] for line in packed]))}
    made = []
    for line in packed:
        if line["party"] in delegations and line["user"] in users:
            member = DelegationMember(user=users[line["user"]], role=DelegationRole(line["role"]), added_at=now())
            delegations[line["party"]].members.append(member)
            made.append((member.user, invitation(delegations[line["party"]], member.role)))
    queue_mails(ADDED.name, [told for told in made if told[0].set_up_at], meeting_id=meeting.id)
    for user, into in made:
        if not user.set_up_at:
            send_invitation(user, into, by=SYSTEM)
    return len(made)


carries(Carrier("agenda", _l("Order of business"), _pack_agenda, _unpack_agenda))
carries(Carrier("questions", _l("Guiding questions"), _pack_questions, _unpack_questions))
carries(Carrier("delegations", _l("Delegations"), _pack_delegations, _unpack_delegations))
carries(
    Carrier(
        "people",
        _l("People of the delegations"),
        _pack_people,
        _unpack_people,
        personal=True,
        needs="delegations",
    )
)

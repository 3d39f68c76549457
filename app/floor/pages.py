"""What the pages of the floor show, made ready for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_login import current_user

from app.core.clock import now
from app.core.forms import choices, order_mark
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import hour_text, in_reader_language, moment_text, show_day
from app.floor import queries
from app.floor.enums import EntryState, ListState, SpeakingKind
from app.floor.forms import RulingForm, SwapForm
from app.floor.labels import KINDS, LIST_KINDS, LISTS, ORDERS, STATES, speaker_name
from app.floor.models import SpeakerEntry, SpeakersList, Speech, SwapOffer
from app.floor.operations import TAKING
from app.floor.queries import Floor, Item, ListedItem
from app.floor.queue import Asked
from app.floor.standing import Standing, begins, standing_of, standings_of
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.meetings.policies import can_write_for

Line = dict[str, Any]


def clock_text(time: timedelta | int) -> str:
    """Return "4:05" for a length of time, in minutes and seconds; "1:02:05" past the hour."""
    seconds = int(time.total_seconds()) if isinstance(time, timedelta) else time
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def overrun_text(speech: Speech) -> str:
    """By how much somebody is over their time; "" for nothing that a clock shows."""
    return clock_text(speech.overrun) if speech.overrun >= timedelta(seconds=1) else ""


def takes_requests(meeting: Meeting) -> bool:
    """Whether lists of a session take anything at all: what `operations.check_taking` refuses otherwise."""
    return meeting.stage in TAKING and not meeting.cancelled_at


def list_status(speakers: SpeakersList | None, meeting: Meeting) -> dict[str, str]:
    """Where a list stands, as a tag and a sentence."""
    if speakers is None:
        label = _("Not open yet") if takes_requests(meeting) else _("No list of speakers")
        return {"label": label, "kind": "neutral", "says": ""}
    state = speakers.state_at(now())
    moment = moment_text(speakers.closes_at, meeting.zone) if speakers.closes_at else ""
    says = {
        ListState.OPEN: "",
        ListState.CLOSING: _("It closes on %(moment)s.", moment=moment),
        ListState.CLOSED: _("It closed on %(moment)s.", moment=moment),
    }[state]
    if state is ListState.CLOSED and takes_requests(meeting):
        passing = _("Points of order and rights of reply still pass.")
        says = f"{says} {passing}"
    return {"label": str(LISTS[state]), "kind": LIST_KINDS[state], "says": says}


def speech_line(speech: Speech) -> Line:
    """An intervention under way: who, how long by now, of how much."""
    entry, over = speech.entry, speech.left() < timedelta()
    return {
        "id": speech.id,
        "entry_id": entry.id,
        "name": speaker_name(entry),
        "kind": KINDS[entry.kind],
        "point_of_order": entry.kind is SpeakingKind.POINT_OF_ORDER,
        "subject": entry.subject,
        "ruling": entry.ruling,
        "mark": entry.speakers.mark,
        "spent": clock_text(speech.spent()),
        "allowed": clock_text(speech.allowed),
        "left": clock_text(abs(speech.left())),
        "over": over,
        "paused": speech.paused_at is not None,
        "held": speech.held,
    }


def under_way(meeting: Meeting) -> tuple[Sequence[Speech], list[Line]]:
    """Who has the floor, then whom a point of order interrupts."""
    speeches = queries.speeches_under_way(meeting.id)
    return speeches, [speech_line(speech) for speech in speeches]


def overview(floor: Floor) -> dict[str, Any]:
    """Return what templates/floor/index.html needs: item by item, where its list stands and who is next."""
    meeting = floor.meeting
    items, standings = standings_of(meeting)
    speeches, speaking = under_way(meeting)
    return {
        "floor": floor,
        "meeting": meeting,
        "speaking": speaking,
        "items": [
            _item_line(floor, item, standings.get(item["mark"]), speeches)
            | {"begins_day": not place or items[place - 1]["day"] != item["day"]}
            for place, item in enumerate(items)
        ],
        "titles": {item["mark"]: title_of(item) for item in items},
        "rights": _rights_of_reply(items, standings),
    }


def _item_line(floor: Floor, item: Item, standing: Standing | None, speeches: Iterable[Speech]) -> Line:
    meeting = floor.meeting
    waiting = standing.order if standing else []
    at = begins(item, speeches, now())
    return {
        "item": item,
        "day": _day(item, meeting),
        "hours": _hours(item, meeting),
        "status": list_status(standing.speakers if standing else None, meeting),
        "waiting": sum(row.kind is not SpeakingKind.RIGHT_OF_REPLY for row in waiting),
        "spoken": sum(row.state is EntryState.SPOKEN for row in standing.entries) if standing else 0,
        "next": [speaker_name(row) for row in waiting[:3]],
        "finish": hour_text(standing.finish(at), meeting.zone) if standing and waiting else "",
        "own": _own_places(floor, standing, standing.expected(at) if standing else {}),
    }


def title_of(item: Item) -> str:
    """The number and the title of an item, in the reader's language."""
    return f"{item['number']} {in_reader_language(item['title'])}"


def _day(item: Item, meeting: Meeting) -> str:
    return show_day(datetime.fromisoformat(item["starts_at"]), meeting.zone)


def _hours(item: Item, meeting: Meeting) -> str:
    """The hours of an item, "10:00–11:30"; of one without a set time, none."""
    ends = (datetime.fromisoformat(item[key]) for key in ("starts_at", "ends_at"))
    return "–".join(hour_text(moment, meeting.zone) for moment in sorted(set(ends))) if item["timed"] else ""


def _own_places(floor: Floor, standing: Standing | None, expected: Mapping[int, datetime]) -> list[str]:
    """Where the person's delegations stand on a list, as sentences."""
    mine = {row.id for row in floor.own}
    return [
        _place_text(row, place, expected.get(row.id), floor.meeting)
        for place, row in enumerate(standing.order if standing else [], start=1)
        if row.delegation_id in mine
    ]


def _place_text(row: SpeakerEntry, place: int, expected: datetime | None, meeting: Meeting) -> str:
    if expected is None:
        return str(_("%(party)s: %(kind)s, at the end of the day", party=speaker_name(row), kind=KINDS[row.kind]))
    hour = hour_text(expected, meeting.zone)
    said = _("%(party)s: place %(place)d, expected at about %(hour)s", party=speaker_name(row), place=place, hour=hour)
    return str(said)


def _rights_of_reply(items: Iterable[Item], standings: Mapping[str, Standing]) -> list[dict[str, Any]]:
    """The rights of reply that wait, by day, whatever item they were asked for on: first ones, then second ones."""
    days: dict[int, list[tuple[Asked, SpeakerEntry]]] = {}
    for item in items:
        if standing := standings.get(item["mark"]):
            both = zip(standing.asked, standing.order, strict=True)
            days.setdefault(item["day"], []).extend(
                pair for pair in both if pair[0].kind is SpeakingKind.RIGHT_OF_REPLY
            )
    return [
        {
            "day": day,
            "rows": [
                {"name": speaker_name(row), "mark": row.speakers.mark}
                for asked, row in sorted(pairs, key=lambda pair: (pair[0].second, pair[0].asked_at, pair[0].id))
            ],
        }
        for day, pairs in sorted(days.items())
        if pairs
    ]


def list_page(found: ListedItem, **forms: Any) -> dict[str, Any]:
    """Return what templates/floor/list.html needs; `forms`: those that were sent, or are to be filled in."""
    meeting, item = found.meeting, found.item
    speeches, speaking = under_way(meeting)
    standing = standing_of(found.speakers) if found.speakers else None
    at = begins(item, speeches, now())
    expected = standing.expected(at) if standing else {}
    offers = queries.offers_open(found.speakers.id) if found.speakers else []
    rows = standing.order if standing else []
    lines = [_line(row, place, found, standing, expected) for place, row in enumerate(rows, 1)] if standing else []
    return {
        "floor": found,
        "meeting": meeting,
        "item": item,
        "day": _day(item, meeting),
        "hours": _hours(item, meeting),
        "speakers": found.speakers,
        "status": list_status(found.speakers, meeting),
        "order": ORDERS[found.speakers.order] if found.speakers else "",
        "alphabet": LANGUAGE_NAMES[found.speakers.order_language] if found.speakers else "",
        "speaking": speaking,
        "lines": [line for line in lines if not line["right"]],
        "rights": [line for line in lines if line["right"]],
        "mark_of_order": order_mark(standing.movable) if standing else "",
        "finish": standing.finish(at) if standing and rows else None,
        "past": [_past_line(row, found) for row in _past(standing)] if standing else [],
        "own_lines": [line for line in lines if line["own"]],
        "offers": [line for offer in offers if (line := _offer_line(offer, rows))],
        "ruling_forms": {
            row.id: RulingForm(formdata=None, prefix=f"r{row.id}-")
            for row in (standing.entries if standing else ())
            if row.kind is SpeakingKind.POINT_OF_ORDER
        }
        | forms.pop("ruled", {}),
        "swap_forms": {row.id: form for row in rows if (form := swap_form(row, rows, formdata=None))},
        "taking": takes_requests(meeting),
        "in_session": takes_requests(meeting) and meeting.stage is Stage.IN_SESSION,
        **forms,
    }


def _line(
    row: SpeakerEntry, place: int, found: ListedItem, standing: Standing, expected: Mapping[int, datetime]
) -> Line:
    places = {one: number for number, one in enumerate(standing.movable)}
    when = expected.get(row.id)
    return {
        "id": row.id,
        "says": _place_text(row, place, when, found.meeting),
        "name": speaker_name(row),
        "kind": KINDS[row.kind],
        "right": row.kind is SpeakingKind.RIGHT_OF_REPLY,
        "subject": row.subject,
        "language": LANGUAGE_NAMES[row.language],
        "minutes": clock_text(standing.allowed[row.id]),
        "expected": hour_text(when, found.meeting.zone) if when else "",
        "preregistered": row.preregistered,
        "flag": row.raised_flag,
        "by_hand": row.hand is not None,
        "own": row.delegation in found.own,
        "writes": can_write_for(current_user, row.delegation),
        "movable": row.id in places,
        "first": places.get(row.id) == 0,
        "last": places.get(row.id) == len(places) - 1,
    }


def _past(standing: Standing) -> list[SpeakerEntry]:
    """Those who have spoken, or left the list: in the order in which they began to, or left it."""
    found = [
        (row.speech.begun_at if row.speech else row.left_at or row.asked_at, row.id, row)
        for row in standing.entries
        if row.state not in (EntryState.WAITING, EntryState.SPEAKING)
    ]
    return [row for _moment, _id, row in sorted(found, key=lambda line: line[:2])]


def _past_line(row: SpeakerEntry, found: ListedItem) -> Line:
    speech, zone = row.speech, found.meeting.zone
    return {
        "id": row.id,
        "name": speaker_name(row),
        "kind": KINDS[row.kind],
        "state": STATES[row.state],
        "point_of_order": row.kind is SpeakingKind.POINT_OF_ORDER and row.state is EntryState.SPOKEN,
        "ruling": row.ruling,
        "hour": hour_text(speech.begun_at, zone) if speech else "",
        "spent": clock_text(speech.spent()) if speech else "",
        "overrun": overrun_text(speech) if speech else "",
    }


def _offer_line(offer: SwapOffer, order: Sequence[SpeakerEntry]) -> Line | None:
    """An offer of the person's delegation, or to it; None of others."""
    places = {row.id: place for place, row in enumerate(order, start=1)}
    offered, wanted = (order[places[key] - 1] for key in (offer.offered_id, offer.wanted_id))
    to_answer, to_take_back = (can_write_for(current_user, row.delegation) for row in (wanted, offered))
    if not to_answer and not to_take_back:
        return None
    return {
        "id": offer.id,
        "offered": speaker_name(offered),
        "wanted": speaker_name(wanted),
        "place": places[offered.id],
        "other": places[wanted.id],
        "to_answer": to_answer,
    }


def swap_form(row: SpeakerEntry, order: Sequence[SpeakerEntry], **more: Any) -> SwapForm | None:
    """The form that offers an entry's place to the others of a list; None where it is not the person's, or no other."""
    others = [other for other in order if other.kind.queued and other.delegation_id != row.delegation_id]
    if not others or not row.kind.queued or not can_write_for(current_user, row.delegation):
        return None
    form = SwapForm(prefix=f"e{row.id}-", **more)
    form.wanted.choices = choices((other.id, speaker_name(other)) for other in others)
    return form


def askable(found: ListedItem) -> list[Delegation]:
    """The person's delegations that they may ask for."""
    return [row for row in found.own if can_write_for(current_user, row)]

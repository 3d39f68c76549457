"""What the pages of the floor show, made ready for the templates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from app.core.clock import now
from app.core.forms import choices, order_mark
from app.core.localized import LANGUAGE_NAMES
from app.core.wording import hour_text, in_reader_language, moment_text, show_day
from app.floor.enums import EntryState, ListState, SpeakingKind
from app.floor.forms import SwapForm
from app.floor.labels import KINDS, LIST_KINDS, LISTS, ORDERS, STATES, speaker_name
from app.floor.models import SpeakerEntry, SpeakersList, Speech, SwapOffer
from app.floor.operations import NOT_TAKING, is_taking
from app.floor.queries import Item, ListedItem
from app.floor.queue import Asked
from app.floor.speaking import MISTAKE
from app.floor.standing import Standing, before, begins
from app.meetings.enums import Stage
from app.meetings.models import Meeting

Line = dict[str, Any]
WARNING = 60  # seconds before the end, or a fifth of the time where that is less
WARNING_OF_ITEM = 300


def clock_text(time: timedelta | int) -> str:
    """Return "4:05" for a length of time, in minutes and seconds; "1:02:05" past the hour."""
    seconds = int(time.total_seconds()) if isinstance(time, timedelta) else time
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def overrun_text(speech: Speech) -> str:
    """By how much somebody is over their time; "" for nothing that a clock shows."""
    return clock_text(speech.overrun) if speech.overrun >= timedelta(seconds=1) else ""


def milliseconds(moment: datetime | None) -> str:
    """Return a moment as browsers count it; "" for none."""
    return "" if moment is None else str(round(moment.timestamp() * 1000))


def light(left: timedelta, warns: int) -> str:
    """Return the light of a clock: "green", "amber" from so many seconds before its end on, then "red"."""
    if left < timedelta():
        return "red"
    return "amber" if left <= timedelta(seconds=warns) else "green"


def in_session(meeting: Meeting) -> bool:
    """Whether the floor can be given."""
    return meeting.stage is Stage.IN_SESSION and not meeting.cancelled_at


def list_status(speakers: SpeakersList | None, meeting: Meeting) -> dict[str, str]:
    """Where a list stands, as a tag and a sentence."""
    if speakers is None:
        label = _("Not open yet") if is_taking(meeting) else _("No list of speakers")
        return {"label": label, "kind": "neutral", "says": ""}
    if not is_taking(meeting):
        return {"label": str(LISTS[ListState.CLOSED]), "kind": LIST_KINDS[ListState.CLOSED], "says": str(NOT_TAKING)}
    state = speakers.state_at(now())
    moment = moment_text(speakers.closes_at, meeting.zone) if speakers.closes_at else ""
    says = {
        ListState.OPEN: "",
        ListState.CLOSING: _("It closes on %(moment)s.", moment=moment),
        ListState.CLOSED: _("It closed on %(moment)s.", moment=moment),
    }[state]
    if state is ListState.CLOSED:
        passing = _("Points of order and rights of reply still pass.")
        says = f"{says} {passing}"
    return {"label": str(LISTS[state]), "kind": LIST_KINDS[state], "says": says}


def speech_line(speech: Speech) -> Line:
    """An intervention under way: who, and its clock, as it stands and as browsers count it."""
    entry, left, warns = speech.entry, speech.left(), min(WARNING, speech.allowed // 5)
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
        "left": clock_text(abs(left)),
        "light": light(left, warns),
        "counted": {
            "data-clock": speech.id,
            "data-begun": milliseconds(speech.begun_at),
            "data-stood": speech.paused_ms,
            "data-stands": milliseconds(speech.paused_at),
            "data-allowed": speech.allowed * 1000,
            "data-warns": warns * 1000,
        },
        "paused": speech.paused_at is not None,
        "held": speech.held,
        "undo_until": MISTAKE // timedelta(milliseconds=1),
        "undoable": speech.spent() <= MISTAKE,
    }


def ruling_line(due: SpeakerEntry | None) -> Line | None:
    """The point of order that is to be ruled on before anybody gets the floor."""
    return {"entry_id": due.id, "name": speaker_name(due)} if due else None


def countdown(ends: datetime) -> Line:
    """The time that is left until a moment, as a clock like that of an intervention."""
    left = ends - now()
    return {
        "left": clock_text(abs(left)),
        "light": light(left, WARNING_OF_ITEM),
        "counted": {"data-clock": "", "data-until": milliseconds(ends), "data-warns": WARNING_OF_ITEM * 1000},
    }


def overview(
    meeting: Meeting,
    items: Sequence[Item],
    standings: Mapping[str, Standing],
    speeches: Sequence[Speech],
    own: frozenset[int],
    here: Item | None,
) -> dict[str, Any]:
    """Return what templates/floor/_items.html needs: item by item, where its list stands and who is next.

    `own`: the ids of the delegations whose places are told; `here`: the item that the floor is at.
    """
    begin = {item["mark"]: begins(item, speeches, now(), before(item, items, here, standings)) for item in items}
    return {
        "meeting": meeting,
        "items": [
            _item_line(meeting, item, standings.get(item["mark"]), begin[item["mark"]], own)
            | {"begins_day": not place or items[place - 1]["day"] != item["day"]}
            for place, item in enumerate(items)
        ],
        "titles": {item["mark"]: title_of(item) for item in items},
        "rights": [
            {"day": day, "rows": [{"name": speaker_name(row), "mark": row.speakers.mark} for row in rows]}
            for day, rows in sorted(rights_of_reply(items, standings).items())
        ],
    }


def _item_line(meeting: Meeting, item: Item, standing: Standing | None, at: datetime, mine: frozenset[int]) -> Line:
    waiting = [row for row in standing.order if row.kind is not SpeakingKind.RIGHT_OF_REPLY] if standing else []
    coming = waiting if is_taking(meeting) else []
    return {
        "item": item,
        "day": day_of(item, meeting),
        "hours": hours_of(item, meeting),
        "status": list_status(standing.speakers if standing else None, meeting),
        "waiting": len(waiting),
        "spoken": sum(row.state is EntryState.SPOKEN for row in standing.entries) if standing else 0,
        "next": [speaker_name(row) for row in coming[:3]],
        "finish": hour_on(standing.finish(at), at, meeting) if standing and coming else None,
        "own": places_of(standing, at, meeting, mine) if standing else [],
    }


def title_of(item: Item) -> str:
    """The number and the title of an item, in the reader's language."""
    return f"{item['number']} {in_reader_language(item['title'])}"


def day_of(item: Item, meeting: Meeting) -> str:
    """Return the day of an item: "14 May 2026"."""
    return show_day(datetime.fromisoformat(item["starts_at"]), meeting.zone)


def hours_of(item: Item, meeting: Meeting) -> str:
    """Return the hours of an item, "10:00–11:30"; of one without a set time, none."""
    ends = (datetime.fromisoformat(item[key]) for key in ("starts_at", "ends_at"))
    return "–".join(hour_text(moment, meeting.zone) for moment in sorted(set(ends))) if item["timed"] else ""


def hour_on(moment: datetime, begins_at: datetime, meeting: Meeting) -> Line:
    """An hour that moves while somebody is over their time: as it stands, and as browsers count it.

    `begins_at`: when the next speaker of the item can begin, as of which the moment was counted; it comes no earlier.
    """
    return {
        "text": hour_text(moment, meeting.zone),
        "counted": {
            "data-after": round((moment - begins_at).total_seconds() * 1000),
            "data-from": milliseconds(begins_at),
            "data-zone": meeting.zone,
        },
    }


def places_of(standing: Standing, begins_at: datetime, meeting: Meeting, delegations: frozenset[int]) -> list[Line]:
    """Where delegations (by their ids) stand on a list: `hour` is None for what waits for the end of the day. Once the
    floor is over they stand nowhere."""
    if not is_taking(meeting):
        return []
    expected = standing.expected(begins_at)
    return [
        {
            "id": row.id,
            "name": speaker_name(row),
            "kind": KINDS[row.kind],
            "place": place,
            "hour": hour_on(expected[row.id], begins_at, meeting) if row.id in expected else None,
        }
        for place, row in enumerate(standing.order, start=1)
        if row.delegation_id in delegations
    ]


def rights_of_reply(items: Iterable[Item], standings: Mapping[str, Standing]) -> dict[int, list[SpeakerEntry]]:
    """The rights of reply that wait, by day, whatever item they were asked for on: first ones, then second ones."""
    days: dict[int, list[tuple[Asked, SpeakerEntry]]] = {}
    for item in items:
        if standing := standings.get(item["mark"]):
            both = zip(standing.asked, standing.order, strict=True)
            found = [pair for pair in both if pair[0].kind is SpeakingKind.RIGHT_OF_REPLY]
            days.setdefault(item["day"], []).extend(found)
    return {
        day: [row for _asked, row in sorted(pairs, key=lambda pair: (pair[0].second, pair[0].asked_at, pair[0].id))]
        for day, pairs in days.items()
        if pairs
    }


def list_page(found: ListedItem, **forms: Any) -> dict[str, Any]:
    """Return what of templates/floor/list.html does not change by itself; `forms`: those to be filled in, or sent."""
    return {
        "floor": found,
        "meeting": found.meeting,
        "item": found.item,
        "day": day_of(found.item, found.meeting),
        "hours": hours_of(found.item, found.meeting),
        "taking": is_taking(found.meeting),
        **forms,
    }


def list_status_lines(speakers: SpeakersList | None, meeting: Meeting) -> dict[str, Any]:
    """Where a list stands and what it goes by, as templates/floor/_status.html shows it."""
    return {
        "speakers": speakers,
        "status": list_status(speakers, meeting),
        "order": ORDERS[speakers.order] if speakers else "",
        "alphabet": LANGUAGE_NAMES[speakers.order_language] if speakers else "",
        "taking": is_taking(meeting),
        "in_session": in_session(meeting),
    }


def list_lines(standing: Standing, begins_at: datetime, meeting: Meeting) -> dict[str, Any]:
    """Those who wait on a list, as templates/floor/_order.html shows them."""
    places = {one: number for number, one in enumerate(standing.movable)}
    taking = is_taking(meeting)
    expected = standing.expected(begins_at) if taking else {}
    hours = {one: hour_on(when, begins_at, meeting) for one, when in expected.items()}
    lines = [_line(row, standing.allowed[row.id], places, hours.get(row.id)) for row in standing.order]
    return {
        "lines": [line for line in lines if not line["right"]],
        "rights": [line for line in lines if line["right"]],
        "mark_of_order": order_mark(standing.movable),
        "drawable": len(standing.movable),
        "finish": hour_on(standing.finish(begins_at), begins_at, meeting) if lines and taking else None,
        "past": [_past_line(row, meeting) for row in _past(standing)],
    }


def right_line(row: SpeakerEntry, seconds: int, of_item: str) -> Line:
    """A right of reply, on a list of those of the whole day; `of_item`: the item, where it is another."""
    return _line(row, seconds, {}, None) | {"of_item": of_item}


def _line(row: SpeakerEntry, seconds: int, places: Mapping[int, int], hour: Line | None) -> Line:
    """`places`: id -> number from 0 of those who can be moved; `hour`: when this one may expect the floor."""
    return {
        "id": row.id,
        "name": speaker_name(row),
        "kind": KINDS[row.kind],
        "point_of_order": row.kind is SpeakingKind.POINT_OF_ORDER,
        "right": row.kind is SpeakingKind.RIGHT_OF_REPLY,
        "subject": row.subject,
        "language": LANGUAGE_NAMES[row.language],
        "minutes": clock_text(seconds),
        "expected": hour,
        "preregistered": row.preregistered,
        "flag": row.raised_flag,
        "by_hand": row.speakers.touched.get(row.id, "") if row.hand is not None else "",
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


def _past_line(row: SpeakerEntry, meeting: Meeting) -> Line:
    speech = row.speech
    return {
        "entry_id": row.id,
        "name": speaker_name(row),
        "kind": KINDS[row.kind],
        "state": STATES[row.state],
        "point_of_order": row.kind is SpeakingKind.POINT_OF_ORDER and row.state is EntryState.SPOKEN,
        "ruling": row.ruling,
        "can_be_ruled_on": meeting.stage is not Stage.PUBLISHED,
        "hour": hour_text(speech.begun_at, meeting.zone) if speech else "",
        "spent": clock_text(speech.spent()) if speech else "",
        "overrun": overrun_text(speech) if speech else "",
    }


def offer_line(offer: SwapOffer, order: Sequence[SpeakerEntry], writes: frozenset[int]) -> Line | None:
    """An offer of a delegation that the person writes for (by their ids), or to it; None of others."""
    places = {row.id: place for place, row in enumerate(order, start=1)}
    offered, wanted = (order[places[key] - 1] for key in (offer.offered_id, offer.wanted_id))
    to_answer, to_take_back = (row.delegation_id in writes for row in (wanted, offered))
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
    """The form that offers an entry's place to the others of a list; None where there is no other."""
    others = [other for other in order if other.kind.queued and other.delegation_id != row.delegation_id]
    if not others or not row.kind.queued:
        return None
    form = SwapForm(prefix=f"e{row.id}-", **more)
    form.wanted.choices = choices((other.id, speaker_name(other)) for other in others)
    return form

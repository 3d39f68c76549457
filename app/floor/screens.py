"""The parts of the floor's pages that change by themselves (app/live): the same for all of an audience.

An audience is "manages", "" for others who follow, or the delegations (by their ids, "w" behind those that the person
writes for). What a part shows is named by the session's slug, and for an item "slug/mark".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import render_template
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.wording import hour_text, in_reader_language, zone_name
from app.floor import pages, queries
from app.floor.changes import topic_of
from app.floor.enums import ListState, SpeakingKind
from app.floor.labels import KINDS, behalf_name, speaker_name
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.pages import Line
from app.floor.policies import can_follow, can_manage
from app.floor.queries import Floor, Item
from app.floor.standing import Standing, begins, standing_of
from app.live import stream
from app.meetings.models import Meeting
from app.meetings.policies import can_write_for

MANAGES = "manages"
NEXT = 3  # speakers on the room's screen


def _load(actor: Actor, what: str) -> Floor:
    slug, _slash, mark = what.partition("/")
    return queries.item_of(actor, slug, mark) if mark else queries.floor_of(actor, slug)


def _topic(floor: Floor) -> str:
    return topic_of(floor.meeting)


def _managing(_actor: Actor, floor: Floor) -> str:
    return MANAGES if floor.manages else ""


def _delegations(actor: Actor, floor: Floor) -> str:
    return ",".join(f"{row.id}{'w' if can_write_for(actor, row) else ''}" for row in floor.own)


def _ids(audience: str, *, writing: bool = False) -> frozenset[int]:
    """The delegations of an audience; `writing`: those that the person writes for."""
    return frozenset(int(one.rstrip("w")) for one in audience.split(",") if one and (one.endswith("w") or not writing))


@dataclass(frozen=True)
class Scene:
    """An item of a session's floor at this moment. `item` is None before the order of business is published."""

    meeting: Meeting
    item: Item | None
    items: Sequence[Item]
    speakers: SpeakersList | None
    speeches: Sequence[Speech]
    at: datetime

    @property
    def begins(self) -> datetime:
        """When the next speaker of the item can begin."""
        return begins(self.item, self.speeches, self.at) if self.item else self.at


def _meeting_of(what: str) -> Meeting:
    slug, _slash, _mark = what.partition("/")
    statement = sa.select(Meeting).filter_by(slug=slug).options(orm.joinedload(Meeting.mechanism))
    return db.session.scalars(statement).one()


def _scene(what: str) -> Scene:
    """What a part is about; without an item in its name, that which the floor is at."""
    _slug, _slash, mark = what.partition("/")
    meeting, at = _meeting_of(what), now()
    lists = {row.mark: row for row in queries.lists_of(meeting.id)}
    items = queries.items_of(meeting, lists)
    if mark:
        item = next((row for row in items if row["mark"] == mark), None)
        if item is None:
            raise NotFound
    else:
        item = queries.item_at(items, queries.place_of(meeting.id), at)
    speakers = lists.get(item["mark"]) if item else None
    return Scene(meeting, item, items, speakers, queries.speeches_under_way(meeting.id), at)


@stream("floor.now", load=_load, topic=_topic, rule=can_follow, audience=_managing)
def now_part(what: str, audience: str) -> str:
    """Who has the floor; on the page of an item, also where its list stands."""
    _slug, _slash, mark = what.partition("/")
    meeting = _meeting_of(what)
    of_item = pages.list_status_lines(queries.list_of(meeting.id, mark), meeting) if mark else {}
    return render_template(
        "floor/_now.html",
        meeting=meeting,
        mark=mark,
        manages=audience == MANAGES,
        speaking=pages.under_way(meeting)[1],
        **of_item,
    )


@stream("floor.items", load=_load, topic=_topic, rule=can_follow, audience=_delegations)
def items_part(what: str, audience: str) -> str:
    """The floor item by item, with the places of one's own delegations."""
    return render_template("floor/_items.html", **pages.overview(_meeting_of(what), _ids(audience)))


@stream("floor.list", load=_load, topic=_topic, rule=can_follow, audience=_managing)
def list_part(what: str, audience: str) -> str:
    """Those who wait on an item's list, and who have spoken."""
    scene = _scene(what)
    return render_template("floor/_list.html", manages=audience == MANAGES, back="", **_order(scene))


def _order(scene: Scene) -> dict[str, Any]:
    """What templates/floor/_order.html needs."""
    found: dict[str, Any] = {"meeting": scene.meeting, "item": scene.item, "lines": [], "rights": [], "past": []}
    found |= pages.list_status_lines(scene.speakers, scene.meeting)
    if scene.speakers and scene.item:
        standing = standing_of(scene.speakers)
        found |= pages.list_lines(standing, scene.item, scene.begins, scene.meeting) | {"standing": standing}
    return found


@stream("floor.mine", load=_load, topic=_topic, rule=can_follow, audience=_delegations)
def mine_part(what: str, audience: str) -> str:
    """The places of one's own delegations on an item's list, their requests and offers."""
    scene, writes = _scene(what), _ids(audience, writing=True)
    found: dict[str, Any] = {}
    if scene.speakers and scene.item:
        standing = standing_of(scene.speakers)
        own = [row for row in standing.order if row.delegation_id in writes]
        forms = [(row.id, pages.swap_form(row, standing.order, formdata=None, meta={"csrf": False})) for row in own]
        offers = queries.offers_open(scene.speakers.id)
        found = {
            "places": pages.places_of(standing, scene.item, scene.begins, scene.meeting, _ids(audience)),
            "written": [row.id for row in own],
            "swap_forms": {key: form for key, form in forms if form},
            "offers": [line for offer in offers if (line := pages.offer_line(offer, standing.order, writes))],
        }
    taking = pages.takes_requests(scene.meeting)
    return render_template("floor/_mine.html", opened=scene.speakers is not None, taking=taking, **found)


@stream("floor.chair", load=_load, topic=_topic, rule=can_manage)
def chair_part(what: str, _audience: str) -> str:
    """The Chair's screen: the item, who speaks, who is next and in what words, the list."""
    scene = _scene(what)
    order = _order(scene)
    standing = order.get("standing")
    upcoming = _next(scene.meeting, standing)
    places = [item["mark"] for item in scene.items]
    here = places.index(scene.item["mark"]) if scene.item else 0
    return render_template(
        "floor/_chair.html",
        manages=True,
        back="chair",
        before=scene.items[here - 1] if here else None,
        after=scene.items[here + 1] if here + 1 < len(places) else None,
        clocks=_clocks(scene),
        speaking=[pages.speech_line(speech) for speech in scene.speeches],
        next=_next_line(upcoming, standing) if upcoming else None,
        wordings=_wordings(upcoming, scene, standing),
        **order,
    )


def _clocks(scene: Scene) -> list[tuple[str, Line]]:
    """The time that is left for the item (where it has one) and for the day; none on another day than the item's."""
    if scene.item is None or scene.at.astimezone(scene.meeting.tz).date().isoformat() != scene.item["date"]:
        return []
    day = max(item["ends_at"] for item in scene.items if item["day"] == scene.item["day"])
    ends = [(_("This item"), scene.item["ends_at"])] if scene.item["timed"] else []
    return [(label, pages.countdown(datetime.fromisoformat(moment))) for label, moment in (*ends, (_("The day"), day))]


def _next(meeting: Meeting, standing: Standing | None) -> SpeakerEntry | None:
    """Who comes next: a point of order of any item, then the first of the list."""
    points = queries.points_of_order_waiting(meeting.id)
    return next(iter(points or (standing.order if standing else ())), None)


def _next_line(entry: SpeakerEntry, standing: Standing | None) -> Line:
    seconds = _seconds(entry, standing)
    return {
        "id": entry.id,
        "name": speaker_name(entry),
        "kind": KINDS[entry.kind],
        "point_of_order": entry.kind is SpeakingKind.POINT_OF_ORDER,
        "subject": entry.subject,
        "language": LANGUAGE_NAMES[entry.language],
        "minutes": pages.clock_text(seconds),
    }


def _seconds(entry: SpeakerEntry, standing: Standing | None) -> int:
    """What an entry has; of a point of order on another list, what that one gives."""
    own = standing if standing and entry.id in standing.allowed else standing_of(entry.speakers)
    return own.allowed[entry.id]


def _wordings(entry: SpeakerEntry | None, scene: Scene, standing: Standing | None) -> list[Line]:
    """What the Chair may say to give the floor to somebody, in each language: the session's working languages first.

    Names stand alone, because what goes before them differs from State to State.
    """
    if entry is None:
        return []
    said = [row.speech for row in (standing.entries if standing else ()) if row.speech is not None]
    last = max(said, key=lambda speech: speech.begun_at, default=None)
    seconds = _seconds(entry, standing)
    found = []
    for language in sorted(LANGUAGES, key=lambda one: one not in scene.meeting.languages):
        with force_locale(language):
            sentences = [_("Thank you, %(party)s.", party=speaker_name(last.entry))] if last else []
            sentences += [str(CALLS[_call(entry)] % {"party": speaker_name(entry)}), _time_text(seconds)]
            found.append({"language": language, "name": LANGUAGE_NAMES[language], "text": " ".join(sentences)})
    return found


CALLS = {
    "next": _l("The next speaker on the list is %(party)s. You have the floor."),
    SpeakingKind.POINT_OF_ORDER: _l("A point of order was raised by %(party)s. You have the floor."),
    SpeakingKind.RIGHT_OF_REPLY: _l("The right of reply is exercised by %(party)s. You have the floor."),
}


def _call(entry: SpeakerEntry) -> str:
    return "next" if entry.kind.queued else entry.kind


def _time_text(seconds: int) -> str:
    """Say a time as people do: in minutes where it is whole ones."""
    if seconds % 60:
        return str(ngettext("You have %(num)d second.", "You have %(num)d seconds.", seconds))
    return str(ngettext("You have %(num)d minute.", "You have %(num)d minutes.", seconds // 60))


@stream("floor.room", load=_load, topic=_topic, rule=can_follow)
def room_part(what: str, _audience: str) -> str:
    """The room's screen: who speaks, on which item, for how long, and who is next."""
    scene = _scene(what)
    meeting, speakers = scene.meeting, scene.speakers
    order = standing_of(speakers).order if speakers else []
    points = queries.points_of_order_waiting(meeting.id)
    of_list = [row for row in order if row.kind.queued] or order  # rights of reply once nothing else waits
    coming = [*points, *(row for row in of_list if row not in points)]
    announced = speakers and speakers.state_at(scene.at) is ListState.CLOSING
    return render_template(
        "floor/_room.html",
        meeting=meeting,
        item=scene.item,
        hour=hour_text(scene.at, meeting.zone),
        zone=zone_name(scene.at, meeting.zone),
        speaking=[pages.speech_line(speech) | _plate(speech.entry, meeting) for speech in scene.speeches],
        next=[{"id": row.id, "kind": KINDS[row.kind]} | _plate(row, meeting) for row in coming[:NEXT]],
        closes=hour_text(speakers.closes_at, meeting.zone) if announced and speakers and speakers.closes_at else "",
    )


def _plate(entry: SpeakerEntry, meeting: Meeting) -> Line:
    """The name plate, in the session's other working languages too where it reads otherwise: (language, name)."""
    label = entry.delegation.party.label
    plate = in_reader_language(label)
    names = {plate: ""}
    for language in meeting.languages:
        names.setdefault(label.in_language(language), language)
    plates = [(language, name) for name, language in names.items() if language]
    return {"plate": plate, "plates": plates, "behalf": behalf_name(entry)}

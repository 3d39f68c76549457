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
from markupsafe import Markup
from sqlalchemy import orm
from werkzeug.exceptions import NotFound

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LANGUAGE_NAMES, LANGUAGES
from app.core.wording import hour_text, in_reader_language, zone_name
from app.floor import pages, queries
from app.floor.changes import topic_of
from app.floor.enums import ListState, SpeakingKind
from app.floor.labels import KINDS, behalf_name, speaker_name
from app.floor.models import FloorPlace, SpeakerEntry, SpeakersList, Speech, SwapOffer
from app.floor.operations import NOT_TAKING, is_taking
from app.floor.pages import Line
from app.floor.policies import can_follow, can_manage, can_watch
from app.floor.queries import Floor, Item
from app.floor.standing import Standing, before, begins, standings_in
from app.live import once, stream
from app.meetings.models import Meeting
from app.meetings.policies import can_write_for

MANAGES = "manages"
OPTION = Markup('<option value="{}">{}</option>')
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


# What the parts of a session's floor have in common is read once for all that are rendered at a time.
@once
def _meeting(slug: str) -> Meeting:
    statement = sa.select(Meeting).filter_by(slug=slug).options(orm.joinedload(Meeting.mechanism))
    return db.session.scalars(statement).one()


@once
def _lists(slug: str) -> dict[str, SpeakersList]:
    """By the mark of their item."""
    return {row.mark: row for row in queries.lists_of(_meeting(slug).id)}


@once
def _items(slug: str) -> list[Item]:
    return queries.items_of(_meeting(slug), _lists(slug))


@once
def _speeches(slug: str) -> Sequence[Speech]:
    return queries.speeches_under_way(_meeting(slug).id)


@once
def _points_of_order(slug: str) -> tuple[SpeakerEntry | None, list[SpeakerEntry]]:
    return queries.points_of_order(_meeting(slug).id)


def _due(slug: str) -> Line | None:
    return pages.ruling_line(_points_of_order(slug)[0])


@once
def _standings(slug: str) -> dict[str, Standing]:
    """All lists of a session as they stand, by the mark of their item."""
    return standings_in(_lists(slug).values())


@once
def _place(slug: str) -> FloorPlace | None:
    return queries.place_of(_meeting(slug).id)


def _here(slug: str) -> Item | None:
    """The item that the floor is at."""
    return queries.item_at(_items(slug), _place(slug), now())


@once
def _others(slug: str, mark: str, language: str) -> list[tuple[int, Markup]]:
    """Those of a list who can swap places: delegation, and the choice in a language."""
    standing = _standings(slug).get(mark)
    rows = [row for row in standing.order if row.kind.queued] if standing else []
    with force_locale(language):
        return [(row.delegation_id, OPTION.format(row.id, speaker_name(row))) for row in rows]


@dataclass(frozen=True)
class Scene:
    """An item of a session's floor at this moment. `item` is None before the order of business is published, `standing`
    before its list is opened."""

    slug: str
    meeting: Meeting
    item: Item | None
    items: Sequence[Item]
    standing: Standing | None
    speeches: Sequence[Speech]
    at: datetime

    @property
    def begins(self) -> datetime:
        """When the next speaker of the item can begin."""
        if self.item is None:
            return self.at
        earlier = before(self.item, self.items, _here(self.slug), _standings(self.slug))
        return begins(self.item, self.speeches, self.at, earlier)

    @property
    def day(self) -> list[Item]:
        """The items of the same day."""
        return [item for item in self.items if self.item and item["day"] == self.item["day"]]

    @property
    def day_ends(self) -> datetime:
        return datetime.fromisoformat(max(item["ends_at"] for item in self.day))


def _scene(what: str) -> Scene:
    """What a part is about; without an item in its name, that which the floor is at."""
    slug, _slash, mark = what.partition("/")
    meeting, items, at = _meeting(slug), _items(slug), now()
    if mark:
        item = next((row for row in items if row["mark"] == mark), None)
        if item is None:
            raise NotFound
    else:
        item = _here(slug)
    standing = _standings(slug).get(item["mark"]) if item else None
    return Scene(slug, meeting, item, items, standing, _speeches(slug), at)


@stream("floor.now", load=_load, topic=_topic, rule=can_watch, audience=_managing)
def now_part(what: str, audience: str) -> str:
    """Who has the floor; on the page of an item, also where its list stands."""
    slug, _slash, mark = what.partition("/")
    meeting = _meeting(slug)
    of_item = pages.list_status_lines(_lists(slug).get(mark), meeting) if mark else {}
    return render_template(
        "floor/_now.html",
        meeting=meeting,
        mark=mark,
        manages=audience == MANAGES,
        speaking=[pages.speech_line(speech) for speech in _speeches(slug)],
        due=_due(slug),
        **of_item,
    )


@stream("floor.items", load=_load, topic=_topic, rule=can_watch, audience=_delegations)
def items_part(slug: str, audience: str) -> str:
    """The floor item by item, with the places of one's own delegations."""
    found = pages.overview(_meeting(slug), _items(slug), _standings(slug), _speeches(slug), _ids(audience), _here(slug))
    return render_template("floor/_items.html", **found)


@stream("floor.list", load=_load, topic=_topic, rule=can_watch, audience=_managing)
def list_part(what: str, audience: str) -> str:
    """Those who wait on an item's list, and who have spoken."""
    manages = audience == MANAGES
    return render_template("floor/_list.html", manages=manages, **_order(_scene(what), manages=manages))


def _order(scene: Scene, *, manages: bool) -> dict[str, Any]:
    """What templates/floor/_order.html needs."""
    found: dict[str, Any] = {"meeting": scene.meeting, "item": scene.item, "lines": [], "rights": [], "past": []}
    found |= pages.list_status_lines(scene.standing.speakers if scene.standing else None, scene.meeting)
    found["due"] = _due(scene.slug) if manages else None
    found["gives"] = found["in_session"] and not found["due"]
    if scene.standing and scene.item:
        found |= pages.list_lines(scene.standing, scene.begins, scene.meeting)
    return found


@stream("floor.mine", load=_load, topic=_topic, rule=can_follow, audience=_delegations)
def mine_part(what: str, audience: str) -> str:
    """The places of one's own delegations on an item's list, their requests and offers."""
    scene, writes = _scene(what), _ids(audience, writing=True)
    standing, found = scene.standing, dict[str, Any]()
    if standing and scene.item:
        mark = scene.item["mark"]
        own = [row for row in standing.order if row.delegation_id in writes]
        others = _others(scene.slug, mark, current_language()) if own else []
        found = {
            "places": pages.places_of(standing, scene.begins, scene.meeting, _ids(audience)),
            "written": [row.id for row in own],
            "swaps": {
                row.id: Markup().join(option for delegation, option in others if delegation != row.delegation_id)
                for row in own
                if row.kind.queued
            },
            "offers": [
                line for offer in _offers(scene.slug, mark) if (line := pages.offer_line(offer, standing.order, writes))
            ],
        }
    over = None if is_taking(scene.meeting) else NOT_TAKING
    return render_template("floor/_mine.html", opened=standing is not None, over=over, **found)


@once
def _offers(slug: str, mark: str) -> Sequence[SwapOffer]:
    return queries.offers_open(_lists(slug)[mark].id)


@stream("floor.chair", load=_load, topic=_topic, rule=can_manage)
def chair_part(what: str, _audience: str) -> str:
    """The Chair's screen: the item, who speaks, who is next and in what words, the list."""
    scene = _scene(what)
    upcoming = next(iter(_coming(scene)), None)
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
        next=_next_line(upcoming, scene) if upcoming else None,
        wordings=_wordings(upcoming, scene) if upcoming else [],
        **_order(scene, manages=True) | {"rights": [_right_line(row, scene) for row in _rights(scene)]},
    )


def _rights(scene: Scene) -> list[SpeakerEntry]:
    """The rights of reply that wait for the end of the item's day, whatever item they were asked for on; before them
    those that earlier days left."""
    found = pages.rights_of_reply(scene.items, _standings(scene.slug))
    return [row for day in sorted(found) if scene.item and day <= scene.item["day"] for row in found[day]]


def _right_line(row: SpeakerEntry, scene: Scene) -> Line:
    item = next(item for item in scene.items if item["mark"] == row.speakers.mark)
    return pages.right_line(row, _seconds(row, scene), "" if item is scene.item else pages.title_of(item))


def _clocks(scene: Scene) -> list[tuple[str, Line]]:
    """The time that is left for the item (where it has one) and for the day; none on another day than the item's."""
    if scene.item is None or scene.at.astimezone(scene.meeting.tz).date().isoformat() != scene.item["date"]:
        return []
    item = [(_("This item"), datetime.fromisoformat(scene.item["ends_at"]))] if scene.item["timed"] else []
    return [(label, pages.countdown(moment)) for label, moment in (*item, (_("The day"), scene.day_ends))]


def _coming(scene: Scene) -> list[SpeakerEntry]:
    """Who comes next: points of order of any item, then who waits on the list; after them, at the end of the day, its
    rights of reply. Nobody once the floor is over."""
    if not is_taking(scene.meeting):
        return []
    of_list = [row for row in scene.standing.order if row.kind.queued] if scene.standing else []
    return [*_points_of_order(scene.slug)[1], *of_list, *(_rights(scene) if _day_is_ending(scene) else ())]


def _day_is_ending(scene: Scene) -> bool:
    """Whether rights of reply follow the item's list: no item of its day is still to come, and nobody waits on the list
    of another. What the hour is does not matter: days run late."""
    standings = _standings(scene.slug)
    others = [standings[item["mark"]] for item in scene.day if item is not scene.item and item["mark"] in standings]
    still_held = [item for item in scene.day if "gone" not in item]
    return scene.item is not None and scene.item in still_held[-1:] and not any(row.movable for row in others)


def _next_line(entry: SpeakerEntry, scene: Scene) -> Line:
    return {
        "id": entry.id,
        "name": speaker_name(entry),
        "kind": KINDS[entry.kind],
        "point_of_order": entry.kind is SpeakingKind.POINT_OF_ORDER,
        "subject": entry.subject,
        "language": LANGUAGE_NAMES[entry.language],
        "minutes": pages.clock_text(_seconds(entry, scene)),
    }


def _seconds(entry: SpeakerEntry, scene: Scene) -> int:
    """What an entry has on its list, which may be another than the item's."""
    return _standings(scene.slug)[entry.speakers.mark].allowed[entry.id]


def _wordings(entry: SpeakerEntry, scene: Scene) -> list[Line]:
    """What the Chair may say to give the floor to somebody, in each language: the session's working languages first.

    Names stand alone, because what goes before them differs from State to State.
    """
    said = [row.speech for row in (scene.standing.entries if scene.standing else ()) if row.speech is not None]
    last = max(said, key=lambda speech: speech.begun_at, default=None)
    seconds = _seconds(entry, scene)
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
    """Say a time as people do: in minutes, and seconds where there are some."""
    minutes, rest = divmod(seconds, 60)
    if minutes and rest:
        whole = ngettext("%(num)d minute", "%(num)d minutes", minutes)
        odd = ngettext("%(num)d second", "%(num)d seconds", rest)
        return str(_("You have %(minutes)s and %(seconds)s.", minutes=whole, seconds=odd))
    if rest:
        return str(ngettext("You have %(num)d second.", "You have %(num)d seconds.", rest))
    return str(ngettext("You have %(num)d minute.", "You have %(num)d minutes.", minutes))


@stream("floor.room", load=_load, topic=_topic, rule=can_watch)
def room_part(what: str, _audience: str) -> str:
    """The room's screen: who speaks, on which item, for how long, and who is next."""
    scene = _scene(what)
    meeting, speakers = scene.meeting, scene.standing.speakers if scene.standing else None
    announced = is_taking(meeting) and speakers and speakers.state_at(scene.at) is ListState.CLOSING
    return render_template(
        "floor/_room.html",
        meeting=meeting,
        over=None if is_taking(meeting) else NOT_TAKING,
        item=scene.item,
        hour=hour_text(scene.at, meeting.zone),
        zone=zone_name(scene.at, meeting.zone),
        speaking=[pages.speech_line(speech) | _plate(speech.entry, meeting) for speech in scene.speeches],
        due=_due(scene.slug),
        next=[{"id": row.id, "kind": KINDS[row.kind]} | _plate(row, meeting) for row in _coming(scene)[:NEXT]],
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

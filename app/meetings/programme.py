"""Published versions of the order of business: what is frozen of the draft, and what changed since the last.

The content of a version is
{"zone": IANA zone, "items": [item, …] in order, "cancelled": [item, …] that an earlier version had, "parts": {mark of
an item: {code of a party that has or had a part in it: [roles], none where it has it no longer}}}, an item being
{"mark", "parent" (mark or None), "number", "day", "date", "starts_at", "ends_at" (ISO, UTC), "timed" (whether it has
a set time), "minutes", "kind", "title", "description", "people": [{"role", "party" (short names), "function", and
"name" where it is a registered participant, until participants are forgotten}], "sequence" (how often it has changed
in its life), "changed_at" (when it last did) and "listed" (whether it was ever a top item, which calendars list)}.

A change is {"what": a Change, "number", "title", "before", "after"}; `before` and `after` are [starts, ends] where an
item is retimed, titles where it is retitled, {"number", "day"} where it is moved, else None.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l

from app.audit.operations import record
from app.core.actors import Actor
from app.core.clock import now
from app.core.db import lock
from app.core.errors import Refusal, Stale
from app.core.texts import fingerprint
from app.meetings import queries
from app.meetings.arrangement import blocks_of, number_of
from app.meetings.enums import ItemRole
from app.meetings.models import AgendaItem, AgendaVersion, Meeting
from app.meetings.timing import date_of, slots_of

Item = dict[str, Any]
Follower = Callable[[AgendaVersion], None]

_followers: list[Follower] = []
Content = dict[str, Any]
LIFE = ("sequence", "changed_at", "listed")
SAID = ("kind", "description", "people")  # what a change of is told as one


class Change(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    RETIMED = "retimed"
    RETITLED = "retitled"
    REVISED = "revised"


def follows(function: Follower) -> Follower:
    """Register what is put in order by an order of business once it is published; decorates it."""
    if function not in _followers:
        _followers.append(function)
    return function


def draft_items(meeting: Meeting, items: Sequence[AgendaItem]) -> list[Item]:
    """Return the draft as a version would hold it, without the life of its items. Reads `people`."""
    numbers, slots = number_of(items), slots_of(meeting, items)
    order = list(ItemRole)
    return [
        {
            "mark": item.mark,
            "parent": item.parent.mark if item.parent else None,
            "number": numbers[item.id],
            "day": item.day,
            "date": date_of(meeting, item.day).isoformat(),
            "starts_at": slots[item.id].starts.isoformat(),
            "ends_at": slots[item.id].ends.isoformat(),
            "timed": item.begins is not None or slots[item.id].ends > slots[item.id].starts,
            "minutes": item.minutes,
            "kind": item.kind.value,
            "title": dict(item.title),
            "description": dict(item.description),
            "people": [
                {
                    "role": person.role.value,
                    "party": dict(person.delegation.party.short_names) if person.delegation else {},
                    "function": dict(person.function),
                    **({"name": person.name} if person.name else {}),
                }
                for person in sorted(item.people, key=lambda person: (order.index(person.role), person.id))
            ],
        }
        for block in blocks_of(items)
        for item in block
    ]


def mark_of(meeting: Meeting, items: Sequence[Item]) -> str:
    """Return `marked` for the session as it is now."""
    return marked(meeting.zone, items)


def marked(zone: str, items: Sequence[Item]) -> str:
    """Return the SHA-256 of what items say of a session in a zone, whatever their life was."""
    return fingerprint([zone, [{key: item[key] for key in item if key not in LIFE} for item in items]])


def has_old_days(version: AgendaVersion, meeting: Meeting) -> bool:
    """Whether a published order of business is of days, or of a zone, that the session has no longer."""
    content = version.content
    dates = {(item["day"], item["date"]) for item in content["items"]}
    return content["zone"] != meeting.zone or any(date_of(meeting, day).isoformat() != date for day, date in dates)


def _kept_in_order(marks: Sequence[str], before: Sequence[str]) -> set[str]:
    """The marks of a longest run of those in both lists that stand in the same order in both."""
    place = {mark: number for number, mark in enumerate(before)}
    common = [mark for mark in marks if mark in place]
    ends: list[int] = []
    runs: list[list[str]] = []
    for mark in common:
        at = bisect_left(ends, place[mark])
        run = [*(runs[at - 1] if at else []), mark]
        if at == len(ends):
            ends.append(place[mark])
            runs.append(run)
        else:
            ends[at], runs[at] = place[mark], run
    return set(runs[-1]) if runs else set()


def changes_between(before: Sequence[Item], after: Sequence[Item]) -> list[dict[str, Any]]:
    """Return what changed from one list of items to another: in the order of the new one, what is gone at the end.

    That a number or an hour is another because something else was moved makes an item retimed, not moved.
    """
    old = {item["mark"]: item for item in before}
    steady = _kept_in_order([item["mark"] for item in after], list(old))
    found: list[dict[str, Any]] = []

    def note(what: Change, item: Item, was: Any = None, is_now: Any = None) -> None:
        change = {"what": what.value, "number": item["number"], "title": item["title"], "before": was, "after": is_now}
        found.append(change)

    for item in after:
        was = old.pop(item["mark"], None)
        if was is None:
            note(Change.ADDED, item)
            continue
        if item["mark"] not in steady or any(item[key] != was[key] for key in ("parent", "day")):
            places = [{key: row[key] for key in ("number", "day")} for row in (was, item)]
            note(Change.MOVED, item, *places)
        if item["title"] != was["title"]:
            note(Change.RETITLED, item, was["title"], item["title"])
        times = [[row["starts_at"], row["ends_at"]] if row["timed"] else None for row in (was, item)]
        if times[0] != times[1]:
            note(Change.RETIMED, item, *times)
        if any(item[key] != was[key] for key in SAID):
            note(Change.REVISED, item)
    for item in old.values():
        note(Change.REMOVED, item)
    return found


def _with_life(items: Sequence[Item], before: Mapping[str, Any], at: str) -> Content:
    """Give items their sequence and moment of change; what an earlier version had and this has not is cancelled."""
    lived = {item["mark"]: item for item in [*before["cancelled"], *before["items"]]}
    gone = {item["mark"] for item in before["cancelled"]}
    for item in items:
        was = lived.get(item["mark"])
        same = was is not None and was["mark"] not in gone and all(item[key] == was[key] for key in item)
        item["sequence"] = 0 if was is None else was["sequence"] + (not same)
        item["changed_at"] = was["changed_at"] if was and same else at
        item["listed"] = item["parent"] is None or (was is not None and was["listed"])
    present = {item["mark"] for item in items}
    cancelled = [
        item if mark in gone else {**item, "sequence": item["sequence"] + 1, "changed_at": at}
        for mark, item in lived.items()
        if mark not in present
    ]
    return {"items": list(items), "cancelled": cancelled}


def _parts(items: Sequence[AgendaItem], before: Mapping[str, Any]) -> dict[str, dict[str, list[str]]]:
    """What parties have a part in which items; `before` is what the version before said of it."""
    found: dict[str, dict[str, list[str]]] = {mark: {code: [] for code in codes} for mark, codes in before.items()}
    for item in items:
        for person in item.people:
            if person.delegation:
                roles = found.setdefault(item.mark, {}).setdefault(person.delegation.party.code, [])
                if person.role.value not in roles:
                    roles.append(person.role.value)
    return found


def forget_names(meeting: Meeting) -> None:
    """Take the names of participants out of the draft and out of all that was published of it.

    Who had a part is then told by delegation and function, as where no participant is chosen.
    """
    for item in queries.agenda_with_people(meeting.id):
        for person in item.people:
            person.participant = None
    for version in queries.agendas_of(meeting.id):
        content = deepcopy(version.content)
        for item in (*content["items"], *content["cancelled"]):
            for person in item["people"]:
                person.pop("name", None)
        if content != version.content:
            version.content = content
            version.sha256 = marked(content["zone"], content["items"])


def publish_agenda(meeting: Meeting, *, seen: str, by: Actor) -> AgendaVersion:
    """Freeze the draft as the next version; what is published already is not published twice.

    `seen`: `mark_of` the draft that the person was shown. Raises Stale where the draft is another by now, Refusal
    where it has no items.
    """
    lock(meeting)
    draft = queries.agenda_with_people(meeting.id)
    items = draft_items(meeting, draft)
    if not items:
        raise Refusal(_l("Write the order of business."))
    mark = mark_of(meeting, items)
    latest = queries.latest_agenda(meeting.id)
    if seen != mark:
        raise Stale(_l("The draft was changed since this page was opened. Look at it again before you publish it."))
    if latest is not None and latest.sha256 == mark:
        return latest
    before = latest.content if latest else {"items": [], "cancelled": [], "parts": {}}
    at = now()
    version = AgendaVersion(
        meeting=meeting,
        number=latest.number + 1 if latest else 1,
        content={
            "zone": meeting.zone,
            **_with_life(items, before, at.isoformat()),
            "parts": _parts(draft, before["parts"]),
        },
        changes=changes_between(before["items"], items) if latest else [],
        sha256=mark,
        published_at=at,
        published_by_id=by.id,
    )
    record(
        "publish_agenda",
        version,
        by=by,
        meeting_id=meeting.id,
        changes={"number": [latest.number if latest else None, version.number], "sha256": [None, mark]},
    )
    for follow in _followers:
        follow(version)
    return version

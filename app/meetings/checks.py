"""What to look at in a draft order of business before it is published: said beside the items, never in the way."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import combinations, product
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.errors import Refusal
from app.core.localized import LANGUAGE_NAMES
from app.core.texts import fold
from app.core.wording import hour_text, in_reader_language, show_day
from app.meetings.arrangement import blocks_of, number_of
from app.meetings.models import AgendaItem, AgendaVersion, ItemPerson, Meeting
from app.meetings.programme import has_old_days
from app.meetings.timing import (
    MOST_DAYS,
    Slot,
    clocks_change,
    closing_of,
    date_of,
    day_count,
    local_moment,
    moment_on,
    slots_of,
)


class Checks(NamedTuple):
    """Sentences by item id, by day, and of the whole."""

    items: dict[int, list[str]]
    days: dict[int, list[str]]
    whole: list[str]

    @property
    def number(self) -> int:
        """How many sentences there are."""
        return sum(len(said) for said in (*self.items.values(), *self.days.values())) + len(self.whole)


def _who(person: ItemPerson) -> str:
    """What somebody is called: a participant by their name, else by the delegation, else by the function."""
    if person.participant is not None:
        return person.participant.full_name
    return in_reader_language(person.delegation.party.short_names if person.delegation else person.function)


def _words(person: ItemPerson) -> set[str]:
    known = person.participant
    return {
        fold(text) for text in (*person.function.values(), *((known.name, known.function) if known else ())) if text
    }


def _same_person(one: ItemPerson, other: ItemPerson) -> bool:
    """Whether two entries mean one person: participants by their name, else one party (or none) and the same words.

    A delegation of which nothing is said may be anybody of it.
    """
    if one.participant and other.participant:
        return one.participant.name_key == other.participant.name_key
    if (one.delegation and one.delegation.party_id) != (other.delegation and other.delegation.party_id):
        return False
    words, others = _words(one), _words(other)
    return bool(words & others) or not (words and others)


def _also_there(item: AgendaItem, elsewhere: AgendaItem) -> Iterable[str]:
    """What those of an item are called who have a part in another one as well."""
    there = (one for one in item.people if any(_same_person(one, two) for two in elsewhere.people))
    return dict.fromkeys(_who(one) for one in there)


def _twice(
    items: Sequence[AgendaItem], slots: dict[int, Slot], numbers: dict[int, str], zone: str
) -> Iterator[tuple[AgendaItem, str]]:
    """Who is in two items at once; an item and its own sub-item are one place."""
    placed = [(item, item.parent, *slots[item.id]) for item in items if item.people]
    for (first, above_first, begins, over), (second, above_second, also_begins, also_over) in combinations(placed, 2):
        starts, ends = max(begins, also_begins), min(over, also_over)
        if starts >= ends or first is above_second or second is above_first:
            continue
        for item, elsewhere in ((first, second), (second, first)):
            for name in _also_there(item, elsewhere):
                yield (
                    item,
                    _(
                        "%(who)s is also in item %(number)s at that time (%(starts)s to %(ends)s).",
                        who=name,
                        number=numbers[elsewhere.id],
                        starts=hour_text(starts, zone),
                        ends=hour_text(ends, zone),
                    ),
                )


def _in_other_sessions(
    items: Sequence[AgendaItem], slots: dict[int, Slot], elsewhere: Sequence[AgendaItem], zone: str
) -> Iterator[tuple[AgendaItem, str]]:
    """Who has a part in an item of another session at the same moment."""
    by_session: dict[Meeting, list[AgendaItem]] = {}
    for item in elsewhere:
        by_session.setdefault(item.meeting, []).append(item)
    for session, others in by_session.items():
        their_slots, numbers = slots_of(session, others), number_of(others)
        for item, other in product(items, others):
            starts = max(slots[item.id].starts, their_slots[other.id].starts)
            ends = min(slots[item.id].ends, their_slots[other.id].ends)
            if starts >= ends:
                continue
            for name in _also_there(item, other):
                yield (
                    item,
                    _(
                        "%(who)s is also in item %(number)s of “%(session)s” at that time (%(starts)s to %(ends)s).",
                        who=name,
                        number=numbers[other.id],
                        session=in_reader_language(session.title),
                        starts=hour_text(starts, zone),
                        ends=hour_text(ends, zone),
                    ),
                )


def _of_slot(meeting: Meeting, item: AgendaItem, slot: Slot, before: Slot | None) -> Iterator[str]:
    opening = moment_on(meeting, item.day, meeting.starts_at.astimezone(meeting.tz).time())
    closing = meeting.ends_at if item.day == day_count(meeting) else closing_of(meeting, item.day)
    if item.day > day_count(meeting):
        yield _("This day is after the session's last day.")
    elif slot.ends > closing and (closing > opening or closing == meeting.ends_at):
        hours = {"ends": hour_text(slot.ends, meeting.zone), "closes": hour_text(closing, meeting.zone)}
        day, last = (moment.astimezone(meeting.tz).date() for moment in (slot.ends, closing))
        if day == last:
            yield _("It ends at %(ends)s, after the session's closing time (%(closes)s).", **hours)
        else:
            yield _(
                "It ends on %(day)s at %(ends)s, after the session's closing time (%(closes)s).",
                day=show_day(day),
                **hours,
            )
    if slot.starts < opening:
        yield _("It begins before the session's hour.")
    if item.begins and before and slot.starts < before.ends:
        yield _("It begins before the item above it ends.")
    if item.begins:
        try:
            local_moment(datetime.combine(date_of(meeting, item.day), item.begins), meeting.zone)
        except Refusal as refusal:
            yield str(refusal)


def _of_whole(meeting: Meeting, items: Sequence[AgendaItem], published: AgendaVersion | None) -> Iterator[str]:
    if published and has_old_days(published, meeting):
        yield _("The session was moved: readers still see the days from before. Publish the order of business anew.")
    days = {item.day for item in items}
    # A session that lasts for months meets on some of its days only.
    if items and day_count(meeting) <= MOST_DAYS:
        for day in range(1, day_count(meeting) + 1):
            if day not in days:
                yield _("Day %(number)d (%(date)s) has no items.", number=day, date=show_day(date_of(meeting, day)))


def _unwritten(meeting: Meeting, item: AgendaItem) -> Iterator[str]:
    """Which texts of an item are not there in each working language."""
    for text, sentence in (
        (item.title, _l("The title is not written in %(languages)s.")),
        (item.description, _l("The description is not written in %(languages)s.")),
    ):
        missing = [LANGUAGE_NAMES[code] for code in meeting.languages if not text.get(code)]
        if text and missing:
            yield str(sentence) % {"languages": ", ".join(missing)}


def checks_of(
    meeting: Meeting,
    items: Sequence[AgendaItem],
    elsewhere: Sequence[AgendaItem] = (),
    published: AgendaVersion | None = None,
) -> Checks:
    """Return what is to be looked at.

    `elsewhere`: the items of sessions on the same days; `published`: what readers see.

    Reads the items' `people`, and the `meeting` of those elsewhere; runs no statement of its own.
    """
    slots, numbers = slots_of(meeting, items), number_of(items)
    found: dict[int, list[str]] = {}
    before: dict[int, Slot] = {}
    for head, *subs in blocks_of(items):
        found.setdefault(head.id, []).extend(_of_slot(meeting, head, slots[head.id], before.get(head.day)))
        if subs and head.minutes and sum(item.minutes for item in subs) > head.minutes:
            found[head.id].append(_("Its sub-items last longer than the item itself."))
        for above, item in zip([None, *subs], subs, strict=False):
            said = _of_slot(meeting, item, slots[item.id], slots[above.id] if above else None)
            found.setdefault(item.id, []).extend(said if item.begins else [])
        before[head.day] = slots[head.id]
    for item in items:
        found[item.id].extend(_unwritten(meeting, item))
    for item, sentence in _twice(items, slots, numbers, meeting.zone):
        found[item.id].append(sentence)
    for item, sentence in _in_other_sessions(items, slots, elsewhere, meeting.zone):
        found[item.id].append(sentence)
    days = {item.day for item in items}
    return Checks(
        items={key: said for key, said in found.items() if said},
        days={
            day: [_("The clocks are changed on this day: make sure that the hours are those that people will read.")]
            for day in days
            if clocks_change(meeting, day)
        },
        whole=list(_of_whole(meeting, items, published)),
    )

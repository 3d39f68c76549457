"""A list of speakers as it stands: who waits in which order, for how long, and when each may expect the floor."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.texts import alphabetical
from app.floor import queries, queue
from app.floor.enums import EntryState, SpeakingKind
from app.floor.models import SpeakerEntry, SpeakersList, Speech
from app.floor.queries import Item
from app.floor.queue import Asked, Rule
from app.meetings.models import Meeting
from app.meetings.participant_queries import PLACES

LAST = 1_000_000  # the rank of a delegation that has none


@dataclass(frozen=True)
class Standing:
    """`entries`: all of the list, as asked; `order`: those who wait, in order; `allowed`: id -> seconds."""

    speakers: SpeakersList
    entries: Sequence[SpeakerEntry]
    order: list[SpeakerEntry]
    asked: list[Asked]
    allowed: dict[int, int]

    @property
    def hand(self) -> dict[int, int]:
        """The places that the Chair gave."""
        return {row.id: row.hand for row in self.order if row.hand is not None}

    @property
    def movable(self) -> list[int]:
        """The ids of those whom the Chair can put elsewhere, in order."""
        return [row.id for row in self.order if row.kind.queued]

    def expected(self, begins: datetime) -> dict[int, datetime]:
        """Id -> when each may expect the floor."""
        return queue.expected(self.asked, self.allowed, begins)

    def finish(self, begins: datetime, *, factor: int | None = None) -> datetime:
        """When the list is through; with another factor, as if times were cut to it."""
        allowed = self.allowed if factor is None else _allowed(self.speakers, self.asked, self.entries, factor)
        return queue.finish(self.asked, allowed, begins)


def standing_of(speakers: SpeakersList, entries: Sequence[SpeakerEntry] | None = None) -> Standing:
    """Put a list in order. One statement, none where its entries are at hand."""
    rows = queries.entries_of(speakers) if entries is None else entries
    waiting = {row.id: row for row in rows if row.state is EntryState.WAITING}
    had = {row.delegation_id for row in rows if _counts_as_right(row)}
    rule = Rule(speakers.order, speakers.seed or "")
    hand = {row.id: row.hand for row in waiting.values() if row.hand is not None}
    asked = queue.in_order((_asked(row, speakers.order_language, had) for row in waiting.values()), rule, hand)
    order = [waiting[one.id] for one in asked]
    return Standing(speakers, rows, order, asked, _allowed(speakers, asked, rows, speakers.factor))


def standings_in(lists: Collection[SpeakersList]) -> dict[str, Standing]:
    """Lists in order, by the mark of their item. One statement."""
    entries: dict[int, list[SpeakerEntry]] = {row.id: [] for row in lists}
    for entry in queries.entries_of(*lists) if lists else []:
        entries[entry.list_id].append(entry)
    return {row.mark: standing_of(row, entries[row.id]) for row in lists}


def standings_of(meeting: Meeting) -> tuple[list[Item], dict[str, Standing]]:
    """The items of a session's order of business, and its lists by the mark of their item. Three statements."""
    lists = queries.lists_of(meeting.id)
    return queries.items_of(meeting, {row.mark for row in lists}), standings_in(lists)


def _allowed(
    speakers: SpeakersList, asked: Iterable[Asked], entries: Iterable[SpeakerEntry], factor: int
) -> dict[int, int]:
    return queue.allowances(
        asked, speakers.seconds, factor=factor, quotas=speakers.quotas, used=used(entries) if speakers.quotas else {}
    )


def _counts_as_right(row: SpeakerEntry) -> bool:
    taken = row.state in (EntryState.SPEAKING, EntryState.SPOKEN)
    return row.kind is SpeakingKind.RIGHT_OF_REPLY and taken


def _asked(row: SpeakerEntry, language: str, had: set[int]) -> Asked:
    """Nobody's place is by what they can write: neither the lot nor the alphabet goes by the name of a group."""
    party = row.delegation.party
    name = alphabetical((row.on_behalf or party).label.in_language(language), language)
    return Asked(
        id=row.id,
        kind=row.kind,
        asked_at=row.asked_at,
        category=row.category,
        whom=party.code,
        name=name,
        rank=(PLACES[party.kind], row.delegation.rank or LAST, name),
        second=row.kind is SpeakingKind.RIGHT_OF_REPLY and row.delegation_id in had,
    )


def used(entries: Iterable[SpeakerEntry]) -> dict[str, int]:
    """Category -> the seconds that its statements have taken; who still speaks takes at least the time allowed."""
    seconds: Counter[str] = Counter()
    for row in entries:
        if row.speech is not None and row.kind is SpeakingKind.STATEMENT:
            spent = int(row.speech.spent().total_seconds())
            seconds[row.category] += spent if row.speech.ended_at else max(spent, row.speech.allowed)
    return seconds


def begins(
    item: Item, under_way: Iterable[Speech], at: datetime, before: Iterable[tuple[Item, Standing]] = ()
) -> datetime:
    """Return when the next speaker of an item can begin: at its hour, once those who speak have used their time, and
    once the lists of the items `before` it are through."""
    moment = at + sum((max(timedelta(), row.left(at)) for row in under_way), timedelta())
    for one, standing in before:
        moment = standing.finish(max(moment, datetime.fromisoformat(one["starts_at"])))
    return max(moment, datetime.fromisoformat(item["starts_at"]))


def before(
    item: Item, items: Sequence[Item], here: Item | None, standings: Mapping[str, Standing]
) -> list[tuple[Item, Standing]]:
    """The items of the same day whose lists are heard before that of an item, from the one that the floor is at on."""
    day = [one for one in items if one["day"] == item["day"]]
    if here not in day:
        return []
    heard = day[day.index(here) : day.index(item)]
    return [(one, standings[one["mark"]]) for one in heard if one["mark"] in standings]

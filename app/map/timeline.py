"""The timeline of the system: a lane a kind of event, each event as near to its date as the others leave room."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from flask_babel import gettext as _

from app.core.wording import in_reader_language, with_colon
from app.directory.enums import EventKind
from app.directory.labels import EVENT_KINDS
from app.directory.models import Event
from app.map.naming import day_shown, period
from app.map.svg import Picture, shortened, text_width

WIDTH, LANE_NAMES, RIGHT = 1200.0, 96.0, 12.0
AXIS, TRACK, GAP = 28.0, 19.0, 14.0  # height of the axis, of a line of events, and between lanes
SIZE, MARK, SPACE = 12, 9.0, 8.0  # of letters; from a mark to its letters; between events
LONGEST = 215.0  # width of a title
CLOSER_BEFORE, CLOSER = 1990, 5  # years before that one take a fifth of the others' room
EVERY = 5  # years from tick to tick where there is room
# What happened to a party is told by its name; of others the title says what it was.
NAMED = (EventKind.FOUNDED, EventKind.MEETING, EventKind.ENDED)


@dataclass(frozen=True, slots=True)
class Mark:
    """An event as drawn: `x`, `y` of its mark, its letters and on which side of it they begin or end."""

    x: float
    y: float
    label: str
    label_x: float
    anchor: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Lane:
    """The events of a kind, and where the lane begins and ends."""

    kind: str
    name: str
    top: float
    bottom: float
    marks: list[Mark]


@dataclass(frozen=True, slots=True)
class Shapes:
    """All that is drawn. `ticks`: x and year."""

    lanes: list[Lane]
    ticks: list[tuple[float, int]]
    axis: float
    bottom: float


@dataclass(frozen=True)
class Scale:
    """Where years stand: those before CLOSER_BEFORE are drawn closer together."""

    first: int
    last: int

    def _room(self, year: float) -> float:
        return min(year, CLOSER_BEFORE) / CLOSER + max(year - CLOSER_BEFORE, 0)

    def x(self, year: float) -> float:
        """Where a moment stands, in years with a fraction."""
        whole = self._room(self.last) - self._room(self.first)
        part = (self._room(year) - self._room(self.first)) / whole
        return LANE_NAMES + (WIDTH - LANE_NAMES - RIGHT) * part

    def ticks(self) -> list[int]:
        """The years to name: each decade where they are close, else each EVERY years."""
        return [
            year
            for year in range(self.first, self.last + 1)
            if year % (EVERY if year >= CLOSER_BEFORE else 2 * EVERY) == 0
        ]


def year_of(date: str) -> float:
    """Return an ISO date as years with a fraction; the beginning of a year or month whose day is not known."""
    year, month, day = (int(part) for part in f"{date}-01-01".split("-")[:3])
    return year + (month - 1) / 12 + (day - 1) / 365


def happened_by(events: Iterable[Event], day: str) -> list[Event]:
    """The events that had begun by a day."""
    return [event for event in events if event.date <= day]


def by_decade(events: Sequence[Event]) -> list[tuple[int, list[Event]]]:
    """The events, which stand in order, decade by decade."""
    return [(decade, list(found)) for decade, found in groupby(events, key=lambda event: int(event.date[:3]) * 10)]


def date_shown(event: Event) -> str:
    """Return when an event was, in words."""
    return period(event.date, event.until) if event.until else day_shown(event.date)


def anchor_of(event: Event) -> str:
    """Return the id of an event's entry in the list beside the picture."""
    return f"event-{event.id}"


def picture(events: Sequence[Event], caption: str) -> Picture:
    """Return the timeline of events, which are in order and at least one, laid out."""
    scale = Scale(int(events[0].date[:3]) * 10, int(max(event.until or event.date for event in events)[:4]) + 1)
    lanes = []
    y = AXIS + GAP
    for kind in EventKind:
        if found := [event for event in events if event.event_kind is kind]:
            marks, bottom = _packed(found, scale, y)
            lanes.append(Lane(kind.value, str(EVENT_KINDS[kind]), y, bottom, marks))
            y = bottom + GAP
    return Picture(
        name="timeline",
        title=_("Timeline of the system"),
        caption=caption,
        width=WIDTH,
        height=y + AXIS,
        shapes=Shapes(lanes, [(round(scale.x(year), 1), year) for year in scale.ticks()], AXIS, y),
    )


def _packed(events: list[Event], scale: Scale, top: float) -> tuple[list[Mark], float]:
    """Put each event on the first line where it has room; return them, and where the lines end."""
    ends: list[float] = []
    marks = []
    for event in events:
        label = _label(event)
        wide = text_width(label, SIZE)
        x = round(scale.x(year_of(event.date)), 1)
        back = x + MARK + wide > WIDTH
        left, right = (x - MARK - wide, x + MARK) if back else (x - MARK, x + MARK + wide)
        line = next((place for place, end in enumerate(ends) if end + SPACE <= left), len(ends))
        ends[line : line + 1] = [right]
        marks.append(
            Mark(
                x=x,
                y=top + TRACK * (line + 0.5),
                label=label,
                label_x=round(x - MARK if back else x + MARK, 1),
                anchor="end" if back else "start",
                title=f"{with_colon(date_shown(event))} {in_reader_language(event.title)}",
                url=f"#{anchor_of(event)}",
            )
        )
    return marks, top + TRACK * len(ends)


def _label(event: Event) -> str:
    if event.party and event.event_kind in NAMED:
        return in_reader_language(event.party.label)
    title = in_reader_language(event.title)
    return title if text_width(title, SIZE) <= LONGEST else shortened(title.split(",")[0], LONGEST, SIZE)

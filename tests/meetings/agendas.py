"""Items of an order of business, as tests write them."""

from app.core.actors import SYSTEM
from app.core.localized import LocalizedText
from app.meetings import operations, queries
from app.meetings.arrangement import number_of
from app.meetings.enums import ItemKind
from tests.factories.summaries import everywhere


def fields(title="Item", *, day=1, minutes=30, **more):
    words = {"title": everywhere(title), "description": LocalizedText(), "kind": ItemKind.PANEL}
    return {**words, "day": day, "minutes": minutes, **more}


def add(meeting, title, **more):
    return operations.add_agenda_item(meeting, by=SYSTEM, **fields(title, **more))


def drop(item, position, day=None):
    operations.place_agenda_item(item, position=position, day=day, by=SYSTEM)


def shown(meeting):
    items = queries.agenda_of(meeting.id)
    numbers = number_of(items)
    return [f"{item.day} {numbers[item.id]} {item.title['en'].removesuffix(' (en)')}" for item in items]


def named(meeting, title):
    return next(item for item in queries.agenda_of(meeting.id) if item.title["en"] == f"{title} (en)")

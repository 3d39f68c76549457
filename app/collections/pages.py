"""What the pages of a collection show, made ready: each reading with the rights of whoever looks."""

from dataclasses import dataclass
from typing import Any

from app.collections.exporting import fingerprint_of, is_long
from app.collections.labels import KINDS
from app.collections.models import CollectedReading, Collection
from app.collections.queries import exports_for
from app.collections.readings import Found, Key, read
from app.core.actors import Actor


@dataclass(frozen=True)
class Line:
    """A reading as its collection shows it; `found` None: it is not there for the person any more."""

    row: CollectedReading
    place: int
    found: Found | None
    kind: str

    @property
    def name(self) -> str:
        """What buttons call it, without a word of what may not be read."""
        return self.found.title if self.found else str(self.place)


def _read(collection: Collection, actor: Actor) -> dict[Key, Found]:
    return read(actor, [(row.kind, row.name) for row in collection.readings])


def _lines(collection: Collection, found: dict[Key, Found]) -> list[Line]:
    return [
        Line(row, place, one := found.get((row.kind, row.name)), str(KINDS[row.kind]) if one else "")
        for place, row in enumerate(collection.readings, start=1)
    ]


def lines_of(collection: Collection, actor: Actor) -> list[Line]:
    """Return the readings of a collection in order."""
    return _lines(collection, _read(collection, actor))


def page_of(collection: Collection, actor: Actor) -> dict[str, Any]:
    """Return what templates/collections/_readings.html needs."""
    found = _read(collection, actor)
    holds = fingerprint_of(collection, found)
    return {
        "collection": collection,
        "lines": _lines(collection, found),
        "long": is_long(collection),
        "files": [
            {"row": export, "ready": export.file_id is not None, "same": export.holds == holds}
            for export in exports_for(actor, collection)
        ],
    }

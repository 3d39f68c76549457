"""Reading the catalogue of records."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.meetings.models import Meeting
from app.meetings.queries import visible_to as meeting_visible
from app.open_data.catalogue import VISITOR
from app.open_data.described import described
from app.open_data.describing import Described
from app.open_data.enums import RecordKind
from app.open_data.models import PublicRecord
from app.open_data.oai import PAGE, Place


@dataclass(frozen=True)
class Recorded:
    """A record as it is handed out; `thing` is None of what is public no more."""

    kind: RecordKind
    key: str
    session: str
    stamped_at: datetime
    thing: Described | None


@dataclass(frozen=True)
class Listed:
    """A page of records, how many the whole list has, and where it goes on (None at its end)."""

    records: Sequence[Recorded]
    total: int
    onward: Place | None


def _listed(place: Place) -> list[sa.ColumnElement[bool]]:
    row = PublicRecord
    conditions = [row.stamped_at <= now()]
    if place.kind:
        conditions.append(row.kind == place.kind)
    if place.session:
        conditions.append(row.meeting_slug == place.session)
    if place.since:
        conditions.append(row.stamped_at >= place.since)
    if place.until:
        conditions.append(row.stamped_at <= place.until)
    if place.after:
        at, row_id = place.after
        conditions.append(sa.or_(row.stamped_at > at, sa.and_(row.stamped_at == at, row.id > row_id)))
    return conditions


def listed(place: Place) -> Listed:
    """Return the next page of a list, in the order in which records changed; what changes meanwhile comes
    at its end."""
    conditions = _listed(place)
    statement = sa.select(PublicRecord).where(*conditions).order_by(PublicRecord.stamped_at, PublicRecord.id)
    rows = db.session.scalars(statement.limit(PAGE + 1)).all()
    left = db.session.scalar(sa.select(sa.func.count()).select_from(PublicRecord).where(*conditions)) or 0
    page = rows[:PAGE]
    onward = None
    if len(rows) > PAGE:
        last = page[-1]
        onward = Place(
            place.kind, place.session, place.since, place.until, (last.stamped_at, last.id), place.given + len(page)
        )
    return Listed(_recorded(page), place.given + left, onward)


def _recorded(rows: Sequence[PublicRecord]) -> list[Recorded]:
    """What is known of rows now, so that what was withdrawn a moment ago is gone before the catalogue knows."""
    ids: dict[RecordKind, list[int]] = defaultdict(list)
    for row in rows:
        if not row.gone:
            ids[row.kind].append(row.source_id)
    found = {kind: described(kind, of_kind) for kind, of_kind in ids.items()}
    made = []
    for row in rows:
        thing = None if row.gone else found[row.kind].get(row.source_id)
        if thing is not None and thing.key != row.key:
            thing = None  # another thing has the number by now
        made.append(Recorded(row.kind, row.key, row.meeting_slug, row.stamped_at, thing))
    return made


def record_named(kind: RecordKind, key: str) -> Recorded | None:
    """Return one record by its name, or None."""
    statement = sa.select(PublicRecord).where(
        PublicRecord.kind == kind, PublicRecord.key == key, PublicRecord.stamped_at <= now()
    )
    row = db.session.scalars(statement).one_or_none()
    return _recorded([row])[0] if row else None


def earliest() -> datetime:
    """When the first record came; now where there is none."""
    return db.session.scalar(sa.select(sa.func.min(PublicRecord.stamped_at))) or now()


def sessions() -> dict[str, LocalizedText]:
    """The sessions that have records: slug -> title, empty of one that is not public now."""
    slugs = db.session.scalars(sa.select(PublicRecord.meeting_slug).distinct()).all()
    statement = sa.select(Meeting.slug, Meeting.title).where(meeting_visible(VISITOR))
    titles = {row.slug: row.title for row in db.session.execute(statement)}
    return {slug: titles.get(slug, LocalizedText()) for slug in sorted(slugs)}

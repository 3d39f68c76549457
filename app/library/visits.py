"""What is new in the library to somebody who comes back to it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.library.models import LibraryVisit
from app.library.practice_queries import published
from app.meetings.models import Meeting
from app.meetings.queries import visible_to
from app.practices.models import Practice
from app.presentations.models import Presentation
from app.presentations.queries import published_to as presentation_published_to
from app.register.models import Document
from app.register.queries import VISIT, new_since
from app.register.queries import visible_to as document_visible
from app.search.models import DOCUMENT_KIND, PRACTICE_KIND, PRESENTATION_KIND, SUMMARY_KIND
from app.summaries.models import Publication, Summary
from app.summaries.queries import open_to


class InSession(NamedTuple):
    """How many new things of a kind there are of one session."""

    number: int
    kind: str
    slug: str
    title: LocalizedText
    starts_at: datetime


@dataclass(frozen=True)
class News:
    """How many things a person may read, by kind, that were published since their last visit ended; of one body also
    by its sessions, the newest first."""

    since: datetime
    numbers: Mapping[str, int]
    sessions: Sequence[InSession] = ()


def news(actor: Actor, body_id: int | None = None) -> News | None:
    """What is new (of one body) since the person's last visit; None for visitors, and for who has not been here before.
    At most two statements."""
    if actor.id is None:
        return None
    visit = db.session.scalars(sa.select(LibraryVisit).where(LibraryVisit.user_id == actor.id)).one_or_none()
    if visit is None:
        return None
    since = visit.at if visit.at < now() - VISIT else visit.since
    counted = {
        SUMMARY_KIND: sa.select(sa.func.count())
        .select_from(Publication)
        .join(Publication.summary)
        .join(Summary.meeting)
        .where(Publication.published_at > since, visible_to(actor), open_to(actor)),
        PRACTICE_KIND: published(actor, sa.func.count()).where(Practice.published_at > since),
        PRESENTATION_KIND: sa.select(sa.func.count())
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .where(Presentation.published_at > since, presentation_published_to(actor)),
        DOCUMENT_KIND: sa.select(sa.func.count())
        .select_from(Document)
        .join(Document.meeting)
        .where(new_since(actor, since), document_visible(actor)),
    }
    if body_id is None:
        numbers = db.session.execute(sa.select(*(one.scalar_subquery() for one in counted.values()))).one()
        return News(since, dict(zip(counted, numbers, strict=True)))
    each = (
        one.add_columns(sa.literal(kind), Meeting.slug, Meeting.title, Meeting.starts_at)
        .where(Meeting.mechanism_id == body_id)
        .group_by(Meeting.id)
        for kind, one in counted.items()
    )
    found = [InSession(*row) for row in db.session.execute(sa.union_all(*each))]
    total = Counter(dict.fromkeys(counted, 0))
    for row in found:
        total[row.kind] += row.number
    return News(since, total, sorted(found, key=lambda row: row.starts_at, reverse=True))


def note_visit(*, by: Actor, all_read: bool = False) -> None:
    """Keep that a person looked at the start page. A visit goes on until nobody has looked for half an hour; what comes
    after it is new in the next. `all_read`: nothing that is there now is new any more.
    """
    at = now()
    visit = db.session.scalars(sa.select(LibraryVisit).where(LibraryVisit.user_id == by.id)).one_or_none()
    if visit is None:
        insert = sqlite.insert if db.engine.dialect.name == "sqlite" else postgresql.insert
        values = {"user_id": by.id, "since": at, "at": at}
        db.session.execute(insert(LibraryVisit).values(values).on_conflict_do_nothing())
        return
    if all_read:
        visit.since = at
    elif visit.at < at - VISIT:
        visit.since = visit.at
    visit.at = at

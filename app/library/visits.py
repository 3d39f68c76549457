"""What is new in the library to somebody who comes back to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.core.actors import Actor
from app.core.clock import now
from app.core.db import db
from app.core.localized import LocalizedText
from app.floor.open_statements import moved_since, open_by_now
from app.floor.statement_models import FloorStatement
from app.library.chronicle import ChronicleKind
from app.library.models import LibraryVisit
from app.library.practice_queries import published
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import findable, readable, visible_to
from app.practices.models import Practice
from app.presentations.models import Presentation
from app.presentations.queries import published_to as presentation_published_to
from app.recommendations.models import RecommendationReport as Report
from app.recommendations.queries import carried_ids
from app.register.models import Document
from app.register.queries import VISIT, new_since
from app.register.queries import visible_to as document_visible
from app.search.counting import things_since
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
    """What a person may read that was published since their last visit ended. `found`: kind -> how many things a search
    since then lists, of one body its practices alone; `sessions`: what no such search lists, by session, the newest
    first."""

    since: datetime
    found: Mapping[str, int]
    sessions: Sequence[InSession] = ()


def news(actor: Actor, body_id: int | None = None) -> News | None:
    """What is new (of one body) since the person's last visit; None for visitors, and for who has not been here before.
    Four statements; two more where the index has just changed."""
    if actor.id is None:
        return None
    visit = db.session.scalars(sa.select(LibraryVisit).where(LibraryVisit.user_id == actor.id)).one_or_none()
    if visit is None:
        return None
    since = (visit.at if visit.at < now() - VISIT else visit.since).replace(microsecond=0)  # as addresses say it
    counted: dict[str, sa.Select[Any]] = {
        ChronicleKind.STATEMENT: sa.select(sa.func.count())
        .select_from(FloorStatement)
        .join(FloorStatement.delegation)
        .join(Delegation.meeting)
        .where(moved_since(since), readable(actor, FloorStatement.consent), open_by_now()),
        ChronicleKind.REPORT: sa.select(sa.func.count())
        .select_from(Report)
        .join(Report.delegation)
        .join(Delegation.meeting)
        .where(Report.filed_at > since, readable(actor, Report.consent), Report.carried_id.in_(carried_ids(actor))),
    }
    if body_id is None:
        return News(since, things_since(findable(actor), since), _by_session(counted))
    counted = {
        SUMMARY_KIND: sa.select(sa.func.count(Publication.summary_id.distinct()))
        .select_from(Publication)
        .join(Publication.summary)
        .join(Summary.meeting)
        .where(Publication.published_at > since, visible_to(actor), open_to(actor)),
        PRESENTATION_KIND: sa.select(sa.func.count())
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .where(Presentation.published_at > since, presentation_published_to(actor)),
        DOCUMENT_KIND: sa.select(sa.func.count())
        .select_from(Document)
        .join(Document.meeting)
        .where(new_since(actor, since), document_visible(actor)),
        **counted,
    }
    of_body = Meeting.mechanism_id == body_id
    practices = published(actor, sa.func.count()).where(Practice.published_at > since, of_body)
    found = {PRACTICE_KIND: db.session.scalar(practices) or 0}
    return News(since, found, _by_session(counted, of_body))


def _by_session(counted: Mapping[str, sa.Select[Any]], *conditions: sa.ColumnElement[bool]) -> list[InSession]:
    """`counted`: kind -> how many; the kinds in that order, of each the newest session first. One statement."""
    each = (
        one.add_columns(sa.literal(str(kind)), Meeting.slug, Meeting.title, Meeting.starts_at)
        .where(*conditions)
        .group_by(Meeting.id)
        for kind, one in counted.items()
    )
    rows = [InSession(*row) for row in db.session.execute(sa.union_all(*each))]
    newest = sorted(rows, key=lambda row: row.starts_at, reverse=True)
    return [row for kind in counted for row in newest if row.kind == kind]


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

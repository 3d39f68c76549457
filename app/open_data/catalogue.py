"""What is public now, and where the catalogue of records differs from it.

What is public depends on texts, consents, sessions' distributions and stages; so nobody tells the catalogue of a
change: it compares itself with what a visitor may read, set against set, in the database.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import orm

from app.audit.kept_pages import newest_events
from app.core.actors import Anonymous
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.floor.open_statements import open_by_now
from app.floor.statement_models import FloorStatement, FloorStatementVersion
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import readable
from app.meetings.queries import visible_to as meeting_visible
from app.open_data.enums import RecordKind
from app.open_data.models import PublicRecord, Release
from app.practices.models import Practice
from app.practices.queries import newest_number, published_to
from app.practices.translation_models import PracticeTranslation
from app.presentations import queries as presentation_queries
from app.presentations.models import Presentation
from app.recommendations.models import RecommendationReport
from app.recommendations.queries import carried_ids
from app.register.models import Document
from app.register.queries import visible_to as document_visible
from app.summaries.models import Publication, Summary
from app.summaries.queries import open_to

T = TypeVar("T")
Selected = Any  # a select: what it gives is said beside it
VISITOR = Anonymous()
AT_ONCE = 1000  # records in one transaction
MOST_KEPT = 24  # answers in memory, each of some hundred kilobytes at most
# What is written now is stamped with a moment that is still to come, and listed from then on: so all of a second is
# there when the second is listed, and a harvester who asks for what came after her last visit misses nothing.
SETTLING = timedelta(seconds=3)


def _sessions() -> Selected:
    return sa.select(
        Meeting.slug.label("key"),
        Meeting.id.label("source_id"),
        Meeting.slug.label("meeting_slug"),
        Meeting.version.label("revision"),
        Meeting.starts_at.label("source_at"),
    ).where(meeting_visible(VISITOR))


def _practices() -> Selected:
    # Not the row's own counter, which tells that the delegation works on a correction.
    translated = sa.select(sa.func.coalesce(sa.func.sum(PracticeTranslation.version), 0)).where(
        PracticeTranslation.practice_id == Practice.id
    )
    return (
        sa.select(
            sa.func.replace(Practice.reference, "/", "-").label("key"),
            Practice.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            (newest_number() * 100_000 + sa.cast(translated.scalar_subquery(), sa.Integer)).label("revision"),
            Practice.published_at.label("source_at"),
        )
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .where(published_to(VISITOR))
    )


def _presentations() -> Selected:
    return (
        sa.select(
            (Meeting.slug + sa.literal(":") + Party.code).label("key"),
            Presentation.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            presentation_queries.newest_number().label("revision"),
            Presentation.published_at.label("source_at"),
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(presentation_queries.published_to(VISITOR))
    )


def _summaries() -> Selected:
    newest = (
        sa.select(sa.func.max(Publication.id).label("id"))
        .join(Summary, Summary.id == Publication.summary_id)
        .join(Meeting, Meeting.id == Summary.meeting_id)
        .where(meeting_visible(VISITOR), open_to(VISITOR))
        .group_by(Publication.summary_id)
    )
    return (
        sa.select(
            Meeting.slug.label("key"),
            Publication.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            Publication.number.label("revision"),
            Publication.published_at.label("source_at"),
        )
        .select_from(Publication)
        .join(Summary, Summary.id == Publication.summary_id)
        .join(Meeting, Meeting.id == Summary.meeting_id)
        .where(Publication.id.in_(newest))
    )


def _documents() -> Selected:
    return (
        sa.select(
            Document.slug.label("key"),
            Document.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            Document.version.label("revision"),
            Document.updated_at.label("source_at"),
        )
        .select_from(Document)
        .join(Meeting, Meeting.id == Document.meeting_id)
        .where(document_visible(VISITOR), Document.withdrawn_at.is_(None))
    )


def _statements() -> Selected:
    version = FloorStatementVersion
    other = orm.aliased(version)
    newest = sa.select(sa.func.max(other.number)).where(other.statement_id == FloorStatement.id)
    return (
        sa.select(
            sa.cast(FloorStatement.id, sa.String(20)).label("key"),
            FloorStatement.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            version.number.label("revision"),
            version.handed_in_at.label("source_at"),
        )
        .select_from(FloorStatement)
        .join(FloorStatement.delegation)
        .join(Delegation.meeting)
        .join(version, sa.and_(version.statement_id == FloorStatement.id, version.number == newest.scalar_subquery()))
        .where(readable(VISITOR, FloorStatement.consent), open_by_now())
    )


def _reports() -> Selected:
    row = RecommendationReport
    return (
        sa.select(
            (sa.cast(row.carried_id, sa.String(20)) + sa.literal(":") + Party.code).label("key"),
            row.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            row.version.label("revision"),
            row.filed_at.label("source_at"),
        )
        .select_from(row)
        .join(row.delegation)
        .join(Delegation.meeting)
        .join(Party, Party.id == Delegation.party_id)
        .where(row.filed_at.is_not(None), readable(VISITOR, row.consent), row.carried_id.in_(carried_ids(VISITOR)))
    )


PUBLIC: dict[RecordKind, Callable[[], Selected]] = {
    RecordKind.SESSION: _sessions,
    RecordKind.PRACTICE: _practices,
    RecordKind.PRESENTATION: _presentations,
    RecordKind.SUMMARY: _summaries,
    RecordKind.DOCUMENT: _documents,
    RecordKind.STATEMENT: _statements,
    RecordKind.REPORT: _reports,
}


def public_now(kind: RecordKind) -> Selected:
    """Select key, source_id, meeting_slug, revision and source_at of what anybody may read of a kind."""
    return PUBLIC[kind]()


def known_now(kind: RecordKind) -> Selected:
    """Select source_id of what anybody may read of a kind and the catalogue has: what releases are made of. So nothing
    is in one that came and went between two looks of the catalogue, which would never learn that it went."""
    found, row = public_now(kind).subquery(), PublicRecord
    return sa.select(found.c.source_id).join(
        row, sa.and_(row.kind == kind, row.key == found.c.key, row.source_id == found.c.source_id, ~row.gone)
    )


def differing(kind: RecordKind) -> Sequence[Any]:
    """What is public of a kind and not so in the catalogue: AT_ONCE rows at most, with the record's `id` if any."""
    found = public_now(kind).subquery()
    record = PublicRecord
    statement = (
        sa.select(found, record.id)
        .outerjoin(record, sa.and_(record.kind == kind, record.key == found.c.key))
        .where(
            sa.or_(
                record.id.is_(None),
                record.gone,
                record.source_id != found.c.source_id,
                record.revision != found.c.revision,
                record.source_at != found.c.source_at,
            )
        )
        .order_by(found.c.source_id)
        .limit(AT_ONCE)
    )
    return db.session.execute(statement).all()


def gone(kind: RecordKind) -> Selected:
    """Select id and first_at of the records of a kind that are public no more."""
    found = public_now(kind).subquery()
    return (
        sa.select(PublicRecord.id, PublicRecord.first_at)
        .outerjoin(found, found.c.key == PublicRecord.key)
        .where(PublicRecord.kind == kind, ~PublicRecord.gone, found.c.key.is_(None))
    )


def stamp() -> datetime:
    """The moment that what is written now is listed from, in whole seconds."""
    return (now() + SETTLING).replace(microsecond=0)


def holds_what_is_gone(release: Release) -> bool:
    """Whether something that a release holds is public no more, though the catalogue may not know yet.

    A statement for each kind over all that is public of it, for who is about to be given a file; once while nothing
    happens.
    """
    since = release.made_at + SETTLING

    def asked() -> bool:
        found = [gone(kind).where(PublicRecord.first_at <= since) for kind in RecordKind]
        return any(db.session.execute(statement.limit(1)).first() for statement in found)

    return while_nothing_happens(f"release {release.number}", asked)


def while_nothing_happens(name: str, find: Callable[[], T]) -> T:
    """Return what `find` gives, which is asked again once an event was recorded, and in the next minute. As pages are
    kept (`audit/kept_pages.py`), so it is where they are."""
    if not current_app.config["CACHE_PAGES"]:
        return find()
    stamp = (now().replace(second=0, microsecond=0), *newest_events())
    kept: dict[str, tuple[Any, Any]] = current_app.extensions.setdefault("open_data_kept", {})
    if (known := kept.get(name)) and known[0] == stamp:
        value: T = known[1]
        return value
    found = find()
    if len(kept) >= MOST_KEPT:
        kept.clear()
    kept[name] = stamp, found
    return found

"""What is public now, and keeping the catalogue of records in step with it.

What is public depends on texts, consents, sessions' distributions and stages; so nobody tells the catalogue of a
change: it compares itself with what a visitor may read, set against set, in the database.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.audit.models import AuditEvent
from app.core.actors import Anonymous
from app.core.clock import now
from app.core.db import db
from app.directory.models import Party
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import readable
from app.meetings.queries import visible_to as meeting_visible
from app.open_data.enums import RecordKind, ReleaseState
from app.open_data.models import PublicRecord, Release
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.practices.translation_models import PracticeTranslation
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.register.models import Document
from app.register.queries import visible_to as document_visible
from app.summaries.models import Publication, Summary
from app.summaries.queries import open_to

Selected = Any  # a select: what it gives is said beside it
VISITOR = Anonymous()
AT_ONCE = 1000  # records in one transaction
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
    version = sa.select(sa.func.max(PracticeVersion.number)).where(PracticeVersion.practice_id == Practice.id)
    translated = sa.select(sa.func.coalesce(sa.func.sum(PracticeTranslation.version), 0)).where(
        PracticeTranslation.practice_id == Practice.id
    )
    return (
        sa.select(
            sa.func.replace(Practice.reference, "/", "-").label("key"),
            Practice.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            (version.scalar_subquery() * 100_000 + sa.cast(translated.scalar_subquery(), sa.Integer)).label("revision"),
            Practice.published_at.label("source_at"),
        )
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .where(Practice.state == PracticeState.PUBLISHED, readable(VISITOR, Practice.consent))
    )


def _presentations() -> Selected:
    number = sa.select(sa.func.max(PresentationVersion.number)).where(
        PresentationVersion.presentation_id == Presentation.id
    )
    return (
        sa.select(
            (Meeting.slug + sa.literal(":") + Party.code).label("key"),
            Presentation.id.label("source_id"),
            Meeting.slug.label("meeting_slug"),
            number.scalar_subquery().label("revision"),
            Presentation.published_at.label("source_at"),
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(
            Presentation.state == PresentationState.FILED,
            Presentation.published_at.is_not(None),
            readable(VISITOR, Presentation.consent),
        )
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
            sa.literal(0).label("revision"),
            Document.updated_at.label("source_at"),
        )
        .select_from(Document)
        .join(Meeting, Meeting.id == Document.meeting_id)
        .where(document_visible(VISITOR), Document.withdrawn_at.is_(None))
    )


PUBLIC: dict[RecordKind, Callable[[], Selected]] = {
    RecordKind.SESSION: _sessions,
    RecordKind.PRACTICE: _practices,
    RecordKind.PRESENTATION: _presentations,
    RecordKind.SUMMARY: _summaries,
    RecordKind.DOCUMENT: _documents,
}


def public_now(kind: RecordKind) -> Selected:
    """Select key, source_id, meeting_slug, revision and source_at of what anybody may read of a kind."""
    return PUBLIC[kind]()


def _differing(kind: RecordKind) -> Sequence[Any]:
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


def _gone(kind: RecordKind) -> Selected:
    found = public_now(kind).subquery()
    return (
        sa.select(PublicRecord.id, PublicRecord.first_at)
        .outerjoin(found, found.c.key == PublicRecord.key)
        .where(PublicRecord.kind == kind, ~PublicRecord.gone, found.c.key.is_(None))
    )


def stamp() -> datetime:
    """The moment that what is written now is listed from, in whole seconds."""
    return (now() + SETTLING).replace(microsecond=0)


def bring_up_to_date() -> int:
    """Take into the catalogue what came, changed or went; return how many records that were.

    What went takes the releases that hold it along. Commits, some records at a time.
    """
    changed = 0
    for kind in RecordKind:
        while rows := _differing(kind):
            at = stamp()
            new = [row for row in rows if row.id is None]
            if new:
                db.session.execute(
                    sa.insert(PublicRecord),
                    [{**_values(row), "kind": kind, "key": row.key, "first_at": at, "stamped_at": at} for row in new],
                )
            again = [{**_values(row), "id": row.id, "stamped_at": at} for row in rows if row.id is not None]
            if again:
                db.session.execute(sa.update(PublicRecord), again)
            db.session.commit()
            changed += len(rows)
        while rows := db.session.execute(_gone(kind).limit(AT_ONCE)).all():
            at, ids = stamp(), [row.id for row in rows]
            db.session.execute(
                sa.update(PublicRecord)
                .where(PublicRecord.id.in_(ids))
                .values(gone=True, stamped_at=at)
                .execution_options(synchronize_session=False)
            )
            withdraw_releases(min(row.first_at for row in rows))
            db.session.commit()
            changed += len(rows)
    db.session.rollback()
    return changed


def _values(row: Any) -> dict[str, Any]:
    names = ("source_id", "meeting_slug", "revision", "source_at")
    return {**{name: getattr(row, name) for name in names}, "gone": False}


def withdraw_releases(since: datetime) -> None:
    """Withdraw the releases that may hold what was public since a moment and is no more."""
    db.session.execute(
        sa.update(Release)
        .where(Release.state == ReleaseState.MADE, Release.made_at >= since - SETTLING)
        .values(state=ReleaseState.WITHDRAWN, ended_at=now())
        .execution_options(synchronize_session=False)
    )


def holds_what_is_gone(release: Release) -> bool:
    """Whether something that a release holds is public no more, though the catalogue may not know yet.

    Five statements over all that is public: for who is about to be given a file.
    """
    since = release.made_at + SETTLING
    gone = [_gone(kind).where(PublicRecord.first_at <= since) for kind in RecordKind]
    return any(db.session.execute(statement.limit(1)).first() for statement in gone)


def newest_event() -> int:
    """The number of the newest event of the trail: while it is the same, nothing was published or withdrawn."""
    return db.session.scalar(sa.select(sa.func.max(AuditEvent.id))) or 0

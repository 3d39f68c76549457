"""Public things of a kind, described as they are in the database at this moment. Of what is public no more there is no
description."""

from collections.abc import Callable, Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.directory.models import Party
from app.directory.queries import titles_of_terms
from app.floor.statement_models import FloorStatement
from app.library.practice_queries import facts_of
from app.meetings.models import Delegation, Meeting
from app.open_data import describing
from app.open_data.catalogue import public_now
from app.open_data.describing import Described
from app.open_data.enums import RecordKind
from app.practices.models import Practice, PracticeVersion
from app.practices.queries import newest_number
from app.presentations import queries as presentation_queries
from app.presentations.models import Presentation, PresentationVersion
from app.recommendations.models import CarriedRecommendation, RecommendationReport
from app.recommendations.reading import recommended
from app.register.models import Document, LanguageVersion
from app.search.models import SearchEntry
from app.summaries.models import Publication, Summary

Found = dict[int, Any]  # source_id -> what `public_now` says of it
Describer = Callable[[Found], dict[int, Described]]
_PARTY_AND_SESSION = (
    orm.joinedload(Delegation.party).options(orm.selectin_polymorphic(Party, [])),
    orm.joinedload(Delegation.meeting).joinedload(Meeting.mechanism),
)


def described(kind: RecordKind, ids: Collection[int]) -> dict[int, Described]:
    """Describe those of the things (source_id) that anybody may read. At most five statements."""
    found = public_now(kind).subquery()
    rows = db.session.execute(sa.select(found).where(found.c.source_id.in_(list(ids)))).all()
    return DESCRIBERS[kind]({row.source_id: row for row in rows}) if rows else {}


def _sessions(rows: Found) -> dict[int, Described]:
    statement = sa.select(Meeting).where(Meeting.id.in_(rows)).options(orm.joinedload(Meeting.mechanism))
    return {row.id: describing.session(row) for row in db.session.scalars(statement)}


def _practices(rows: Found) -> dict[int, Described]:
    statement = (
        sa.select(
            Practice.id,
            Practice.reference,
            PracticeVersion.id.label("version_id"),
            PracticeVersion.language,
            Party.names,
            Meeting.mechanism_id,
        )
        .select_from(Practice)
        .join(Meeting, Meeting.id == Practice.meeting_id)
        .join(Delegation, Delegation.id == Practice.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PracticeVersion,
            sa.and_(PracticeVersion.practice_id == Practice.id, PracticeVersion.number == newest_number()),
        )
        .where(Practice.id.in_(rows))
    )
    found = db.session.execute(statement).all()
    facts = facts_of(row.version_id for row in found)
    terms, bodies = titles_of_terms(None)[0], _bodies({row.mechanism_id for row in found})
    others = _titles_found("practice", [rows[row.id].key for row in found])
    return {
        row.id: describing.practice(
            rows[row.id].key,
            facts[row.version_id],
            language=row.language,
            at=rows[row.id].source_at,
            reference=row.reference,
            session=rows[row.id].meeting_slug,
            party=row.names,
            publisher=bodies[row.mechanism_id],
            others=others.get(rows[row.id].key),
            terms=terms,
        )
        for row in found
    }


def _presentations(rows: Found) -> dict[int, Described]:
    statement = (
        sa.select(
            Presentation.id,
            PresentationVersion.language,
            PresentationVersion.content,
            Party.names,
            Party.code,
            Meeting.title,
            Meeting.mechanism_id,
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PresentationVersion,
            sa.and_(
                PresentationVersion.presentation_id == Presentation.id,
                PresentationVersion.number == presentation_queries.newest_number(),
            ),
        )
        .where(Presentation.id.in_(rows))
    )
    found = db.session.execute(statement).all()
    bodies = _bodies({row.mechanism_id for row in found})
    return {
        row.id: describing.presentation(
            row.code,
            row.content,
            language=row.language,
            at=rows[row.id].source_at,
            session=rows[row.id].meeting_slug,
            session_title=row.title,
            party=row.names,
            publisher=bodies[row.mechanism_id],
        )
        for row in found
    }


def _summaries(rows: Found) -> dict[int, Described]:
    statement = (
        sa.select(Publication)
        .where(Publication.id.in_(rows))
        .options(
            orm.defer(Publication.content),
            orm.undefer(Publication.title),
            orm.joinedload(Publication.summary).joinedload(Summary.meeting).joinedload(Meeting.mechanism),
        )
    )
    return {
        row.id: describing.summary(
            row.summary.meeting,
            titles=row.title,
            at=row.published_at,
            symbol=row.symbol,
            languages=row.languages,
        )
        for row in db.session.scalars(statement)
    }


def _documents(rows: Found) -> dict[int, Described]:
    statement = (
        sa.select(Document)
        .where(Document.id.in_(rows))
        .options(
            orm.joinedload(Document.meeting).joinedload(Meeting.mechanism),
            orm.selectinload(Document.languages).load_only(LanguageVersion.language, LanguageVersion.number),
        )
    )
    return {row.id: describing.document(row) for row in db.session.scalars(statement)}


def _statements(rows: Found) -> dict[int, Described]:
    statement = (
        sa.select(FloorStatement)
        .where(FloorStatement.id.in_(rows))
        .options(
            orm.joinedload(FloorStatement.delegation).options(*_PARTY_AND_SESSION),
            orm.joinedload(FloorStatement.on_behalf).options(orm.selectin_polymorphic(Party, [])),
            orm.selectinload(FloorStatement.versions),
        )
    )
    return {row.id: describing.statement(row) for row in db.session.scalars(statement)}


def _reports(rows: Found) -> dict[int, Described]:
    publication = orm.joinedload(RecommendationReport.carried).joinedload(CarriedRecommendation.publication)
    statement = (
        sa.select(RecommendationReport)
        .where(RecommendationReport.id.in_(rows))
        .options(
            orm.joinedload(RecommendationReport.delegation).options(*_PARTY_AND_SESSION),
            publication.defer(Publication.content),
            publication.joinedload(Publication.summary).joinedload(Summary.meeting),
        )
    )
    found = db.session.scalars(statement).all()
    known = recommended({row.carried.publication_id: row.carried.publication for row in found}.values())
    made = {}
    for row in found:
        if asked := known[row.carried.publication_id].get(row.carried.key):
            title = row.carried.publication.summary.meeting.title
            made[row.id] = describing.report(row, at=rows[row.id].source_at, recommended_by=title, label=asked.label)
    return made


DESCRIBERS: dict[RecordKind, Describer] = {
    RecordKind.SESSION: _sessions,
    RecordKind.PRACTICE: _practices,
    RecordKind.PRESENTATION: _presentations,
    RecordKind.SUMMARY: _summaries,
    RecordKind.DOCUMENT: _documents,
    RecordKind.STATEMENT: _statements,
    RecordKind.REPORT: _reports,
}


def _bodies(ids: Collection[int]) -> dict[int, dict[str, str]]:
    statement = sa.select(Party.id, Party.names).where(Party.id.in_(ids))
    return {row.id: dict(row.names) for row in db.session.execute(statement)}


def _titles_found(kind: str, keys: Collection[str]) -> dict[str, dict[str, str]]:
    """The titles of published things in each language that they can be read in, as the index has them."""
    statement = sa.select(SearchEntry.key, SearchEntry.language, SearchEntry.title).where(
        SearchEntry.kind == kind, SearchEntry.key.in_(list(keys))
    )
    found: dict[str, dict[str, str]] = {}
    for key, language, title in db.session.execute(statement):
        found.setdefault(key, {})[language] = title
    return found

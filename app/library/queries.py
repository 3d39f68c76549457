"""Reading what else is published, by audience, with no more columns than a page shows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.audience import Audience, may_read
from app.core.db import db
from app.core.languages import current_language
from app.core.localized import LocalizedText
from app.core.paging import MOST_PER_PAGE, PER_PAGE, Page, paginate
from app.core.texts import fold
from app.directory.enums import PartyKind
from app.directory.models import Party, Source, Statement, Tag, VocabularyItem
from app.library.frozen import frozen
from app.library.naming import TERM_PAGES
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import own_meetings, participates, visible_to
from app.practices.models import Call
from app.presentations.models import Presentation, PresentationSlot, PresentationVersion
from app.presentations.queries import filed_language, in_turn, newest_number, published_to
from app.search.models import DOCUMENT_KIND, SearchEntry
from app.summaries.enums import Format
from app.summaries.models import Publication, PublicationFile, Summary
from app.summaries.queries import files_open_to, latest_id, latest_publications, open_to, paragraphs_by_source
from app.summaries.sources_now import SourcesNow

ALIKE = 3  # presentations that are shown with another


def presentations_answering(actor: Actor, meeting_id: int, question: str) -> list[Any]:
    """Code, everyday name and `filed_at` of the published presentations that answer a question, in one statement."""
    statement = (
        sa.select(Party.code, Party.short_names, PresentationVersion.content, PresentationVersion.filed_at)
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .join(
            PresentationVersion,
            sa.and_(
                PresentationVersion.presentation_id == Presentation.id, PresentationVersion.number == newest_number()
            ),
        )
        .where(Presentation.meeting_id == meeting_id, published_to(actor))
    )
    return [row for row in db.session.execute(statement) if (row.content.get("answers") or {}).get(question)]


def sources(ids: Iterable[int]) -> dict[int, Source]:
    """Sources by id."""
    return {row.id: row for row in db.session.scalars(sa.select(Source).where(Source.id.in_(list(ids))))}


def terms(*names: str) -> dict[str, dict[str, LocalizedText]]:
    """The titles of vocabularies, in order: name -> code -> title."""
    found: dict[str, dict[str, LocalizedText]] = {name: {} for name in names}
    statement = (
        sa.select(VocabularyItem.vocabulary, VocabularyItem.code, VocabularyItem.title)
        .where(VocabularyItem.vocabulary.in_(names))
        .order_by(VocabularyItem.position)
    )
    for vocabulary, code, title in db.session.execute(statement):
        found[vocabulary][code] = title
    return found


def sessions(
    actor: Actor, *, mechanism_id: int | None = None, page: int = 1, per_page: int = PER_PAGE
) -> Page[Meeting]:
    """One page of the sessions that a person may see, newest first."""
    statement = sa.select(Meeting).where(visible_to(actor)).order_by(Meeting.starts_at.desc(), Meeting.id)
    if mechanism_id is not None:
        statement = statement.where(Meeting.mechanism_id == mechanism_id)
    loaded = statement.options(orm.joinedload(Meeting.mechanism))
    return paginate(db.session, loaded, page=page, per_page=per_page)


def calls(meeting_ids: Iterable[int]) -> Sequence[Any]:
    """Meeting, title, text, opening, deadline and late rule of calls, without their templates."""
    statement = sa.select(Call.meeting_id, Call.title, Call.text, Call.opens_at, Call.closes_at, Call.late_rule)
    return db.session.execute(statement.where(Call.meeting_id.in_(list(meeting_ids)))).all()


def taking_part(meeting_id: int) -> Sequence[Any]:
    """Kind, code and everyday name of the parties that have a delegation to a session, by the reader's alphabet."""
    statement = (
        sa.select(Party.kind, Party.code, Party.short_names)
        .join(Delegation, Delegation.party_id == Party.id)
        .where(Delegation.meeting_id == meeting_id)
    )
    return sorted(db.session.execute(statement), key=lambda row: fold(row.short_names.in_language(current_language())))


def presentations_published(
    actor: Actor,
    *,
    meeting: str = "",
    party_id: int | None = None,
    body_id: int | None = None,
    term_id: int | None = None,
    page: int = 1,
    per_page: int = MOST_PER_PAGE,
) -> Page[Any]:
    """One page of the published presentations that a person may read: rows of id, party, language, moment,
    delivery, recording and session, of the newest session first, in the order of presenting. `term_id`: of mechanisms
    that work on a term."""
    conditions = [published_to(actor)]
    if meeting:
        conditions.append(Meeting.slug == meeting)
    if party_id is not None:
        conditions.append(Party.id == party_id)
    if body_id is not None:
        conditions.append(Meeting.mechanism_id == body_id)
    if term_id is not None:
        working = sa.select(Statement.mechanism_id).join(Tag, Tag.statement_id == Statement.id)
        conditions.append(Party.id.in_(working.where(Tag.item_id == term_id)))
    statement = (
        sa.select(
            Presentation.id,
            Party.code,
            Party.names,
            Party.short_names,
            filed_language(),
            Presentation.published_at,
            PresentationSlot.delivered_at,
            PresentationSlot.recording_url,
            Meeting.slug,
            Meeting.title,
            Meeting.starts_at,
            Meeting.zone,
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .outerjoin(PresentationSlot, PresentationSlot.delegation_id == Delegation.id)
        .where(*conditions)
    )
    rows = db.session.execute(
        statement.order_by(Meeting.starts_at.desc(), in_turn(), Party.code)
        .limit(per_page)
        .offset((page - 1) * per_page)
    ).all()
    full = page > 1 or len(rows) == per_page
    counted = sa.select(sa.func.count()).select_from(statement.subquery())
    total = (db.session.scalar(counted) or 0) if full else len(rows)
    return Page(list(rows), total, page, per_page)


def parties_presenting(actor: Actor, body_id: int | None = None) -> Sequence[Any]:
    """Code, names and short_names of the parties of which a person may read a published presentation (at a session of a
    body). One statement."""
    theirs = (
        sa.select(Delegation.party_id)
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .where(published_to(actor))
    )
    if body_id is not None:
        theirs = theirs.where(Meeting.mechanism_id == body_id)
    return db.session.execute(
        sa.select(Party.code, Party.names, Party.short_names).where(Party.id.in_(theirs)).order_by(Party.code)
    ).all()


def works_on(mechanism_id: int) -> dict[tuple[str, str], LocalizedText]:
    """Vocabulary and code -> title of the themes and objectives that sources say a mechanism works on, in order."""
    statement = (
        sa.select(VocabularyItem.vocabulary, VocabularyItem.code, VocabularyItem.title)
        .where(
            VocabularyItem.vocabulary.in_(TERM_PAGES),
            VocabularyItem.id.in_(_items_of(Statement.mechanism_id == mechanism_id)),
        )
        .order_by(VocabularyItem.vocabulary.desc(), VocabularyItem.position)
    )
    return {(row.vocabulary, row.code): row.title for row in db.session.execute(statement)}


def _items_of(condition: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(Tag.item_id).join(Statement, Statement.id == Tag.statement_id).where(condition)


def presentations_sharing(actor: Actor, mechanism_id: int, terms: Iterable[tuple[str, str]]) -> Sequence[Any]:
    """The published presentations of others that a person may read whose mechanisms work on most of the terms: the
    newest of each, at most ALIKE of them. Slug and title of the session, code and everyday name of the party.
    """
    shared = (
        sa.select(sa.func.count(sa.distinct(Tag.item_id)))
        .join(Statement, Statement.id == Tag.statement_id)
        .join(VocabularyItem, VocabularyItem.id == Tag.item_id)
        .where(
            Statement.mechanism_id == Party.id,
            sa.tuple_(VocabularyItem.vocabulary, VocabularyItem.code).in_(list(terms)),
        )
        .correlate(Party)
        .scalar_subquery()
    )
    turn = sa.func.row_number().over(partition_by=Party.id, order_by=(Meeting.starts_at.desc(), Presentation.id))
    readable = (
        sa.select(
            Meeting.slug, Meeting.title, Meeting.starts_at, Party.code, Party.short_names, shared.label("shared"),
            turn.label("turn"),
        )
        .select_from(Presentation)
        .join(Meeting, Meeting.id == Presentation.meeting_id)
        .join(Delegation, Delegation.id == Presentation.delegation_id)
        .join(Party, Party.id == Delegation.party_id)
        .where(published_to(actor), Party.id != mechanism_id)
        .subquery()
    )  # fmt: skip
    columns = readable.c
    statement = sa.select(readable).where(columns.turn == 1, columns.shared > 0)
    return db.session.execute(
        statement.order_by(columns.shared.desc(), columns.starts_at.desc(), columns.code).limit(ALIKE)
    ).all()


def words_of_document(slug: str) -> dict[str, int]:
    """Language -> about how many words the index has of a document: those of its file, once that was read. One
    statement."""
    text = SearchEntry.text
    spaces = sa.func.length(text) - sa.func.length(sa.func.replace(text, " ", ""))
    statement = sa.select(SearchEntry.language, spaces).where(
        SearchEntry.kind == DOCUMENT_KIND, SearchEntry.key == slug
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def mechanism_names() -> Sequence[Any]:
    """Acronym and everyday name of each mechanism, in the order of the acronyms."""
    statement = sa.select(Party.code, Party.short_names).where(Party.kind == PartyKind.MECHANISM)
    return db.session.execute(statement.order_by(Party.code)).all()


def audiences(actor: Actor, meeting: Meeting) -> frozenset[Audience]:
    """The audiences that a person is of, for what a session publishes: `may_read` for each of the three."""
    taking_part = participates(actor, meeting.id)
    return frozenset(
        audience
        for audience in Audience
        if may_read(actor, audience, body_id=meeting.mechanism_id, participates=taking_part)
    )


def audiences_of(actor: Actor, meetings: Iterable[Meeting]) -> dict[int, frozenset[Audience]]:
    """Session id -> what `audiences` says of it, for many at once. One statement; none for visitors and staff."""
    there = set() if actor.id is None or actor.is_staff else set(db.session.scalars(own_meetings(actor)))
    return {
        meeting.id: frozenset(
            audience
            for audience in Audience
            if may_read(actor, audience, body_id=meeting.mechanism_id, participates=meeting.id in there)
        )
        for meeting in meetings
    }


def gets_files(publication: Publication, meeting: Meeting, readable: Collection[Audience]) -> bool:
    """Whether who is of these audiences and reads a publication may have its files: says what `files_open_to` says."""
    issued = publication.distribution
    return issued is Audience.PUBLIC or issued.narrower(meeting.distribution) in readable


@dataclass(frozen=True)
class Published:
    """A session's latest publication as its page names it; `documents`: (language, format) of those to be had; the
    language is "" of those that hold all."""

    number: int
    published_at: datetime
    documents: Sequence[tuple[str, Format]]


def latest_published(actor: Actor, meeting_id: int, sources: SourcesNow | None = None) -> Published | None:
    """The latest publication of a session's summary that a person may read, without its content, in one statement.

    A document that left out others of the `sources` than it would by now is not to be had.
    """
    statement = (
        sa.select(
            Publication.number,
            Publication.published_at,
            Publication.distribution,
            PublicationFile.language,
            PublicationFile.format,
            PublicationFile.hidden_sources,
        )
        .join(Summary, Summary.id == Publication.summary_id)
        .join(Meeting, Meeting.id == Summary.meeting_id)
        .outerjoin(PublicationFile, sa.and_(PublicationFile.publication_id == Publication.id, files_open_to(actor)))
        .where(Summary.meeting_id == meeting_id, open_to(actor))
        .order_by(Publication.number.desc(), PublicationFile.id)
    )
    rows = db.session.execute(statement).all()
    if not rows:
        return None
    number, published_at, distribution = rows[0][:3]
    left_out = (sources or SourcesNow()).left_out(distribution)
    documents = [
        (row.language, row.format)
        for row in rows
        if row.number == number and row.format and set(row.hidden_sources) == left_out
    ]
    return Published(number, published_at, documents)


def summaries_published(actor: Actor) -> Sequence[Publication]:
    """The latest publication of each session that a person may see, newest first, with its title."""
    return latest_publications(sa.select(Meeting.id).where(visible_to(actor)), actor, titled=True)


def paragraphs_citing(actor: Actor, meeting_id: int) -> dict[str, list[int]]:
    """Source key ("practice-12") -> numbers of the paragraphs that cite it, of the latest publication that a person may
    read.

    A publication is large and frozen: each worker reads it once.
    """
    latest = latest_id(meeting_id, actor)
    if latest is None:
        return {}
    return frozen(("cited", latest), lambda: paragraphs_by_source(db.session.get_one(Publication, latest)))

"""Reading summaries: the working text for the secretariat, publications for everybody else."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.db import db
from app.core.localized import LocalizedText
from app.directory.models import Party
from app.meetings.models import Delegation, Meeting
from app.meetings.queries import issued_to, readable
from app.practices.enums import PracticeState
from app.practices.models import Practice, PracticeVersion
from app.presentations.enums import PresentationState
from app.presentations.models import Presentation, PresentationVersion
from app.summaries import ties
from app.summaries.anchors import paragraphs_in
from app.summaries.coverage import Coverage
from app.summaries.enums import Format
from app.summaries.labels import ADDRESSEES
from app.summaries.models import (
    Citation,
    MarginComment,
    Paragraph,
    PassageOfSource,
    Publication,
    PublicationFile,
    Recommendation,
    Section,
    SetAside,
    Summary,
)
from app.summaries.sources import SourceText, sources_of
from app.summaries.sources_now import sources_now


def _with_source(tie: type[PassageOfSource]) -> tuple[Any, ...]:
    return (
        orm.joinedload(tie.delegation).joinedload(Delegation.party),
        orm.joinedload(tie.practice_version).load_only(
            PracticeVersion.practice_id, PracticeVersion.number, PracticeVersion.language
        ),
        orm.joinedload(tie.presentation_version).load_only(
            PresentationVersion.presentation_id, PresentationVersion.number, PresentationVersion.language
        ),
    )


def summary_of(meeting_id: int) -> Summary | None:
    """The working summary of a meeting with sections, paragraphs and citations, in four statements."""
    return db.session.scalars(
        sa.select(Summary)
        .where(Summary.meeting_id == meeting_id)
        .options(
            orm.selectinload(Summary.sections)
            .selectinload(Section.paragraphs)
            .selectinload(Paragraph.citations)
            .options(*_with_source(Citation))
        )
    ).one_or_none()


def set_asides_of(summary_id: int) -> Sequence[SetAside]:
    """The passages of a summary that were set aside."""
    statement = sa.select(SetAside).where(SetAside.summary_id == summary_id).order_by(SetAside.id)
    return db.session.scalars(statement.options(*_with_source(SetAside))).all()


def participating(meeting_id: int) -> int:
    """How many delegations take part in a meeting."""
    statement = sa.select(sa.func.count()).select_from(Delegation).where(Delegation.meeting_id == meeting_id)
    return db.session.scalar(statement) or 0


def recommendations_of(summary_id: int) -> dict[int, list[Recommendation]]:
    """Paragraph id -> what it recommends, of a working text."""
    statement = (
        sa.select(Recommendation)
        .join(Recommendation.paragraph)
        .join(Paragraph.section)
        .where(Section.summary_id == summary_id)
        .order_by(Recommendation.id)
    )
    found: dict[int, list[Recommendation]] = {}
    for row in db.session.scalars(statement):
        found.setdefault(row.paragraph_id, []).append(row)
    return found


def comments_open(summary_id: int) -> dict[int, int]:
    """Paragraph id -> how many comments in its margin are not settled."""
    statement = (
        sa.select(MarginComment.paragraph_id, sa.func.count())
        .join(MarginComment.paragraph)
        .join(Paragraph.section)
        .where(Section.summary_id == summary_id, MarginComment.resolved_at.is_(None))
        .group_by(MarginComment.paragraph_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def begun_summary(meeting_id: int) -> Summary | None:
    """The working summary of a meeting alone, without its text."""
    return db.session.scalars(sa.select(Summary).where(Summary.meeting_id == meeting_id)).one_or_none()


def coverage_of(
    summary: Summary | None, sources: Sequence[SourceText], *, numbers: Mapping[int, tuple[int, str]] | None = None
) -> Coverage:
    """What became of each passage of the sources; all open where no summary is begun. Two statements (one where the
    `numbers` of paragraphs are given, Outline.numbers), up to three more where words are cited that are no longer among
    the sources."""
    return _coverage(summary.id if summary else None, summary.meeting_id if summary else None, sources, numbers)


def coverage_of_meeting(meeting_id: int, *, accepted_only: bool = False) -> Coverage:
    """The coverage of a meeting's sources, without reading the text of its summary. `accepted_only`: sources_of."""
    summary_id = db.session.scalar(sa.select(Summary.id).where(Summary.meeting_id == meeting_id))
    return _coverage(summary_id, meeting_id, sources_of(meeting_id, accepted_only=accepted_only))


def _coverage(
    summary_id: int | None,
    meeting_id: int | None,
    sources: Sequence[SourceText],
    numbers: Mapping[int, tuple[int, str]] | None = None,
) -> Coverage:
    if summary_id is None or meeting_id is None:
        return Coverage(sources, [], [])
    known = {source.delegation_id: source.party for source in sources}
    versions = {
        (one.kind, one.version_id): ties.Of(one.key, one.version_number, one.language, one.hidden, False)
        for one in sources
        if one.kind in ties.VERSIONED
    }
    citations, set_asides = ties.ties_of(summary_id, meeting_id, known, versions, numbers)
    return Coverage(sources, [(tie.number, tie) for tie in citations], set_asides)


def open_passages(meeting_id: int) -> int:
    """How many submitted passages of a meeting nobody has reflected or set aside."""
    return coverage_of_meeting(meeting_id).total.open


def open_to(actor: Actor | None) -> sa.ColumnElement[bool]:
    """Whether a person may read a publication (the statement joins Meeting): `issued_to`. None stands for the
    application itself."""
    return sa.true() if actor is None else issued_to(actor, Publication.distribution)


def files_open_to(actor: Actor | None) -> sa.ColumnElement[bool]:
    """Whether a person may read a publication and have its files: these print what its whole audience may read, and
    who sees a session of member States need not be of one."""
    if actor is None:
        return sa.true()
    strictly = sa.or_(Publication.distribution == Audience.PUBLIC, readable(actor, Publication.distribution))
    return sa.and_(open_to(actor), strictly)


def latest_id(meeting_id: int, actor: Actor | None) -> int | None:
    """Id of the latest publication of a meeting's summary that a person may read."""
    statement = sa.select(Publication.id).join(Summary).join(Meeting).where(Summary.meeting_id == meeting_id)
    return db.session.scalar(statement.where(open_to(actor)).order_by(Publication.number.desc()).limit(1))


def is_issued(symbol: str) -> bool:
    """Whether a publication has this symbol."""
    return bool(db.session.scalar(sa.select(sa.exists().where(Publication.symbol == symbol))))


def publications_of(meeting_id: int, actor: Actor | None = None) -> Sequence[Publication]:
    """The publications of a meeting's summary (that a person may read), oldest first, without their content."""
    statement = (
        sa.select(Publication)
        .join(Summary)
        .join(Meeting)
        .where(Summary.meeting_id == meeting_id, open_to(actor))
        .order_by(Publication.number)
        .options(
            orm.defer(Publication.content),
            orm.selectinload(Publication.files).joinedload(PublicationFile.file),
        )
    )
    return db.session.scalars(statement).all()


def latest_publications(
    meetings: sa.Select[int], actor: Actor | None = None, *, titled: bool = False
) -> Sequence[Publication]:
    """The latest publication (that a person may read) of each of the meetings (a select of their ids), newest first,
    without their content; `titled`: with their titles, for which the whole content of each is read."""
    newest = (
        sa.select(sa.func.max(Publication.id))
        .join(Summary)
        .join(Meeting)
        .where(Summary.meeting_id.in_(meetings), open_to(actor))
        .group_by(Summary.id)
    )
    statement = (
        sa.select(Publication)
        .where(Publication.id.in_(newest))
        .order_by(Publication.published_at.desc())
        .options(
            orm.defer(Publication.content),
            orm.joinedload(Publication.summary).joinedload(Summary.meeting).joinedload(Meeting.mechanism),
            *([orm.undefer(Publication.title)] if titled else []),
        )
    )
    return db.session.scalars(statement).all()


def publication(meeting_id: int, number: int | None = None, actor: Actor | None = None) -> Publication | None:
    """One publication of a meeting's summary (that a person may read) with its content and files: the latest, or a
    numbered one."""
    statement = (
        sa.select(Publication)
        .join(Summary)
        .join(Meeting)
        .where(Summary.meeting_id == meeting_id, open_to(actor))
        .order_by(Publication.number.desc())
        .limit(1)
        .options(orm.selectinload(Publication.files).joinedload(PublicationFile.file))
    )
    if number is not None:
        statement = statement.where(Publication.number == number)
    return db.session.scalars(statement).one_or_none()


def withdrawn_keys(meeting_id: int) -> frozenset[str]:
    """Keys ("practice-12") of a meeting's sources that were withdrawn: their words are hidden everywhere."""
    practices = sa.select(sa.literal("practice"), Practice.id).where(
        Practice.meeting_id == meeting_id, Practice.state == PracticeState.WITHDRAWN
    )
    presentations = sa.select(sa.literal("presentation"), Presentation.id).where(
        Presentation.meeting_id == meeting_id,
        sa.or_(Presentation.state == PresentationState.WITHDRAWN, Presentation.withdrawn_at.is_not(None)),
    )
    return frozenset(f"{kind}-{row_id}" for kind, row_id in db.session.execute(practices.union_all(presentations)))


def left_out(published: Publication) -> frozenset[str]:
    """Keys of the sources that the documents of a publication leave out as these stand now. One statement."""
    return sources_now(published.summary.meeting_id).left_out(published.distribution)


def corrected_since(meeting_id: int) -> frozenset[tuple[str, int]]:
    """Key ("practice-12") and number of the newest version of each of a meeting's practices that was corrected, and of
    each of its published presentations that was filed more than once."""
    newest = (
        sa.select(sa.literal("practice"), PracticeVersion.practice_id, sa.func.max(PracticeVersion.number))
        .join(PracticeVersion.practice)
        .where(Practice.meeting_id == meeting_id, PracticeVersion.note != "")
        .group_by(PracticeVersion.practice_id)
    )
    filed = (
        sa.select(
            sa.literal("presentation"), PresentationVersion.presentation_id, sa.func.max(PresentationVersion.number)
        )
        .join(PresentationVersion.presentation)
        .where(Presentation.meeting_id == meeting_id, Presentation.published_at.is_not(None))
        .group_by(PresentationVersion.presentation_id)
        .having(sa.func.max(PresentationVersion.number) > 1)
    )
    return frozenset(
        (f"{kind}-{row_id}", number) for kind, row_id, number in db.session.execute(newest.union_all(filed))
    )


def paragraphs_by_source(published: Publication) -> dict[str, list[int]]:
    """Source key -> numbers of the paragraphs of a publication that cite it, or whose sub-paragraphs do, in order."""
    found: dict[str, list[int]] = {}
    for section in published.content["sections"]:
        for paragraph in section["paragraphs"]:
            for key in dict.fromkeys(citation["source"] for citation in paragraph["citations"]):
                numbers = found.setdefault(key, [])
                if paragraph["number"] not in numbers[-1:]:
                    numbers.append(paragraph["number"])
    return found


def is_cited(published: Publication, source: str) -> bool:
    """Whether a publication cites a source, given its key or the name of the field that has its words."""
    return any(
        source in (citation["source"], citation["field"])
        for paragraph in paragraphs_in(published.content)
        for citation in paragraph["citations"]
    )


def published_file(
    meeting: Meeting, number: int, language: str, extension: str, actor: Actor | None = None
) -> PublicationFile | None:
    """A file of a publication that a person may read, unless a source it prints was withdrawn after it was made, or is
    for fewer readers since."""
    statement = (
        sa.select(PublicationFile, Publication.distribution)
        .join(Publication)
        .join(Summary)
        .join(Meeting)
        .where(
            files_open_to(actor),
            Summary.meeting_id == meeting.id,
            Publication.number == number,
            PublicationFile.language == language,
            PublicationFile.format == extension,
        )
        .options(orm.joinedload(PublicationFile.file))
    )
    found = db.session.execute(statement).one_or_none() if extension in set(Format) else None
    if found is None:
        return None
    file, distribution = found
    return file if set(file.hidden_sources) == sources_now(meeting.id).left_out(distribution) else None


def silent_delegations(meeting_id: int, heard: set[int]) -> Sequence[Delegation]:
    """The delegations of a meeting that have submitted nothing, given the ids of those that have."""
    statement = (
        sa.select(Delegation)
        .where(Delegation.meeting_id == meeting_id, Delegation.id.not_in(heard))
        .options(orm.joinedload(Delegation.party))
    )
    return db.session.scalars(statement).all()


def publication_to_render(publication_id: int) -> Publication | None:
    """A publication with its meeting, for the job that makes its documents."""
    return db.session.scalars(
        sa.select(Publication)
        .where(Publication.id == publication_id)
        .options(
            orm.joinedload(Publication.summary).joinedload(Summary.meeting).joinedload(Meeting.mechanism),
            orm.selectinload(Publication.files),
        )
    ).one_or_none()


def publication_before(published: Publication) -> Publication | None:
    """The publication that one revises or corrects, without its content."""
    statement = sa.select(Publication).where(
        Publication.summary_id == published.summary_id, Publication.number == published.number - 1
    )
    return db.session.scalars(statement.options(orm.defer(Publication.content))).one_or_none()


def addressees_of(content: Mapping[str, Any]) -> set[str]:
    """Those to whom a publication recommends something."""
    return {
        key
        for section in content["sections"]
        for paragraph in section["paragraphs"]
        for row in paragraph.get("recommendations") or ()
        for key in row["addressees"]
    }


def names_of_parties(codes: Collection[str]) -> dict[str, LocalizedText]:
    """Parties' everyday names by code, of addressees; groups of them have no row. No statement where none is asked
    for."""
    wanted = set(codes) - set(ADDRESSEES)
    if not wanted:
        return {}
    rows = db.session.execute(sa.select(Party.code, Party.short_names).where(Party.code.in_(wanted)))
    return dict(rows.all())

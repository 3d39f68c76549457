"""Reading what is being changed: the statement in hand, what was proposed, and what the trail tells of it."""

from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from app.audit.models import AuditEvent
from app.core.db import db
from app.core.paging import Page, paginate
from app.directory.content import FACTS, key_of, term_key
from app.directory.enums import ProposalState, StatementSubject
from app.directory.models import (
    Involvement,
    Mechanism,
    Membership,
    Party,
    Proposal,
    Source,
    Statement,
    Tag,
    VocabularyItem,
    WorkingGroup,
)


def mechanism_alone(slug: str) -> Mechanism | None:
    """One mechanism without what sources say of it."""
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.slug == slug)).one_or_none()


EDITS = ("edit_profile", "edit_source", "import_entry")  # what people do to parties and sources
# What the list of a statement is read with, by subject.
_MEMBERSHIPS = orm.selectinload(Statement.memberships).joinedload(Membership.party)
_READ_WITH = {
    **dict.fromkeys(FACTS, (_MEMBERSHIPS,)),
    StatementSubject.GROUPS: (orm.selectinload(Statement.groups).selectinload(WorkingGroup.chairs),),
    StatementSubject.THEMES: (
        orm.selectinload(Statement.tags).options(
            orm.joinedload(Tag.item),
            orm.joinedload(Tag.working_group).joinedload(WorkingGroup.statement).joinedload(Statement.source),
        ),
    ),
}


def statements_of(mechanism_id: int, subject: StatementSubject) -> Sequence[Statement]:
    """What each source says of one subject of a mechanism, read afresh; the oldest source first."""
    return db.session.scalars(
        sa.select(Statement)
        .join(Statement.source)
        .where(Statement.mechanism_id == mechanism_id, Statement.subject == subject)
        .order_by(Source.date, Statement.id)
        .options(orm.contains_eager(Statement.source), *_READ_WITH[subject])
        .execution_options(populate_existing=True)
    ).all()


def statement_of(mechanism_id: int, subject: StatementSubject, *, source: str, part: str) -> Statement | None:
    """What a source says, in one part of it, of one subject of a mechanism, read afresh."""
    rows = statements_of(mechanism_id, subject)
    return next((row for row in rows if (row.source.key, row.part) == (source, part)), None)


def statement_by_id(statement_id: int) -> Statement | None:
    """One statement with its mechanism and source."""
    more = [orm.joinedload(Statement.mechanism), orm.joinedload(Statement.source)]
    return db.session.get(Statement, statement_id, options=more)


def sources() -> Sequence[Source]:
    """All documents that facts come from, the newest first."""
    return db.session.scalars(sa.select(Source).order_by(Source.date.desc(), Source.id)).all()


def sources_by_key(keys: Iterable[str | None]) -> dict[str, Source]:
    """The sources with these keys, by key."""
    return {row.key: row for row in db.session.scalars(sa.select(Source).where(Source.key.in_(set(keys))))}


def parties_by_code(codes: Iterable[str]) -> dict[str, Party]:
    """The parties with these codes, by code."""
    return {row.code: row for row in db.session.scalars(sa.select(Party).where(Party.code.in_(set(codes))))}


def terms() -> dict[str, VocabularyItem]:
    """All terms of all vocabularies, by key, in order."""
    found = db.session.scalars(sa.select(VocabularyItem).order_by(VocabularyItem.vocabulary, VocabularyItem.position))
    return {term_key(row): row for row in found}


def proposals(
    *, mechanisms: Collection[int] | None = None, state: ProposalState | None = None, page: int = 1
) -> Page[Proposal]:
    """One page of what was proposed for some mechanisms (None: all) and is in a state (None: any), newest first."""
    statement = sa.select(Proposal).order_by(Proposal.id.desc()).options(orm.selectinload(Proposal.mechanism))
    if mechanisms is not None:
        statement = statement.where(Proposal.mechanism_id.in_(mechanisms))
    if state is not None:
        statement = statement.where(Proposal.state == state)
    return paginate(db.session, statement, page=page)


def proposal_by_id(proposal_id: int) -> Proposal | None:
    """One proposal with its mechanism."""
    return db.session.get(Proposal, proposal_id, options=[orm.joinedload(Proposal.mechanism)])


def proposals_beside(proposal: Proposal) -> list[Proposal]:
    """The other proposals for the same list that nobody has decided on, the oldest first."""

    def place(row: Proposal) -> tuple[str, str]:
        return key_of(row.content["source"]), row.content["part"]

    others = db.session.scalars(
        sa.select(Proposal)
        .where(
            Proposal.mechanism_id == proposal.mechanism_id,
            Proposal.subject == proposal.subject,
            Proposal.state == ProposalState.PROPOSED,
            Proposal.id != proposal.id,
        )
        .order_by(Proposal.id)
    )
    return [row for row in others if place(row) == place(proposal)]


def proposals_waiting() -> int:
    """How many proposals nobody has decided on."""
    waiting = sa.select(sa.func.count()).select_from(Proposal).where(Proposal.state == ProposalState.PROPOSED)
    return db.session.scalar(waiting) or 0


def changes_of_mechanism(mechanism_id: int, *, undecided: bool, page: int = 1) -> Page[AuditEvent]:
    """What was done with a mechanism's facts, newest first.

    What was proposed but not accepted is in it for those who may see it (`undecided`).
    """
    proposed = sa.select(Proposal.id).where(Proposal.mechanism_id == mechanism_id)
    if not undecided:
        proposed = proposed.where(Proposal.state == ProposalState.ACCEPTED)
    statement = sa.select(AuditEvent).where(
        sa.or_(
            sa.and_(AuditEvent.subject_kind == Mechanism.__tablename__, AuditEvent.subject_id == mechanism_id),
            sa.and_(AuditEvent.subject_kind == Proposal.__tablename__, AuditEvent.subject_id.in_(proposed)),
        )
    )
    return paginate(db.session, statement.order_by(AuditEvent.id.desc()), page=page)


def changes_of_row(row: Involvement | Source | Party) -> Sequence[AuditEvent]:
    """What people changed in a cell of the table of involvement, or in an entry itself, newest first."""
    statement = sa.select(AuditEvent).where(
        AuditEvent.subject_kind == row.__tablename__,
        AuditEvent.subject_id == row.id,
        AuditEvent.action.in_(("correct_involvement", *EDITS)),
    )
    return db.session.scalars(statement.order_by(AuditEvent.id.desc())).all()


def all_sources(page: int = 1) -> Page[Source]:
    """One page of the documents that facts come from, the newest first."""
    return paginate(db.session, sa.select(Source).order_by(Source.date.desc(), Source.id), page=page)


def source_by_id(source_id: int) -> Source | None:
    """One document that facts come from."""
    return db.session.get(Source, source_id)


def cell_by_id(cell_id: int) -> Involvement | None:
    """One cell of the table of involvement with its organization, issue and source."""
    return db.session.get(
        Involvement,
        cell_id,
        options=[
            orm.joinedload(Involvement.organization),
            orm.joinedload(Involvement.item),
            orm.joinedload(Involvement.source),
        ],
    )

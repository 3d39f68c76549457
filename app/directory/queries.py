"""Reading the directory."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import db
from app.directory.enums import PartyKind, StatementSubject
from app.directory.models import Alias, Mechanism, Membership, Party, State, Statement, VocabularyItem

_FACTS = (
    orm.joinedload(Mechanism.source),
    orm.selectinload(Mechanism.aliases).joinedload(Alias.source),
    orm.selectinload(Mechanism.statements).options(
        orm.joinedload(Statement.source),
        orm.selectinload(Statement.memberships).joinedload(Membership.party),
        orm.selectinload(Statement.groups),
    ),
)


def mechanisms() -> Sequence[Mechanism]:
    """All mechanisms with what sources say of them, in the order of the data files."""
    return db.session.scalars(sa.select(Mechanism).order_by(Mechanism.id).options(*_FACTS)).all()


def mechanisms_by_name() -> Sequence[Mechanism]:
    """All mechanisms without what sources say of them, for lists to choose from."""
    return db.session.scalars(sa.select(Mechanism).order_by(Mechanism.code)).all()


def mechanism_by_slug(slug: str) -> Mechanism | None:
    """One mechanism with what sources say of it."""
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.slug == slug).options(*_FACTS)).one_or_none()


def party_by_code(code: str) -> Party | None:
    """The party with an ISO 3166 alpha-2 code or acronym, in any case."""
    return db.session.scalars(sa.select(Party).where(sa.func.lower(Party.code) == code.lower())).one_or_none()


def parties(*kinds: PartyKind) -> Sequence[Party]:
    """All parties of the kinds (all where none is named); the caller sorts in the reader's language."""
    statement = sa.select(Party).options(orm.selectin_polymorphic(Party, [])).order_by(Party.code)
    return db.session.scalars(statement.where(Party.kind.in_(kinds)) if kinds else statement).all()


def states() -> Sequence[State]:
    """All States."""
    return db.session.scalars(sa.select(State).order_by(State.code)).all()


def memberships_of(party_id: int) -> Sequence[tuple[Mechanism, Statement]]:
    """The mechanisms that a source names the party as a member of, with the statement that does."""
    statement = (
        sa.select(Mechanism, Statement)
        .join(Statement, Statement.mechanism_id == Mechanism.id)
        .join(Membership, Membership.statement_id == Statement.id)
        .where(Membership.party_id == party_id, Statement.subject == StatementSubject.MEMBERS)
        .order_by(Mechanism.id)
        .options(orm.joinedload(Statement.source))
    )
    return [(mechanism, said) for mechanism, said in db.session.execute(statement)]


def members(mechanism_id: int) -> Sequence[Party]:
    """The parties that any source names as members of a mechanism, by code."""
    named = (
        sa.select(Membership.party_id)
        .join(Statement, Statement.id == Membership.statement_id)
        .where(Statement.mechanism_id == mechanism_id, Statement.subject == StatementSubject.MEMBERS)
    )
    statement = sa.select(Party).options(orm.selectin_polymorphic(Party, [])).where(Party.id.in_(named))
    return db.session.scalars(statement.order_by(Party.code)).all()


def member_mechanism_ids(party_id: int | None) -> frozenset[int]:
    """Ids of the mechanisms that any source names the party as a member of."""
    if party_id is None:
        return frozenset()
    statement = (
        sa.select(Statement.mechanism_id)
        .join(Membership, Membership.statement_id == Statement.id)
        .where(Membership.party_id == party_id, Statement.subject == StatementSubject.MEMBERS)
    )
    return frozenset(db.session.scalars(statement))


def vocabulary(name: str) -> Sequence[VocabularyItem]:
    """The terms of one vocabulary, in order."""
    statement = sa.select(VocabularyItem).where(VocabularyItem.vocabulary == name).order_by(VocabularyItem.position)
    return db.session.scalars(statement).all()


def vocabularies() -> dict[str, dict[str, VocabularyItem]]:
    """All vocabularies in one statement: name -> code -> term, in order."""
    found: dict[str, dict[str, VocabularyItem]] = {}
    statement = sa.select(VocabularyItem).order_by(VocabularyItem.vocabulary, VocabularyItem.position)
    for item in db.session.scalars(statement):
        found.setdefault(item.vocabulary, {})[item.code] = item
    return found

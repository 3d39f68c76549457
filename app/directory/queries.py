"""Reading the directory."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Localized
from app.core.db import db
from app.core.localized import LocalizedText
from app.core.paging import Page, paginate
from app.directory.enums import PartyKind, StatementSubject
from app.directory.facts import Listed, holds, in_force, today
from app.directory.models import (
    Alias,
    Event,
    Involvement,
    Mechanism,
    Membership,
    Organization,
    Party,
    Source,
    State,
    Statement,
    Tag,
    VocabularyItem,
    WorkingGroup,
)

FACTS = (
    orm.joinedload(Mechanism.source),
    orm.joinedload(Mechanism.dates_source),
    orm.joinedload(Mechanism.parent),
    orm.selectinload(Mechanism.aliases).joinedload(Alias.source),
    orm.selectinload(Mechanism.statements).options(
        orm.joinedload(Statement.source),
        orm.selectinload(Statement.memberships).joinedload(Membership.party),
        orm.selectinload(Statement.groups).selectinload(WorkingGroup.chairs),
        orm.selectinload(Statement.tags).joinedload(Tag.item),
    ),
)
ORGANIZATION_FACTS = (
    orm.joinedload(Organization.source),
    orm.joinedload(Organization.mandate_source),
    orm.joinedload(Organization.parent),
)


def mechanisms() -> Sequence[Mechanism]:
    """All mechanisms with what sources say of them, in the order of the data files."""
    return db.session.scalars(sa.select(Mechanism).order_by(Mechanism.id).options(*FACTS)).all()


def mechanisms_by_name() -> Sequence[Mechanism]:
    """All mechanisms without what sources say of them, for lists to choose from."""
    return db.session.scalars(sa.select(Mechanism).order_by(Mechanism.code)).all()


def names_of_mechanisms() -> list[tuple[str, list[str]]]:
    """The code of each mechanism with every name and acronym it goes by, in any language and any source."""
    aliases: dict[int, list[str]] = {}
    for mechanism_id, names in db.session.execute(sa.select(Alias.mechanism_id, Alias.names)):
        aliases.setdefault(mechanism_id, []).extend(names.values())
    return [
        (row.code, [*row.names.values(), *row.short_names.values(), row.code, *aliases.get(row.id, [])])
        for row in mechanisms_by_name()
    ]


def mechanism_by_slug(slug: str) -> Mechanism | None:
    """One mechanism with what sources say of it."""
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.slug == slug).options(*FACTS)).one_or_none()


def mechanism_named(slug: str) -> Mechanism | None:
    """One mechanism without what sources say of it."""
    return db.session.scalars(sa.select(Mechanism).where(Mechanism.slug == slug)).one_or_none()


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


_entry = orm.aliased(Membership)
_GIVES_DATES = sa.exists().where(_entry.statement_id == Statement.id, sa.or_(_entry.since != "", _entry.until != ""))


def members(mechanism_id: int) -> Sequence[Party]:
    """The parties that count as members of a mechanism today (how: `facts`), by code."""
    lists: dict[int, Listed] = {}
    held: dict[int, list[int]] = {}
    day = today()
    for statement_id, date, dated, party_id, since, until in db.session.execute(
        sa.select(Statement.id, Source.date, _GIVES_DATES, Membership.party_id, Membership.since, Membership.until)
        .join(Source, Source.id == Statement.source_id)
        .join(Membership, Membership.statement_id == Statement.id)
        .where(Statement.mechanism_id == mechanism_id, Statement.subject == StatementSubject.MEMBERS, Statement.stated)
    ):
        lists[statement_id] = Listed(date, dated, statement_id)
        if holds(since, until, day):
            held.setdefault(statement_id, []).append(party_id)
    chosen = in_force(lists.values(), day)
    statement = sa.select(Party).where(Party.id.in_(held.get(chosen or 0, []))).order_by(Party.code)
    return db.session.scalars(statement.options(orm.selectin_polymorphic(Party, []))).all()


def member_mechanism_ids(party_id: int | None) -> frozenset[int]:
    """Ids of the mechanisms that count the party as a member today (how: `facts`)."""
    if party_id is None:
        return frozenset()
    named = sa.exists().where(Membership.statement_id == Statement.id)
    mine = orm.aliased(Membership)
    lists: dict[int, list[Listed]] = {}
    held: set[int] = set()
    day = today()
    for mechanism_id, statement_id, date, dated, member_id, since, until in db.session.execute(
        sa.select(Statement.mechanism_id, Statement.id, Source.date, _GIVES_DATES, mine.id, mine.since, mine.until)
        .join(Source, Source.id == Statement.source_id)
        .outerjoin(mine, sa.and_(mine.statement_id == Statement.id, mine.party_id == party_id))
        .where(Statement.subject == StatementSubject.MEMBERS, Statement.stated, named)
    ):
        lists.setdefault(mechanism_id, []).append(Listed(date, dated, statement_id))
        if member_id is not None and holds(since, until, day):
            held.add(statement_id)
    return frozenset(
        mechanism_id for mechanism_id, of_mechanism in lists.items() if in_force(of_mechanism, day) in held
    )


def organization_by_code(code: str) -> Organization | None:
    """The organization with an acronym, in any case, with its sources and what it belongs to."""
    statement = sa.select(Organization).where(sa.func.lower(Organization.code) == code.lower())
    return db.session.scalars(statement.options(*ORGANIZATION_FACTS)).one_or_none()


def organizations() -> Sequence[Organization]:
    """All organizations by acronym, with their sources and what they belong to."""
    return db.session.scalars(sa.select(Organization).order_by(Organization.code).options(*ORGANIZATION_FACTS)).all()


def places_of(party_id: int) -> Sequence[Any]:
    """Where sources name a party: rows of mechanism_id, subject, since, until and the source."""
    return db.session.execute(
        sa.select(Statement.mechanism_id, Statement.subject, Membership.since, Membership.until, Source)
        .select_from(Membership)
        .join(Statement, Statement.id == Membership.statement_id)
        .join(Source, Source.id == Statement.source_id)
        .where(Membership.party_id == party_id)
        .order_by(Statement.mechanism_id, Statement.subject, Membership.since)
    ).all()


def groups_chaired_by(party_id: int) -> Sequence[Any]:
    """The working groups that a party chairs: rows of mechanism_id and the group's names."""
    return db.session.execute(
        sa.select(Statement.mechanism_id, WorkingGroup.names)
        .select_from(WorkingGroup)
        .join(Statement, Statement.id == WorkingGroup.statement_id)
        .where(WorkingGroup.chairs.any(Party.id == party_id))
        .order_by(WorkingGroup.id)
    ).all()


def involvement_of(organization_id: int) -> Sequence[Involvement]:
    """What an organization works on, issue by issue in the order of the table."""
    return db.session.scalars(
        sa.select(Involvement)
        .join(Involvement.item)
        .where(Involvement.organization_id == organization_id)
        .order_by(VocabularyItem.position)
        .options(orm.contains_eager(Involvement.item), orm.joinedload(Involvement.source))
    ).all()


def involvement_page(*, organization: str | None, issue: str | None, page: int, per_page: int) -> Page[Involvement]:
    """One page of the table of involvement: of all, or of one organization or issue alone (by their codes)."""
    statement = sa.select(Involvement).join(Involvement.organization).join(Involvement.item).order_by(Involvement.id)
    if organization is not None:
        statement = statement.where(sa.func.lower(Organization.code) == organization.lower())
    if issue is not None:
        statement = statement.where(VocabularyItem.code == issue)
    eager = (
        orm.contains_eager(Involvement.organization),
        orm.contains_eager(Involvement.item),
        orm.joinedload(Involvement.source),
    )
    return paginate(db.session, statement.options(*eager), page=page, per_page=per_page)


def events_of(party_id: int) -> Sequence[Event]:
    """What happened in a mechanism or an organization, or was hosted by a State, oldest first."""
    return db.session.scalars(
        sa.select(Event)
        .where(sa.or_(Event.party_id == party_id, Event.host_id == party_id))
        .order_by(Event.date, Event.id)
        .options(orm.joinedload(Event.source))
    ).all()


def events() -> Sequence[Event]:
    """Everything that happened in the system, oldest first, with whom it belongs to, its host and its source."""
    owner = orm.with_polymorphic(Party, [Mechanism], flat=True)
    return db.session.scalars(
        sa.select(Event)
        .order_by(Event.date, Event.id)
        .options(orm.joinedload(Event.party.of_type(owner)), orm.joinedload(Event.host), orm.joinedload(Event.source))
    ).all()


def parts_of(party_id: int) -> Sequence[Party]:
    """The mechanisms or organizations that belong to a party."""
    statement = sa.select(Party).where(Party.parent_id == party_id).order_by(Party.code)
    return db.session.scalars(statement.options(orm.selectin_polymorphic(Party, [Mechanism]))).all()


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


class MechanismTitle(NamedTuple):
    """How a mechanism is called. `near`: a member of it is one of the body too that was asked for."""

    acronym: LocalizedText
    name: LocalizedText
    near: bool


_other, _member = orm.aliased(Statement), orm.aliased(Membership)
_OF_BODY = (
    sa.select(_member.party_id)
    .join(_other, _other.id == _member.statement_id)
    .where(_other.subject == StatementSubject.MEMBERS, _other.mechanism_id == sa.bindparam("body", type_=sa.Integer))
)
_NEAR = (
    sa.select(Statement.mechanism_id)
    .join(Membership, Membership.statement_id == Statement.id)
    .where(Statement.subject == StatementSubject.MEMBERS, Membership.party_id.in_(_OF_BODY))
)
_TITLES = sa.union_all(
    sa.select(
        VocabularyItem.vocabulary.label("vocabulary"),
        VocabularyItem.position.label("position"),
        VocabularyItem.code.label("code"),
        VocabularyItem.title,
        sa.type_coerce(sa.null(), Localized).label("name"),
    ),
    sa.select(
        sa.literal("", sa.String),
        sa.case((Mechanism.id.in_(_NEAR), 0), else_=1),
        Mechanism.code,
        Mechanism.short_names,
        Mechanism.names,
    ).select_from(Mechanism),
).order_by("vocabulary", "position", "code")


def titles_of_terms(body: int | None) -> tuple[dict[str, dict[str, LocalizedText]], dict[str, MechanismTitle]]:
    """All that practices choose from, in one statement: vocabulary -> code -> title, in order; and acronym -> what the
    mechanism is called, those first that have members of the mechanism with the id `body`."""
    terms: dict[str, dict[str, LocalizedText]] = {}
    mechanisms: dict[str, MechanismTitle] = {}
    for vocabulary, position, code, title, name in db.session.execute(_TITLES, {"body": body}):
        if vocabulary:
            terms.setdefault(vocabulary, {})[code] = title
        else:
            mechanisms[code] = MechanismTitle(title, name, position == 0)
    return terms, mechanisms

"""Tables of the directory."""

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.directory.enums import PartyKind, StatementSubject


class Source(Base):
    """A document that facts come from. `date` is ISO, as exact as is known ("2023-04")."""

    __tablename__ = "sources"

    key: orm.Mapped[str] = orm.mapped_column(sa.String(80), unique=True)
    title: orm.Mapped[LocalizedText]
    publisher: orm.Mapped[str] = orm.mapped_column(sa.String(200))
    date: orm.Mapped[str] = orm.mapped_column(sa.String(10))
    symbol: orm.Mapped[str | None] = orm.mapped_column(sa.String(80))
    url: orm.Mapped[str | None] = orm.mapped_column(sa.String(400))


class Party(Base):
    """Whoever a delegation can act for. `code`: ISO 3166 alpha-2, or the acronym.

    `reference_code` stands in the references of what the party submits: ISO 3166 alpha-3, or the acronym.
    """

    __tablename__ = "parties"

    kind: orm.Mapped[PartyKind] = orm.mapped_column(named_enum(PartyKind, "party_kind"))
    code: orm.Mapped[str] = orm.mapped_column(sa.String(40), unique=True)
    names: orm.Mapped[LocalizedText]
    short_names: orm.Mapped[LocalizedText]
    reference_code: orm.Mapped[str] = orm.mapped_column(sa.String(40))

    __mapper_args__ = {"polymorphic_on": "kind"}

    @property
    def label(self) -> LocalizedText:
        """The name to show in lists: the everyday name of a State, the acronym of the others."""
        return self.short_names


class State(Party):
    """A country: ISO 3166 alpha-2 code and the UN's official short names."""

    __mapper_args__ = {"polymorphic_identity": PartyKind.STATE}


class Territory(Party):
    """Not a State, but able to be a member of a mechanism (Aruba, Curaçao)."""

    __mapper_args__ = {"polymorphic_identity": PartyKind.TERRITORY}


class Organization(Party):
    """An international organization, agency, programme or fund."""

    __tablename__ = "organizations"

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), primary_key=True, sort_order=-1)
    organization_kind: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    source: orm.Mapped[Source] = orm.relationship()

    __mapper_args__ = {"polymorphic_identity": PartyKind.ORGANIZATION}


class Mechanism(Party):
    """A consultative process, conference, framework, declaration or platform on migration."""

    __tablename__ = "mechanisms"

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), primary_key=True, sort_order=-1)
    slug: orm.Mapped[str] = orm.mapped_column(sa.String(60), unique=True)
    mechanism_kind: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    about: orm.Mapped[LocalizedText]
    founded: orm.Mapped[str | None] = orm.mapped_column(sa.String(10))
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)

    source: orm.Mapped[Source] = orm.relationship()
    statements: orm.Mapped[list["Statement"]] = orm.relationship(
        back_populates="mechanism", order_by="Statement.id", cascade="all, delete-orphan"
    )
    aliases: orm.Mapped[list["Alias"]] = orm.relationship(order_by="Alias.id", cascade="all, delete-orphan")

    __mapper_args__ = {"polymorphic_identity": PartyKind.MECHANISM}


class Alias(Base):
    """Another name that a source gives a mechanism."""

    __tablename__ = "aliases"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), index=True)
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    names: orm.Mapped[LocalizedText]
    source: orm.Mapped[Source] = orm.relationship()


class Statement(Base):
    """What one source says of one subject of one mechanism.

    `stated` false: the source is silent ("not stated"). `count`: the source gives a number and no list.
    `label`: what the source calls the groups (networks, sectors, work areas).
    """

    __tablename__ = "statements"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"))
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    subject: orm.Mapped[StatementSubject] = orm.mapped_column(named_enum(StatementSubject, "statement_subject"))
    stated: orm.Mapped[bool] = orm.mapped_column(default=True)
    count: orm.Mapped[int | None]
    label: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)

    mechanism: orm.Mapped[Mechanism] = orm.relationship(back_populates="statements")
    source: orm.Mapped[Source] = orm.relationship()
    memberships: orm.Mapped[list["Membership"]] = orm.relationship(
        order_by="Membership.id", cascade="all, delete-orphan"
    )
    groups: orm.Mapped[list["WorkingGroup"]] = orm.relationship(
        order_by="WorkingGroup.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("mechanism_id", "subject", "source_id"),
        sa.CheckConstraint("count IS NULL OR count >= 0", name="count_not_negative"),
    )


class Membership(Base):
    """A party named by a statement: a member, or an organization that serves as technical secretariat."""

    __tablename__ = "memberships"

    statement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("statements.id"))
    party_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    party: orm.Mapped[Party] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("statement_id", "party_id"),)


class WorkingGroup(Base):
    """A mechanism's group, network, sector or area of work, with its pillar where there is one."""

    __tablename__ = "working_groups"

    statement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("statements.id"))
    number: orm.Mapped[int]
    names: orm.Mapped[LocalizedText]
    pillar: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)

    __table_args__ = (sa.UniqueConstraint("statement_id", "number"),)


class VocabularyItem(Base):
    """A term that things are tagged with: theme, Global Compact objective, SDG target, population …"""

    __tablename__ = "vocabulary_items"

    vocabulary: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    code: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    position: orm.Mapped[int]
    title: orm.Mapped[LocalizedText]
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    source: orm.Mapped[Source] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("vocabulary", "code"),)

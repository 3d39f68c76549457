"""Tables of the directory. A date that a source gives is ISO, as exact as it is known ("2014", "2014-10")."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.directory.enums import (
    EventKind,
    Extent,
    GroupKind,
    MechanismKind,
    OrganizationKind,
    PartyKind,
    ProposalState,
    StatementSubject,
)


class Source(Base):
    """A document that facts come from."""

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
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)

    parent: orm.Mapped["Party | None"] = orm.relationship(remote_side="Party.id")

    __mapper_args__ = {"polymorphic_on": "kind"}
    __table_args__ = (sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),)

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


class CivilSociety(Party):
    """A civil society organization that takes part in a session. It has no page: no source tells of it here."""

    __mapper_args__ = {"polymorphic_identity": PartyKind.CIVIL_SOCIETY}


class Organization(Party):
    """An international organization, agency, programme or fund. `mandate`: what it does on migration."""

    __tablename__ = "organizations"

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), primary_key=True, sort_order=-1)
    organization_kind: orm.Mapped[OrganizationKind] = orm.mapped_column(
        named_enum(OrganizationKind, "organization_kind")
    )
    founded: orm.Mapped[str | None] = orm.mapped_column(sa.String(10))
    ended: orm.Mapped[str | None] = orm.mapped_column(sa.String(10))
    mandate: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    mandate_source_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)

    source: orm.Mapped[Source] = orm.relationship(foreign_keys=source_id)
    mandate_source: orm.Mapped[Source | None] = orm.relationship(foreign_keys=mandate_source_id)

    __mapper_args__ = {"polymorphic_identity": PartyKind.ORGANIZATION}


class Mechanism(Party):
    """A consultative process, conference, framework, declaration or platform on migration."""

    __tablename__ = "mechanisms"

    id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), primary_key=True, sort_order=-1)
    slug: orm.Mapped[str] = orm.mapped_column(sa.String(60), unique=True)
    mechanism_kind: orm.Mapped[MechanismKind] = orm.mapped_column(named_enum(MechanismKind, "mechanism_kind"))
    about: orm.Mapped[LocalizedText]
    founded: orm.Mapped[str | None] = orm.mapped_column(sa.String(10))
    ended: orm.Mapped[str | None] = orm.mapped_column(sa.String(10))
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    dates_source_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)

    source: orm.Mapped[Source] = orm.relationship(foreign_keys=source_id)
    dates_source: orm.Mapped[Source | None] = orm.relationship(foreign_keys=dates_source_id)
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


class Statement(Versioned, Base):
    """What one source says, in one place (`part`: "annex"), of one subject of one mechanism.

    `stated` false: the source is silent ("not stated"). `count`: the source gives a number and no list.
    `label`: what the source calls the groups (networks, sectors, work areas) or the presidency.
    `edited`: people changed it here, so loading the data files leaves it alone.
    """

    __tablename__ = "statements"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"))
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    subject: orm.Mapped[StatementSubject] = orm.mapped_column(named_enum(StatementSubject, "statement_subject"))
    part: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")
    stated: orm.Mapped[bool] = orm.mapped_column(default=True)
    count: orm.Mapped[int | None]
    label: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    edited: orm.Mapped[bool] = orm.mapped_column(default=False)

    mechanism: orm.Mapped[Mechanism] = orm.relationship(back_populates="statements")
    source: orm.Mapped[Source] = orm.relationship()
    memberships: orm.Mapped[list["Membership"]] = orm.relationship(
        order_by="Membership.id", cascade="all, delete-orphan"
    )
    groups: orm.Mapped[list["WorkingGroup"]] = orm.relationship(
        back_populates="statement", order_by="WorkingGroup.number", cascade="all, delete-orphan"
    )
    tags: orm.Mapped[list["Tag"]] = orm.relationship(order_by="Tag.id", cascade="all, delete-orphan")

    __table_args__ = (
        sa.UniqueConstraint("mechanism_id", "subject", "source_id", "part"),
        sa.CheckConstraint("count IS NULL OR count >= 0", name="count_not_negative"),
    )


class Membership(Base):
    """A party named by a statement: a member, a technical secretariat, or who held the presidency.

    `since` is the first day and `until` the last, as exact as they are known; "" where the source does not say.
    """

    __tablename__ = "memberships"

    statement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("statements.id"))
    party_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    since: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="")
    until: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="")
    party: orm.Mapped[Party] = orm.relationship()

    __table_args__ = (
        # A party may hold the presidency, or be a member, more than once.
        sa.UniqueConstraint("statement_id", "party_id", "since"),
        sa.CheckConstraint(
            "since = '' OR until = '' OR substr(since, 1, length(until)) <= until", name="dates_in_order"
        ),
    )


class WorkingGroup(Base):
    """A mechanism's group, network, sector, area of work or organ, with its pillar where there is one."""

    __tablename__ = "working_groups"

    statement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("statements.id"))
    number: orm.Mapped[int]
    group_kind: orm.Mapped[GroupKind] = orm.mapped_column(
        named_enum(GroupKind, "group_kind"), default=GroupKind.WORKING_GROUP
    )
    names: orm.Mapped[LocalizedText]
    pillar: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)

    statement: orm.Mapped[Statement] = orm.relationship(back_populates="groups")
    chairs: orm.Mapped[list[Party]] = orm.relationship(secondary="group_chairs", order_by=Party.code)

    __table_args__ = (sa.UniqueConstraint("statement_id", "number"),)


group_chairs = sa.Table(
    "group_chairs",
    Base.metadata,
    sa.Column("working_group_id", sa.ForeignKey("working_groups.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("party_id", sa.ForeignKey("parties.id"), primary_key=True, index=True),
)


class Tag(Base):
    """A term that a statement says a mechanism, or one of its groups, works on."""

    __tablename__ = "tags"

    statement_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("statements.id"), index=True)
    item_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("vocabulary_items.id"), index=True)
    working_group_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("working_groups.id", ondelete="CASCADE"), index=True
    )

    item: orm.Mapped["VocabularyItem"] = orm.relationship()
    working_group: orm.Mapped[WorkingGroup | None] = orm.relationship()


class Involvement(Versioned, Base):
    """How far one organization works on one issue, as a source prints it; empty cells too ("none").

    `doubt`: why the print is doubted. `corrected`: what staff hold to be right, with the `reason`.
    """

    __tablename__ = "involvements"

    organization_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("organizations.id"))
    item_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("vocabulary_items.id"), index=True)
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    printed: orm.Mapped[Extent] = orm.mapped_column(named_enum(Extent, "extent"))
    doubt: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    corrected: orm.Mapped[Extent | None] = orm.mapped_column(named_enum(Extent, "extent"))
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")

    organization: orm.Mapped[Organization] = orm.relationship()
    item: orm.Mapped["VocabularyItem"] = orm.relationship()
    source: orm.Mapped[Source] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("organization_id", "item_id", "source_id"),
        sa.CheckConstraint("corrected IS NULL OR reason <> ''", name="correction_says_why"),
    )

    @property
    def extent(self) -> Extent:
        """What holds: the corrected value, else the printed one."""
        return self.corrected or self.printed


class Event(Base):
    """Something that happened in the system: `party` is the mechanism or organization it belongs to."""

    __tablename__ = "events"

    date: orm.Mapped[str] = orm.mapped_column(sa.String(10))
    until: orm.Mapped[str] = orm.mapped_column(sa.String(10), default="")
    event_kind: orm.Mapped[EventKind] = orm.mapped_column(named_enum(EventKind, "event_kind"))
    title: orm.Mapped[LocalizedText]
    place: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    party_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    host_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)

    party: orm.Mapped[Party | None] = orm.relationship(foreign_keys=party_id)
    host: orm.Mapped[Party | None] = orm.relationship(foreign_keys=host_id)
    source: orm.Mapped[Source] = orm.relationship()


class Proposal(Versioned, Base):
    """A change of one statement that a mechanism's representative proposes and staff accept or refuse.

    `content` has the shape that `operations.state_fact` takes; `seen` is the fingerprint of the statement
    that the person had before them ("" where there was none).
    """

    __tablename__ = "proposals"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), index=True)
    subject: orm.Mapped[StatementSubject] = orm.mapped_column(named_enum(StatementSubject, "statement_subject"))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    seen: orm.Mapped[str] = orm.mapped_column(sa.String(64), default="")
    state: orm.Mapped[ProposalState] = orm.mapped_column(
        named_enum(ProposalState, "proposal_state"), default=ProposalState.PROPOSED
    )
    proposed_at: orm.Mapped[datetime]
    proposed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    decided_at: orm.Mapped[datetime | None]
    decided_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")

    mechanism: orm.Mapped[Mechanism] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("(state = 'proposed') = (decided_at IS NULL)", name="decided_has_moment"),
        sa.CheckConstraint("state <> 'refused' OR reason <> ''", name="refusal_says_why"),
    )


class VocabularyItem(Base):
    """A term that things are tagged with: theme, Global Compact objective, SDG target, population …

    `related`: terms of other vocabularies that mean the same or are part of it, by our own reading: "themes:T8 gcm:20".
    """

    __tablename__ = "vocabulary_items"

    vocabulary: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    code: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    position: orm.Mapped[int]
    title: orm.Mapped[LocalizedText]
    source_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sources.id"), index=True)
    related: orm.Mapped[str] = orm.mapped_column(sa.String(400), default="")
    source: orm.Mapped[Source] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("vocabulary", "code"),)

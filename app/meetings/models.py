"""Tables of meetings."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.directory.models import Mechanism, Party
from app.meetings.enums import DelegationRole, ItemKind, Mode, QuestionAudience, Stage
from app.people.models import User


class Meeting(Versioned, Base):
    """One session. Moments are UTC; `zone` (IANA) is where they are read and where deadlines are kept.

    `code` is the year or other mark in references ("2026"). `note` tells readers what a demonstration
    session invents; it is empty otherwise. `parent` is the session within which this one is held. `country`
    (ISO 3166 alpha-2) is the venue's, for its holidays. The planned days are those of the two stages that the
    session's own dates do not tell (see `stages.planned_day`).
    """

    __tablename__ = "meetings"

    slug: orm.Mapped[str] = orm.mapped_column(sa.String(80), unique=True)
    code: orm.Mapped[str] = orm.mapped_column(sa.String(20))
    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), index=True)
    title: orm.Mapped[LocalizedText]
    theme: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    mandate_resolution: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    mandate_paragraph: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    mandate_text: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    starts_at: orm.Mapped[datetime]
    ends_at: orm.Mapped[datetime]
    zone: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    place: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    mode: orm.Mapped[Mode] = orm.mapped_column(named_enum(Mode, "meeting_mode"), default=Mode.IN_PERSON)
    languages: orm.Mapped[list[str]] = orm.mapped_column(Json)
    chair: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    distribution: orm.Mapped[Audience] = orm.mapped_column(
        named_enum(Audience, "audience"), default=Audience.MEMBER_STATES
    )
    stage: orm.Mapped[Stage] = orm.mapped_column(named_enum(Stage, "meeting_stage"), default=Stage.PREPARING)
    note: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    country: orm.Mapped[str | None] = orm.mapped_column(sa.String(2))
    call_planned_on: orm.Mapped[date | None]
    publication_planned_on: orm.Mapped[date | None]

    mechanism: orm.Mapped[Mechanism] = orm.relationship()
    parent: orm.Mapped["Meeting | None"] = orm.relationship(remote_side="Meeting.id")

    __table_args__ = (
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
        sa.CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        sa.UniqueConstraint("mechanism_id", "code"),
    )

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


class SessionTemplate(Base):
    """A set-up that new sessions of a body start from. `content` is what `carrying.set_up_of` gives."""

    __tablename__ = "session_templates"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"))
    name: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    saved_at: orm.Mapped[datetime]
    saved_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    mechanism: orm.Mapped[Mechanism] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("mechanism_id", "name"),)


class AgendaItem(Versioned, Base):
    """One item of the order of business. `day` counts from 1; `minutes` is how long it lasts (0: no set
    time). Items follow one another by `position` within the whole; a day starts at the meeting's hour."""

    __tablename__ = "agenda_items"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    position: orm.Mapped[int]
    day: orm.Mapped[int] = orm.mapped_column(default=1)
    minutes: orm.Mapped[int] = orm.mapped_column(default=0)
    kind: orm.Mapped[ItemKind] = orm.mapped_column(named_enum(ItemKind, "agenda_item_kind"))
    title: orm.Mapped[LocalizedText]
    description: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)

    meeting: orm.Mapped[Meeting] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("day >= 1", name="day_from_one"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
    )


class GuidingQuestion(Versioned, Base):
    """A numbered question that presentations and submissions answer."""

    __tablename__ = "guiding_questions"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    number: orm.Mapped[int]
    text: orm.Mapped[LocalizedText]
    audience: orm.Mapped[QuestionAudience] = orm.mapped_column(named_enum(QuestionAudience, "question_audience"))

    meeting: orm.Mapped[Meeting] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
    )

    @property
    def key(self) -> str:
        """The question's key in the content of a practice or presentation."""
        return str(self.number)

    @property
    def for_mechanisms(self) -> bool:
        return self.audience in (QuestionAudience.MECHANISMS, QuestionAudience.BOTH)

    @property
    def for_states(self) -> bool:
        return self.audience in (QuestionAudience.STATES, QuestionAudience.BOTH)


class Delegation(Base):
    """Those who act for one party in one meeting."""

    __tablename__ = "delegations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    party_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    party: orm.Mapped[Party] = orm.relationship()
    members: orm.Mapped[list["DelegationMember"]] = orm.relationship(
        back_populates="delegation", order_by="DelegationMember.id", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.UniqueConstraint("meeting_id", "party_id"),)

    def role_of(self, user_id: int | None) -> DelegationRole | None:
        """Return the person's role in this delegation, or None for everybody else."""
        return next((member.role for member in self.members if member.user_id == user_id), None)


class DelegationMember(Base):
    """A person in a delegation."""

    __tablename__ = "delegation_members"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"))
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    role: orm.Mapped[DelegationRole] = orm.mapped_column(named_enum(DelegationRole, "delegation_role"))
    added_at: orm.Mapped[datetime]

    delegation: orm.Mapped[Delegation] = orm.relationship(back_populates="members")
    user: orm.Mapped[User] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("delegation_id", "user_id"),)

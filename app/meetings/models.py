"""Tables of meetings."""

from datetime import date, datetime, time
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.actors import Actor
from app.core.audience import Audience
from app.core.columns import PERSONAL, Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.directory.models import Mechanism, Party
from app.documents.models import StoredFile
from app.meetings.enums import (
    Attendance,
    DelegationRole,
    ItemKind,
    ItemRole,
    Mode,
    ParticipantRole,
    Precedence,
    QuestionAudience,
    Stage,
)
from app.people.models import User

DEFAULT_WORD_LIMIT = 400  # of an answer to a guiding question


class Meeting(Versioned, Base):
    """One session. Moments are UTC; `zone` (IANA) is where they are read and where deadlines are kept.

    `code` is the year or other mark in references ("2026"). `note` tells readers what a demonstration session invents;
    it is empty otherwise. `parent` is the session within which this one is held. `country` (ISO 3166 alpha-2) is the
    venue's, for its holidays. The chair may be a name: the trail does not keep it. The planned days are those of the
    two stages that the session's own dates do not tell (see `stages.planned_day`). Delegations register their people
    until `registration_closes_at`; whom they had registered in the session `people_from` is proposed to them. A session
    that was cancelled (`cancelled_at`) stays readable, and says so.
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
    chair: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText, info=PERSONAL)
    distribution: orm.Mapped[Audience] = orm.mapped_column(
        named_enum(Audience, "audience"), default=Audience.MEMBER_STATES
    )
    stage: orm.Mapped[Stage] = orm.mapped_column(named_enum(Stage, "meeting_stage"), default=Stage.PREPARING)
    note: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    country: orm.Mapped[str | None] = orm.mapped_column(sa.String(2))
    call_planned_on: orm.Mapped[date | None]
    publication_planned_on: orm.Mapped[date | None]
    registration_closes_at: orm.Mapped[datetime | None]
    people_from_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("meetings.id", ondelete="SET NULL"), index=True
    )
    cancelled_at: orm.Mapped[datetime | None]
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)
    precedence: orm.Mapped[Precedence] = orm.mapped_column(
        named_enum(Precedence, "precedence"), default=Precedence.ALPHABETICAL
    )

    mechanism: orm.Mapped[Mechanism] = orm.relationship()
    parent: orm.Mapped["Meeting | None"] = orm.relationship(remote_side="Meeting.id", foreign_keys=[parent_id])
    people_from: orm.Mapped["Meeting | None"] = orm.relationship(
        remote_side="Meeting.id", foreign_keys=[people_from_id]
    )
    participant_rules: orm.Mapped["ParticipantRules | None"] = orm.relationship(
        primaryjoin="foreign(Meeting.mechanism_id) == ParticipantRules.mechanism_id", viewonly=True
    )

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
    """One item of the draft order of business, which is the secretariat's; readers get an AgendaVersion.

    `day` counts from 1; `minutes` is how long it lasts (0: no set time); `begins` the hour (local) that it begins at,
    None where it follows the item before it. Items follow one another by `position` within the whole; a day starts at
    the meeting's hour. A sub-item has a `parent` (which has none itself) and its day. `mark` names the item in
    calendars and published versions: unlike `id` it is never used again. `form_key`: the form that it came from. Title
    and description may hold names: the trail tells that they changed, not what they said.
    """

    __tablename__ = "agenda_items"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    parent_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("agenda_items.id"), index=True)
    mark: orm.Mapped[str] = orm.mapped_column(sa.String(32), unique=True, default=lambda: uuid4().hex)
    position: orm.Mapped[int]
    day: orm.Mapped[int] = orm.mapped_column(default=1)
    begins: orm.Mapped[time | None] = orm.mapped_column(sa.Time)
    minutes: orm.Mapped[int] = orm.mapped_column(default=0)
    kind: orm.Mapped[ItemKind] = orm.mapped_column(named_enum(ItemKind, "agenda_item_kind"))
    title: orm.Mapped[LocalizedText] = orm.mapped_column(info=PERSONAL)
    description: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText, info=PERSONAL)
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    parent: orm.Mapped["AgendaItem | None"] = orm.relationship(remote_side="AgendaItem.id")
    people: orm.Mapped[list["ItemPerson"]] = orm.relationship(
        back_populates="item", order_by="ItemPerson.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.CheckConstraint("day >= 1", name="day_from_one"),
        sa.CheckConstraint("minutes >= 0", name="minutes_not_negative"),
        sa.CheckConstraint("parent_id <> id", name="not_its_own_parent"),
    )


class ItemPerson(Base):
    """Somebody with a part in an item: a registered participant, somebody of a delegation, or (where both are None)
    told by the `function` alone. A participant's delegation is `delegation`. A function may hold a name: the trail does
    not keep it."""

    __tablename__ = "agenda_item_people"

    item_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("agenda_items.id"), index=True)
    delegation_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    role: orm.Mapped[ItemRole] = orm.mapped_column(named_enum(ItemRole, "agenda_item_role"))
    participant_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("participants.id", ondelete="SET NULL"), index=True
    )
    function: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText, info=PERSONAL)

    item: orm.Mapped[AgendaItem] = orm.relationship(back_populates="people")
    delegation: orm.Mapped["Delegation | None"] = orm.relationship()
    participant: orm.Mapped["Participant | None"] = orm.relationship()

    @property
    def name(self) -> str:
        """The participant as registered, with their function where the item tells no other; "" without one."""
        if self.participant is None:
            return ""
        words = (self.participant.full_name, "" if self.function else self.participant.function)
        return ", ".join(word for word in words if word)


class AgendaVersion(Base):
    """A published order of business, frozen: version 1, then rev. 1 as version 2.

    `content` and `changes` are as app/meetings/programme.py makes them; `sha256` is of what the items say.
    """

    __tablename__ = "agenda_versions"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    number: orm.Mapped[int]
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    changes: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    published_at: orm.Mapped[datetime]
    published_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    meeting: orm.Mapped[Meeting] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("meeting_id", "number"),)


class GuidingQuestion(Versioned, Base):
    """A numbered question that presentations and submissions answer, each in `word_limit` words at most.

    `worded_at`: when the present wording took the place of the newest in `earlier`; None while it is the first.
    `form_key`: the form that it came from.
    """

    __tablename__ = "guiding_questions"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    number: orm.Mapped[int]
    text: orm.Mapped[LocalizedText]
    audience: orm.Mapped[QuestionAudience] = orm.mapped_column(named_enum(QuestionAudience, "question_audience"))
    word_limit: orm.Mapped[int] = orm.mapped_column(default=DEFAULT_WORD_LIMIT)
    item_id: orm.Mapped[int | None] = orm.mapped_column(
        sa.ForeignKey("agenda_items.id", ondelete="SET NULL"), index=True
    )
    worded_at: orm.Mapped[datetime | None]
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    item: orm.Mapped[AgendaItem | None] = orm.relationship()
    earlier: orm.Mapped[list["QuestionWording"]] = orm.relationship(
        order_by="QuestionWording.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "number"),
        sa.CheckConstraint("number >= 1", name="number_from_one"),
        sa.CheckConstraint("word_limit >= 1", name="word_limit_from_one"),
    )

    @property
    def key(self) -> str:
        """The question's key in the content of a practice or presentation."""
        return str(self.number)

    def wording_at(self, moment: datetime) -> "QuestionWording | None":
        """What the question asked at a moment, where that is not what it asks now. Reads `earlier`."""
        return next((wording for wording in self.earlier if moment < wording.until), None)

    @property
    def for_mechanisms(self) -> bool:
        return self.audience in (QuestionAudience.MECHANISMS, QuestionAudience.BOTH)

    @property
    def for_states(self) -> bool:
        return self.audience in (QuestionAudience.STATES, QuestionAudience.BOTH)


class QuestionWording(Base):
    """What a guiding question said until a moment: answers given before it answered this."""

    __tablename__ = "question_wordings"

    question_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("guiding_questions.id"))
    number: orm.Mapped[int]
    text: orm.Mapped[LocalizedText]
    audience: orm.Mapped[QuestionAudience] = orm.mapped_column(named_enum(QuestionAudience, "question_audience"))
    word_limit: orm.Mapped[int]
    until: orm.Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("question_id", "number"),)


class Delegation(Base):
    """Those who act for one party in one meeting. `rank` (from 1): its place where lists follow protocol."""

    __tablename__ = "delegations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    party_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("parties.id"), index=True)
    rank: orm.Mapped[int | None]

    meeting: orm.Mapped[Meeting] = orm.relationship()
    party: orm.Mapped[Party] = orm.relationship()
    members: orm.Mapped[list["DelegationMember"]] = orm.relationship(
        back_populates="delegation", order_by="DelegationMember.id", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.UniqueConstraint("meeting_id", "party_id"),)

    def role_of(self, actor: Actor) -> DelegationRole | None:
        """Return the person's role in this delegation, or None for everybody else.

        Staff have none, whatever the list says: what a delegation writes is its own until it submits.
        """
        if actor.is_staff:
            return None
        return next((member.role for member in self.members if member.user_id == actor.id), None)

    def has(self, user_id: int | None) -> bool:
        """Whether an account is in the list of this delegation."""
        return any(member.user_id == user_id for member in self.members)


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


# Sorted by code point on both engines: the key has neither accents nor capitals.
NameKey = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


class NoteVerbale(Base):
    """The note by which a party names the people of its delegation. A later note adds to the earlier ones."""

    __tablename__ = "notes_verbales"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"))
    number: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    dated: orm.Mapped[date | None]
    file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)

    delegation: orm.Mapped[Delegation] = orm.relationship()
    file: orm.Mapped[StoredFile | None] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("delegation_id", "number"),)


class Participant(Versioned, Base):
    """A person who attends in a delegation; an account (`user`) is not needed for it.

    `position` (from 1) is the order within the delegation. `name_key` is the name without accents and capitals: it
    sorts, and keeps a person from being there twice. What the person needs for access is for the secretariat and
    the delegation alone. From `forgotten_at` on the row holds nothing personal.
    """

    __tablename__ = "participants"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"))
    position: orm.Mapped[int]
    name: orm.Mapped[str] = orm.mapped_column(sa.String(200), info=PERSONAL)
    name_key: orm.Mapped[str | None] = orm.mapped_column(NameKey, info=PERSONAL)
    title: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="", info=PERSONAL)
    function: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="", info=PERSONAL)
    institution: orm.Mapped[str] = orm.mapped_column(sa.String(200), default="", info=PERSONAL)
    role: orm.Mapped[ParticipantRole] = orm.mapped_column(named_enum(ParticipantRole, "participant_role"))
    attendance: orm.Mapped[Attendance] = orm.mapped_column(
        named_enum(Attendance, "attendance"), default=Attendance.IN_PERSON
    )
    email: orm.Mapped[str] = orm.mapped_column(sa.String(320), default="", info=PERSONAL)
    access_needs: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    note_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("notes_verbales.id"), index=True)
    user_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    registered_at: orm.Mapped[datetime]
    forgotten_at: orm.Mapped[datetime | None]

    delegation: orm.Mapped[Delegation] = orm.relationship()
    note: orm.Mapped[NoteVerbale | None] = orm.relationship()
    user: orm.Mapped[User | None] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("delegation_id", "name_key"),
        sa.Index("ix_participants_delegation_position", "delegation_id", "position"),
        sa.CheckConstraint("(forgotten_at IS NULL) OR (name = '' AND email = '')", name="forgotten_says_nothing"),
    )

    @property
    def full_name(self) -> str:
        """The name after its title."""
        return f"{self.title} {self.name}".strip()


class ParticipantRules(Versioned, Base):
    """What a body does with the data of participants: how long they are kept after a session (in months), and who
    may read the list. A body without a row has the defaults."""

    __tablename__ = "participant_rules"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), unique=True)
    keep_months: orm.Mapped[int] = orm.mapped_column(default=24)
    audience: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"), default=Audience.RESTRICTED)

    mechanism: orm.Mapped[Mechanism] = orm.relationship()

    __table_args__ = (sa.CheckConstraint("keep_months BETWEEN 1 AND 120", name="keep_months_sensible"),)

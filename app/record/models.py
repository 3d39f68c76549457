"""Tables of the record."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import PERSONAL, Json, Versioned, named_enum
from app.core.db import Base
from app.floor.models import SpeakerEntry
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.practices.models import Practice
from app.record.enums import Half, Kept, MinutesState, Outcome

Points = dict[str, str]  # "points" (in general) or "answers.1" (on guiding question 1) -> plain text


class Note(Versioned, Base):
    """What a note-taker wrote of an intervention."""

    __tablename__ = "notes"

    intervention_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"))
    author_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    points: orm.Mapped[Points] = orm.mapped_column(Json, default=dict, info=PERSONAL)
    begun_at: orm.Mapped[datetime]
    saved_at: orm.Mapped[datetime]

    intervention: orm.Mapped[SpeakerEntry] = orm.relationship()
    author: orm.Mapped[User] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("intervention_id", "author_id"),)


class FollowUp(Base):
    """A good practice that was told of in an intervention, and that its delegation was asked to hand in in writing.

    Without a practice: a note-taker asked for it while the call was closed; the secretariat has not said until when.
    """

    __tablename__ = "follow_ups"

    intervention_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"), unique=True)
    practice_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("practices.id"), unique=True)
    asked_at: orm.Mapped[datetime]
    asked_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    intervention: orm.Mapped[SpeakerEntry] = orm.relationship()
    practice: orm.Mapped[Practice | None] = orm.relationship()


class Sitting(Versioned, Base):
    """Half a `day` (from 1) of a session, once somebody noted which delegations were present in it."""

    __tablename__ = "sittings"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    day: orm.Mapped[int]
    half: orm.Mapped[Half] = orm.mapped_column(named_enum(Half, "sitting_half"))
    noted_at: orm.Mapped[datetime]
    noted_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    present: orm.Mapped[list["Present"]] = orm.relationship(order_by="Present.id", cascade="all, delete-orphan")

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "day", "half"),
        sa.CheckConstraint("day >= 1", name="day_from_one"),
    )


class Present(Base):
    """A delegation that was present in a sitting."""

    __tablename__ = "sitting_presences"

    sitting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("sittings.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)

    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("sitting_id", "delegation_id"),)


class Minutes(Versioned, Base):
    """The minutes of a session, from the first note on. `language`: what notes and minutes are written in.

    `correct_until`: until when delegations propose corrections, once they were sent the minutes. `reopened_at`: when
    minutes that were final were opened again last.
    """

    __tablename__ = "minutes"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), unique=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    state: orm.Mapped[MinutesState] = orm.mapped_column(
        named_enum(MinutesState, "minutes_state"), default=MinutesState.WRITING
    )
    correct_until: orm.Mapped[datetime | None]
    reopened_at: orm.Mapped[datetime | None]
    reopened_because: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)

    meeting: orm.Mapped[Meeting] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("state <> 'minutes_corrected' OR correct_until IS NOT NULL", name="corrected_until"),
    )


class MinutesText(Versioned, Base):
    """What the minutes say of an intervention, or of an item as a whole (by its mark), once somebody worded it."""

    __tablename__ = "minutes_texts"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    mark: orm.Mapped[str | None] = orm.mapped_column(sa.String(32))
    intervention_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"), unique=True)
    points: orm.Mapped[Points] = orm.mapped_column(Json, default=dict, info=PERSONAL)

    meeting: orm.Mapped[Meeting] = orm.relationship()

    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "mark"),
        sa.CheckConstraint("(mark IS NULL) <> (intervention_id IS NULL)", name="of_one_thing"),
    )

    @property
    def key(self) -> str:
        """What the text is of, as `texts.key_of_item` and `texts.key_of` call it."""
        return f"item-{self.mark}" if self.mark else f"intervention-{self.intervention_id}"


class MinutesVersion(Base):
    """The minutes as they once were. `texts`: what they are of ("intervention-12", "item-<mark>") -> its points."""

    __tablename__ = "minutes_versions"

    minutes_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("minutes.id"))
    number: orm.Mapped[int]
    why: orm.Mapped[Kept] = orm.mapped_column(named_enum(Kept, "minutes_kept"))
    texts: orm.Mapped[dict[str, Points]] = orm.mapped_column(Json, info=PERSONAL)
    kept_at: orm.Mapped[datetime]
    kept_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    minutes: orm.Mapped[Minutes] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("minutes_id", "number"),)


class MinutesCorrection(Versioned, Base):
    """What a delegation wants the minutes to say of its intervention; one of each waits at most.

    `taken`: what the minutes said of it once it was accepted, as it is or in part; empty otherwise.
    """

    __tablename__ = "minutes_corrections"

    intervention_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("speaker_entries.id"), index=True)
    points: orm.Mapped[Points] = orm.mapped_column(Json, info=PERSONAL)
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    proposed_at: orm.Mapped[datetime]
    proposed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    outcome: orm.Mapped[Outcome | None] = orm.mapped_column(named_enum(Outcome, "correction_outcome"))
    taken: orm.Mapped[Points] = orm.mapped_column(Json, default=dict, info=PERSONAL)
    answer: orm.Mapped[str] = orm.mapped_column(sa.Text, default="", info=PERSONAL)
    settled_at: orm.Mapped[datetime | None]
    settled_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    intervention: orm.Mapped[SpeakerEntry] = orm.relationship()

    __table_args__ = (
        sa.Index(
            "uq_minutes_corrections_open",
            "intervention_id",
            unique=True,
            sqlite_where=sa.text("outcome IS NULL"),
            postgresql_where=sa.text("outcome IS NULL"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", name="settled_has_moment"),
    )

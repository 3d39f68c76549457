"""Tables of good practices."""

from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import PERSONAL, Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.documents.models import StoredFile
from app.meetings.enums import Stage
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.practices.enums import Decision, IntakeMeans, LateRule, PracticeState

LONGEST_REFERENCE = 80


class Call(Versioned, Base):
    """The invitation to submit good practices to one meeting: template, opening, deadline, late rule.

    `template` begins as a copy of the body's template (data/call_template.yaml), or of last year's. `template_draft` is
    what the secretariat is changing it to. Once the call has been open a change makes the next `template_number`, and
    `template_versions` keeps both.
    """

    __tablename__ = "calls"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), unique=True)
    title: orm.Mapped[LocalizedText]
    text: orm.Mapped[LocalizedText]
    opens_at: orm.Mapped[datetime]
    closes_at: orm.Mapped[datetime]
    late_rule: orm.Mapped[LateRule] = orm.mapped_column(named_enum(LateRule, "late_rule"), default=LateRule.REFUSE)
    template: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    template_number: orm.Mapped[int] = orm.mapped_column(default=1)
    template_draft: orm.Mapped[dict[str, Any] | None] = orm.mapped_column(Json, deferred=True)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    extensions: orm.Mapped[list["Extension"]] = orm.relationship(back_populates="call", order_by="Extension.until")
    template_versions: orm.Mapped[list["CallTemplateVersion"]] = orm.relationship(
        back_populates="call", order_by="CallTemplateVersion.number"
    )

    __table_args__ = (sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)

    def is_open_for(self, delegation_id: int, at: datetime) -> bool:
        """Whether a delegation may submit: while the session's call is open, or by an extension of its own.

        Where the late rule accepts it, also after the deadline, for as long as the session's call is open. Nobody
        submits to a session that was cancelled.
        """
        if self.meeting.cancelled_at:
            return False
        granted = [item.until for item in self.extensions if item.delegation_id == delegation_id]
        return is_open(self, self.meeting.stage, max(granted, default=None), at)

    def takes_received(self, delegation_id: int, at: datetime) -> bool:
        """Whether what the secretariat received at a moment counts, whenever its State confirms it."""
        return counts(self, self.deadline_for(delegation_id), at)

    def deadline_for(self, delegation_id: int) -> datetime:
        """Return the moment from which the delegation's submissions are late."""
        granted = [item.until for item in self.extensions if item.delegation_id == delegation_id]
        return max([self.closes_at, *granted])

    def template_of(self, number: int) -> dict[str, Any]:
        """Return the template as it was with a number. Reads the versions unless it is the one in force."""
        if number == self.template_number:
            return self.template
        return next(item.template for item in self.template_versions if item.number == number)


class CallTimes(Protocol):
    """What a call, or a row of one, says of when it takes texts."""

    opens_at: Any
    closes_at: Any
    late_rule: Any


def is_open(call: CallTimes, stage: Stage, granted: datetime | None, at: datetime) -> bool:
    """Whether a delegation, with the deadline that it was granted, may submit, as `Call.is_open_for` says."""
    in_time = at < call.closes_at or call.late_rule is LateRule.ACCEPT
    extended = granted is not None and at < granted
    taken = (in_time and stage is Stage.CALL_OPEN) or extended
    return bool(at >= call.opens_at and stage is not Stage.PREPARING and taken)


def counts(call: CallTimes, deadline: datetime, at: datetime) -> bool:
    """Whether what the secretariat received at a moment counts, as `Call.takes_received` says."""
    return bool(call.opens_at <= at and (at < deadline or call.late_rule is LateRule.ACCEPT))


class CallTemplateVersion(Base):
    """A template that drafts were written in, with what was `changed` from the one before (building.changes)."""

    __tablename__ = "call_template_versions"

    call_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("calls.id"))
    number: orm.Mapped[int]
    template: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    changes: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json, default=list)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    call: orm.Mapped[Call] = orm.relationship(back_populates="template_versions")

    __table_args__ = (sa.UniqueConstraint("call_id", "number"),)


class TemplateLook(Base):
    """Up to which template somebody has seen what was changed in the form of a call."""

    __tablename__ = "template_looks"

    call_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("calls.id"))
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    number: orm.Mapped[int]

    __table_args__ = (sa.UniqueConstraint("call_id", "user_id"),)


class Extension(Base):
    """A later deadline for one delegation, with the reason it was granted for."""

    __tablename__ = "extensions"

    call_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("calls.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    until: orm.Mapped[datetime]
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text)
    granted_at: orm.Mapped[datetime]
    granted_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    call: orm.Mapped[Call] = orm.relationship(back_populates="extensions")
    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("call_id", "delegation_id"),)


class Practice(Versioned, Base):
    """A good practice. `content` is the delegation's working text by field key, in `language`.

    `reference` ("CAM/2026/GP/PER/02") is given at the first submission. Readers see `published` versions
    only. `public_sources` lists what a demonstration text was written from; empty otherwise. `updates_id`: the
    same party's practice of an earlier session that it was begun as an update of; `model_id`: somebody else's, of which
    it took what it is about and no text, named to whoever may read that. `set_aside`: what fields held that the call's
    template has no more (moving.Aside), for its delegation alone. `reviewer_id` is who of the secretariat reads it;
    `revise_by`, until when a returned one is asked back, where that is not the delegation's deadline.
    """

    __tablename__ = "practices"

    call_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("calls.id"), index=True)
    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)
    state: orm.Mapped[PracticeState] = orm.mapped_column(
        named_enum(PracticeState, "practice_state"), default=PracticeState.DRAFT
    )
    reference: orm.Mapped[str | None] = orm.mapped_column(sa.String(LONGEST_REFERENCE), unique=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    consent: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"), default=Audience.MEMBER_STATES)
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    set_aside: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json, default=list)
    public_sources: orm.Mapped[list[dict[str, str]]] = orm.mapped_column(Json, default=list)
    created_at: orm.Mapped[datetime]
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    saved_at: orm.Mapped[datetime]
    published_at: orm.Mapped[datetime | None]
    updates_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    model_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    reviewer_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    revise_by: orm.Mapped[datetime | None]

    call: orm.Mapped[Call] = orm.relationship()
    meeting: orm.Mapped[Meeting] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()
    versions: orm.Mapped[list["PracticeVersion"]] = orm.relationship(
        back_populates="practice", order_by="PracticeVersion.number"
    )
    reviews: orm.Mapped[list["Review"]] = orm.relationship(order_by="Review.id")
    files: orm.Mapped[list["PracticeFile"]] = orm.relationship(order_by="PracticeFile.id", cascade="all, delete-orphan")
    intake: orm.Mapped["Intake | None"] = orm.relationship(back_populates="practice")

    # How many comments its delegation made, where `queries.practice_to_edit` asks.
    comments: orm.Mapped[int | None] = orm.query_expression()

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('draft', 'with_capital', 'withdrawn') OR reference IS NOT NULL", name="submitted_has_reference"
        ),
        sa.CheckConstraint("state <> 'published' OR published_at IS NOT NULL", name="published_has_moment"),
        sa.CheckConstraint("updates_id <> id AND model_id <> id", name="begun_from_another"),
        sa.Index("ix_practices_meeting_state", "meeting_id", "state"),
        # All that a list of what is published reads of a practice, so that it does not read the texts: of a delegation,
        # and the newest of all (which does not begin with the state: SQLite would take it for all that has one).
        sa.Index("ix_practices_newest", "published_at", "reference", "state", "consent", "meeting_id", "delegation_id"),
        sa.Index(
            "ix_practices_published", "delegation_id", "state", "consent", "meeting_id", "published_at", "reference"
        ),
    )

    @property
    def asked_back_by(self) -> datetime:
        """Until when the secretariat asks for the revision of what it returned."""
        return self.revise_by or self.call.deadline_for(self.delegation_id)

    @property
    def slug(self) -> str:
        """The reference as it stands in addresses ("CAM-2026-GP-PER-02")."""
        return (self.reference or "").replace("/", "-")

    @property
    def audience(self) -> Audience:
        """Who may read it once published: the narrower of the consent and the session's distribution."""
        return self.consent.narrower(self.meeting.distribution)

    @property
    def attachments(self) -> "list[PracticeFile]":
        """The files of the working text: those not removed."""
        return [item for item in self.files if item.removed_at is None]

    @property
    def to_confirm(self) -> "Intake | None":
        """What staff recorded it from, until the delegation has confirmed it."""
        return None if self.reference else self.intake

    @property
    def latest(self) -> "PracticeVersion | None":
        """The version submitted last."""
        return self.versions[-1] if self.versions else None


class PracticeVersion(Base):
    """What was submitted, as it was, in the template of its time. `sha256` is of the canonical JSON of `content`.

    `submitted_at` is when it was received; `late`: after the delegation's deadline. Of a text that came to the
    secretariat otherwise, and that the State confirmed afterwards, `confirmed_at` is when it did. `note` is what a
    correction of a published practice changed; empty for what was submitted to the call.
    """

    __tablename__ = "practice_versions"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"))
    number: orm.Mapped[int]
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    template_number: orm.Mapped[int] = orm.mapped_column(default=1)
    late: orm.Mapped[bool] = orm.mapped_column(default=False)
    submitted_at: orm.Mapped[datetime]
    submitted_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    confirmed_at: orm.Mapped[datetime | None]
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    note: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")

    practice: orm.Mapped[Practice] = orm.relationship(back_populates="versions")

    __table_args__ = (sa.UniqueConstraint("practice_id", "number"),)

    @property
    def consent(self) -> Audience:
        """Whom it was for by its own words, whatever later versions say."""
        return Audience(self.content.get("consent") or Audience.MEMBER_STATES)

    @property
    def template(self) -> dict[str, Any]:
        """The template that it was written in."""
        return self.practice.call.template_of(self.template_number)


class Review(Base):
    """The secretariat's decision on one version, with its comments to the delegation.

    `criteria`: the checklist as it stood, for staff alone: [{"text": {language: …}, "mark": Mark}].
    """

    __tablename__ = "reviews"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    practice_version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practice_versions.id"), index=True)
    decision: orm.Mapped[Decision] = orm.mapped_column(named_enum(Decision, "review_decision"))
    comment: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    criteria: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json, default=list)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice_version: orm.Mapped[PracticeVersion] = orm.relationship()

    __table_args__ = (sa.CheckConstraint("decision <> 'return' OR comment <> ''", name="return_says_why"),)


class PracticeFile(Base):
    """An attachment of a practice. One `removed_at` a moment stays with the versions submitted before it.

    `field`: the key of the field of files that it answers, else empty.
    """

    __tablename__ = "practice_files"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), index=True)
    file_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    field: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="")
    removed_at: orm.Mapped[datetime | None]
    file: orm.Mapped[StoredFile] = orm.relationship()

    def came_with(self, version: PracticeVersion) -> bool:
        """Whether it was there when the version was submitted."""
        until, at = self.removed_at, version.confirmed_at or version.submitted_at
        return self.file.created_at <= at and (until is None or until > at)


class Intake(Versioned, Base):
    """A text that came to the secretariat otherwise than by the form, as staff recorded it.

    Its practice is a draft of the delegation, with the same text to begin with. What the delegation changes in that is
    the delegation's alone until it submits; staff see the `content` here and never the draft's. `leftovers` are texts
    of the file that found no field. `received_at` is what counts for the deadline once the State has confirmed.
    `made_for`: the code of another party than its delegation's, whose form the file is.
    """

    __tablename__ = "intakes"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"), unique=True)
    means: orm.Mapped[IntakeMeans] = orm.mapped_column(named_enum(IntakeMeans, "intake_means"))
    sender: orm.Mapped[str] = orm.mapped_column(sa.String(300), info=PERSONAL)
    received_at: orm.Mapped[datetime]
    file_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    title: orm.Mapped[str | None] = orm.column_property(content["title"].as_string(), deferred=True)
    leftovers: orm.Mapped[list[str]] = orm.mapped_column(Json, default=list)
    made_for: orm.Mapped[str | None] = orm.mapped_column(sa.String(40))
    recorded_at: orm.Mapped[datetime]
    recorded_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    asked_at: orm.Mapped[datetime | None]
    confirm_by: orm.Mapped[datetime]
    confirmed_at: orm.Mapped[datetime | None]
    confirmed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    practice: orm.Mapped[Practice] = orm.relationship(back_populates="intake")
    file: orm.Mapped[StoredFile | None] = orm.relationship()
    recorded_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[recorded_by_id])
    confirmed_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=[confirmed_by_id])

    @property
    def call(self) -> Call:
        return self.practice.call

    @property
    def meeting_id(self) -> int:
        return self.practice.meeting_id

"""Tables of presentations."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.documents.models import StoredFile
from app.meetings.models import Delegation, Meeting
from app.presentations.enums import InvitationState, PresentationState


class Presentation(Versioned, Base):
    """One mechanism's presentation in one meeting.

    `content` is the working text: {"answers": {question number: text}, "speakers": [{"function": name or function,
    "institution": text or absent}]}, in `language`. `working_consent` (None: not said) becomes the `consent` in force
    when it is filed. `kept_by_staff`: the working text was last saved by the secretariat, for the mechanism; else it is
    the mechanism's alone until it is filed. `withdrawn_at`: when the consent to a published one was withdrawn, until it
    is published again.
    `public_sources` lists what a demonstration text was written from; empty otherwise.
    """

    __tablename__ = "presentations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), unique=True)
    state: orm.Mapped[PresentationState] = orm.mapped_column(
        named_enum(PresentationState, "presentation_state"), default=PresentationState.DRAFT
    )
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    consent: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"), default=Audience.MEMBER_STATES)
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    public_sources: orm.Mapped[list[dict[str, str]]] = orm.mapped_column(Json, default=list)
    published_at: orm.Mapped[datetime | None]
    working_consent: orm.Mapped[Audience | None] = orm.mapped_column(named_enum(Audience, "working_consent"))
    withdrawn_at: orm.Mapped[datetime | None]
    kept_by_staff: orm.Mapped[bool] = orm.mapped_column(default=False)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    delegation: orm.Mapped[Delegation] = orm.relationship()
    versions: orm.Mapped[list["PresentationVersion"]] = orm.relationship(
        back_populates="presentation", order_by="PresentationVersion.number"
    )
    slides: orm.Mapped[list["PresentationFile"]] = orm.relationship(
        order_by="PresentationFile.id", cascade="all, delete-orphan"
    )

    slot: orm.Mapped["PresentationSlot | None"] = orm.relationship(
        primaryjoin="foreign(Presentation.delegation_id) == PresentationSlot.delegation_id", viewonly=True
    )

    @property
    def audience(self) -> Audience:
        """Who may read it once published: the narrower of the consent and the session's distribution."""
        return self.consent.narrower(self.meeting.distribution)

    @property
    def latest(self) -> "PresentationVersion | None":
        return self.versions[-1] if self.versions else None

    @property
    def working_slides(self) -> "list[PresentationFile]":
        """The slides as its mechanism has them now, filed or not."""
        return [item for item in self.slides if item.removed_at is None]

    @property
    def filed_slides(self) -> "list[PresentationFile]":
        """The slides that were filed with the latest version."""
        return [item for item in self.slides if self.latest and item.came_with(self.latest)]

    @property
    def known_to_staff(self) -> bool:
        """Whether the secretariat may know that there is one: it wrote it, or the mechanism has filed it."""
        return self.kept_by_staff or self.latest is not None

    @property
    def open_to_staff(self) -> bool:
        """Whether the working text holds nothing that the secretariat does not have."""
        return self.kept_by_staff or not self.changed_since_filing

    @property
    def changed_since_filing(self) -> bool:
        """Whether filing it now would make another version."""
        latest = self.latest
        return latest is None or (latest.language, latest.content, self.consent, self.filed_slides) != (
            self.language,
            self.content,
            self.working_consent,
            self.working_slides,
        )


class PresentationVersion(Base):
    """What was filed, as it was. `sha256` is of the canonical JSON of language, `content`, consent and slides.

    `consent`: who may read it by what was said when it was filed; None where that is not known.
    """

    __tablename__ = "presentation_versions"

    presentation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("presentations.id"))
    number: orm.Mapped[int]
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    filed_at: orm.Mapped[datetime]
    filed_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    consent: orm.Mapped[Audience | None] = orm.mapped_column(named_enum(Audience, "audience"))

    presentation: orm.Mapped[Presentation] = orm.relationship(back_populates="versions")

    __table_args__ = (sa.UniqueConstraint("presentation_id", "number"),)


class PresentationFile(Base):
    """Slides of a presentation. One `removed_at` a moment stays with the versions filed before it."""

    __tablename__ = "presentation_files"

    presentation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("presentations.id"), index=True)
    file_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    removed_at: orm.Mapped[datetime | None]
    file: orm.Mapped[StoredFile] = orm.relationship()

    def came_with(self, version: PresentationVersion) -> bool:
        """Whether it was there when the version was filed."""
        until = self.removed_at
        return self.file.created_at <= version.filed_at and (until is None or until > version.filed_at)


class PresentationSlot(Versioned, Base):
    """A mechanism's place among those who present to a session, whether or not it has begun to write.

    `state` is empty where it was not invited. `position` (from 1) is the order of presenting; without one it comes
    after those that have one. `reason`: why it declined. `recording_url` (https) is shown with the published
    presentation.
    """

    __tablename__ = "presentation_slots"

    delegation_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("delegations.id"), unique=True)
    position: orm.Mapped[int | None]
    state: orm.Mapped[InvitationState | None] = orm.mapped_column(named_enum(InvitationState, "invitation_state"))
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    invited_at: orm.Mapped[datetime | None]
    answered_at: orm.Mapped[datetime | None]
    delivered_at: orm.Mapped[datetime | None]
    recording_url: orm.Mapped[str] = orm.mapped_column(sa.String(500), default="")

    delegation: orm.Mapped[Delegation] = orm.relationship()

    __table_args__ = (
        sa.CheckConstraint("recording_url = '' OR recording_url LIKE 'https://%'", name="recording_is_https"),
    )

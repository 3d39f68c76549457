"""Tables of the summary."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.documents.models import StoredFile
from app.meetings.models import Delegation, Meeting
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion
from app.summaries.enums import Format


class Summary(Versioned, Base):
    """The working text of one meeting's summary."""

    __tablename__ = "summaries"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), unique=True)
    title: orm.Mapped[LocalizedText]
    symbol: orm.Mapped[str] = orm.mapped_column(sa.String(80), default="")

    meeting: orm.Mapped[Meeting] = orm.relationship()
    sections: orm.Mapped[list["Section"]] = orm.relationship(
        back_populates="summary", order_by="Section.position", cascade="all, delete-orphan"
    )
    publications: orm.Mapped[list["Publication"]] = orm.relationship(
        back_populates="summary", order_by="Publication.number"
    )


class Section(Versioned, Base):
    """A titled part of the summary; `position` from 1."""

    __tablename__ = "summary_sections"

    summary_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summaries.id"), index=True)
    position: orm.Mapped[int]
    title: orm.Mapped[LocalizedText]

    summary: orm.Mapped[Summary] = orm.relationship(back_populates="sections")
    paragraphs: orm.Mapped[list["Paragraph"]] = orm.relationship(
        back_populates="section", order_by="Paragraph.position", cascade="all, delete-orphan"
    )


class Paragraph(Versioned, Base):
    """A paragraph; `position` from 1 within its section. Its number runs through the whole text and is
    counted (`numbering.py`), never stored, so that it cannot disagree with the order."""

    __tablename__ = "summary_paragraphs"

    section_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summary_sections.id"), index=True)
    position: orm.Mapped[int]
    text: orm.Mapped[LocalizedText]

    section: orm.Mapped[Section] = orm.relationship(back_populates="paragraphs")
    citations: orm.Mapped[list["Citation"]] = orm.relationship(
        back_populates="paragraph", order_by="Citation.id", cascade="all, delete-orphan"
    )


class PassageOfSource:
    """Columns that name a passage: one version of one source, a field of it, and code points start..end.

    `field` is a field key of the practice ("results") or "answers.1" for the answer to question 1. What was said on
    the floor (`intervention`) has no versions of its own: its text is that of the minutes.
    `quote` is the text itself, so that it can be read whatever becomes of the source. `delegation_id` is
    whose text it is.
    """

    @orm.declared_attr
    def practice_version_id(self) -> orm.Mapped[int | None]:
        return orm.mapped_column(sa.ForeignKey("practice_versions.id"), index=True)

    @orm.declared_attr
    def presentation_version_id(self) -> orm.Mapped[int | None]:
        return orm.mapped_column(sa.ForeignKey("presentation_versions.id"), index=True)

    @orm.declared_attr
    def intervention_id(self) -> orm.Mapped[int | None]:
        return orm.mapped_column(sa.ForeignKey("speaker_entries.id"), index=True)

    @orm.declared_attr
    def delegation_id(self) -> orm.Mapped[int]:
        return orm.mapped_column(sa.ForeignKey("delegations.id"), index=True)

    field: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    start: orm.Mapped[int] = orm.mapped_column("start_offset")
    end: orm.Mapped[int] = orm.mapped_column("end_offset")
    quote: orm.Mapped[str] = orm.mapped_column(sa.Text)

    @orm.declared_attr
    def practice_version(self) -> orm.Mapped[PracticeVersion | None]:
        return orm.relationship(PracticeVersion)

    @orm.declared_attr
    def presentation_version(self) -> orm.Mapped[PresentationVersion | None]:
        return orm.relationship(PresentationVersion)

    @orm.declared_attr
    def delegation(self) -> orm.Mapped[Delegation]:
        return orm.relationship(Delegation)

    @property
    def cited_version(self) -> PracticeVersion | PresentationVersion | None:
        """The version that is cited; None of an intervention."""
        return self.practice_version or self.presentation_version

    @orm.declared_attr.directive
    def __table_args__(self) -> Any:
        return (
            sa.CheckConstraint(
                "(CASE WHEN practice_version_id IS NULL THEN 0 ELSE 1 END)"
                " + (CASE WHEN presentation_version_id IS NULL THEN 0 ELSE 1 END)"
                " + (CASE WHEN intervention_id IS NULL THEN 0 ELSE 1 END) = 1",
                name="one_source",
            ),
            sa.CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name="offsets_in_order"),
        )


class Citation(PassageOfSource, Base):
    """The tie between a paragraph and the exact passage it reflects."""

    __tablename__ = "citations"

    paragraph_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summary_paragraphs.id"), index=True)
    created_at: orm.Mapped[datetime]
    created_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    paragraph: orm.Mapped[Paragraph] = orm.relationship(back_populates="citations")


class SetAside(PassageOfSource, Base):
    """A passage that no paragraph will reflect, with the reason and who decided."""

    __tablename__ = "set_asides"

    summary_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summaries.id"), index=True)
    reason: orm.Mapped[str] = orm.mapped_column(sa.Text)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    summary: orm.Mapped[Summary] = orm.relationship()


class Publication(Base):
    """A frozen version of the summary. `content` is the whole text with its citations, as published:

    {"title", "symbol", "participating", "sections": [{"title", "paragraphs": [{"number", "text",
    "quantifier": {"key", "delegations"}, "citations": [{"letter", "source": "practice-12", "kind",
    "reference", "party": {"code", "name"}, "audience", "version", "language", "field", "start", "end",
    "quote"}]}]}]}; titles, texts and names are mappings by language. `sha256` is of its canonical JSON.
    """

    __tablename__ = "publications"

    summary_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summaries.id"))
    number: orm.Mapped[int]
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    published_at: orm.Mapped[datetime]
    published_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    summary: orm.Mapped[Summary] = orm.relationship(back_populates="publications")
    files: orm.Mapped[list["PublicationFile"]] = orm.relationship(order_by="PublicationFile.id")

    __table_args__ = (sa.UniqueConstraint("summary_id", "number"),)


class PublicationFile(Base):
    """A publication as a PDF or DOCX in one language, made by a job.

    `hidden_sources`: keys of the sources that were withdrawn when it was made, whose words it leaves out.
    """

    __tablename__ = "publication_files"

    publication_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("publications.id"))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    format: orm.Mapped[Format] = orm.mapped_column(named_enum(Format, "publication_format"))
    file_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    hidden_sources: orm.Mapped[list[str]] = orm.mapped_column(Json, default=list)
    file: orm.Mapped[StoredFile] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("publication_id", "language", "format"),)

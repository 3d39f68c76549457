"""Tables of the summary."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import Json, Localized, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.directory.models import Mechanism
from app.documents.models import StoredFile
from app.meetings.models import Delegation, Meeting
from app.people.models import User
from app.practices.models import PracticeVersion
from app.presentations.models import PresentationVersion
from app.summaries.enums import Attribution, Format, PublicationKind

SYMBOL_LIMIT = 80
NAMED_FOR_EVER = {"sqlite_autoincrement": True}  # published texts know them by their numbers
DEEPEST = 2  # levels of sub-paragraphs: (a), then (i)


class SummaryRules(Versioned, Base):
    """A body's rules for its summaries; one without a row has the usual ones (quantifiers.USUAL, 72 hours).

    `scale`: the words for how many delegations a paragraph speaks for, the first that fits first:
    [{"key": "most", "kind": "share", "from": 50, "words": {language: {"subject", "of", "by", "to"}}}]; `kind` is "all",
    "share" (more than `from` per cent of those that took part) or "count" (`from` or more). `silence_hours`: how long a
    silence procedure lasts at least. `comments_seen_by_all`: whether delegations read one another's comments.
    """

    __tablename__ = "summary_rules"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), unique=True)
    scale: orm.Mapped[list[dict[str, Any]]] = orm.mapped_column(Json)
    silence_hours: orm.Mapped[int] = orm.mapped_column(default=72)
    comments_seen_by_all: orm.Mapped[bool] = orm.mapped_column(default=False)

    mechanism: orm.Mapped[Mechanism] = orm.relationship()

    __table_args__ = (sa.CheckConstraint("silence_hours BETWEEN 1 AND 2160", name="silence_sensible"),)


class Summary(Versioned, Base):
    """The working text of one meeting's summary."""

    __tablename__ = "summaries"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), unique=True)
    title: orm.Mapped[LocalizedText]
    symbol: orm.Mapped[str] = orm.mapped_column(sa.String(SYMBOL_LIMIT), default="")

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

    __table_args__ = NAMED_FOR_EVER


class Paragraph(Versioned, Base):
    """A paragraph; `position` from 1 within its section. Its number runs through the whole text and is
    counted (`numbering.py`), never stored, so that it cannot disagree with the order.

    `text` is of the forms of core/rich_text.py, with the tokens of tokens.py. `level`: 0 for a numbered paragraph, 1
    and 2 for its sub-paragraphs (a) and (i). `edited_at`: by language, when its text was last changed (ISO 8601, UTC).
    """

    __tablename__ = "summary_paragraphs"

    section_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summary_sections.id"), index=True)
    position: orm.Mapped[int]
    level: orm.Mapped[int] = orm.mapped_column(default=0)
    text: orm.Mapped[LocalizedText]
    edited_at: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict)
    attribution: orm.Mapped[Attribution] = orm.mapped_column(
        named_enum(Attribution, "paragraph_attribution"), default=Attribution.COLLECTIVE
    )

    section: orm.Mapped[Section] = orm.relationship(back_populates="paragraphs")
    citations: orm.Mapped[list["Citation"]] = orm.relationship(
        back_populates="paragraph", order_by="Citation.id", cascade="all, delete-orphan"
    )
    recommendations: orm.Mapped[list["Recommendation"]] = orm.relationship(
        back_populates="paragraph", order_by="Recommendation.id", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.CheckConstraint("level BETWEEN 0 AND 2", name="level_known"), NAMED_FOR_EVER)


class Recommendation(Versioned, Base):
    """That a paragraph recommends something: `addressees` are keys of parties (and "all", "mechanisms", "states"),
    `due` the day by which, `text` what is asked, in short, in each language ("" has the paragraph speak for itself)."""

    __tablename__ = "recommendations"

    paragraph_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("summary_paragraphs.id", ondelete="CASCADE"), index=True
    )
    addressees: orm.Mapped[list[str]] = orm.mapped_column(Json)
    due: orm.Mapped[date | None]
    text: orm.Mapped[LocalizedText]

    paragraph: orm.Mapped[Paragraph] = orm.relationship(back_populates="recommendations")


class ParagraphLock(Base):
    """Who writes in a paragraph, in which window (`tab`), since when, and until when unless they say more."""

    __tablename__ = "paragraph_locks"

    paragraph_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("summary_paragraphs.id", ondelete="CASCADE"), unique=True
    )
    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id", ondelete="CASCADE"), index=True)
    tab: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    since: orm.Mapped[datetime]
    until: orm.Mapped[datetime]

    user: orm.Mapped[User] = orm.relationship()


class MarginComment(Base):
    """What those who write the summary say among themselves about a paragraph. `resolved_at`: when it was settled."""

    __tablename__ = "margin_comments"

    paragraph_id: orm.Mapped[int] = orm.mapped_column(
        sa.ForeignKey("summary_paragraphs.id", ondelete="CASCADE"), index=True
    )
    author_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    written_at: orm.Mapped[datetime]
    resolved_at: orm.Mapped[datetime | None]
    resolved_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    paragraph: orm.Mapped[Paragraph] = orm.relationship()
    author: orm.Mapped[User | None] = orm.relationship(foreign_keys=author_id)

    __table_args__ = (
        sa.CheckConstraint("resolved_by_id IS NULL OR resolved_at IS NOT NULL", name="resolved_has_moment"),
    )


class SummaryStep(Base):
    """A step that can be undone: what it changed, as it was `before` and `after` it.

    Both are {"sections": {id: {...} or null}, "paragraphs": {id: {..., "citations": [...]} or null}, "set_asides":
    {id: {...} or null}}; null where it was not there; older ones have no "set_asides". `undone_at`: when it was undone.
    `form_key`: the form that it came from, while it is not undone.
    """

    __tablename__ = "summary_steps"

    summary_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summaries.id"), index=True)
    verb: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    before: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    after: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    at: orm.Mapped[datetime]
    by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    undone_at: orm.Mapped[datetime | None]
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)


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


class SummaryVersion(Base):
    """The working text as it stood when it was frozen: `number` 0 is the first, n what is called rev. n.

    `content` is of the shape of a publication's, `sha256` of its canonical JSON; neither ever changes.
    """

    __tablename__ = "summary_versions"

    summary_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summaries.id"))
    number: orm.Mapped[int]
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    note: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    frozen_at: orm.Mapped[datetime]
    frozen_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    summary: orm.Mapped[Summary] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("summary_id", "number"),)


class Publication(Base):
    """A frozen version of the summary. `content` is the whole text with its citations, as published:

    {"title", "symbol", "participating", "scale": [{"key", "kind", "from", "words"}], "sections": [{"key", "title",
    "paragraphs": [{"key", "number", "label", "level", "text", "attribution", "quantifier": {"key", "delegations"},
    "recommendations": [{"key", "addressees", "due", "text"}], "citations": [{"letter", "source": "practice-12",
    "kind", "reference", "party": {"code", "name"}, "on_behalf": {"name", "members": [code]} or None, "audience",
    "version", "language", "field", "start", "end", "quote"}]}]}]}; titles, texts and names are mappings by language.
    `key` names the same section or paragraph in all versions; `label` is "12", "12 (a)" or "12 (a) (i)", and `number`
    12 in each; texts are of the forms of core/rich_text.py, their tokens written out. What was published before 2026-11
    has no scale, keys, labels, levels, attribution, recommendations or on_behalf. `sha256` is of its canonical JSON.

    `kind`, `note`: what it is to the one before it, and what was corrected (by language). `distribution`, `languages`,
    `symbol`, `dated` (its day): as it was issued.
    """

    __tablename__ = "publications"

    summary_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("summaries.id"))
    number: orm.Mapped[int]
    content: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json)
    # The published title alone: the content is large.
    title: orm.Mapped[LocalizedText] = orm.column_property(sa.type_coerce(content["title"], Localized()), deferred=True)
    sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    version_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("summary_versions.id"), index=True)
    kind: orm.Mapped[PublicationKind] = orm.mapped_column(
        named_enum(PublicationKind, "publication_kind"), default=PublicationKind.ORIGINAL
    )
    note: orm.Mapped[LocalizedText]
    symbol: orm.Mapped[str] = orm.mapped_column(sa.String(SYMBOL_LIMIT), default="")
    dated: orm.Mapped[date]
    distribution: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"))
    languages: orm.Mapped[list[str]] = orm.mapped_column(Json)
    published_at: orm.Mapped[datetime]
    published_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)

    summary: orm.Mapped[Summary] = orm.relationship(back_populates="publications")
    files: orm.Mapped[list["PublicationFile"]] = orm.relationship(order_by="PublicationFile.id")

    __table_args__ = (sa.UniqueConstraint("summary_id", "number"),)


class PublicationFile(Base):
    """A publication in one format and language, made by a job. JSON and CSV hold all languages: theirs is "".

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

"""Tables of the register."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import Json, Versioned, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText
from app.documents.models import StoredFile
from app.meetings.models import AgendaItem, Meeting
from app.people.models import User
from app.register.enums import DocumentClass, LanguageStatus
from app.register.symbols import SYMBOL_LIMIT

document_agenda_items = sa.Table(
    "document_agenda_items",
    Base.metadata,
    sa.Column("document_id", sa.ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("agenda_item_id", sa.ForeignKey("agenda_items.id", ondelete="CASCADE"), primary_key=True, index=True),
)


class RegisterSettings(Versioned, Base):
    """How a body numbers its documents: the series of its masthead, the pattern of its symbols, and what stands for
    {class} there, by class (a class without one takes that of `symbols.ABBREVIATIONS`)."""

    __tablename__ = "register_settings"

    mechanism_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("mechanisms.id"), unique=True)
    series: orm.Mapped[str] = orm.mapped_column(sa.String(60), default="")
    pattern: orm.Mapped[str] = orm.mapped_column(sa.String(80))
    abbreviations: orm.Mapped[dict[str, str]] = orm.mapped_column(Json, default=dict)


class SymbolCounter(Base):
    """The last number given under a stem. It moves in the transaction that registers, so no number is lost."""

    __tablename__ = "symbol_counters"

    stem: orm.Mapped[str] = orm.mapped_column(sa.String(SYMBOL_LIMIT), unique=True)
    last: orm.Mapped[int]


class Document(Versioned, Base):
    """One document of a session under one symbol, in all its languages.

    `slug` is the symbol in addresses, `order_key` what it is sorted by, `words` what it is searched by (folded),
    `title_keys` what its title is sorted by in each language.
    `original`: the document that a revision, corrigendum or addendum belongs to. `textual`: circulated as received,
    not to be translated. `generated`: the class it was generated as; `form_key`: the form it came from, so that one
    sent twice registers once. `base`, `revision` and `corrects` are what `symbols.place_of` says of the symbol: of two
    papers with one base the higher revision takes the other's place. `updated_at`: when readers last got something new
    of it, from `updated_by`; `widened_at`: when it last reached further than `widened_from`.
    """

    __tablename__ = "documents"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"))
    original_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("documents.id"), index=True)
    document_class: orm.Mapped[DocumentClass] = orm.mapped_column(named_enum(DocumentClass, "document_class"))
    symbol: orm.Mapped[str] = orm.mapped_column(sa.String(SYMBOL_LIMIT), unique=True)
    slug: orm.Mapped[str] = orm.mapped_column(sa.String(SYMBOL_LIMIT), unique=True)
    order_key: orm.Mapped[str] = orm.mapped_column(sa.String(240))
    base: orm.Mapped[str] = orm.mapped_column(sa.String(SYMBOL_LIMIT), index=True)
    revision: orm.Mapped[int] = orm.mapped_column(default=0)
    corrects: orm.Mapped[bool] = orm.mapped_column(default=False)
    words: orm.Mapped[str] = orm.mapped_column(sa.Text)
    title: orm.Mapped[LocalizedText]
    title_keys: orm.Mapped[dict[str, str]] = orm.mapped_column(Json)
    original_language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    textual: orm.Mapped[bool] = orm.mapped_column(default=False)
    distribution: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"))
    generated: orm.Mapped[bool] = orm.mapped_column(default=False)
    form_key: orm.Mapped[str | None] = orm.mapped_column(sa.String(40), unique=True)
    registered_at: orm.Mapped[datetime]
    registered_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    issued_at: orm.Mapped[datetime | None]
    updated_at: orm.Mapped[datetime]
    updated_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    widened_at: orm.Mapped[datetime | None]
    widened_from: orm.Mapped[Audience | None] = orm.mapped_column(named_enum(Audience, "widened_from"))
    withdrawn_at: orm.Mapped[datetime | None]
    withdrawal_note: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    items: orm.Mapped[list[AgendaItem]] = orm.relationship(
        secondary=document_agenda_items, order_by=AgendaItem.position, passive_deletes=True
    )
    languages: orm.Mapped[list["LanguageVersion"]] = orm.relationship(
        back_populates="document", order_by="LanguageVersion.language", cascade="all, delete-orphan"
    )

    __table_args__ = (sa.Index("ix_documents_meeting_order", "meeting_id", "order_key"),)

    @property
    def audience(self) -> Audience:
        """Who may read it once issued: the narrower of its own and the session's distribution."""
        return self.distribution.narrower(self.meeting.distribution)

    def in_language(self, language: str) -> "LanguageVersion | None":
        """Return the version in a language, or None where none is foreseen."""
        return next((row for row in self.languages if row.language == language), None)


class LanguageVersion(Base):
    """A document in one language. `number` is that of its newest file version; 0 where it has none yet."""

    __tablename__ = "language_versions"

    document_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("documents.id", ondelete="CASCADE"))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    status: orm.Mapped[LanguageStatus] = orm.mapped_column(
        named_enum(LanguageStatus, "language_status"), default=LanguageStatus.PENDING
    )
    number: orm.Mapped[int] = orm.mapped_column(default=0)

    document: orm.Mapped[Document] = orm.relationship(back_populates="languages")
    files: orm.Mapped[list["FileVersion"]] = orm.relationship(
        back_populates="language_version", order_by="FileVersion.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("document_id", "language"),
        sa.CheckConstraint("number >= 0", name="number_not_negative"),
    )

    @property
    def current(self) -> "list[FileVersion]":
        """The files of the newest version: one of each kind."""
        return [file for file in self.files if file.number == self.number]

    def earlier(self, audiences: Collection[Audience]) -> "list[FileVersion]":
        """The files that readers of these audiences had before the newest ones: what was replaced before the issue was
        a draft, and what was replaced before the document was widened was for fewer."""
        document, added = self.document, {file.number: file.added_at for file in self.files}
        return [
            file
            for file in self.files
            if file.number < self.number
            and document.issued_at is not None
            and added[file.number + 1] > document.issued_at
            and (file.replaced_for or document.distribution).narrower(document.meeting.distribution) in audiences
        ]


class FileVersion(Base):
    """One file of a language version. Files brought together share a `number`; nothing is ever taken away.

    `replaced_for`: for whom the document was when newer files took their place; None of files that are current or were
    replaced before the issue.
    """

    __tablename__ = "file_versions"

    language_version_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("language_versions.id", ondelete="CASCADE"))
    number: orm.Mapped[int]
    extension: orm.Mapped[str] = orm.mapped_column(sa.String(8))
    file_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("stored_files.id"), index=True)
    added_at: orm.Mapped[datetime]
    added_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    replaced_for: orm.Mapped[Audience | None] = orm.mapped_column(named_enum(Audience, "audience"))

    language_version: orm.Mapped[LanguageVersion] = orm.relationship(back_populates="files")
    file: orm.Mapped[StoredFile] = orm.relationship()
    added_by: orm.Mapped[User | None] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("language_version_id", "number", "extension"),)


class RegisterVisit(Base):
    """When a person last looked at a session's register: `at` in this visit, `since` at the end of the one before."""

    __tablename__ = "register_visits"

    user_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("users.id"))
    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    since: orm.Mapped[datetime]
    at: orm.Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("user_id", "meeting_id"),)

"""The index's tables; migrations add the engine's own full-text index beside them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.clock import now
from app.core.columns import Json, named_enum
from app.core.db import Base
from app.core.localized import LocalizedText

PRACTICE_KIND, PRESENTATION_KIND, DOCUMENT_KIND = "practice", "presentation", "document"
PARAGRAPH_KIND, SUMMARY_KIND, SESSION_KIND = "paragraph", "summary", "session"
# What a session itself issues: it reaches whoever may see the session, as far as it was distributed.
ISSUED_KINDS = (PARAGRAPH_KIND, SUMMARY_KIND, SESSION_KIND)
# What things are told apart by, in the order in which pages offer it.
FACETS = (
    "kind", "state", "region", "theme", "gcm", "principle", "sdg", "mechanism", "population", "status", "year",
    "language",
)  # fmt: skip


class SearchEntry(Base):
    """One findable thing in one language.

    `kind` and `key` say which (kind "practice", key "CAM-2026-GP-PER-01"); `path` is its page, with the
    fragment of the passage where there is one. `audience` is whom it was published for, in the session
    `meeting_id`; whoever asks the index adds what that session says now. `facets`: facet -> codes, but for kind and
    language, which are columns. `title_words` and `words` (of the title, and of it and the text: `words.stream`) are
    what both engines index. `places`: where in the text (in code points) each part begins that has an anchor on the
    page, with that anchor; in order. `changed_at`: when readers last got something else of it than was published; None
    where it is as it was. `revision` is the number of the change that it came with; 0 until its transaction
    ends.
    """

    __tablename__ = "search_entries"

    kind: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    audience: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"))
    meeting_id: orm.Mapped[int | None]
    title: orm.Mapped[str] = orm.mapped_column(sa.Text)
    context: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    path: orm.Mapped[str] = orm.mapped_column(sa.String(400))
    places: orm.Mapped[list[Any] | None] = orm.mapped_column(Json)
    published_at: orm.Mapped[datetime] = orm.mapped_column(default=now)
    changed_at: orm.Mapped[datetime | None]
    facets: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    title_words: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    words: orm.Mapped[str] = orm.mapped_column(sa.Text)
    revision: orm.Mapped[int] = orm.mapped_column(default=0, index=True)

    __table_args__ = (
        sa.UniqueConstraint("kind", "key", "language"),
        sa.Index("ix_search_entries_session", "meeting_id", "kind", "audience"),
    )


class SearchRevision(Base):
    """How many transactions have changed the index: one row, raised as the last thing of each."""

    __tablename__ = "search_revisions"

    number: orm.Mapped[int]


class ForgottenEntry(Base):
    """An entry that is gone, so that whoever keeps a copy of the index drops it too. `revision` as of SearchEntry."""

    __tablename__ = "search_forgotten"

    entry_id: orm.Mapped[int]
    revision: orm.Mapped[int] = orm.mapped_column(default=0, index=True)


class SearchVector(Base):
    """What an entry means, as 512 numbers (little-endian floats) made by `model`, and the names of the concepts that it
    speaks of. `revision` as of SearchEntry."""

    __tablename__ = "search_vectors"

    entry_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("search_entries.id", ondelete="CASCADE"), unique=True)
    model: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    vector: orm.Mapped[bytes] = orm.mapped_column(sa.LargeBinary)
    concepts: orm.Mapped[str] = orm.mapped_column(sa.Text, default="")
    revision: orm.Mapped[int] = orm.mapped_column(default=0, index=True)

"""The index's table; migrations add the engine's own full-text index beside it."""

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.audience import Audience
from app.core.columns import named_enum
from app.core.db import Base
from app.core.localized import LocalizedText

SUMMARY_KIND = "paragraph"  # entries of a session's own summary


class SearchEntry(Base):
    """One findable thing in one language.

    `kind` and `key` say which (kind "practice", key "CAM-2026-GP-PER-01"); `path` is its page, with the
    fragment of the passage where there is one. `audience` is whom it was published for, in the session
    `meeting_id`; whoever asks the index adds what that session says now. `words` holds the folded stems that both
    engines index.
    """

    __tablename__ = "search_entries"

    kind: orm.Mapped[str] = orm.mapped_column(sa.String(40))
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    audience: orm.Mapped[Audience] = orm.mapped_column(named_enum(Audience, "audience"))
    meeting_id: orm.Mapped[int | None] = orm.mapped_column(index=True)
    title: orm.Mapped[str] = orm.mapped_column(sa.Text)
    context: orm.Mapped[LocalizedText] = orm.mapped_column(default=LocalizedText)
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    path: orm.Mapped[str] = orm.mapped_column(sa.String(400))
    words: orm.Mapped[str] = orm.mapped_column(sa.Text)

    __table_args__ = (sa.UniqueConstraint("kind", "key", "language"),)

"""Tables of translations of good practices."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Versioned, named_enum
from app.core.db import Base
from app.people.models import User
from app.practices.enums import TranslationStatus
from app.practices.models import Practice


class PracticeTranslation(Versioned, Base):
    """One text of a practice in another language. `field` is its code, as `translatable.Passage` has it.

    `source_sha256` is of the text that it translates: where the original says something else now, it is stale.
    `translator` put it in; `translator_name` says who translated where that was somebody else, such as a service or an
    office. `by_delegation` and `checked_by_delegation`: whether the practice's own delegation did it, else the
    secretariat. What is official was checked.
    """

    __tablename__ = "practice_translations"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    field: orm.Mapped[str] = orm.mapped_column(sa.String(120))
    text: orm.Mapped[str] = orm.mapped_column(sa.Text)
    source_sha256: orm.Mapped[str] = orm.mapped_column(sa.String(64))
    status: orm.Mapped[TranslationStatus] = orm.mapped_column(named_enum(TranslationStatus, "translation_status"))
    translator_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    translator_name: orm.Mapped[str] = orm.mapped_column(sa.String(120), default="")
    by_delegation: orm.Mapped[bool]
    saved_at: orm.Mapped[datetime]
    checked_at: orm.Mapped[datetime | None]
    checked_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    checked_by_delegation: orm.Mapped[bool] = orm.mapped_column(default=False)

    translator: orm.Mapped[User | None] = orm.relationship(foreign_keys=translator_id)
    checked_by: orm.Mapped[User | None] = orm.relationship(foreign_keys=checked_by_id)

    __table_args__ = (
        sa.UniqueConstraint("practice_id", "language", "field"),
        sa.CheckConstraint("text <> ''", name="says_something"),
        sa.CheckConstraint("(status = 'official') = (checked_at IS NOT NULL)", name="official_was_checked"),
    )


class PracticeLanguage(Versioned, Base):
    """How far a practice is translated into a language, as counted when either was changed last.

    Of the `wanted` texts of what was submitted last, `done` are translated as they stand and `stale` as they stood.
    """

    __tablename__ = "practice_languages"

    practice_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("practices.id"))
    language: orm.Mapped[str] = orm.mapped_column(sa.String(2))
    wanted: orm.Mapped[int] = orm.mapped_column(default=0)
    done: orm.Mapped[int] = orm.mapped_column(default=0)
    stale: orm.Mapped[int] = orm.mapped_column(default=0)
    saved_at: orm.Mapped[datetime]

    practice: orm.Mapped[Practice] = orm.relationship()

    __table_args__ = (sa.UniqueConstraint("practice_id", "language"),)

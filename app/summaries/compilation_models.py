"""Table of the compilations of a session's good practices."""

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, named_enum
from app.core.db import Base
from app.meetings.models import Meeting
from app.register.models import Document
from app.summaries.enums import Arrangement


class Compilation(Base):
    """A document of the register that holds the good practices of a session whole.

    `practices`: [[practice id, number of its version]] of those that it was made of; neither they nor their texts
    change, so that the document can be made again. What was withdrawn since is left out.
    """

    __tablename__ = "compilations"

    meeting_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("meetings.id"), index=True)
    document_id: orm.Mapped[int] = orm.mapped_column(sa.ForeignKey("documents.id", ondelete="CASCADE"), unique=True)
    arrangement: orm.Mapped[Arrangement] = orm.mapped_column(named_enum(Arrangement, "compilation_arrangement"))
    practices: orm.Mapped[list[list[int]]] = orm.mapped_column(Json)

    meeting: orm.Mapped[Meeting] = orm.relationship()
    document: orm.Mapped[Document] = orm.relationship()

"""The table of topics."""

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.db import Base


class LiveTopic(Base):
    """How often something that is shown live has changed. A topic that never did has no row."""

    __tablename__ = "live_topics"

    topic: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    number: orm.Mapped[int]

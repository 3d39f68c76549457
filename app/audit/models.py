"""The audit trail's table. Triggers (in the migrations) refuse UPDATE and DELETE on it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json
from app.core.db import Base


class AuditEvent(Base):
    """One thing that was done. `subject_kind` is a table's name; `changes` maps field -> [from, to]."""

    __tablename__ = "audit_events"

    at: orm.Mapped[datetime]
    actor_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    action: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    subject_kind: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    subject_id: orm.Mapped[int]
    meeting_id: orm.Mapped[int | None] = orm.mapped_column(index=True)
    changes: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)

    __table_args__ = (sa.Index("ix_audit_events_subject", "subject_kind", "subject_id"),)

"""The table of jobs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from app.core.columns import Json, named_enum
from app.core.db import Base
from app.jobs.enums import JobState


class Job(Base):
    """One piece of work. `key` makes it unique: adding the same key twice adds one job.

    `seen_at` is the last sign of life of the worker that has it. `page` is the address of what comes of it, for the
    person who asked for it.
    """

    __tablename__ = "jobs"

    kind: orm.Mapped[str] = orm.mapped_column(sa.String(60))
    key: orm.Mapped[str] = orm.mapped_column(sa.String(120), unique=True)
    payload: orm.Mapped[dict[str, Any]] = orm.mapped_column(Json, default=dict)
    state: orm.Mapped[JobState] = orm.mapped_column(named_enum(JobState, "job_state"), default=JobState.QUEUED)
    attempts: orm.Mapped[int] = orm.mapped_column(default=0)
    run_after: orm.Mapped[datetime]
    requested_by_id: orm.Mapped[int | None] = orm.mapped_column(sa.ForeignKey("users.id"), index=True)
    page: orm.Mapped[str] = orm.mapped_column(sa.String(300), default="")
    progress_done: orm.Mapped[int] = orm.mapped_column(default=0)
    progress_total: orm.Mapped[int] = orm.mapped_column(default=0)
    seen_at: orm.Mapped[datetime | None]
    started_at: orm.Mapped[datetime | None]
    finished_at: orm.Mapped[datetime | None]
    error: orm.Mapped[str | None] = orm.mapped_column(sa.Text)
    created_at: orm.Mapped[datetime]

    __table_args__ = (sa.Index("ix_jobs_state_run_after", "state", "run_after"),)

    @property
    def percent(self) -> int | None:
        """How much of the work is done, from 0 to 100; None where it does not say."""
        if self.state is JobState.DONE:
            return 100
        return 100 * self.progress_done // self.progress_total if self.progress_total else None

"""How far the files of a generated document are, as pages say it."""

from typing import Any

from flask import url_for

from app.jobs.enums import JobState
from app.jobs.labels import reason_of
from app.jobs.models import Job


def making_of(job: Job | None) -> dict[str, Any] | None:
    """Return what register/_making.html needs, or None where nothing is being made and nothing failed."""
    if job is None or job.state is JobState.DONE:
        return None
    return {
        "failed": job.state is JobState.FAILED,
        "reason": reason_of(job.error),
        "percent": job.percent,
        "url": url_for("jobs.job", job_id=job.id),
        "retry_url": url_for("jobs.retry", job_id=job.id),
    }

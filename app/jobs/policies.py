"""Who may see and do what with jobs."""

from app.core.actors import Actor
from app.jobs.models import Job


def can_see_job(actor: Actor, job: Job) -> bool:
    """The person who asked for the work, and staff."""
    return actor.is_staff or (actor.id is not None and job.requested_by_id == actor.id)


def can_retry_job(actor: Actor, job: Job) -> bool:
    """Staff decide whether work that failed is tried again."""
    return actor.is_staff

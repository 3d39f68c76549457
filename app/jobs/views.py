"""A page for each job, for the person who asked for it, and the register of all jobs, for staff."""

from typing import Any

from flask import current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from app.core.actors import Actor
from app.core.db import db
from app.core.pages import back_to, say
from app.core.policies import is_staff, signed_in
from app.jobs import bp, queries
from app.jobs.enums import JobState
from app.jobs.labels import STATE_KINDS, STATES, reason_of
from app.jobs.models import Job
from app.jobs.operations import retry_job
from app.jobs.policies import can_retry_job, can_see_job
from app.jobs.registry import kinds, starts_again, title_of


def _load(actor: Actor, job_id: int) -> Job:
    job = db.session.get(Job, job_id)
    if job is None or not can_see_job(actor, job):
        raise NotFound
    return job


def _shown(job: Job) -> dict[str, Any]:
    """A job as its page and the register show it."""
    return {
        "job": job,
        "title": title_of(job.kind),
        "state": STATES[job.state],
        "reason": reason_of(job.error),
        "zone": current_app.config["ZONE"],
        "kind": STATE_KINDS[job.state],
        "going_on": job.state in (JobState.QUEUED, JobState.RUNNING),
        "failed": job.state is JobState.FAILED,
        "can_retry": job.state is JobState.FAILED and starts_again(job.kind) and can_retry_job(current_user, job),
    }


@bp.get("")
@signed_in(is_staff)
def register() -> str:
    """All jobs, by state and kind."""
    wanted = request.args.get("state", "")
    state = JobState(wanted) if wanted in set(JobState) else None
    kind = request.args.get("kind", "")
    kind = kind if kind in kinds() else ""
    page = queries.register(state=state, kind=kind, page=request.args.get("page", 1, type=int))
    return render_template(
        "jobs/register.html",
        page=page,
        lines=[_shown(job) for job in page.items],
        counts=queries.counts(),
        later=queries.waiting_for_their_day(),
        states=STATES,
        kinds=[(name, title_of(name)) for name in kinds()],
        state=state,
        kind=kind,
        page_url=lambda number: url_for("jobs.register", page=number, state=state, kind=kind or None),
    )


@bp.get("/<int:job_id>")
@signed_in(can_see_job, load=_load)
def job(row: Job) -> str:
    """How far one job is; the part that changes alone where htmx asks."""
    name = "_state" if request.headers.get("HX-Request") else "job"
    return render_template(f"jobs/{name}.html", **_shown(row))


@bp.post("/<int:job_id>/retry")
@signed_in(can_retry_job, load=_load)
def retry(row: Job) -> Response:
    """Queue a failed job afresh; a second click finds it queued and changes nothing."""
    if starts_again(row.kind) and retry_job(row, by=current_user):
        say(_("The job will be tried again."))
    else:
        say(_("This job is not one that waits to be tried again: nothing was changed."))
    job_id = row.id
    db.session.commit()
    return back_to("jobs.job", job_id=job_id)

"""Durable background work. A *job* is a row: it is added in the transaction that wants it done, and the
row, not the queue, is the truth, so that nothing is lost when a worker is killed.

A *wake-up* is what Huey's queue holds: the id of a job, sent after the commit so that the worker starts at
once. A *sweep* finds the due jobs whose wake-up was lost. A *handler* does the jobs of one kind; it may run
twice for one job, so it is idempotent, and it commits its own work.
"""

from flask import Blueprint, Flask

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


def init_app(app: Flask) -> None:
    """Send the wake-ups of queued jobs whenever a session commits, and register the pages of jobs."""
    from app.jobs import (
        queue,
        views,  # noqa: F401  (declares the routes)
    )

    queue.init_app(app)
    app.register_blueprint(bp)

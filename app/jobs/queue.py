"""Huey's queue of wake-ups: after a commit it is told which jobs were queued, so that they start at once.

Losing a wake-up loses nothing: the worker's sweep finds the job in the table.
"""

from typing import Any, cast

from flask import Flask, current_app
from huey import SqliteHuey
from sqlalchemy import event, orm
from sqlite3 import Error as SqliteError

from app.core.db import db

QUEUED = "queued_job_ids"


def queue_of(app: Flask) -> SqliteHuey:
    """Return the application's Huey, opening its file the first time."""
    if "huey" not in app.extensions:
        path = app.config["JOBS_FILE"]
        path.parent.mkdir(parents=True, exist_ok=True)
        app.extensions["huey"] = SqliteHuey("plenaria", filename=str(path), results=False)
    return app.extensions["huey"]


def wake_task(huey: SqliteHuey) -> Any:
    """Return Huey's task that runs one job by its id (the same name in every process)."""
    from app.jobs.worker import run_job

    return huey.task(name="run_job")(run_job)

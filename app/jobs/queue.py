"""Huey's queue of wake-ups: after a commit it is told which jobs were queued, so that they start at once.

Losing a wake-up loses nothing: the worker's sweep finds the job in the table.
"""

import sqlite3
from typing import cast

from flask import Flask, current_app
from huey import SqliteHuey
from huey.api import TaskWrapper
from sqlalchemy import event, orm

from app.core.db import db

NOTED = "queued_job_ids"


def wake_up_of(app: Flask) -> TaskWrapper:
    """Return Huey's task that runs one job of the application, by the job's id; `.huey` is its queue.

    Opens the queue's file the first time.
    """
    if "wake_up" not in app.extensions:
        from app.jobs.worker import run_job

        def wake_up(job_id: int) -> None:
            with app.app_context():
                run_job(job_id)

        app.config["JOBS_FILE"].parent.mkdir(parents=True, exist_ok=True)
        huey = SqliteHuey("plenaria", filename=str(app.config["JOBS_FILE"]), results=False, fsync=False)
        app.extensions["wake_up"] = huey.task()(wake_up)
    return app.extensions["wake_up"]


def note(job_id: int) -> None:
    """Have a wake-up sent for the job once the session commits; a rollback forgets it."""
    db.session.info.setdefault(NOTED, []).append(job_id)


def send_wake_ups(job_ids: list[int]) -> None:
    """Wake the worker for the jobs; where the queue can't be written, its sweep finds them instead."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        wake_up = wake_up_of(app)
        for job_id in job_ids:
            wake_up(job_id)
    except (sqlite3.Error, OSError) as error:
        app.logger.warning("the queue of wake-ups can't be written: %s", error)


def _committed(session: orm.Session) -> None:
    if job_ids := session.info.pop(NOTED, None):
        send_wake_ups(job_ids)


def _rolled_back(session: orm.Session) -> None:
    session.info.pop(NOTED, None)


def init_app(app: Flask) -> None:
    """Listen to the commits of the application's sessions."""
    with app.app_context():
        event.listen(db.sessionmaker, "after_commit", _committed)
        event.listen(db.sessionmaker, "after_rollback", _rolled_back)

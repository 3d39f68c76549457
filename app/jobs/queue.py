"""Huey's queue of wake-ups: after a commit it is told which jobs were queued, so that they start at once.

Losing a wake-up loses nothing: the worker's sweep finds the job in the table.
"""

import sqlite3
from typing import cast

from flask import Flask, current_app
from huey import RedisHuey, SqliteHuey
from huey.api import Huey, TaskWrapper
from redis import ConnectionPool, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event, orm

from app.core.db import db

NOTED = "queued_job_ids"
NAME = "plenaria"
# A wake-up is worth no waiting: the sweep comes within seconds.
CONNECT_SECONDS = 1
ANSWER_SECONDS = 5
UNUSABLE = (sqlite3.Error, RedisError, OSError)


def _queue_of(app: Flask) -> Huey:
    if url := app.config["JOBS_REDIS_URL"]:
        pool = ConnectionPool.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        return RedisHuey(NAME, connection_pool=pool, results=False)
    app.config["JOBS_FILE"].parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(app.config["JOBS_FILE"]), results=False, fsync=False)


def wake_up_of(app: Flask) -> TaskWrapper:
    """Return Huey's task that runs one job of the application, by the job's id; `.huey` is its queue.

    The queue is a file, opened the first time, or a Redis where one is configured.
    """
    if "wake_up" not in app.extensions:
        from app.jobs.worker import run_job

        def wake_up(job_id: int) -> None:
            with app.app_context():
                run_job(job_id)

        app.extensions["wake_up"] = _queue_of(app).task()(wake_up)
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
    except UNUSABLE as error:
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

"""Huey's queues of wake-ups, one a lane: after a commit they are told which jobs were queued, so that they start at
once.

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
from app.jobs.enums import Lane
from app.jobs.registry import lane_of

NOTED = "queued_jobs"
NAMES = {Lane.WORK: "plenaria", Lane.MAIL: "plenaria.mail"}
# A wake-up is worth no waiting: the sweep comes within seconds.
CONNECT_SECONDS = 1
ANSWER_SECONDS = 5
UNUSABLE = (sqlite3.Error, RedisError, OSError)


def _queue_of(app: Flask, lane: Lane) -> Huey:
    if url := app.config["JOBS_REDIS_URL"]:
        pool = ConnectionPool.from_url(
            url,
            socket_connect_timeout=CONNECT_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        return RedisHuey(NAMES[lane], connection_pool=pool, results=False)
    app.config["JOBS_FILE"].parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAMES[lane], filename=str(app.config["JOBS_FILE"]), results=False, fsync=False)


def wake_up_of(app: Flask, lane: Lane = Lane.WORK) -> TaskWrapper:
    """Return Huey's task that runs one job of a lane, by the job's id, after the urgent ones; `.huey` is its queue.

    The queue is in a file, opened the first time, or in a Redis where one is configured.
    """
    found: dict[Lane, TaskWrapper] = app.extensions.setdefault("wake_ups", {})
    if lane not in found:
        from app.jobs.worker import run_in_lane

        def wake_up(job_id: int) -> None:
            with app.app_context():
                run_in_lane(lane, job_id)

        found[lane] = _queue_of(app, lane).task()(wake_up)
    return found[lane]


def note(job_id: int, kind: str) -> None:
    """Have a wake-up sent for the job once the session commits; a rollback forgets it."""
    db.session.info.setdefault(NOTED, []).append((job_id, lane_of(kind)))


def send_wake_ups(noted: list[tuple[int, Lane]]) -> None:
    """Wake the worker for the jobs; where the queue can't be written, its sweep finds them instead."""
    app = cast(Flask, current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        for job_id, lane in noted:
            wake_up_of(app, lane)(job_id)
    except UNUSABLE as error:
        app.logger.warning("the queue of wake-ups can't be written: %s", error)


def _committed(session: orm.Session) -> None:
    if noted := session.info.pop(NOTED, None):
        send_wake_ups(noted)


def _rolled_back(session: orm.Session) -> None:
    session.info.pop(NOTED, None)


def init_app(app: Flask) -> None:
    """Listen to the commits of the application's sessions."""
    with app.app_context():
        event.listen(db.sessionmaker, "after_commit", _committed)
        event.listen(db.sessionmaker, "after_rollback", _rolled_back)

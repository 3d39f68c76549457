"""What makes the live process look: SQLite's own mark of a written file, PostgreSQL's NOTIFY, or Redis.

Each gives the names of topics, or None where any may have changed. What is missed is found by the look that comes by
itself every few seconds.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator

import psycopg
import redis.asyncio
import sqlalchemy as sa
from flask import Flask

from app.core.db import db
from app.live.publishing import CHANNEL

STEP = 0.025  # seconds between two looks at SQLite's mark, which takes some microseconds
PAUSE = 1.0  # seconds, after a line was lost


async def wakes(app: Flask) -> AsyncIterator[str | None]:
    """Give a topic each time it may have changed, for ever; None where any may have, as after a lost line."""
    with app.app_context():
        engine = db.engine
    while True:
        try:
            if url := app.config["LIVE_REDIS_URL"]:
                source = _redis(url)
            elif engine.dialect.name == "postgresql":
                source = _postgresql(engine)
            else:
                source = _sqlite(engine)
            async for topic in source:
                yield topic
        except Exception as error:
            app.logger.warning("nothing wakes the live process, which looks every few seconds: %s", error)
        await asyncio.sleep(PAUSE)


async def _sqlite(engine: sa.Engine) -> AsyncIterator[None]:
    """The mark changes with every commit of another connection to the file."""
    connection = sqlite3.connect(str(engine.url.database), timeout=0, isolation_level=None)
    try:
        before = None
        while True:
            mark = connection.execute("PRAGMA data_version").fetchone()
            if mark != before:
                before = mark
                yield None
            await asyncio.sleep(STEP)
    finally:
        connection.close()


async def _postgresql(engine: sa.Engine) -> AsyncIterator[str | None]:
    arguments, options = engine.dialect.create_connect_args(engine.url)
    async with await psycopg.AsyncConnection.connect(*arguments, **options, autocommit=True) as connection:
        await connection.execute(f"LISTEN {CHANNEL}")
        yield None
        async for told in connection.notifies():
            yield told.payload


async def _redis(url: str) -> AsyncIterator[str | None]:
    async with redis.asyncio.Redis.from_url(url, health_check_interval=15) as client, client.pubsub() as line:
        await line.subscribe(CHANNEL)
        async for message in line.listen():
            yield message["data"].decode() if message["type"] == "message" else None

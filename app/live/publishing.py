"""Telling that something has changed: counted in the transaction that changes it, told once that is committed.

The numbers of topics are the truth, as the table of jobs is. What wakes the live processes (PostgreSQL's NOTIFY, Redis,
or SQLite's own mark of a written file) only makes them look.
"""

from collections.abc import Collection

import sqlalchemy as sa
from flask import Flask, current_app
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import event, orm
from sqlalchemy.dialects import postgresql, sqlite

from app.core.actors import Actor
from app.core.db import db
from app.live.models import LiveTopic

CHANNEL = "plenaria_live"
PUBLISHED = "live_topics"
ACCOUNTS = "accounts"  # changes with the topic of any account
# To tell is worth no waiting: the live processes look by themselves within seconds.
REDIS_SECONDS = 1
AT_ONCE = 500  # topics in one statement: engines limit its parameters


def publish(topic: str) -> None:
    """Have all who follow the topic see its new state once the caller's transaction is committed; a rollback tells
    nobody. Several calls in one transaction count as one change."""
    if not db.session.in_transaction():
        db.session.begin()  # a rollback of nothing would not be told
    db.session.info.setdefault(PUBLISHED, set()).add(topic)


def topic_of_account(account_id: int | None) -> str:
    """The topic that the listeners of an account end by."""
    return f"account:{account_id}"


def ask_again(actor: Actor) -> None:
    """Have an account's listeners end once the transaction is committed; those that may come back by themselves."""
    publish(topic_of_account(actor.id))
    publish(ACCOUNTS)


def numbers_of(topics: Collection[str]) -> dict[str, int]:
    """How often each of the topics has changed."""
    found, names = dict.fromkeys(topics, 0), sorted(topics)
    for start in range(0, len(names), AT_ONCE):
        some = LiveTopic.topic.in_(names[start : start + AT_ONCE])
        for topic, number in db.session.execute(sa.select(LiveTopic.topic, LiveTopic.number).where(some)):
            found[topic] = number
    return found


def _count(session: orm.Session) -> None:
    """Raise the numbers as the last thing of the transaction: on PostgreSQL whoever publishes next waits for them."""
    topics = session.info.get(PUBLISHED)
    if not topics or session.in_nested_transaction():
        return
    session.flush()
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert = postgresql.insert if on_postgresql else sqlite.insert
    for topic in sorted(topics):  # in one order, so that two never wait for each other
        statement = insert(LiveTopic).values(topic=topic, number=1)
        raised = {"number": LiveTopic.number + 1}
        session.execute(statement.on_conflict_do_update(index_elements=[LiveTopic.topic], set_=raised))
        if on_postgresql and not current_app.config["LIVE_REDIS_URL"]:
            session.execute(sa.select(sa.func.pg_notify(CHANNEL, topic)))  # is delivered by the commit


def _tell(session: orm.Session) -> None:
    url, topics = current_app.config["LIVE_REDIS_URL"], session.info.get(PUBLISHED)
    if not url or not topics or session.in_nested_transaction():
        return
    try:
        with Redis.from_url(
            url,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            retry=Retry(NoBackoff(), 0),
        ) as redis:
            for topic in topics:
                redis.publish(CHANNEL, topic)
    except (RedisError, OSError) as error:
        current_app.logger.warning("live processes can't be woken through Redis: %s", error)


def _forget(session: orm.Session, transaction: orm.SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop(PUBLISHED, None)


def init_app(app: Flask) -> None:
    """Listen to the transactions of the application's sessions."""
    with app.app_context():
        event.listen(db.sessionmaker, "before_commit", _count)
        event.listen(db.sessionmaker, "after_commit", _tell)
        event.listen(db.sessionmaker, "after_transaction_end", _forget)

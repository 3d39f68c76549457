"""What is published is counted with the transaction that changes it, and by nothing else."""

import pytest

from app.core.db import db
from app.live.publishing import numbers_of, publish
from tests.at_once import at_once

TOPICS = ("test:1", "test:2")


def numbers() -> list[int]:
    found = numbers_of(TOPICS)
    db.session.rollback()
    return [found[topic] for topic in TOPICS]


def test_a_commit_counts_each_topic_once(app):
    publish("test:1")
    publish("test:1")
    assert numbers_of(TOPICS)["test:1"] == 0
    db.session.commit()
    assert numbers() == [1, 0]
    publish("test:2")
    publish("test:1")
    db.session.commit()
    assert numbers() == [2, 1]
    db.session.commit()
    assert numbers() == [2, 1]


@pytest.mark.parametrize("end", ["rollback", "close"])
def test_what_is_not_committed_is_not_counted(app, end):
    publish("test:1")
    db.session.flush()
    getattr(db.session, end)()
    db.session.commit()
    assert numbers() == [0, 0]


def test_the_end_of_a_savepoint_is_not_that_of_the_transaction(app):
    publish("test:1")
    with db.session.begin_nested():
        publish("test:2")
    with db.session.begin_nested() as inner:
        inner.rollback()
    assert numbers_of(TOPICS) == {"test:1": 0, "test:2": 0}
    db.session.commit()
    assert numbers() == [1, 1]


def test_many_at_once_lose_none_and_wait_for_nobody_in_a_circle(app):
    def in_order(*topics):
        return lambda: [publish(topic) for topic in topics]

    at_once(app, [in_order(*TOPICS), in_order(*reversed(TOPICS))] * 10)
    assert numbers() == [20, 20]


def test_more_topics_than_a_statement_takes(app):
    for number in range(1100):
        publish(f"test:{number}")
    db.session.commit()
    assert set(numbers_of([f"test:{number}" for number in range(1100)]).values()) == {1}


def test_a_redis_that_is_down_stops_no_commit(app):
    app.config["LIVE_REDIS_URL"] = "redis://127.0.0.1:1/0"
    publish("test:1")
    db.session.commit()
    assert numbers() == [1, 0]

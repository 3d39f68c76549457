"""Who writes on SQLite waits for the other one, and not a moment longer."""

import threading
import time

import pytest
import sqlalchemy as sa

from app.core import db as database
from app.core.db import db


@pytest.fixture
def engine(tmp_path):
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'two.sqlite'}")
    database.prepare_engine(engine)
    yield engine
    engine.dispose()


def wait_for_a_writer(engine, held: float) -> float:
    """Begin while another one writes, for so many seconds; return how long after their end it could."""
    begun, ended = threading.Event(), []

    def write():
        with engine.begin() as connection:
            connection.execute(sa.text("SELECT 1"))
            begun.set()
            time.sleep(held)
        ended.append(time.monotonic())

    other = threading.Thread(target=write)
    other.start()
    begun.wait()
    with engine.begin() as connection:
        connection.execute(sa.text("SELECT 1"))
        at = time.monotonic()
    other.join()
    return at - ended[0]


def test_the_next_writer_begins_as_soon_as_the_last_one_ended(engine):
    # SQLite alone would try after about 0.23 and 0.33 seconds.
    assert min(wait_for_a_writer(engine, 0.27) for _try in range(4)) < 0.02


def test_a_writer_that_never_ends_is_not_waited_for_for_ever(engine, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    with engine.connect() as first, engine.connect() as second:
        first.execute(sa.text("SELECT 1"))
        with pytest.raises(sa.exc.OperationalError, match="database is locked"):
            second.execute(sa.text("SELECT 1"))
        first.rollback()
        assert second.execute(sa.text("PRAGMA busy_timeout")).scalar() == 50


def test_a_database_that_was_started_again_is_connected_to_anew(app, client):
    """On SQLite there is nothing to lose; the page is the same."""
    assert client.get("/sessions").status_code == 200
    if db.engine.dialect.name == "postgresql":
        others = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = :it"
        )
        outside = sa.create_engine(db.engine.url, poolclass=sa.NullPool)
        with outside.connect() as connection:
            ended = connection.execute(sa.text(others), {"it": db.engine.url.database}).all()
        assert ended
    assert client.get("/sessions").status_code == 200

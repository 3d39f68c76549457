"""Vectors of what is indexed, and what is read before the first search."""

import numpy as np
import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.core.encoder import NUMBERS
from app.jobs.models import Job
from app.search import jobs, meaning
from app.search.columns import KEPT
from app.search.models import SearchVector
from app.search.operations import index_entry
from app.search.warming import warm
from tests.statements import count_statements


def put(*keys: str) -> None:
    for key in keys:
        index_entry(
            kind="practice", key=key, language="en", audience=Audience.PUBLIC, meeting_id=7, title=key, text="Permit",
            path=f"/practices/{key}",
        )  # fmt: skip
    db.session.commit()


@pytest.fixture
def encoder(app, monkeypatch):
    monkeypatch.setattr(meaning, "is_on", lambda: True)
    monkeypatch.setattr(meaning, "vectors_of", lambda texts, languages: np.ones((len(texts), NUMBERS)))
    monkeypatch.setattr(jobs, "BATCH", 2)


def queued() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Job).where(Job.kind == jobs.VECTORS_JOB)) or 0


def test_each_entry_gets_its_vector_once(encoder):
    put("a", "b", "c", "d", "e")
    jobs.look_for_entries()
    assert queued() == 1
    jobs.make_vectors({})
    before = set(db.session.execute(sa.select(SearchVector.entry_id, SearchVector.revision)))
    assert len(before) == 5
    jobs.make_vectors({})
    assert set(db.session.execute(sa.select(SearchVector.entry_id, SearchVector.revision))) == before


def test_nothing_is_looked_through_again_until_the_index_changes(encoder):
    put("a")
    jobs.make_vectors({})
    jobs.look_for_entries()
    with count_statements() as counted:
        jobs.look_for_entries()
    assert (counted.number, queued()) == (1, 0)
    put("b")
    jobs.look_for_entries()
    assert queued() == 1


def test_the_columns_are_read_beforehand(app):
    put("a")
    warm(app)
    assert app.extensions[KEPT].ids.size == 1

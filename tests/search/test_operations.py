"""Keeping the index in step."""

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.search.asking import Asked, ask
from app.search.models import SearchEntry
from app.search.operations import forget, index_entry


def put(
    key: str = "a", language: str = "en", *, text: str = "Permit", meeting_id: int = 7, kind: str = "practice"
) -> None:
    index_entry(
        kind=kind,
        key=key,
        language=language,
        audience=Audience.PUBLIC,
        meeting_id=meeting_id,
        title="Title",
        text=text,
        path=f"/sessions/x/presentations/Quito Process#{key}",
    )


def total(query: str) -> int:
    return ask(Asked(query), sa.true(), language="en").page.total


def test_indexing_again_replaces(app):
    put(text="Permit")
    put(text="Return")
    assert (total("permit"), total("return")) == (0, 1)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(SearchEntry)) == 1


def test_forgetting_a_thing_in_all_its_languages(app):
    put("a", "en")
    put("a", "es")
    put("b")
    forget("practice", "a")
    assert [entry.key for entry in db.session.scalars(sa.select(SearchEntry))] == ["b"]
    assert total("permit") == 1


def test_forgetting_what_belongs_to_a_meeting(app):
    put("a", meeting_id=7)
    put("b", meeting_id=8)
    put("c", meeting_id=7, kind="paragraph")
    forget("practice", meeting_id=7)
    assert sorted(entry.key for entry in db.session.scalars(sa.select(SearchEntry))) == ["b", "c"]


@pytest.mark.parametrize("which", [{}, {"key": "a", "meeting_id": 7}])
def test_nothing_forgets_a_whole_kind(app, which):
    with pytest.raises(ValueError, match="key or the meeting"):
        forget("practice", **which)


def test_a_rolled_back_publication_is_not_found(app):
    put("a")
    db.session.rollback()
    assert total("permit") == 0


def test_paths_are_addresses(app):
    put("a")
    assert (
        ask(Asked("permit"), sa.true(), language="en").page.items[0].path
        == "/sessions/x/presentations/Quito%20Process#a"
    )

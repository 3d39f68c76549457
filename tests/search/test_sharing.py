"""Things that share with another what they are about, out of all that somebody may find."""

import pytest
import sqlalchemy as sa

from app.core.audience import Audience
from app.core.db import db
from app.search.models import SearchEntry
from app.search.operations import index_entry
from app.search.sharing import sharing
from tests.factories.summaries import NOON

pytestmark = pytest.mark.one_database
EVERYTHING = sa.true()
PUBLIC = SearchEntry.audience == Audience.PUBLIC


def entry(key: str, *themes: str, language: str = "en", kind: str = "practice", days: int = 0, **more) -> None:
    index_entry(
        kind=kind, key=key, language=language, meeting_id=1, title="Permit", text="Permits", path=f"/practices/{key}",
        published_at=NOON.replace(day=1 + days), facets={"theme": themes},
        **{"audience": Audience.PUBLIC, **more},
    )  # fmt: skip


def test_those_that_share_most_come_first_and_the_newest_among_equals(app):
    entry("one", "T1", "T2")
    entry("both", "T1", "T2")
    for days, key in enumerate(("old", "new")):
        entry(key, "T1", days=days)
    entry("new", "T1", language="es", days=1)
    entry("other", "T3", days=9)
    entry("paper", "T1", "T2", kind="document")
    db.session.commit()
    assert sharing("practice", "one", EVERYTHING, 9) == ["both", "new", "old", "other"]
    assert sharing("practice", "one", EVERYTHING, 2) == ["both", "new"]


def test_what_few_have_counts_for_more(app):
    entry("one", "T1", "T2")
    entry("rare", "T2")
    for number in range(4):
        entry(f"common-{number}", "T1", days=number)
    db.session.commit()
    assert sharing("practice", "one", EVERYTHING, 2) == ["rare", "common-3"]


def test_what_somebody_may_not_find_is_not_told_and_counts_for_nothing(app):
    """With those that are not public T2 would be the common one, and what has T1 come first."""
    entry("one", "T1", "T2")
    entry("rare", "T2")
    for number in range(4):
        entry(f"common-{number}", "T1", days=number)
    for number in range(9):
        entry(f"hidden-{number}", "T2", audience=Audience.RESTRICTED)
    db.session.commit()
    assert sharing("practice", "one", PUBLIC, 2) == ["rare", "common-3"]
    assert sharing("practice", "one", EVERYTHING, 1) == ["common-3"]


def test_there_may_be_nothing(app):
    assert sharing("practice", "one", EVERYTHING, 9) == []
    entry("one", "T1")
    db.session.commit()
    assert sharing("practice", "one", EVERYTHING, 9) == []
    assert sharing("practice", "other", EVERYTHING, 9) == []

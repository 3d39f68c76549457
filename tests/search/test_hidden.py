"""What a reader may not see changes nothing of an answer: no result, order, count, facet, excerpt or offer."""

from datetime import UTC, datetime
from itertools import product

import numpy as np
import pytest

from app.core.audience import Audience
from app.core.db import db
from app.core.encoder import NUMBERS
from app.meetings.enums import Stage
from app.meetings.queries import findable
from app.search import meaning
from app.search.asking import Asked, ask
from app.search.models import SearchEntry
from app.search.operations import index_entries, keep_vectors
from tests.factories.summaries import make_meeting

KINDS = ("practice", "presentation", "paragraph", "summary", "session", "document")
QUERIES = (
    "permit", "permits children", "pernit", "chidlren", '"temporary permit"', "permit -return", "perm*", "retourn", "",
    "xylophone", "xylofone", "visas",
)  # fmt: skip
TEXTS = (
    ("Temporary permit", "A temporary permit for children and their families, and a return."),
    ("Children first", "The children of workers get permits. Return is voluntary."),
    ("Visas", "A visa for workers from afar; regional calendars."),
)
HIDDEN = (
    ("Permit permit temporary permit", "pernit chidlren xylophone retourn permit children visas " * 30),
    ("xylophones", "xylophone permits"),
)


def entries(meeting, audience: Audience, texts, *, name: str) -> list[dict]:
    return [
        {
            "kind": kind, "key": f"{name}-{kind}-{number}", "language": language, "audience": audience,
            "meeting_id": meeting.id, "title": title, "text": text, "path": f"/{name}/{kind}/{number}",
            "published_at": datetime(2026, 1, 1 + number, tzinfo=UTC),
            "facets": {"state": ["PE", name[:2].upper()], "theme": ["T1"], "year": ["2026"]},
        }
        for kind, language, (number, (title, text)) in product(KINDS, ("en", "es"), enumerate(texts))
    ]  # fmt: skip


def answers(actor) -> list:
    return [
        ask(asked, findable(actor), language=language)
        for query, language in product(QUERIES, ("en", "es"))
        for asked in (
            Asked(query),
            Asked(query, {"state": ("PE",), "kind": ("practice", "session")}),
            Asked(query, {"theme": ("T1",), "year": ("2026", "1999")}, sort="newest"),
        )
    ]


def like(texts: dict[str, float]) -> dict[int, bytes]:
    """A vector for each entry whose title is named, so near to everything that is asked."""
    found = {}
    for entry in db.session.query(SearchEntry):
        if entry.title in texts:
            row = np.zeros(NUMBERS, dtype="<f4")
            row[0], row[1] = texts[entry.title], 0.1
            found[entry.id] = row.tobytes()
    return found


@pytest.fixture
def by_meaning(app, monkeypatch):
    asked = np.zeros(NUMBERS, dtype=np.float32)
    asked[0] = 1
    monkeypatch.setattr(meaning, "_asked", lambda text, language: asked)
    monkeypatch.setattr(meaning, "can_answer", lambda: True)


@pytest.mark.parametrize("role", ["anonymous", "reader"])
def test_hidden_texts_change_nothing(personas, by_meaning, role):
    actor = dict(personas.items())[role]
    public = make_meeting(stage=Stage.PUBLISHED)
    preparing = make_meeting(stage=Stage.PREPARING, slug="cam-2028", code="2028")
    restricted = make_meeting(stage=Stage.PUBLISHED, slug="cam-2029", code="2029", distribution=Audience.RESTRICTED)
    index_entries(entries(public, Audience.PUBLIC, TEXTS, name="shown"))
    keep_vectors(like({"Visas": 0.9}), meaning.model())
    db.session.commit()
    before = answers(actor)
    hidden = [(preparing, Audience.PUBLIC), (restricted, Audience.PUBLIC), (public, Audience.RESTRICTED)]
    if role == "anonymous":
        hidden.append((public, Audience.MEMBER_STATES))
    for number, (meeting, audience) in enumerate(hidden):
        index_entries(entries(meeting, audience, HIDDEN, name=f"hi{number}"))
    keep_vectors(like({title: 1.0 for title, _text in HIDDEN}), meaning.model())
    db.session.commit()
    assert answers(actor) == before
    assert any(answer.offered for answer in before)
    assert any(hit.by_meaning for answer in before for hit in answer.page.items)
    assert answers(personas.secretariat) != before


def test_a_session_that_is_hidden_hides_what_was_found(personas):
    meeting = make_meeting(stage=Stage.PUBLISHED)
    index_entries(entries(meeting, Audience.PUBLIC, TEXTS, name="shown"))
    db.session.commit()
    assert ask(Asked("permit"), findable(personas.anonymous), language="en").page.total
    meeting.stage = Stage.PREPARING
    db.session.commit()
    gone = ask(Asked("pernit"), findable(personas.anonymous), language="en")
    assert (gone.page.total, gone.offered, gone.facets["state"]) == (0, "", [])
